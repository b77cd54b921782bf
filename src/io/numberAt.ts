/**
 * Decimal numbers read where they stand among the bytes of a text: no string is made of them. What comes out is the f64
 * nearest to what is written, bit for bit what `Number` returns; whatever cannot be shown to be that is left to it.
 */
import { parseNumber } from '../core/text.ts';

const [TAB, RETURN, SPACE, PLUS, MINUS, POINT, ZERO] = [9, 13, 32, 43, 45, 46, 48];

/** Powers of ten that f64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, k) => 10 ** k);
/** Below, ten times a number and a digit is exact: 2⁵³/10 − 1. */
const ROOM = 900719925474098;
/** 2²⁷ + 1, which splits an f64 into two halves of 26 bits. */
const SPLITTER = 134217729;
/** Far more than the error of a quotient of two f64 (2⁻¹⁰⁰), far less than the distance of most from a tie. */
const DOUBT = 2 ** -40;

const decoder = new TextDecoder();

/** Where the number last read ends. A second result of a function that is called a hundred million times. */
let end = 0;

/** Where the field that numberAt last read ends: the first white space from its beginning on. */
export function numberEnd(): number {
  return end;
}

/**
 * The number that begins at `from` and ends before the next white space, which must be there; NaN for what `parseNumber`
 * does not take either. Up to 25 digits, at most 22 of them decimals, are computed here, as hi·10ʲ + lo over 10ᵏ; longer
 * ones and exponents are rare.
 */
export function numberAt(bytes: Uint8Array, from: number): number {
  let i = from;
  let code = bytes[i] as number;
  const isNegative = code === MINUS;
  if (isNegative || code === PLUS) code = bytes[++i] as number;
  const start = i;
  let hi = 0;
  let lo = 0;
  let inLow = 0;
  let point = -1;
  for (; ; code = bytes[++i] as number) {
    const digit = code - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (hi <= ROOM) hi = hi * 10 + digit;
      else {
        lo = lo * 10 + digit;
        inLow++;
      }
    } else if (code === POINT && point < 0) point = i;
    else break;
  }
  end = i;
  if (!isSpace(code)) return written(bytes, from);
  const digits = i - start - (point < 0 ? 0 : 1);
  const decimals = point < 0 ? 0 : i - point - 1;
  if (digits === 0) return Number.NaN;
  if (decimals >= POWERS.length || inLow > 9) return written(bytes, from);
  const power = POWERS[decimals] as number;
  const value = inLow === 0 ? hi / power : quotient(hi, POWERS[inLow] as number, lo, power);
  // Written so that NaN, which is doubt, is given up as well.
  if (!(value >= 0)) return written(bytes, from);
  return isNegative ? -value : value;
}

function isSpace(code: number): boolean {
  return code === SPACE || (code <= RETURN && code >= TAB);
}

/**
 * (hi·scale + lo) / power, all four exact and lo < scale, rounded once (T. J. Dekker, Numer. Math. 18, 224 (1971),
 * doi:10.1007/BF01397083); NaN where the sum of quotient and correction lies so near to a tie that it could be wrong.
 */
function quotient(hi: number, scale: number, lo: number, power: number): number {
  const product = hi * scale;
  const sum = product + lo;
  const rest = productError(hi, scale, product) + (lo - (sum - product));
  const first = sum / power;
  const back = first * power;
  const correction = (sum - back - productError(first, power, back) + rest) / power;
  const value = first + correction * (1 + DOUBT);
  return value === first + correction * (1 - DOUBT) ? value : Number.NaN;
}

/** a·b − product, exactly. */
function productError(a: number, b: number, product: number): number {
  const aHigh = SPLITTER * a - (SPLITTER * a - a);
  const bHigh = SPLITTER * b - (SPLITTER * b - b);
  const [aLow, bLow] = [a - aHigh, b - bHigh];
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function written(bytes: Uint8Array, from: number): number {
  while (!isSpace(bytes[end] as number)) end++;
  return parseNumber(decoder.decode(bytes.subarray(from, end))) ?? Number.NaN;
}
