/**
 * Oxidation states of the ions in a crystal: those that the file gives, else the usual ones. Elements with several are
 * given the state that brings the composition closest to neutral.
 */
import { InputError } from '../core/errors.ts';
import { amountsOf, oxidationStates } from '../model/oxidation.ts';
import type { System } from '../model/system.ts';

/** What a state other than the usual one has to gain, e per atom of the cell. */
const UNUSUAL = 0.005;
/** Combinations of states that are looked at. */
const MOST_COMBINATIONS = 4096;

/**
 * Charge of every species, e: `given` by label or element, else the file's, else from the table.
 * @throws InputError for an element without a usual oxidation state
 */
export function formalChargesOf(system: System, given: Readonly<Record<string, number>> = {}): number[] {
  const amounts = amountsOf(system);
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  const choices = system.species.map(({ label, element, formalCharge }): readonly number[] => {
    const known = given[label] ?? given[element] ?? formalCharge;
    if (known !== undefined) return [known];
    const states = oxidationStates(element);
    if (states.length > 0) return states;
    throw new InputError(
      `${system.title}: no usual oxidation state is known for ${element}; give its charge (--charge ${label}=…)`,
    );
  });
  let combinations: (readonly number[])[] = [[]];
  for (const states of choices) {
    const few = combinations.length * states.length <= MOST_COMBINATIONS ? states : states.slice(0, 1);
    combinations = combinations.flatMap((before) => few.map((state) => [...before, state]));
  }
  const cost = (charges: readonly number[]): number => {
    const net = charges.reduce((sum, charge, type) => sum + charge * (amounts[type] as number), 0);
    const unusual = charges.filter((charge, type) => charge !== choices[type]?.[0]).length;
    return Math.abs(net) / total + UNUSUAL * unusual;
  };
  return [...combinations.reduce((best, one) => (cost(one) < cost(best) ? one : best))];
}
