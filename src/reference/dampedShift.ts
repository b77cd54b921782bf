/**
 * Coulomb as a damped shifted force in f64 (Fennell & Gezelter 2006, doi:10.1063/1.2206581), every pair and image within
 * the cutoff. Written apart from the engine's: the shift here is the difference of f at r and at r_c pair by pair.
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { erfc, TWO_OVER_SQRT_PI } from '../core/erf.ts';
import type { System } from '../model/system.ts';
import { chargesOf } from './ewald.ts';
import { addPair, emptyResult, type ForceResult, forEachPair } from './pairSum.ts';

/**
 * Energy (self energy included), forces and virial.
 * @param cutoff Å @param alpha 1/Å
 */
export function dampedShiftSum(system: System, cutoff: number, alpha: number): ForceResult {
  const charges = chargesOf(system);
  const result = emptyResult(charges.length);
  const f = (r: number): number => erfc(alpha * r) / r;
  const slope = (r: number): number =>
    -(f(r) / r + (alpha * TWO_OVER_SQRT_PI * Math.exp(-((alpha * r) ** 2))) / r);
  const shifted = (r: number): number => f(r) - f(cutoff) - (r - cutoff) * slope(cutoff);
  forEachPair(system, cutoff, (i, j, dr, r) => {
    const product = COULOMB_EV_ANGSTROM * (charges[i] as number) * (charges[j] as number);
    addPair(result, i, j, dr, product * shifted(r), (-product * (slope(r) - slope(cutoff))) / r);
  });
  // What an ion sees of itself: shifted(r) − 1/r as r → 0, which is −2α/√π − f(r_c) + r_c f′(r_c); half of it, as any pair.
  const own = -alpha * TWO_OVER_SQRT_PI - f(cutoff) + cutoff * slope(cutoff);
  for (const q of charges) result.energy += 0.5 * COULOMB_EV_ANGSTROM * q * q * own;
  return result;
}
