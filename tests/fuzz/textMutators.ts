/** Damage to texts of lines and words. Each mutator does one thing. */
import type { Draw } from './draw.ts';
import { HOSTILE_NUMBERS, HOSTILE_WORDS, HUGE_COUNTS } from './hostile.ts';

export type Mutator = (text: string, draw: Draw) => string;

/** Characters of the long lines and words: enough for anything quadratic to show. */
const LONG = 150_000;

interface Span {
  readonly start: number;
  readonly end: number;
}

function spans(text: string, pattern: RegExp): Span[] {
  return [...text.matchAll(pattern)].map(({ 0: found, index }) => ({
    start: index,
    end: index + found.length,
  }));
}

const words = (text: string): Span[] => spans(text, /[^\s,:;"'=[\]{}()]+/g);
const numbers = (text: string): Span[] => spans(text, /[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?/g);
const counts = (text: string): Span[] => spans(text, /(?<![\d.])\d+(?![\d.])/g);

function put(text: string, { start, end }: Span, found: string): string {
  return text.slice(0, start) + found + text.slice(end);
}

/** Replaces one of the spans, if there is any. */
function replaceOne(text: string, found: readonly Span[], draw: Draw, by: (old: string) => string): string {
  if (found.length === 0) return text;
  const span = draw.pick(found);
  return put(text, span, by(text.slice(span.start, span.end)));
}

function withLines(text: string, change: (lines: string[]) => void): string {
  const lines = text.split('\n');
  change(lines);
  return lines.join('\n');
}

function place(text: string, draw: Draw): number {
  return draw.below(text.length + 1);
}

function insert(text: string, draw: Draw, what: string): string {
  const at = place(text, draw);
  return put(text, { start: at, end: at }, what);
}

export const TEXT_MUTATORS = {
  truncate: (text, draw) => text.slice(0, place(text, draw)),
  beheaded: (text, draw) => text.slice(place(text, draw)),
  deleteLine: (text, draw) =>
    withLines(text, (lines) => lines.splice(draw.below(lines.length), 1 + draw.below(3))),
  duplicateLine: (text, draw) =>
    withLines(text, (lines) => {
      const i = draw.below(lines.length);
      lines.splice(draw.below(lines.length), 0, lines[i] as string);
    }),
  swapLines: (text, draw) =>
    withLines(text, (lines) => {
      const [i, j] = [draw.below(lines.length), draw.below(lines.length)];
      [lines[i], lines[j]] = [lines[j] as string, lines[i] as string];
    }),
  repeatBlock: (text, draw) => {
    const from = place(text, draw);
    const block = text.slice(from, from + draw.below(2000));
    return insert(text, draw, block.repeat(1 + draw.below(20)));
  },
  emptyLine: (text, draw) => withLines(text, (lines) => lines.splice(draw.below(lines.length), 0, '')),
  deleteWord: (text, draw) => replaceOne(text, words(text), draw, () => ''),
  duplicateWord: (text, draw) => replaceOne(text, words(text), draw, (old) => `${old} ${old}`),
  swapWords: (text, draw) => {
    const [a, b] = [words(text), words(text)].map((found) =>
      found.length > 0 ? draw.pick(found) : undefined,
    );
    if (!a || !b || a.start >= b.start) return text;
    const [first, second] = [text.slice(a.start, a.end), text.slice(b.start, b.end)];
    return put(put(text, b, first), a, second);
  },
  hostileWord: (text, draw) => replaceOne(text, words(text), draw, () => draw.pick(HOSTILE_WORDS)),
  hostileNumber: (text, draw) => replaceOne(text, numbers(text), draw, () => draw.pick(HOSTILE_NUMBERS)),
  hugeCount: (text, draw) => replaceOne(text, counts(text), draw, () => draw.pick(HUGE_COUNTS)),
  scaledNumber: (text, draw) =>
    replaceOne(text, numbers(text), draw, (old) => String(Number(old) * 10 ** (draw.below(41) - 20))),
  negated: (text, draw) => replaceOne(text, numbers(text), draw, (old) => String(-Number(old))),
  commaDecimal: (text) => text.replace(/(\d)\.(\d)/g, '$1,$2'),
  digit: (text, draw) => replaceOne(text, spans(text, /\d/g), draw, () => String(draw.below(10))),
  character: (text, draw) => {
    const start = place(text, draw);
    return put(text, { start, end: start + draw.below(4) }, String.fromCharCode(32 + draw.below(95)));
  },
  crlf: (text) => text.replace(/\n/g, '\r\n'),
  cr: (text) => text.replace(/\n/g, '\r'),
  mixedEnds: (text, draw) => text.replace(/\n/g, () => draw.pick(['\n', '\r\n', '\r', '\n\n', '\u2028'])),
  byteOrderMark: (text) => `\ufeff${text}`,
  strayMark: (text, draw) => insert(text, draw, '\ufeff'),
  tabs: (text) => text.replace(/ /g, '\t'),
  noBreakSpaces: (text) => text.replace(/ /g, '\u00a0'),
  upperCase: (text) => text.toUpperCase(),
  lowerCase: (text) => text.toLowerCase(),
  nonAscii: (text, draw) =>
    insert(text, draw, draw.pick(['é', '塩', '🧂', '\u202e', '\u0301', '\ufffd', 'İ', 'ſ'])),
  nul: (text, draw) => insert(text, draw, '\u0000'),
  control: (text, draw) => insert(text, draw, String.fromCharCode(draw.below(32))),
  quotes: (text, draw) => insert(text, draw, draw.pick(['"', "'", '`', ';', '\\', '{', '[', '(', '<', '='])),
  comment: (text, draw) => insert(text, draw, draw.pick(['#', '!', '%', '//', '# Li', '\n#\n'])),
  longLine: (text, draw) =>
    insert(text, draw, draw.pick(['x', ' ', '1', '0 ', '"', '={', '[', '#', '(']).repeat(LONG)),
  longWord: (text, draw) =>
    replaceOne(text, words(text), draw, (old) => old.repeat(Math.ceil(LONG / old.length))),
  longNumber: (text, draw) =>
    replaceOne(text, numbers(text), draw, () => `${'1'.repeat(LONG)}${draw.pick(['', 'x', '.5', 'e5'])}`),
  manyLines: (text, draw) => insert(text, draw, draw.pick(['\n', '1\n', '0 0 0\n', 'x\n']).repeat(LONG / 10)),
  trailingGarbage: (text, draw) =>
    text + draw.pick(HOSTILE_WORDS) + draw.pick(['\n', ' ', '']) + draw.pick(HOSTILE_WORDS),
  twice: (text) => text + text,
  empty: () => '',
} satisfies Record<string, Mutator>;
