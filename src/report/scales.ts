/** Axes of a chart: scales and ticks are d3's; which ticks get a label, and how it reads, is said here. */
import { type ScaleLinear, type ScaleLogarithmic, scaleLinear, scaleLog } from 'd3-scale';
import { formatFixed, formatPlain, powerOfTen } from './format.ts';

export type ScaleKind = 'linear' | 'log';

export type Domain = readonly [low: number, high: number];

/** From values to pixels; not finite where the axis has no place for a value. */
export type Scale = ScaleLinear<number, number> | ScaleLogarithmic<number, number>;

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

/** Labels outside of these magnitudes share a power of ten that stands beside the unit. */
const SMALLEST_LABEL = 1e-2;
const LARGEST_LABEL = 1e6;
/** A logarithmic axis with less than this between its ends is nearly a linear one, and gets the ticks of one. */
const LEAST_LOG_RATIO = 5;
/** Decades up to which there are ticks between the powers of ten. */
const FINE_DECADES = 8;

export function scaleOf(kind: ScaleKind, [low, high]: Domain, from: number, to: number): Scale {
  return (kind === 'log' ? scaleLog() : scaleLinear()).domain([low, high]).range([from, to]);
}

/** The domain widened to whole ticks, so that a live axis does not move with every value. */
export function roundedDomain([low, high]: Domain, count: number): Domain {
  return scaleLinear().domain([low, high]).nice(count).domain() as [number, number];
}

/** About so many labelled ticks. */
export function ticksOf(scale: Scale, count: number): Ticks {
  const [low, high] = scale.domain() as [number, number];
  return 'base' in scale && high / low >= LEAST_LOG_RATIO
    ? logTicks(scale, low, high, count)
    : linearTicks(low, high, count);
}

/** px between the labels of a horizontal axis, and between its ticks at least. */
const LABEL_ROOM = 8;
const TICK_ROOM = 44;

/**
 * Ticks of a horizontal axis, as many as their labels leave room for.
 * @param widthOf px of a label
 */
export function ticksWithRoom(scale: Scale, widthOf: (text: string) => number): Ticks {
  const [from, to] = scale.range() as [number, number];
  for (let count = Math.max(2, Math.floor((to - from) / TICK_ROOM)); count > 1; count--) {
    const ticks = ticksOf(scale, count);
    const hasRoom = ticks.major.every((tick, i) => {
      const next = ticks.major[i + 1];
      if (next === undefined) return true;
      const needed = (widthOf(tick.text) + widthOf(next.text)) / 2 + LABEL_ROOM;
      return scale(next.value) - scale(tick.value) >= needed;
    });
    if (hasRoom) return ticks;
  }
  return ticksOf(scale, 1);
}

function linearTicks(low: number, high: number, count: number): Ticks {
  const values = scaleLinear().domain([low, high]).ticks(count);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const exponent =
    largest > 0 && (largest < SMALLEST_LABEL || largest >= LARGEST_LABEL)
      ? Math.floor(Math.log10(largest) + 1e-9)
      : 0;
  const [first = 0, second] = values.map((value) => value / 10 ** exponent);
  const decimals =
    second === undefined ? 0 : Math.max(0, -Math.floor(Math.log10(Math.abs(second - first)) + 1e-9));
  return {
    major: values.map((value) => {
      const scaled = value / 10 ** exponent;
      return { value, text: second === undefined ? formatPlain(scaled) : formatFixed(scaled, decimals) };
    }),
    minor: [],
    exponent,
  };
}

/** d3 labels 1, 2, 3 … of a decade as far as there is room, close together at its beginning: 1, 2, 5 are spread evenly. */
function logTicks(scale: ScaleLogarithmic<number, number>, low: number, high: number, count: number): Ticks {
  const decades = Math.log10(high / low);
  // So many that d3 gives all multiples 1 … 9, yet not so many that it takes linear ticks instead.
  const values = scale.ticks(Math.floor(decades) + 1);
  const withDigits = (digits: string): number[] =>
    values.filter((value) => digits.includes(value.toExponential(0).charAt(0)));
  const powers = withDigits('1');
  const finer = powers.length >= 3 ? [] : [withDigits('125'), withDigits('13')];
  const labelled = finer.find(({ length }) => length >= 2 && length <= count) ?? powers;
  const major = labelled.length > count && decades >= count ? scale.ticks(count) : labelled;
  return {
    major: major.map((value) => ({ value, text: logLabel(value, low, high) })),
    minor: decades > FINE_DECADES ? [] : values.filter((value) => !major.includes(value)),
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
