/** What a potential is chosen for: species and how much of each, of a structure or of a formula. */
import { ELEMENTS } from '../core/elements.ts';
import { InputError, suggestion } from '../core/errors.ts';
import { amountsOf } from '../model/oxidation.ts';
import type { Species, System } from '../model/system.ts';

export interface Composition {
  /** How messages name it. */
  readonly title: string;
  readonly species: readonly Species[];
  /** Of every species, in any unit. */
  readonly amounts: readonly number[];
}

/** Species that occur in a structure, occupancies counted. */
export function compositionOf(system: System): Composition {
  const { title, species } = system;
  const amounts = amountsOf(system);
  const present = species.flatMap((one, type) => ((amounts[type] as number) > 0 ? [{ one, type }] : []));
  return {
    title,
    species: present.map(({ one }) => one),
    amounts: present.map(({ type }) => amounts[type] as number),
  };
}

/** A formula such as `Li3YCl6` or `Li2.5Y0.5Zr0.5Cl6`, without brackets. */
export function compositionOfFormula(formula: string): Composition {
  const fail = (why: string): never => {
    throw new InputError(`${formula}: expected a formula such as Li3YCl6; ${why}`);
  };
  if (formula.length > 200) fail('this one is too long');
  const amounts = new Map<string, number>();
  const parts = [...formula.matchAll(/([A-Z][a-z]?)(\d+(?:\.\d+)?)?/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== formula) {
    fail('symbols of elements with numbers are understood, nothing else');
  }
  for (const [, symbol = '', count] of parts) {
    if (!ELEMENTS.has(symbol)) fail(`${symbol} is no element${suggestion(symbol, ELEMENTS.keys())}`);
    const amount = count === undefined ? 1 : Number(count);
    if (!(amount > 0)) fail(`there is no ${symbol} in it`);
    amounts.set(symbol, (amounts.get(symbol) ?? 0) + amount);
  }
  const species = [...amounts.keys()].map((element): Species => {
    return { label: element, element, mass: ELEMENTS.get(element)?.mass ?? 0 };
  });
  return { title: formula, species, amounts: [...amounts.values()] };
}

/** Elements of a composition with their shares of all atoms. */
function shares({ species, amounts }: Composition): Map<string, number> {
  const all = amounts.reduce((sum, amount) => sum + amount, 0);
  const found = new Map<string, number>();
  species.forEach(({ element }, i) => {
    found.set(element, (found.get(element) ?? 0) + (amounts[i] as number) / all);
  });
  return found;
}

/** True for the same elements in the same proportions (to a thousandth). */
export function isSameCompound(a: Composition, b: Composition): boolean {
  const [one, other] = [shares(a), shares(b)];
  if (one.size !== other.size) return false;
  return [...one].every(([element, share]) => Math.abs((other.get(element) ?? 0) - share) < 1e-3);
}
