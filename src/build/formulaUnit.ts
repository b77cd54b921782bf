/** Composition of a structure, occupancies counted: what a formula unit is, and how many the cell holds. */
import { amountsOf } from '../model/oxidation.ts';
import { greatestCommonDivisor, type System } from '../model/system.ts';

export interface FormulaUnit {
  /** Per formula unit, cations before anions: `Li3YCl6`. */
  readonly formula: string;
  /** Formula units in the cell. */
  readonly units: number;
  /** Atoms of the cell by element. */
  readonly amounts: Readonly<Record<string, number>>;
}

/** A formula unit has at least so much of every element, and of all cations of charge 2 and more together. */
const LEAST = { ofElement: 0.1, ofMetals: 0.5 } as const;

/**
 * Formula and formula units. The unit divides the whole amounts of the cell (within 0.001) by their greatest common divisor,
 * or by the largest part of it that leaves enough of every element.
 * @param charges by species: orders the elements, and puts anions last
 */
export function formulaUnitOf(system: System, charges: readonly number[]): FormulaUnit {
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
  const metals = [...amounts.values()].reduce(
    (sum, { amount, charge }) => sum + (charge >= 2 ? amount : 0),
    0,
  );
  const units =
    divisors.find(
      (divisor) => least / divisor >= LEAST.ofElement && (metals === 0 || metals / divisor >= LEAST.ofMetals),
    ) ?? common;
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
