/** Vibrational densities of states out of velocity autocorrelation functions. Pure functions of curves. */
import { createFft, nextPowerOfTwo } from '../../core/fft.ts';

export interface Spectrum {
  /** THz */
  readonly frequencies: Float64Array;
  /** 1/THz; integrates to one. */
  readonly density: Float64Array;
}

/** Points of the spectrum per resolved width, at least. */
const OVERSAMPLING = 4;

/**
 * g(ν) = 4Δ[½C₀ + Σ C_k w_k cos 2πνkΔ]/C₀ with the Hann window w_k = cos²(πk/2n), which integrates to one between zero and the
 * Nyquist frequency. It resolves about one over the longest lag.
 * @param correlation C at lags 0, Δ, …; only ratios matter
 * @param interval Δ, fs
 * @param isAverage velocities are averages over Δ, whose spectrum is lower by (sin πνΔ/πνΔ)²: divide by it
 */
export function vibrationalSpectrum(
  correlation: Float64Array,
  interval: number,
  isAverage = false,
): Spectrum {
  const n = correlation.length;
  const fft = createFft(nextPowerOfTwo(OVERSAMPLING * n));
  const even = new Float64Array(fft.length);
  for (let k = 0; k < n; k++) {
    const value = (correlation[k] as number) * Math.cos((Math.PI * k) / (2 * n)) ** 2;
    even[k] = value;
    if (k > 0) even[fft.length - k] = value;
  }
  fft.forward(even, new Float64Array(fft.length));
  const spacing = 1000 / (fft.length * interval);
  const points = fft.length / 2 + 1;
  const frequencies = Float64Array.from({ length: points }, (_, j) => j * spacing);
  const density = frequencies.map((nu, j) => {
    const x = Math.PI * nu * interval * 1e-3;
    return (even[j] as number) / (isAverage && x > 0 ? (Math.sin(x) / x) ** 2 : 1);
  });
  const total = integral(density, spacing, 0);
  return { frequencies, density: density.map((g) => g / total) };
}

/** ∫νg dν/∫g dν above a frequency, THz. */
export function firstMoment({ frequencies, density }: Spectrum, above: number): number {
  const spacing = frequencies[1] as number;
  const first = Math.ceil(above / spacing);
  return (
    integral(
      density.map((g, j) => g * (frequencies[j] as number)),
      spacing,
      first,
    ) / integral(density, spacing, first)
  );
}

/** Trapezoids from a point on. */
function integral(values: Float64Array, spacing: number, first: number): number {
  let sum = 0;
  for (let j = first; j < values.length; j++) {
    const isEnd = j === first || j === values.length - 1;
    sum += (isEnd ? 0.5 : 1) * (values[j] as number);
  }
  return sum * spacing;
}
