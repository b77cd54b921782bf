/**
 * Numbers as a reader meets them: a real minus, thin spaces between thousands, powers of ten with raised exponents, and no
 * more digits than the interval allows.
 */
import type { Estimate } from '../analysis/estimate.ts';
import { ELEMENTS } from '../core/elements.ts';

/** Narrow no-break space between groups of three digits. */
const THIN = '\u202f';
const MINUS = '\u2212';
const RAISED: Readonly<Record<string, string>> = {
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
  '-': '⁻',
  '+': '⁺',
};
const LOWERED = '₀₁₂₃₄₅₆₇₈₉';

/** Outside of these magnitudes a number is written with a power of ten. */
const SMALLEST_PLAIN = 1e-2;
const LARGEST_PLAIN = 1e6;

/** `-6` → `⁻⁶` */
export function superscript(exponent: number | string): string {
  return [...String(exponent)].map((c) => RAISED[c] ?? c).join('');
}

/** `10⁻⁶` */
export function powerOfTen(exponent: number): string {
  return `10${superscript(exponent)}`;
}

/** A number with this many decimals: `−1 234.50`. */
export function formatFixed(x: number, decimals: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? '–' : x > 0 ? '∞' : `${MINUS}∞`;
  const [whole = '', fraction] = Math.abs(x)
    .toFixed(Math.max(0, Math.min(20, decimals)))
    .split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  const text = fraction ? `${grouped}.${fraction}` : grouped;
  return x < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/** A whole number: `1 080`. */
export function formatCount(n: number): string {
  return formatFixed(n, 0);
}

/** A number of at most this many significant digits, zeros at the end kept: `0.310`, `3.10 × 10⁻⁶`, `1 230`. */
export function formatNumber(x: number, digits = 3): string {
  if (!Number.isFinite(x) || x === 0) return formatFixed(x, 0);
  const exponent = exponentOf(x, digits);
  if (Math.abs(x) < SMALLEST_PLAIN || Math.abs(x) >= LARGEST_PLAIN) {
    return `${formatFixed(x / 10 ** exponent, digits - 1)} × ${powerOfTen(exponent)}`;
  }
  return formatFixed(roundTo(x, exponent - digits + 1), digits - 1 - exponent);
}

/** As formatNumber, zeros at the end dropped: for numbers that someone typed. */
export function formatPlain(x: number, digits = 6): string {
  return formatNumber(x, digits)
    .replace(/(\.\d*?)0+(?= |$)/, '$1')
    .replace(/\.(?= |$)/, '');
}

/** The decimal exponent of a number once it is rounded to so many digits: 9.996 has exponent 1 at three digits. */
function exponentOf(x: number, digits: number): number {
  return Number(x.toExponential(digits - 1).split('e')[1]);
}

function roundTo(x: number, place: number): number {
  // A negative power first: 10 ** −2 is no exact number, 10 ** 2 is.
  return place < 0 ? Math.round(x * 10 ** -place) / 10 ** -place : Math.round(x / 10 ** place) * 10 ** place;
}

/** An estimate in pieces. */
export interface EstimateText {
  /** `662`, `< 0.4`; absent when nothing is known */
  readonly value?: string;
  /** `540–790`; absent for bounds */
  readonly interval?: string;
}

/**
 * Value and interval of an estimate with digits that belong together: two digits of the half width for the limits, one more
 * for the value, never more than three significant digits (two for a value known to worse than half).
 * @param factor turns the estimate's unit into the one that is shown
 */
export function estimateParts({ value, ci95 }: Estimate, factor = 1): EstimateText {
  if (value === null) {
    if (ci95 === null) return {};
    return { value: `< ${formatNumber(ci95[1] * factor, 2)}` };
  }
  const x = value * factor;
  if (ci95 === null) return { value: formatNumber(x, 2) };
  const [low, high] = [ci95[0] * factor, ci95[1] * factor];
  const half = (high - low) / 2;
  const largest = Math.max(Math.abs(low), Math.abs(high), Math.abs(x));
  if (!(half > 0) || !Number.isFinite(largest)) return { value: formatNumber(x) };
  const plain = largest >= SMALLEST_PLAIN && largest < LARGEST_PLAIN;
  const exponent = plain ? 0 : exponentOf(x === 0 ? largest : x, 3);
  const scale = 10 ** exponent;
  const digits = half > 0.5 * Math.abs(x) ? 2 : 3;
  const placeOf = (y: number): number => Math.floor(Math.log10(Math.abs(y) / scale));
  let limits = Math.max(placeOf(half) - 1, placeOf(largest) - 2);
  // Digits beyond the third only where two limits would read the same.
  const written = (y: number): string => formatFixed(roundTo(y / scale, limits), -limits);
  while (written(low) === written(high) && limits > -12) limits--;
  const ofValue = x === 0 ? limits : Math.max(limits - 1, Math.min(limits, placeOf(x) - digits + 1));
  const power = plain ? '' : ` × ${powerOfTen(exponent)}`;
  const dash = low < 0 ? ' to ' : '–';
  return {
    value: formatFixed(roundTo(x / scale, ofValue), -ofValue) + power,
    interval: written(low) + dash + written(high) + power,
  };
}

/** `662 mS/cm (95 %: 540–790)`, `< 0.40 mS/cm`, `not resolved`. */
export function formatEstimate(estimate: Estimate, unit = estimate.unit, factor = 1): string {
  const { value, interval } = estimateParts(estimate, factor);
  if (value === undefined) return 'not resolved';
  const shown = unit === '1' || unit === '' ? '' : ` ${unit}`;
  return `${value}${shown}${interval === undefined ? '' : ` (95${THIN}%: ${interval})`}`;
}

/** A mean and its standard error: `599.8 ± 0.4`. */
export function formatMean({ value, standardError }: { value: number; standardError: number }): string {
  if (!(standardError > 0) || !Number.isFinite(standardError)) return formatNumber(value, 4);
  const place =
    Math.floor(Math.log10(standardError)) - (Number(standardError.toExponential()[0]) < 3 ? 1 : 0);
  return `${formatFixed(roundTo(value, place), -place)} ± ${formatFixed(roundTo(standardError, place), -place)}`;
}

/** fs as the unit that suits: `950 fs`, `2.50 ps`, `1.20 ns`. */
export function formatTime(femtoseconds: number): string {
  const x = Math.abs(femtoseconds);
  if (x < 1000) return `${formatPlain(femtoseconds, 3)} fs`;
  return x < 1e6 ? `${formatPlain(femtoseconds / 1e3, 4)} ps` : `${formatPlain(femtoseconds / 1e6, 4)} ns`;
}

/** Chemical formulas in a text with lowered digits: `Li3YCl6, 600 K` → `Li₃YCl₆, 600 K`. Words of other kinds stay. */
export function prettyFormulas(text: string): string {
  return text.replace(/(?<![\w.])(?:[A-Z][a-z]?\d*){2,}(?![\w.])/g, (word) => {
    const symbols = word.match(/[A-Z][a-z]?/g) ?? [];
    return symbols.every((symbol) => ELEMENTS.has(symbol))
      ? word.replace(/\d/g, (digit) => LOWERED[Number(digit)] as string)
      : word;
  });
}

/** `Li⁺`, `Y³⁺`, `Cl⁻`; labels that are no element, and fractional charges, stay as they are. */
export function ionName(species: {
  readonly label: string;
  readonly element: string;
  readonly formalCharge?: number;
}): string {
  const { label, element, formalCharge } = species;
  if (label !== element || formalCharge === undefined || !Number.isInteger(formalCharge)) return label;
  if (formalCharge === 0) return label;
  const size = Math.abs(formalCharge);
  return label + (size === 1 ? '' : superscript(size)) + (formalCharge > 0 ? '⁺' : '⁻');
}

/** `a, b and c` */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** `1 atom`, `2 atoms` */
export function counted(n: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(n)} ${n === 1 ? singular : plural}`;
}

/** With a plus where there is one: charges. */
export function formatSigned(x: number): string {
  return x > 0 ? `+${formatPlain(x)}` : formatPlain(x);
}
