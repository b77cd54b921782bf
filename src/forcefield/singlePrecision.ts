/** Whether a pair term can be computed in single precision, as the engine does. */
import { type FormTerm, packTerm, pairForm } from './pairForms.ts';

/** Largest number of 32 bits. */
export const LARGEST_F32 = 3.4028234e38;

/** What of a term is too large for a number of 32 bits, in words; undefined when nothing is. @param cutoff Å */
export function overflowOf(term: FormTerm, cutoff: number): string | undefined {
  const { energy, slope } = pairForm(term.form);
  const { params, numbers } = packTerm(term, cutoff, 0);
  const values: Readonly<Record<string, number>> = {
    ...params,
    'a number of the curve': numbers.find((x) => !(Math.abs(x) <= LARGEST_F32)) ?? 0,
    'energy at the cutoff': energy(cutoff, term.params, term.curve),
    'slope at the cutoff': slope(cutoff, term.params, term.curve),
  };
  const found = Object.entries(values).find(([, value]) => !(Math.abs(value) <= LARGEST_F32));
  return found && `${found[0]} is ${found[1]}, beyond what 32 bits hold`;
}
