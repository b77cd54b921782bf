/**
 * Oxidation states that changes of composition are balanced with. Elements of which several are as common have none here: a
 * wrong guess would go unseen.
 */
import { InputError } from '../core/errors.ts';
import { oxidationStates } from '../model/oxidation.ts';
import type { Species } from '../model/system.ts';

const SEVERAL = 'C V Fe Cu Mo Tc Ru Pd Re Os Ir Pt Au Pa U Np'.split(' ');

/** Oxidation states by label or element, e. */
export type GivenCharges = Readonly<Record<string, number>>;

/** The usual oxidation state of an element in halide electrolytes, e; undefined where several are common. */
export function usualOxidationState(element: string): number | undefined {
  return SEVERAL.includes(element) ? undefined : oxidationStates(element)[0];
}

/**
 * Oxidation state of a species, e: the given one, that of the structure, its charge, or the element's usual one. Charges that
 * are no whole numbers (scaled ones of a potential, averages) and zeros (files that know none write them) are passed over.
 * Throws where none is known.
 */
export function oxidationState(
  { label, element, formalCharge, charge }: Pick<Species, 'label' | 'element' | 'formalCharge' | 'charge'>,
  given: GivenCharges = {},
): number {
  const stated = Object.hasOwn(given, label)
    ? given[label]
    : Object.hasOwn(given, element)
      ? given[element]
      : undefined;
  if (stated !== undefined) {
    if (Number.isInteger(stated) && Math.abs(stated) <= 9) return stated;
    throw new InputError(`charges: ${label}: expected a whole number from −9 to 9, found ${stated}`);
  }
  const own = [formalCharge, charge].find((q) => q !== undefined && q !== 0 && Number.isInteger(q));
  const state = own ?? usualOxidationState(element);
  if (state !== undefined) return state;
  throw new InputError(
    `the oxidation state of ${label} is not known; give it, such as ${element}=2 (--charge) or "charges": {"${element}": 2}`,
  );
}
