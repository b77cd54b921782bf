/**
 * Fast Fourier transform on the host, f64, for correlation functions: radix-2, in place, tables computed once per
 * length. Not the GPU transform of the electrostatics (shaders/electrostatics/fft.wgsl).
 */
import { InputError } from './errors.ts';

/** Transforms of one length. */
export interface Fft {
  /** Number of points, a power of two. */
  readonly length: number;
  /** In place X_k = Σ_t x_t e^(−2πi kt/n). */
  forward(re: Float64Array, im: Float64Array): void;
  /** In place x_t = n⁻¹ Σ_k X_k e^(+2πi kt/n). */
  inverse(re: Float64Array, im: Float64Array): void;
}

/** The smallest power of two that is at least `n`. */
export function nextPowerOfTwo(n: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, n)));
}

/**
 * A radix-2 decimation-in-time transform (Cooley & Tukey, Math. Comput. 19, 297 (1965),
 * doi:10.1090/S0025-5718-1965-0178586-1), O(n log n).
 * @param length number of points, a power of two
 */
export function createFft(length: number): Fft {
  if (!(length >= 1) || nextPowerOfTwo(length) !== length) {
    throw new InputError(`FFT: expected a power of two, found ${length}`);
  }
  // The factors of the stage with butterflies h apart stand at h … 2h − 1, so that every stage reads them in order.
  const cosine = new Float64Array(length);
  const sine = new Float64Array(length);
  for (let half = 1; half < length; half *= 2) {
    for (let k = 0; k < half; k++) {
      cosine[half + k] = Math.cos((Math.PI * k) / half);
      sine[half + k] = -Math.sin((Math.PI * k) / half);
    }
  }
  const reversed = bitReversal(length);

  const forward = (re: Float64Array, im: Float64Array): void => {
    permute(re, reversed);
    permute(im, reversed);
    for (let half = 1; half < length; half *= 2) {
      for (let start = 0; start < length; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const wr = cosine[half + k] as number;
          const wi = sine[half + k] as number;
          const p = start + k;
          const q = p + half;
          const xr = re[q] as number;
          const xi = im[q] as number;
          const tr = xr * wr - xi * wi;
          const ti = xr * wi + xi * wr;
          const pr = re[p] as number;
          const pi = im[p] as number;
          re[q] = pr - tr;
          im[q] = pi - ti;
          re[p] = pr + tr;
          im[p] = pi + ti;
        }
      }
    }
  };

  const inverse = (re: Float64Array, im: Float64Array): void => {
    // Swapping real and imaginary parts conjugates input and output up to a factor i: F⁻¹(x) = swap(F(swap(x)))/n.
    forward(im, re);
    for (let k = 0; k < length; k++) {
      re[k] = (re[k] as number) / length;
      im[k] = (im[k] as number) / length;
    }
  };

  return { length, forward, inverse };
}

/**
 * Sums of products at every lag, C_k = Σ_t a_t b_(t+k) for k = 0 … n−1: the non-periodic correlation, zero-padded to
 * twice the length and *not* divided by the number of terms (n − k). With one argument the autocorrelation.
 * @param a [n] real series
 * @param b [n] real series
 * @returns [n]
 */
export function correlate(a: ArrayLike<number>, b: ArrayLike<number> = a): Float64Array {
  const n = a.length;
  if (b.length !== n) throw new InputError(`correlate: series of ${n} and ${b.length} values`);
  const fft = createFft(nextPowerOfTwo(2 * n));
  const aRe = new Float64Array(fft.length);
  const aIm = new Float64Array(fft.length);
  const bRe = new Float64Array(fft.length);
  const bIm = new Float64Array(fft.length);
  aRe.set(a);
  bRe.set(b);
  fft.forward(aRe, aIm);
  fft.forward(bRe, bIm);
  for (let k = 0; k < fft.length; k++) {
    const ar = aRe[k] as number;
    const ai = aIm[k] as number;
    const br = bRe[k] as number;
    const bi = bIm[k] as number;
    aRe[k] = ar * br + ai * bi;
    aIm[k] = ar * bi - ai * br;
  }
  fft.inverse(aRe, aIm);
  return aRe.slice(0, n);
}

function bitReversal(length: number): Uint32Array {
  const reversed = new Uint32Array(length);
  for (let i = 1; i < length; i++) {
    reversed[i] = ((reversed[i >>> 1] as number) >>> 1) + (i & 1 ? length / 2 : 0);
  }
  return reversed;
}

function permute(values: Float64Array, order: Uint32Array): void {
  for (let i = 0; i < order.length; i++) {
    const j = order[i] as number;
    if (j > i) {
      const kept = values[i] as number;
      values[i] = values[j] as number;
      values[j] = kept;
    }
  }
}
