import { describe, expect, it } from 'vitest';
import { bounded, resolved, unresolved } from '../../../src/analysis/estimate.ts';
import {
  estimateParts,
  formatEstimate,
  formatFixed,
  formatMean,
  formatNumber,
  formatPlain,
  formatTime,
  ionName,
  prettyFormulas,
} from '../../../src/report/format.ts';
import { escapeText, html, trusted } from '../../../src/report/markup.ts';

describe('numbers', () => {
  it.each([
    [0, '0'],
    [1, '1.00'],
    [0.31, '0.310'],
    [1234.5, '1\u202f230'],
    [99.96, '100'],
    [-0.0213, '−0.0213'],
    [3.14159e-6, '3.14 × 10⁻⁶'],
    [9.996e-6, '1.00 × 10⁻⁵'],
    [-2.5e7, '−2.50 × 10⁷'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '∞'],
  ])('%d at three digits is %s', (x, text) => expect(formatNumber(x)).toBe(text));

  it('fixed decimals: thousands, real minus, no negative zero', () => {
    expect(formatFixed(1234567.891, 2)).toBe('1\u202f234\u202f567.89');
    expect(formatFixed(-1234, 0)).toBe('−1\u202f234');
    expect(formatFixed(-0.001, 1)).toBe('0.0');
  });

  it('typed numbers keep no zeros', () => {
    expect(formatPlain(600)).toBe('600');
    expect(formatPlain(0.05)).toBe('0.05');
    expect(formatPlain(11.2224)).toBe('11.2224');
    expect(formatPlain(1e-5)).toBe('1 × 10⁻⁵');
    expect(formatTime(950)).toBe('950 fs');
    expect(formatTime(49_900)).toBe('49.9 ps');
    expect(formatTime(2e6)).toBe('2 ns');
  });

  it('means with two digits of their error where it begins with 1 or 2', () => {
    expect(formatMean({ value: 599.812, standardError: 0.38 })).toBe('599.8 ± 0.4');
    expect(formatMean({ value: 599.812, standardError: 0.141 })).toBe('599.81 ± 0.14');
    expect(formatMean({ value: 599.812, standardError: 0 })).toBe('599.8');
  });
});

describe('estimates', () => {
  it.each([
    [resolved(0.6623, [0.541, 0.7912], 'S/cm'), 1000, '662', '540–790'],
    [resolved(0.1823, [0.1487, 0.2214], 'S/cm'), 1000, '182', '149–221'],
    [resolved(3.1416e-6, [2.91e-6, 3.43e-6], 'cm²/s'), 1, '3.14 × 10⁻⁶', '2.91–3.43 × 10⁻⁶'],
    // Known to worse than half: two digits are enough.
    [resolved(0.7, [0.2, 2.1], 'S/cm'), 1000, '700', '200–2\u202f100'],
    // More than three digits only where the limits would read the same.
    [resolved(1.23456, [1.2344, 1.2347], '1'), 1, '1.235', '1.234–1.235'],
    [resolved(123.456, [122.9, 124.1], '1'), 1, '123', '123–124'],
    [resolved(0.2, [-0.1, 0.5], '1'), 1, '0.20', '−0.10 to 0.50'],
  ])('%o', (estimate, factor, value, interval) => {
    expect(estimateParts(estimate, factor)).toEqual({ value, interval });
  });

  it('says what is not known', () => {
    expect(formatEstimate(bounded(4.4e-4, 'S/cm', 'no hop'), 'mS/cm', 1000)).toBe('< 0.44 mS/cm');
    expect(formatEstimate(unresolved('1', 'why'))).toBe('not resolved');
    expect(formatEstimate(resolved(0.662, [0.54, 0.79], 'S/cm'), 'mS/cm', 1000)).toBe(
      '662 mS/cm (95\u202f%: 540–790)',
    );
  });
});

describe('names', () => {
  it('lowers the digits of formulas and of nothing else', () => {
    expect(prettyFormulas('Li3YCl6, 600 K')).toBe('Li₃YCl₆, 600 K');
    expect(prettyFormulas('NaCl at 300 K; XYZ2 run2 COM5')).toBe('NaCl at 300 K; XYZ2 run2 COM5');
    expect(prettyFormulas('li3ycl6.cif Li3YCl6.cif')).toBe('li3ycl6.cif Li3YCl6.cif');
  });

  it('ions by their formal charge', () => {
    expect(ionName({ label: 'Li', element: 'Li', formalCharge: 1 })).toBe('Li⁺');
    expect(ionName({ label: 'Y', element: 'Y', formalCharge: 3 })).toBe('Y³⁺');
    expect(ionName({ label: 'O', element: 'O', formalCharge: -2 })).toBe('O²⁻');
    expect(ionName({ label: 'Li1', element: 'Li', formalCharge: 1 })).toBe('Li1');
    expect(ionName({ label: 'Cl', element: 'Cl' })).toBe('Cl');
  });
});

describe('markup', () => {
  it('escapes what is put in, joins lists, drops nothing-values', () => {
    const hostile = '<img src=x onerror="alert(1)">';
    expect(html`<p title="${hostile}">${[hostile, 1]}${false}${null}${undefined}</p>`.markup).toBe(
      '<p title="&lt;img src=x onerror=&quot;alert(1)&quot;&gt;">&lt;img src=x onerror=&quot;alert(1)&quot;&gt;1</p>',
    );
    expect(html`${html`<b>${'&'}</b>`}${trusted('<i></i>')}`.markup).toBe('<b>&amp;</b><i></i>');
  });

  it('replaces what would break or disguise the text', () => {
    expect(escapeText('a\u0000b\u001b\ud800c\u202etxt\n\t')).toBe('a\ufffdb\ufffd\ufffdc\ufffdtxt\n\t');
    expect(escapeText('😀')).toBe('😀');
  });
});
