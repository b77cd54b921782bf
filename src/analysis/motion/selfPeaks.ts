/** Peaks of the self van Hove function: the second one is the length of a hop. */

/** A peak of 4πr²G_s. */
export interface Peak {
  /** Å */
  readonly r: number;
  /** Height over the minimum before it. */
  readonly prominence: number;
}

/** Smoothing, Å; closer to the first peak than `APART` (Å) is its own shoulder. */
const SMOOTHING = 0.1;
const APART = 0.7;
/** Farther out than this the first peak is no vibration, Å: all ions have hopped. */
const WIDEST_VIBRATION = 1.5;
/** A second peak stands at least so much above the minimum before it … */
const LEAST_PROMINENCE = 1.1;
/** … and by so many standard errors of independent counts. */
const LEAST_SIGNIFICANCE = 4;

/** Gaussian smoothing of a histogram; what lies below zero is reflected with its sign, for 4πr²G is odd times r. */
export function smoothed(values: ArrayLike<number>, sigma: number, binWidth: number): Float64Array {
  const reach = Math.ceil((4 * sigma) / binWidth);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-0.5 * (((k - reach) * binWidth) / sigma) ** 2),
  );
  return Float64Array.from({ length: values.length }, (_, b) => {
    let [sum, total] = [0, 0];
    for (let k = -reach; k <= reach; k++) {
      const place = b + k;
      if (place < 0 || place >= values.length) continue;
      const w = weights[k + reach] as number;
      sum += w * (values[place] as number);
      total += w;
    }
    return sum / total;
  });
}

/**
 * The second peak of a histogram of displacements, if it has one that counting noise does not explain.
 * @param counts by bin
 * @param dilution counts per independent count: time origins within one lag
 */
export function secondPeak(counts: ArrayLike<number>, binWidth: number, dilution: number): Peak | undefined {
  const curve = smoothed(counts, SMOOTHING, binWidth);
  const at = (b: number): number => curve[b] as number;
  const isPeak = (b: number): boolean => (b === 0 || at(b) > at(b - 1)) && at(b) >= at(b + 1);
  let highest = 0;
  for (const x of curve) highest = Math.max(highest, x);
  let first = -1;
  let lowest = Number.POSITIVE_INFINITY;
  for (let b = 0; b < curve.length - 1; b++) {
    if (first < 0) {
      if (b * binWidth > WIDEST_VIBRATION) return undefined;
      if (isPeak(b) && at(b) > 0.05 * highest) first = b;
      continue;
    }
    lowest = Math.min(lowest, at(b));
    if (!isPeak(b) || (b - first) * binWidth < APART) continue;
    // The smoothing gathers so many bins.
    const gathered = (2 * Math.sqrt(Math.PI) * SMOOTHING) / binWidth;
    const error = Math.sqrt(((at(b) + lowest) * dilution) / gathered);
    if (at(b) > LEAST_PROMINENCE * lowest && at(b) - lowest > LEAST_SIGNIFICANCE * error) {
      const [left, middle, right] = [at(b - 1), at(b), at(b + 1)];
      const shift = (0.5 * (left - right)) / (left - 2 * middle + right || -1);
      return { r: (b + 0.5 + shift) * binWidth, prominence: middle / Math.max(lowest, 1e-300) };
    }
  }
  return undefined;
}
