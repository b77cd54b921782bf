/** Words and numbers that readers stumble over. */

/** Numbers as a file may write them, and what looks like one. */
export const HOSTILE_NUMBERS: readonly string[] = [
  ...['NaN', 'nan', '-nan', '.nan', 'Infinity', '-inf', '.inf', '1e308', '-1e308', '1e999', '1e-320', '1e20'],
  ...['1e38', '1e39', '-1', '0', '-0', '0.0', '1', '1.5', '0x1F', '0b11', '0o17', '1_000', '1,5', '1.234,5'],
  ...[
    '1.0D-3',
    '1d999',
    '+5',
    '--5',
    '5-',
    '.5',
    '5.',
    '.',
    '-',
    '1e',
    '1e+',
    '٣',
    '１２',
    '½',
    '5(3)',
    '1/3',
  ],
  ...['0.5', '-0.25', '1e-10', '300', '1000', '2147483648', '4294967296', '9007199254740993', '1e15', '1e9'],
];

/** Counts that would fill any memory if they were believed. */
export const HUGE_COUNTS: readonly string[] = [
  ...['65535', '65536', '65537', '99999', '1000000', '16777217', '134217729', '2147483647', '4294967295'],
  ...['4294967297', '99999999999', '9007199254740991', '18446744073709551616', '1e300'],
];

/** Names that mean something to JavaScript, HTML, WGSL, a shell, a terminal or a file system. */
export const HOSTILE_WORDS: readonly string[] = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'length',
    '__defineGetter__',
  ],
  ...[
    'null',
    'undefined',
    'true',
    'false',
    'NaN',
    '[object Object]',
    '',
    ' ',
    '-',
    '.',
    '..',
    '?',
    '~',
    '#',
    '!',
  ],
  ...[
    '<script>alert(1)</script>',
    '</title>',
    '"><img src=x onerror=alert(1)>',
    "';--",
    '&amp;',
    ']]>',
    '-->',
  ],
  ...['}; fn main() { loop {} }', '*/', '//', '\u0000', '\u001b[2J', '\u202e', '\ufeff', '\u2028', '\ud800'],
  ...[
    '../../x',
    '/etc/passwd',
    'C:\\x',
    'a/b',
    'CON',
    '%',
    '%00',
    '%zz',
    '~1',
    '~0',
    '$ref',
    '$schema',
    'é',
    '塩',
    '🧂',
  ],
  ...['metal', 'real', 'lj', 'si', 'Li', 'li', 'LI', 'X', 'Vac', 'D', 'T', 'Uuo', 'Carbon', 'Li+', 'Li1e9+'],
];
