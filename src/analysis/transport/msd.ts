/**
 * Mean squared displacement of a set of walkers, over all time origins and from the first frame, pooled over replicas.
 */
import { InputError } from '../../core/errors.ts';
import { createFft, nextPowerOfTwo } from '../../core/fft.ts';
import type { Tracks } from './tracks.ts';

/** Index pairs of the symmetric tensor, in the order that results print it. */
export const TENSOR_COMPONENTS = ['xx', 'yy', 'zz', 'xy', 'xz', 'yz'] as const;
export type TensorComponent = (typeof TENSOR_COMPONENTS)[number];

/** MSD against lag. Lag k is k·frameInterval; every array is [lags], k = 0 … frames − 1, Å² (e²Å² for the collective one). */
export interface MsdCurve {
  /** fs */
  readonly frameInterval: number;
  /** All time origins. */
  readonly msd: Float64Array;
  /** ⟨Δu_a Δu_b⟩ over all time origins; the trace is `msd`. */
  readonly tensor: Readonly<Record<TensorComponent, Float64Array>>;
  /** From the first frame only. */
  readonly singleOrigin: Float64Array;
  /** Walkers × time origins behind each lag. */
  readonly samples: Float64Array;
}

/**
 * MSD(τ) = ⟨|u(t₀+τ) − u(t₀)|²⟩ over walkers, time origins t₀ and replicas, by FFT: MSD = S₁ − 2S₂ with S₂ the
 * autocorrelation of u and S₁ a running sum of u² (Calandrini, Pellegrini, Calligari, Hinsen & Kneller, Collection SFN 12,
 * 201 (2011), doi:10.1051/sfn/201112010). O(N T log T), identical to the direct sum to rounding (1e-15 of the largest u²).
 * Every time origin of every replica counts the same, so a replica weighs by its length.
 * @param tracks one entry per replica; the same frame interval in all
 */
export function meanSquaredDisplacement(tracks: readonly Tracks[]): MsdCurve {
  const frames = Math.max(0, ...tracks.map((t) => t.frames));
  const frameInterval = commonInterval(tracks);
  const zeros = (): Float64Array => new Float64Array(frames);
  const tensor = { xx: zeros(), yy: zeros(), zz: zeros(), xy: zeros(), xz: zeros(), yz: zeros() };
  const singleOrigin = zeros();
  const samples = zeros();
  const firstSamples = zeros();
  for (const replica of tracks) addReplica(replica, tensor, singleOrigin, samples, firstSamples);
  const msd = zeros();
  for (let k = 0; k < frames; k++) {
    for (const ab of TENSOR_COMPONENTS) tensor[ab][k] = (tensor[ab][k] as number) / (samples[k] as number);
    singleOrigin[k] = (singleOrigin[k] as number) / (firstSamples[k] as number);
    msd[k] = (tensor.xx[k] as number) + (tensor.yy[k] as number) + (tensor.zz[k] as number);
  }
  return { frameInterval, msd, tensor, singleOrigin, samples };
}

/** The frame interval that all replicas share, fs. */
export function commonInterval(tracks: readonly Tracks[]): number {
  const first = tracks[0]?.frameInterval ?? 0;
  for (const { frameInterval } of tracks) {
    if (Math.abs(frameInterval - first) > 1e-4 * first) {
      throw new InputError(`replicas differ in frame interval: ${first} and ${frameInterval} fs`);
    }
  }
  return first;
}

type TensorSums = Record<TensorComponent, Float64Array>;

/** Adds the *sums* over walkers and origins of one replica. */
function addReplica(
  { walkers, frames, read }: Tracks,
  sums: TensorSums,
  firstSums: Float64Array,
  samples: Float64Array,
  firstSamples: Float64Array,
): void {
  const fft = createFft(nextPowerOfTwo(2 * frames));
  const m = fft.length;
  const zeros = (n: number): Float64Array => new Float64Array(n);
  const [x, y, z] = [zeros(frames), zeros(frames), zeros(frames)];
  const [aRe, aIm, bRe, bIm] = [zeros(m), zeros(m), zeros(m), zeros(m)];
  const spectra: TensorSums = {
    xx: zeros(m),
    yy: zeros(m),
    zz: zeros(m),
    xy: zeros(m),
    xz: zeros(m),
    yz: zeros(m),
  };
  const products: TensorSums = {
    xx: zeros(frames),
    yy: zeros(frames),
    zz: zeros(frames),
    xy: zeros(frames),
    xz: zeros(frames),
    yz: zeros(frames),
  };
  for (let i = 0; i < walkers; i++) {
    read(i, x, y, z);
    addProducts(x, y, z, products);
    // x and y share one complex transform, z has its own.
    aRe.fill(0).set(x);
    aIm.fill(0).set(y);
    bRe.fill(0).set(z);
    bIm.fill(0);
    fft.forward(aRe, aIm);
    fft.forward(bRe, bIm);
    addSpectra(aRe, aIm, bRe, bIm, spectra);
  }
  for (const ab of TENSOR_COMPONENTS) {
    const spectrum = spectra[ab];
    for (let k = 1; k < m / 2; k++) spectrum[m - k] = spectrum[k] as number;
    fft.inverse(spectrum, bIm.fill(0));
    const uu = products[ab];
    let s1 = 0;
    for (let t = 0; t < frames; t++) s1 += 2 * (uu[t] as number);
    for (let k = 0; k < frames; k++) {
      // s1 = Σ_t u_a u_b(t) + u_a u_b(t+k) over the frames − k origins of this lag.
      if (k > 0) s1 -= (uu[k - 1] as number) + (uu[frames - k] as number);
      sums[ab][k] = (sums[ab][k] as number) + s1 - 2 * (spectrum[k] as number);
    }
  }
  for (let k = 0; k < frames; k++) {
    const first = (products.xx[k] as number) + (products.yy[k] as number) + (products.zz[k] as number);
    firstSums[k] = (firstSums[k] as number) + first;
    samples[k] = (samples[k] as number) + walkers * (frames - k);
    firstSamples[k] = (firstSamples[k] as number) + walkers;
  }
}

function addProducts(x: Float64Array, y: Float64Array, z: Float64Array, out: TensorSums): void {
  for (let t = 0; t < x.length; t++) {
    const ux = x[t] as number;
    const uy = y[t] as number;
    const uz = z[t] as number;
    out.xx[t] = (out.xx[t] as number) + ux * ux;
    out.yy[t] = (out.yy[t] as number) + uy * uy;
    out.zz[t] = (out.zz[t] as number) + uz * uz;
    out.xy[t] = (out.xy[t] as number) + ux * uy;
    out.xz[t] = (out.xz[t] as number) + ux * uz;
    out.yz[t] = (out.yz[t] as number) + uy * uz;
  }
}

/**
 * Adds |X|², |Y|², |Z|² and the real parts of X*Y, X*Z, Y*Z, whose inverse transforms are the correlations symmetrised in
 * the two components. A = F(x + iy): X = (A_k + A*_−k)/2, Y = (A_k − A*_−k)/2i. Only k ≤ m/2: they are even in k.
 */
function addSpectra(
  aRe: Float64Array,
  aIm: Float64Array,
  zRe: Float64Array,
  zIm: Float64Array,
  out: TensorSums,
): void {
  const m = aRe.length;
  for (let k = 0; k <= m / 2; k++) {
    const j = (m - k) % m;
    const xr = 0.5 * ((aRe[k] as number) + (aRe[j] as number));
    const xi = 0.5 * ((aIm[k] as number) - (aIm[j] as number));
    const yr = 0.5 * ((aIm[k] as number) + (aIm[j] as number));
    const yi = 0.5 * ((aRe[j] as number) - (aRe[k] as number));
    const zr = zRe[k] as number;
    const zi = zIm[k] as number;
    out.xx[k] = (out.xx[k] as number) + xr * xr + xi * xi;
    out.yy[k] = (out.yy[k] as number) + yr * yr + yi * yi;
    out.zz[k] = (out.zz[k] as number) + zr * zr + zi * zi;
    out.xy[k] = (out.xy[k] as number) + xr * yr + xi * yi;
    out.xz[k] = (out.xz[k] as number) + xr * zr + xi * zi;
    out.yz[k] = (out.yz[k] as number) + yr * zr + yi * zi;
  }
}

/** Samples per lag for the variance of Δr²; see squaredDisplacementVariance. */
const VARIANCE_SAMPLES = 20_000;

/**
 * Variance of Δr² = |u(t₀+τ) − u(t₀)|² over walkers and time origins, Å⁴, at the given lags.
 *
 * By direct sampling at bounded cost: time origins a quarter of the lag apart (closer ones add almost nothing), thinned
 * further, and walkers thinned, until about 20 000 samples are left per lag: their sampling error is 1–2 % of a variance
 * whose square root becomes an error bar.
 * @param lags in frames
 */
export function squaredDisplacementVariance(
  tracks: readonly Tracks[],
  lags: ArrayLike<number>,
): Float64Array {
  const count = new Float64Array(lags.length);
  const sum = new Float64Array(lags.length);
  const sumOfSquares = new Float64Array(lags.length);
  const budget = VARIANCE_SAMPLES / tracks.length;
  for (const { walkers, frames, read } of tracks) {
    const [x, y, z] = [new Float64Array(frames), new Float64Array(frames), new Float64Array(frames)];
    // At least eight origins per walker before walkers are thinned.
    const walkerStride = Math.max(1, Math.ceil((walkers * 8) / budget));
    const used = Math.ceil(walkers / walkerStride);
    for (let i = 0; i < walkers; i += walkerStride) {
      read(i, x, y, z);
      for (let l = 0; l < lags.length; l++) {
        const lag = lags[l] as number;
        const origins = frames - lag;
        const stride = Math.max(1, Math.floor(lag / 4), Math.ceil((origins * used) / budget));
        for (let t = 0; t < origins; t += stride) {
          const dx = (x[t + lag] as number) - (x[t] as number);
          const dy = (y[t + lag] as number) - (y[t] as number);
          const dz = (z[t + lag] as number) - (z[t] as number);
          const r2 = dx * dx + dy * dy + dz * dz;
          count[l] = (count[l] as number) + 1;
          sum[l] = (sum[l] as number) + r2;
          sumOfSquares[l] = (sumOfSquares[l] as number) + r2 * r2;
        }
      }
    }
  }
  return sum.map((s, l) => {
    const n = count[l] as number;
    return Math.max(0, (sumOfSquares[l] as number) / n - (s / n) ** 2);
  });
}

/** Whole lags from `first` to `last`, equally spaced in the logarithm, `perDecade` of them or every one where that is fewer. */
export function logarithmicLags(first: number, last: number, perDecade: number): number[] {
  const lags: number[] = [];
  const ratio = 10 ** (1 / perDecade);
  for (let x = first; x <= last * (1 + 1e-9); x *= ratio) {
    const lag = Math.round(x);
    if (lag <= last && lag > (lags.at(-1) ?? 0)) lags.push(lag);
  }
  return lags;
}

/**
 * Log–log slope β(τ) = d ln MSD/d ln τ by central differences over a factor of two either way; 2 ballistic, 1 diffusive,
 * 0 caged. A vibrational offset c keeps it below one until MSD ≫ c: β = 1 − c/MSD.
 * @param lags in frames
 * @returns one β per lag, NaN where the curve does not reach
 */
export function logSlope(msd: Float64Array, lags: readonly number[]): number[] {
  return lags.map((lag) => {
    const low = Math.max(1, Math.floor(lag / 2));
    const high = lag * 2;
    if (high >= msd.length || low === high) return Number.NaN;
    return Math.log((msd[high] as number) / (msd[low] as number)) / Math.log(high / low);
  });
}
