/** Numbers read among bytes are those that the engine reads, bit for bit. */
import { describe, expect, it } from 'vitest';
import { parseNumber } from '../../../src/core/text.ts';
import { numberAt, numberEnd } from '../../../src/io/numberAt.ts';
import { bytesOf } from './fixtures.ts';

function read(text: string): number {
  const value = numberAt(bytesOf(` ${text} x`), 1);
  expect(numberEnd(), text).toBe(1 + text.length);
  return value;
}

let seed = 2026;
const random = (): number => {
  seed = (seed * 1103515245 + 12345) % 2 ** 31;
  return seed / 2 ** 31;
};

describe('numberAt', () => {
  it.each(
    '0 -0 +1 1. .5 -.5 007 1.50 1e5 1E-3 1.0D-3 -2d2 9007199254740991 9007199254740992 9007199254740993 0.1234567890123456789 123456789012345678901234567890 0.00000000000000000000001 1.7976931348623157e308 5e-324 179769313486231570000'.split(
      ' ',
    ),
  )('%s', (text) => expect(read(text)).toBe(parseNumber(text)));

  it.each(['.', '-', '+', '--1', '1.2.3', '1e', 'e5', '1_0', 'nan', 'inf', '1e999', '0x10', '1,5', '1é'])(
    '%s is no number',
    (text) => {
      expect(parseNumber(text)).toBeUndefined();
      expect(numberAt(bytesOf(`${text}\n`), 0)).toBeNaN();
    },
  );

  it('200 000 numbers as programs print them, of 1 to 25 digits', () => {
    let wrong = 0;
    for (let i = 0; i < 200_000; i++) {
      const x = (random() - 0.5) * 10 ** Math.floor(6 * random() - 2) + random() * 1e-12;
      const digits = String(random()).slice(2, 2 + 1 + (i % 25));
      const text =
        i % 3 === 0 ? String(x) : i % 3 === 1 ? x.toFixed(i % 21) : `${i % 1000}.${digits}${digits}`;
      const value = numberAt(bytesOf(`${text} `), 0);
      if (!Object.is(value, Number(text))) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('numbers half-way between two of f64, and next to it', () => {
    // 2⁵³ + 1 is a tie, 0.5 more or less is not: digits beyond the 17th decide.
    for (const text of ['9007199254740993', '9007199254740993.0000001', '9007199254740992.9999999']) {
      expect(read(text), text).toBe(Number(text));
    }
    for (let k = 0; k < 2000; k++) {
      // The middle between x and the next f64, exactly, in 1 … 2: 53 binary digits after the point are 53 decimal ones.
      const middle = 2n * BigInt(Math.floor(random() * 2 ** 50)) + 1n;
      const text = `${(10n ** 22n * (2n ** 53n + middle)) / 2n ** 53n}`;
      expect(read(`${text[0]}.${text.slice(1)}`)).toBe(Number(`${text[0]}.${text.slice(1)}`));
    }
  });
});
