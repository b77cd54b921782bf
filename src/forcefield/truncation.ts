/**
 * What happens to a pair term at the cutoff, outside every form: nothing (`none`, a sharp cut), the energy shifted to
 * zero (`shift`), or energy and force (`shiftForce`):
 *   V(r) − V(r_c) − (r − r_c) V′(r_c).
 */
import type { PairTerm, Truncation } from './forceField.ts';
import { pairForm } from './pairForms.ts';

/** The numbers subtracted: energy (eV) and slope (eV/Å) of the sum of `terms` at the cutoff, as `truncation` asks. */
export function valuesAtCutoff(
  terms: readonly PairTerm[],
  cutoff: number,
  truncation: Truncation,
): { energy: number; slope: number } {
  let energy = 0;
  let slope = 0;
  for (const { form, params } of terms) {
    if (truncation !== 'none') energy += pairForm(form).energy(cutoff, params);
    if (truncation === 'shiftForce') slope += pairForm(form).slope(cutoff, params);
  }
  return { energy, slope };
}
