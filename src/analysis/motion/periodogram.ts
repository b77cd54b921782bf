/** Power spectra of time series of any length. */
import { InputError } from '../../core/errors.ts';
import { createFft, nextPowerOfTwo } from '../../core/fft.ts';

/** Mean over independent components of |J_k|²Δ/N, k = 0 … N/2: an estimate of S(f) = ∫⟨J(0)J(t)⟩e^(2πift)dt at f = k·spacing. */
export interface Periodogram {
  readonly power: Float64Array;
  /** 1/(NΔ), THz */
  readonly spacing: number;
  /** Components averaged: every ordinate but the first and the last has twice as many degrees of freedom. */
  readonly components: number;
  /** N; of an even one the last ordinate is the Nyquist frequency. */
  readonly samples: number;
}

/**
 * The periodogram of some components, each a real series of the same even length; of an odd one the last value is dropped.
 * The mean is *not* taken off: a flux has none in equilibrium, and its part is the ordinate at zero.
 * @param interval fs
 */
export function periodogram(components: readonly Float64Array[], interval: number): Periodogram {
  const length = Math.min(...components.map((c) => c.length));
  const n = length - (length % 2);
  if (!(n >= 2)) throw new InputError(`periodogram: expected two values or more, found ${length}`);
  const power = new Float64Array(n / 2 + 1);
  for (const component of components) {
    const { re, im } = discreteFourier(component.subarray(0, n));
    for (let k = 0; k < power.length; k++) {
      const squared = (re[k] as number) ** 2 + (im[k] as number) ** 2;
      power[k] = (power[k] as number) + (squared * interval) / (n * components.length);
    }
  }
  return { power, spacing: 1000 / (n * interval), components: components.length, samples: n };
}

/**
 * X_k = Σ_t x_t e^(−2πikt/n) of a real series of any length n, as a convolution with a chirp (Bluestein, IEEE Trans. Audio
 * Electroacoust. 18, 451 (1970), doi:10.1109/TAU.1970.1162132): zero-padding would blur neighbouring ordinates into each other.
 */
export function discreteFourier(x: Float64Array): { re: Float64Array; im: Float64Array } {
  const n = x.length;
  const fft = createFft(nextPowerOfTwo(2 * n));
  const [aRe, aIm, bRe, bIm] = [0, 1, 2, 3].map(() => new Float64Array(fft.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const cosine = new Float64Array(n);
  const sine = new Float64Array(n);
  for (let t = 0; t < n; t++) {
    // t² modulo 2n: whole numbers below 2⁵³ for n up to 9e7.
    const angle = (Math.PI * ((t * t) % (2 * n))) / n;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    cosine[t] = c;
    sine[t] = s;
    aRe[t] = (x[t] as number) * c;
    aIm[t] = -(x[t] as number) * s;
    bRe[t] = c;
    bIm[t] = s;
    if (t > 0) {
      bRe[fft.length - t] = c;
      bIm[fft.length - t] = s;
    }
  }
  fft.forward(aRe, aIm);
  fft.forward(bRe, bIm);
  for (let k = 0; k < fft.length; k++) {
    const [ar, ai, br, bi] = [aRe[k], aIm[k], bRe[k], bIm[k]] as [number, number, number, number];
    aRe[k] = ar * br - ai * bi;
    aIm[k] = ar * bi + ai * br;
  }
  fft.inverse(aRe, aIm);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const [ar, ai, c, s] = [aRe[k], aIm[k], cosine[k], sine[k]] as [number, number, number, number];
    re[k] = ar * c + ai * s;
    im[k] = ai * c - ar * s;
  }
  return { re, im };
}
