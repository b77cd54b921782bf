/**
 * Oxidation states of the ions in a crystal: those that the file gives, else the usual ones. Elements with several are
 * given the state that brings the composition closest to neutral.
 */
import { InputError } from '../core/errors.ts';
import type { System } from '../model/system.ts';

/** Oxidation states in halides, chalcogenides, oxides and oxide halides, the usual one first, e. */
const STATES: Readonly<Record<string, readonly number[]>> = {
  ...same([1], ['H', 'Li', 'Na', 'K', 'Rb', 'Cs', 'Ag']),
  ...same([2], ['Be', 'Mg', 'Ca', 'Sr', 'Ba', 'Zn', 'Cd']),
  ...same(
    [3],
    ['B', 'Al', 'Ga', 'In', 'Sc', 'Y', 'La', 'Pr', 'Nd', 'Pm', 'Gd', 'Tb', 'Dy', 'Ho', 'Er', 'Tm'],
  ),
  ...same([3], ['Lu', 'Bi']),
  ...same([3, 2], ['Sm', 'Eu', 'Yb', 'Cr']),
  ...same([4], ['C', 'Si', 'Ge', 'Zr', 'Hf']),
  ...same([5, 4, 3], ['Nb', 'Ta']),
  ...same([2, 3], ['Fe', 'Co', 'Ni']),
  ...same([-1], ['F', 'Cl', 'Br', 'I']),
  ...same([-2, 4, 6], ['S', 'Se', 'Te']),
  ...same([5, 3], ['P', 'As', 'Sb']),
  ...same([6, 4], ['Mo', 'W']),
  Ce: [3, 4],
  Cu: [2, 1],
  Hg: [2, 1],
  Mn: [2, 3, 4],
  N: [-3, 5],
  O: [-2],
  Pb: [2, 4],
  Sn: [4, 2],
  Ti: [4, 3, 2],
  Tl: [1, 3],
  V: [3, 2, 4, 5],
};
/** What a state other than the usual one has to gain, e per atom of the cell. */
const UNUSUAL = 0.005;
/** Combinations of states that are looked at. */
const MOST_COMBINATIONS = 4096;

function same(states: readonly number[], elements: readonly string[]): Record<string, readonly number[]> {
  return Object.fromEntries(elements.map((element) => [element, states]));
}

/**
 * Charge of every species, e: `given` by label or element, else the file's, else from the table.
 * @throws InputError for an element without a usual oxidation state
 */
export function formalChargesOf(system: System, given: Readonly<Record<string, number>> = {}): number[] {
  const amounts = system.species.map(() => 0);
  system.typeOf.forEach((type, i) => {
    amounts[type] = (amounts[type] as number) + (system.occupancies?.[i] ?? 1);
  });
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  const choices = system.species.map(({ label, element, formalCharge }): readonly number[] => {
    const known = given[label] ?? given[element] ?? formalCharge;
    if (known !== undefined) return [known];
    const states = STATES[element];
    if (states) return states;
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
