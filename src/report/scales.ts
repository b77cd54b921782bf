/** Axes of a chart: from values to pixels, and where the ticks stand. */
import { formatFixed, powerOfTen } from './format.ts';

export type ScaleKind = 'linear' | 'log';

export interface Domain {
  readonly low: number;
  readonly high: number;
}

export interface Tick {
  readonly value: number;
  readonly text: string;
}

export interface Ticks {
  readonly major: readonly Tick[];
  /** Unlabelled ticks between, of logarithmic axes. */
  readonly minor: readonly number[];
  /** Power of ten taken out of the labels; 0 when there is none. */
  readonly exponent: number;
}

export interface Scale {
  readonly kind: ScaleKind;
  readonly domain: Domain;
  /** Pixels of a value; not finite where the axis has no place for it. */
  readonly pixel: (value: number) => number;
}

/** Labels outside of these magnitudes share a power of ten that stands beside the unit. */
const SMALLEST_LABEL = 1e-2;
const LARGEST_LABEL = 1e6;

export function scaleOf(kind: ScaleKind, domain: Domain, from: number, to: number): Scale {
  const place = kind === 'log' ? Math.log10 : (x: number): number => x;
  const [a, b] = [place(domain.low), place(domain.high)];
  return { kind, domain, pixel: (value) => from + ((place(value) - a) / (b - a)) * (to - from) };
}

/** 1, 2 or 5 times a power of ten: the smallest such step that cuts the span in at most `most` parts. */
export function tickStep(span: number, most: number): number {
  const rough = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((m) => m * power >= rough * (1 - 1e-9)) ?? 10;
  return step * power;
}

/** A domain that values fill: never of zero width, positive when logarithmic. */
export function paddedDomain(low: number, high: number, kind: ScaleKind, padding: number): Domain {
  if (kind === 'log') {
    if (low === high) return { low: low / 2, high: high * 2 };
    const factor = (high / low) ** padding;
    return { low: low / factor, high: high * factor };
  }
  if (low === high) {
    const room = low === 0 ? 1 : Math.abs(low) * 0.05;
    return { low: low - room, high: high + room };
  }
  const room = (high - low) * padding;
  return { low: low - room, high: high + room };
}

/** The domain widened to whole ticks, so that a live axis does not move with every value. */
export function roundedDomain({ low, high }: Domain, most: number): Domain {
  const step = tickStep(high - low, most);
  return { low: Math.floor(low / step + 1e-9) * step, high: Math.ceil(high / step - 1e-9) * step };
}

export function ticksOf(kind: ScaleKind, domain: Domain, most: number): Ticks {
  return kind === 'log' ? logTicks(domain, most) : linearTicks(domain, most);
}

function linearTicks({ low, high }: Domain, most: number): Ticks {
  const step = tickStep(high - low, most);
  const first = Math.ceil(low / step - 1e-6);
  const last = Math.floor(high / step + 1e-6);
  // Whole multiples, so that 0.3 is not 0.30000000000000004.
  const values = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const exponent =
    largest < SMALLEST_LABEL || largest >= LARGEST_LABEL ? Math.floor(Math.log10(largest) + 1e-9) : 0;
  const scaled = step / 10 ** exponent;
  const decimals = Math.max(0, -Math.floor(Math.log10(scaled) + 1e-9));
  return {
    major: values.map((value) => ({ value, text: formatFixed(value / 10 ** exponent, decimals) })),
    minor: [],
    exponent,
  };
}

function logTicks(domain: Domain, most: number): Ticks {
  const { low, high } = domain;
  const inside = (value: number): boolean => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const first = Math.floor(Math.log10(low) - 1e-9);
  const last = Math.ceil(Math.log10(high) + 1e-9);
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const multiples = (factors: readonly number[]): number[] =>
    exponents.flatMap((e) => factors.map((m) => m * 10 ** e)).filter(inside);
  const decades = multiples([1]);
  const finer = [
    [1, 2, 5],
    [1, 3],
  ]
    .map(multiples)
    .find((set) => set.length <= most);
  let major: readonly number[];
  if (decades.length >= 3) {
    const stride = Math.ceil(decades.length / Math.max(1, most));
    major = decades.filter((value) => Math.round(Math.log10(value)) % stride === 0);
  } else if (finer !== undefined && finer.length >= 2) major = finer;
  else if (decades.length >= 2) major = decades;
  else return linearTicks(domain, most);
  const minor = exponents.length <= 8 ? multiples([2, 3, 4, 5, 6, 7, 8, 9]) : [];
  return {
    major: major.map((value) => ({ value, text: logLabel(value, low, high) })),
    minor: minor.filter((value) => !major.some((other) => Math.abs(other / value - 1) < 1e-6)),
    exponent: 0,
  };
}

/** Plain numbers while the whole axis stays readable with them, powers of ten beyond. */
function logLabel(value: number, low: number, high: number): string {
  if (low >= 1e-3 * 0.99 && high <= 1e5) {
    return formatFixed(value, Math.max(0, -Math.floor(Math.log10(value) + 1e-9)));
  }
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const factor = Math.round(value / 10 ** exponent);
  return factor === 1 ? powerOfTen(exponent) : `${factor}·${powerOfTen(exponent)}`;
}
