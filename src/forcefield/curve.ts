/**
 * V(r) through given points: between two points the quintic polynomial that has the value, slope and curvature of both.
 * Values and slopes are the given ones; curvatures are the derivative of the given slopes, taken from the polynomial
 * through the five points around. The energy is twice differentiable, the force is its exact derivative, and the error
 * of the force falls with the fourth power of the distance between points.
 */
import { InputError } from '../core/errors.ts';

/** Points r (Å, increasing) with V (eV), dV/dr (eV/Å) and d²V/dr² (eV/Å²). */
export interface Curve {
  readonly r: Float64Array;
  readonly energy: Float64Array;
  readonly slope: Float64Array;
  readonly curvature: Float64Array;
}

/** What a user gives: r in Å, V in eV, F = −dV/dr in eV/Å. */
export interface CurvePoints {
  readonly r: readonly number[];
  readonly V: readonly number[];
  readonly F: readonly number[];
}

/** Points of the polynomial that a curvature is taken from. */
const STENCIL = 5;
/** Fewer points say little about a potential; a curve through so few is a mistake. */
export const FEWEST_POINTS = 10;
/** Mismatch of energies and forces, relative to the force: worth a warning, and beyond any rounding. */
const INCONSISTENT = { warned: 0.01, refused: 0.5 } as const;

/**
 * The curve through checked points.
 * @param place where point i stands, for messages: `pair.table:12`
 * @returns with a sentence for every doubt about the points
 */
export function curveThrough(
  { r, V, F }: CurvePoints,
  place: (point: number) => string,
): { curve: Curve; warnings: string[] } {
  const fail = (i: number, message: string): never => {
    throw new InputError(`${place(i)}: ${message}`);
  };
  if (r.length < FEWEST_POINTS) {
    fail(0, `a table of ${r.length} points; expected at least ${FEWEST_POINTS}`);
  }
  r.forEach((x, i) => {
    const before = i === 0 ? 0 : (r[i - 1] as number);
    if (x > before) return;
    fail(
      i,
      i === 0 ? `r = ${x} Å; expected a positive distance` : `r = ${x} Å does not lie beyond ${before} Å`,
    );
  });
  const slope = F.map((f) => -f);
  const curve: Curve = {
    r: Float64Array.from(r),
    energy: Float64Array.from(V),
    slope: Float64Array.from(slope),
    curvature: Float64Array.from(r, (_, i) => derivativeAt(r, slope, i)),
  };
  const wild = curve.curvature.findIndex((x) => !Number.isFinite(x));
  if (wild >= 0)
    fail(wild, `the forces around r = ${r[wild]} Å are too large, or the points too close, for a curve`);
  const doubt = inconsistency(curve);
  const last = r.length - 1;
  if (V[last] === 0 && F[last] === 0 && doubt.worst > INCONSISTENT.refused && doubt.point === last - 1) {
    // LAMMPS' pair_write computes nothing at its cutoff itself.
    fail(
      last,
      `zero at r = ${r[last]} Å, unlike the points before; write the table a little beyond the cutoff`,
    );
  }
  if (doubt.share > 0.5 && doubt.flipped < INCONSISTENT.warned) {
    fail(doubt.point, 'the forces have the wrong sign: expected F = −dV/dr, found dV/dr');
  }
  if (doubt.share > 0.5) {
    fail(doubt.point, 'the forces are not the derivative of the energies: expected F = −dV/dr in eV/Å');
  }
  if (doubt.worst < INCONSISTENT.warned) return { curve, warnings: [] };
  return {
    curve,
    warnings: [
      `${place(doubt.point)}: the energies near r = ${r[doubt.point]} Å change by ${(100 * doubt.worst).toFixed(0)} % more or less ` +
        'than the forces say; the curve follows both, with steps between the points',
    ],
  };
}

/** V (eV), dV/dr (eV/Å) and d²V/dr² (eV/Å²) of a curve at r (Å) within its points. */
export function curveAt(
  { r: points, energy, slope, curvature }: Curve,
  r: number,
): { energy: number; slope: number; curvature: number } {
  let low = 0;
  let high = points.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((points[middle] as number) <= r) low = middle;
    else high = middle;
  }
  const at = (values: Float64Array, i: number): number => values[i] as number;
  const h = at(points, high) - at(points, low);
  const t = (r - at(points, low)) / h;
  const a0 = at(energy, low);
  const a1 = h * at(slope, low);
  const a2 = 0.5 * h * h * at(curvature, low);
  const value = at(energy, high) - a0 - a1 - a2;
  const first = h * at(slope, high) - a1 - 2 * a2;
  const second = h * h * at(curvature, high) - 2 * a2;
  const a3 = 10 * value - 4 * first + 0.5 * second;
  const a4 = -15 * value + 7 * first - second;
  const a5 = 6 * value - 3 * first + 0.5 * second;
  return {
    energy: a0 + t * (a1 + t * (a2 + t * (a3 + t * (a4 + t * a5)))),
    slope: (a1 + t * (2 * a2 + t * (3 * a3 + t * (4 * a4 + t * 5 * a5)))) / h,
    curvature: (2 * a2 + t * (6 * a3 + t * (12 * a4 + t * 20 * a5))) / h ** 2,
  };
}

/** dy/dx at point i of the polynomial through the STENCIL points nearest to it. */
function derivativeAt(x: readonly number[], y: readonly number[], i: number): number {
  const first = Math.min(Math.max(0, i - (STENCIL >> 1)), x.length - STENCIL);
  const at = (values: readonly number[], k: number): number => values[first + k] as number;
  const here = i - first;
  let sum = 0;
  for (let k = 0; k < STENCIL; k++) {
    if (k === here) continue;
    // Derivative of the k-th Lagrange polynomial at the point; the one of the point itself follows from their sum, 0.
    let weight = 1 / (at(x, k) - at(x, here));
    for (let m = 0; m < STENCIL; m++) {
      if (m !== k && m !== here) weight *= (at(x, here) - at(x, m)) / (at(x, k) - at(x, m));
    }
    sum += weight * (at(y, k) - at(y, here));
  }
  return sum;
}

/**
 * How far the energies of neighbouring points differ from the integral of the forces between them, relative to what the
 * force there moves: the worst interval, the share of intervals that no rounding explains, and the share if the sign of
 * the forces were the other one.
 */
function inconsistency({ r, energy, slope, curvature }: Curve): {
  worst: number;
  point: number;
  share: number;
  flipped: number;
} {
  const at = (values: Float64Array, i: number): number => values[i] as number;
  let [worst, point, bad, flipped] = [0, 0, 0, 0];
  const n = r.length - 1;
  for (let i = 0; i < n; i++) {
    const h = at(r, i + 1) - at(r, i);
    const rise = at(energy, i + 1) - at(energy, i);
    const integral =
      (h / 2) * (at(slope, i) + at(slope, i + 1)) + (h * h * (at(curvature, i) - at(curvature, i + 1))) / 12;
    // Beside what the force moves, a thousandth of the energy: with it, energies of five digits stay below a warning.
    const moved = h * Math.max(Math.abs(at(slope, i)), Math.abs(at(slope, i + 1)));
    const scale = moved + 1e-3 * Math.max(Math.abs(at(energy, i)), Math.abs(at(energy, i + 1))) + 1e-12;
    const mismatch = Math.abs(rise - integral) / scale;
    if (mismatch > worst) [worst, point] = [mismatch, i];
    if (mismatch > INCONSISTENT.refused) bad++;
    if (Math.abs(rise + integral) / scale > INCONSISTENT.warned) flipped++;
  }
  return { worst, point, share: bad / n, flipped: flipped / n };
}
