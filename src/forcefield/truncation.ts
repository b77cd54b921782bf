/**
 * What happens to a pair term at the cutoff, outside every form: nothing (`none`, a sharp cut), the energy shifted to
 * zero (`shift`), or energy and force (`shiftForce`):
 *   V(r) − V(r_c) − (r − r_c) V′(r_c).
 */
import type { PairTerm, Truncation } from './forceField.ts';
import { pairForm } from './pairForms.ts';

/** V(r) in eV and dV/dr in eV/Å of the sum of `terms`, untruncated. */
export function sumAt(terms: readonly PairTerm[], r: number): { energy: number; slope: number } {
  let energy = 0;
  let slope = 0;
  for (const { form, params, curve } of terms) {
    energy += pairForm(form).energy(r, params, curve);
    slope += pairForm(form).slope(r, params, curve);
  }
  return { energy, slope };
}

/** The numbers subtracted: energy (eV) and slope (eV/Å) of the sum of `terms` at the cutoff, as `truncation` asks. */
export function valuesAtCutoff(
  terms: readonly PairTerm[],
  cutoff: number,
  truncation: Truncation,
): { energy: number; slope: number } {
  const { energy, slope } = sumAt(terms, cutoff);
  return { energy: truncation === 'none' ? 0 : energy, slope: truncation === 'shiftForce' ? slope : 0 };
}
