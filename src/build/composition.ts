/** Composition of a structure, occupancies counted: what a formula unit is, and how many the cell holds. */
import { amountsOf } from '../model/oxidation.ts';
import type { System } from '../model/system.ts';

export interface Composition {
  /** Per formula unit, cations before anions: `Li3YCl6`. */
  readonly formula: string;
  /** Formula units in the cell. */
  readonly units: number;
  /** Atoms of the cell by element. */
  readonly amounts: Readonly<Record<string, number>>;
}

/** An element with less than this per formula unit makes the unit too small. */
const LEAST = 0.2;

/**
 * Formula and formula units. The unit divides the whole amounts of the cell (within 0.001) by their greatest common divisor,
 * or by the largest part of it that leaves at least 0.2 of every element.
 * @param charges by species: orders the elements, and puts anions last
 */
export function compositionOf(system: System, charges: readonly number[]): Composition {
  const amounts = new Map<string, { amount: number; charge: number }>();
  amountsOf(system).forEach((amount, i) => {
    const element = system.species[i]?.element ?? '';
    const known = amounts.get(element);
    amounts.set(element, {
      amount: (known?.amount ?? 0) + amount,
      charge: known?.charge ?? (charges[i] as number),
    });
  });
  const values = [...amounts.values()].map(({ amount }) => amount).filter((amount) => amount > 0);
  const whole = values.filter((x) => Math.abs(x - Math.round(x)) < 1e-3 && x >= 0.5).map(Math.round);
  const common = whole.reduce(greatestCommonDivisor, 0) || 1;
  const least = values.reduce((x, y) => Math.min(x, y), Number.POSITIVE_INFINITY);
  const divisors = Array.from({ length: Math.min(common, 10_000) }, (_, k) => common / (k + 1)).filter(
    Number.isInteger,
  );
  const units = divisors.find((divisor) => least / divisor >= LEAST) ?? common;
  const rank = (charge: number): number => (charge < 0 ? 100 + charge : charge);
  const sorted = [...amounts].sort(([, a], [, b]) => rank(a.charge) - rank(b.charge));
  return {
    formula: sorted
      .map(([element, { amount }]) => {
        const x = Number((amount / units).toFixed(3));
        return x === 1 ? element : `${element}${x}`;
      })
      .join(''),
    units,
    amounts: Object.fromEntries(sorted.map(([element, { amount }]) => [element, Number(amount.toFixed(6))])),
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
