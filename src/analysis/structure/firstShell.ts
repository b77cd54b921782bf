/** The first peak of a pair distribution and the minimum behind it: where a first shell ends. */
import type { DistanceGrid } from './pairDistances.ts';

export interface FirstShell {
  /** Bin of the peak, of the smoothed curve. */
  readonly peak: number;
  /** Bins up to here belong to the shell; undefined when g does not rise again within reach. */
  readonly end?: number;
}

/** Å: what peak and minimum are looked for with; values are read off the raw curve. */
export const LOCATING_WIDTH = 0.1;
/** A peak must fall, and the next one rise, by this part of the peak's height … */
const PROMINENCE = 0.05;
/** … and by so many standard errors of counting. */
const SIGMAS = 3;

/** A curve convolved with a Gaussian of standard deviation `width` (same unit as `step`), renormalised at the ends. */
export function smoothed(curve: ArrayLike<number>, step: number, width: number): Float64Array {
  if (!(width > 0)) return Float64Array.from(curve);
  const reach = Math.ceil((4 * width) / step);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-0.5 * (((k - reach) * step) / width) ** 2),
  );
  return Float64Array.from({ length: curve.length }, (_, i) => {
    let sum = 0;
    let total = 0;
    for (let k = -reach; k <= reach; k++) {
      const value = curve[i + k];
      if (value === undefined || Number.isNaN(value)) continue;
      const w = weights[k + reach] as number;
      sum += w * value;
      total += w;
    }
    return total > 0 ? sum / total : Number.NaN;
  });
}

/**
 * The first maximum of g above one and the lowest place between it and the next rise. Differences below 5 % of the peak or three
 * standard errors of counting are no peaks; a gap of zeros is cut in its middle.
 * @param perCount [bins] what one counted pair adds to g
 */
export function firstShell(
  g: Float64Array,
  perCount: Float64Array,
  { binWidth }: DistanceGrid,
): FirstShell | undefined {
  const width = Math.max(LOCATING_WIDTH, binWidth);
  const curve = smoothed(g, binWidth, width);
  const averaged = (2 * Math.sqrt(Math.PI) * width) / binWidth;
  let peak = 0;
  let lowest = -1;
  for (let k = 0; k < curve.length; k++) {
    const value = curve[k] as number;
    const top = curve[peak] as number;
    const counting = (level: number): number =>
      Math.sqrt((Math.max(level, perCount[k] as number) * (perCount[k] as number)) / averaged);
    if (lowest < 0) {
      if (value > top) peak = k;
      else if (top > 1 && top - value > Math.max(PROMINENCE * top, SIGMAS * counting(top))) lowest = k;
    } else {
      const bottom = curve[lowest] as number;
      if (value < bottom) lowest = k;
      else if (value - bottom > Math.max(PROMINENCE * top, SIGMAS * counting(value))) {
        return { peak, end: middleOfGap(curve, peak, lowest, k, bottom + 1e-3 * top) };
      }
    }
  }
  return (curve[peak] as number) > 1 && lowest >= 0 ? { peak } : undefined;
}

/** The bin in the middle of those around the minimum that lie below `level`. */
function middleOfGap(curve: Float64Array, peak: number, lowest: number, next: number, level: number): number {
  let [low, high] = [lowest, lowest];
  while (low - 1 > peak && (curve[low - 1] as number) <= level) low--;
  while (high + 1 < next && (curve[high + 1] as number) <= level) high++;
  return Math.round((low + high) / 2);
}

/** Position and height of a maximum. */
export interface Apex {
  readonly x: number;
  readonly height: number;
}

/**
 * The top of a peak from the parabola of least squares through ln y of five points around the highest one within `within` points
 * of `near`: exact for a Gaussian. Where a point is zero, or the parabola opens upwards, the highest point itself.
 */
export function apex(x: ArrayLike<number>, y: ArrayLike<number>, near: number, within: number): Apex {
  let top = near;
  for (let k = Math.max(0, near - within); k <= Math.min(y.length - 1, near + within); k++) {
    if ((y[k] as number) > (y[top] as number)) top = k;
  }
  const plain = { x: x[top] as number, height: y[top] as number };
  let [s0, s1, s2] = [0, 0, 0];
  for (let k = -2; k <= 2; k++) {
    const value = y[top + k] ?? 0;
    if (!(value > 0)) return plain;
    const log = Math.log(value);
    s0 += log;
    s1 += k * log;
    s2 += k * k * log;
  }
  // Normal equations of five points at −2 … 2: Σk² = 10, Σk⁴ = 34.
  const curvature = (s2 - 2 * s0) / 14;
  if (!(curvature < 0)) return plain;
  const slope = s1 / 10;
  const centre = s0 / 5 - 2 * curvature;
  const at = -slope / (2 * curvature);
  if (!(Math.abs(at) <= 1.5)) return plain;
  const step = ((x[top + 1] as number) - (x[top - 1] as number)) / 2;
  return { x: plain.x + at * step, height: Math.exp(centre + slope * at + curvature * at * at) };
}
