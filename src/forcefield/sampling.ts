/**
 * A curve as the pair loop reads it: cubic polynomials of u = r² on a uniform grid (no root, no division, no search),
 * with the value and slope of the curve at every grid point. Energy and force are continuous and the force is the exact
 * derivative of the energy, −V′(r)/r = −2 dV/du, so that dynamics conserves the energy of the polynomials.
 */
import { type Curve, curveAt } from './curve.ts';

/** Error of the force allowed: of the force itself, or of FORCE_FLOOR (eV/Å) where that is larger. f32 rounds as much. */
export const SAMPLING_ACCURACY = 1e-6;
const FORCE_FLOOR = 0.01;
/** Intervals: 16 bytes each, a mebibyte at most. A steep table from 0.1 Å would want more close in, where no ion goes. */
const FEWEST = 256;
const MOST = 65_536;

export interface Sampling {
  /** u of the first grid point, Å² */
  readonly origin: number;
  /** 1/Å² */
  readonly inverseSpacing: number;
  /** Index of the last interval. */
  readonly last: number;
  /** Four coefficients per interval, of t = 0 … 1: a + bt + ct² + dt³ in eV. */
  readonly coefficients: Float64Array;
  /** Largest error of the force found between the grid points, in units of the larger of |F| and 0.01 eV/Å. */
  readonly error: number;
}

/** Samples a curve from its first point to the cutoff (Å), finely enough for SAMPLING_ACCURACY. */
export function sampleCurve(curve: Curve, cutoff: number): Sampling {
  let intervals = FEWEST;
  for (;;) {
    const sampling = sampleWith(curve, cutoff, intervals);
    if (sampling.error <= SAMPLING_ACCURACY || intervals === MOST) return sampling;
    // The error falls with the third power of the spacing: straight to what is needed, and a little beyond.
    const wanted = 1.2 * intervals * Math.cbrt(sampling.error / SAMPLING_ACCURACY);
    intervals = Math.min(MOST, Math.max(Math.ceil(wanted), intervals + FEWEST));
  }
}

function sampleWith(curve: Curve, cutoff: number, intervals: number): Sampling {
  const origin = (curve.r[0] as number) ** 2;
  const spacing = (cutoff ** 2 - origin) / intervals;
  const coefficients = new Float64Array(4 * intervals);
  const at = (u: number): { value: number; slope: number } => {
    const r = Math.sqrt(u);
    const { energy, slope } = curveAt(curve, r);
    return { value: energy, slope: (spacing * slope) / (2 * r) };
  };
  let error = 0;
  let from = at(origin);
  for (let k = 0; k < intervals; k++) {
    const to = at(origin + (k + 1) * spacing);
    const rise = to.value - from.value;
    const [a, b] = [from.value, from.slope];
    const [c, d] = [3 * rise - 2 * from.slope - to.slope, from.slope + to.slope - 2 * rise];
    coefficients.set([a, b, c, d], 4 * k);
    // The error of a cubic's slope is largest near a fifth and four fifths of the interval (zero at its middle).
    for (const t of [0.2, 0.8]) {
      const r = Math.sqrt(origin + (k + t) * spacing);
      const exact = curveAt(curve, r).slope;
      const found = ((b + t * (2 * c + 3 * t * d)) * 2 * r) / spacing;
      error = Math.max(error, Math.abs(found - exact) / Math.max(Math.abs(exact), FORCE_FLOOR));
    }
    from = to;
  }
  return { origin, inverseSpacing: 1 / spacing, last: intervals - 1, coefficients, error };
}
