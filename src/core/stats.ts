/**
 * Statistics of series and the quantiles that intervals need. Everything is f64, plain functions of plain arrays.
 */
import { InputError } from './errors.ts';
import { correlate } from './fft.ts';

/** Arithmetic mean. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** Unbiased variance Σ(x − x̄)²/(n − 1); NaN for fewer than two values. */
export function variance(values: ArrayLike<number>): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - centre) ** 2;
  return values.length > 1 ? sum / (values.length - 1) : Number.NaN;
}

/** Median: the middle value, or the mean of the two middle ones. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Means of `count` consecutive blocks of equal length; what is left over (fewer than `count` values) is dropped at the end. */
export function blockMeans(values: ArrayLike<number>, count: number): Float64Array {
  const length = Math.floor(values.length / count);
  if (!(count >= 1) || length < 1) {
    throw new InputError(`block means: ${values.length} values do not fill ${count} blocks`);
  }
  return Float64Array.from({ length: count }, (_, b) => {
    let sum = 0;
    for (let i = b * length; i < (b + 1) * length; i++) sum += values[i] as number;
    return sum / length;
  });
}

/** The mean of a correlated series and its standard error. */
export interface SeriesMean {
  readonly mean: number;
  readonly standardError: number;
  /** Integrated autocorrelation time τ in samples: ½ for white noise. */
  readonly autocorrelationTime: number;
  /** n/2τ */
  readonly effectiveSamples: number;
}

/**
 * Mean of a stationary series with the standard error √(2τ s²/n), τ = ½ + Σ_k ρ(k) summed up to the first window
 * W ≥ 6 τ(W) (Madras & Sokal, J. Stat. Phys. 50, 109 (1988), doi:10.1007/BF01022990; Wolff, Comput. Phys. Commun. 156,
 * 143 (2004), doi:10.1016/S0010-4655(03)00467-3). Trustworthy for n ≳ 50 τ.
 */
export function seriesMean(values: ArrayLike<number>): SeriesMean {
  const n = values.length;
  const centre = mean(values);
  const deviations = Float64Array.from(values, (x) => x - centre);
  const sums = correlate(deviations);
  const c0 = (sums[0] as number) / n;
  let tau = 0.5;
  if (c0 > 0) {
    for (let k = 1; k < n / 2; k++) {
      tau += (sums[k] as number) / (n - k) / c0;
      if (k >= 6 * tau) break;
    }
  }
  // Anticorrelated series may sum below ½; the error of white noise is then the safe answer.
  const autocorrelationTime = Math.max(0.5, tau);
  const effectiveSamples = n / (2 * autocorrelationTime);
  return {
    mean: centre,
    standardError: Math.sqrt(c0 / Math.max(1, effectiveSamples - 1)),
    autocorrelationTime,
    effectiveSamples,
  };
}

/** One level of the blocking method. */
export interface BlockingLevel {
  /** Samples per block. */
  readonly size: number;
  readonly blocks: number;
  /** Standard error of the mean that blocks of this size give, and its own error. */
  readonly standardError: number;
  readonly errorOfError: number;
}

/**
 * Standard error of the mean against block size, sizes 1, 2, 4, …: it grows until blocks are independent, then stays
 * (Flyvbjerg & Petersen, J. Chem. Phys. 91, 461 (1989), doi:10.1063/1.457480). Stops at the last level with eight blocks.
 */
export function blockingLevels(values: ArrayLike<number>): BlockingLevel[] {
  const levels: BlockingLevel[] = [];
  let means: Float64Array = Float64Array.from(values);
  for (let size = 1; means.length >= 8; size *= 2) {
    const standardError = Math.sqrt(variance(means) / means.length);
    levels.push({
      size,
      blocks: means.length,
      standardError,
      errorOfError: standardError / Math.sqrt(2 * (means.length - 1)),
    });
    means = blockMeans(means, Math.floor(means.length / 2));
  }
  return levels;
}

/** A straight line y = intercept + slope·x. */
export interface LineFit {
  readonly slope: number;
  readonly intercept: number;
  /** Standard errors when the weights are inverse variances. */
  readonly slopeError: number;
  readonly interceptError: number;
  readonly covariance: number;
  /** Σ w (y − fit)² */
  readonly chiSquare: number;
}

/**
 * Weighted least squares of a line. Weights are inverse variances of *independent* values; without them every weight
 * is one, and the errors are those of unit variance.
 */
export function fitLine(x: ArrayLike<number>, y: ArrayLike<number>, weights?: ArrayLike<number>): LineFit {
  const n = x.length;
  if (n < 2 || y.length !== n) throw new InputError(`line fit: needs two points or more, found ${n}`);
  const w = (i: number): number => (weights ? (weights[i] as number) : 1);
  let sw = 0;
  let swx = 0;
  let swy = 0;
  for (let i = 0; i < n; i++) {
    sw += w(i);
    swx += w(i) * (x[i] as number);
    swy += w(i) * (y[i] as number);
  }
  const xMean = swx / sw;
  const yMean = swy / sw;
  let sxx = 0;
  let sxy = 0;
  for (let i = 0; i < n; i++) {
    const dx = (x[i] as number) - xMean;
    sxx += w(i) * dx * dx;
    sxy += w(i) * dx * ((y[i] as number) - yMean);
  }
  const slope = sxy / sxx;
  const intercept = yMean - slope * xMean;
  let chiSquare = 0;
  for (let i = 0; i < n; i++) {
    chiSquare += w(i) * ((y[i] as number) - intercept - slope * (x[i] as number)) ** 2;
  }
  return {
    slope,
    intercept,
    slopeError: Math.sqrt(1 / sxx),
    interceptError: Math.sqrt(1 / sw + (xMean * xMean) / sxx),
    covariance: -xMean / sxx,
    chiSquare,
  };
}

/** Standard normal quantile: 1.96 at p = 0.975. */
export function normalQuantile(p: number): number {
  // P(|Z| < z) = P(½, z²/2)
  const magnitude = invert((z) => lowerGamma(0.5, (z * z) / 2), Math.abs(2 * p - 1));
  return p < 0.5 ? -magnitude : magnitude;
}

/** Quantile of Student's t with `freedom` degrees of freedom: 4.303 at p = 0.975, freedom = 2. */
export function studentQuantile(p: number, freedom: number): number {
  // P(|T| < t) = 1 − I_(ν/(ν+t²))(ν/2, ½)
  const magnitude = invert(
    (t) => 1 - incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5),
    Math.abs(2 * p - 1),
  );
  return p < 0.5 ? -magnitude : magnitude;
}

/**
 * Quantile of χ² with `freedom` degrees of freedom; beyond 10⁵ of them by the cube-root transformation (Wilson & Hilferty,
 * Proc. Natl. Acad. Sci. 17, 684 (1931), doi:10.1073/pnas.17.12.684), there good to 1e-7.
 */
export function chiSquareQuantile(p: number, freedom: number): number {
  if (freedom > 1e5) {
    const c = 2 / (9 * freedom);
    return freedom * (1 - c + normalQuantile(p) * Math.sqrt(c)) ** 3;
  }
  return invert((x) => lowerGamma(freedom / 2, x / 2), p);
}

/**
 * Exact central interval of a Poisson mean after `count` events: [χ²_(α/2)(2n)/2, χ²_(1−α/2)(2n+2)/2] (Garwood,
 * Biometrika 28, 437 (1936), doi:10.1093/biomet/28.3-4.437). Zero events give [0, 3.69] at 95 %.
 */
export function poissonInterval(count: number, level = 0.95): [number, number] {
  const tail = (1 - level) / 2;
  return [
    count > 0 ? chiSquareQuantile(tail, 2 * count) / 2 : 0,
    chiSquareQuantile(1 - tail, 2 * count + 2) / 2,
  ];
}

/** ln Γ(x), x > 0 (Lanczos approximation, g = 7, relative error 1e-15). */
function logGamma(x: number): number {
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const z = x - 1;
  const sum = coefficients.reduce((acc, c, i) => acc + c / (z + i + 1), 0.99999999999980993);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Regularised lower incomplete gamma function P(s, x): series below s + 1, continued fraction (Lentz) above. */
function lowerGamma(s: number, x: number): number {
  if (x <= 0) return 0;
  const scale = Math.exp(s * Math.log(x) - x - logGamma(s));
  if (x < s + 1) {
    let term = 1 / s;
    let sum = term;
    for (let k = 1; Math.abs(term) > 1e-16 * Math.abs(sum) && k < 10000; k++) {
      term *= x / (s + k);
      sum += term;
    }
    return scale * sum;
  }
  let b = x + 1 - s;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let k = 1; k < 10000; k++) {
    const a = -k * (k - s);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    h *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return 1 - scale * h;
}

/** Regularised incomplete beta function I_x(a, b) by its continued fraction (Lentz). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const scale = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let k = 1; k < 10000; k++) {
    const even = (k * (b - k) * x) / ((a + 2 * k - 1) * (a + 2 * k));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    h *= c * d;
    const odd = (-(a + k) * (a + b + k) * x) / ((a + 2 * k) * (a + 2 * k + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    h *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return (scale * h) / a;
}

/** The x ≥ 0 at which an increasing distribution function reaches `p`: doubling, then bisection to the last bit that matters. */
function invert(distribution: (x: number) => number, p: number): number {
  if (!(p >= 0 && p < 1)) throw new InputError(`quantile: expected a probability below 1, found ${p}`);
  if (p === 0) return 0;
  let high = 1;
  while (distribution(high) < p && high < 1e300) high *= 2;
  let low = 0;
  while (high - low > 1e-13 * high) {
    const middle = (low + high) / 2;
    if (distribution(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
