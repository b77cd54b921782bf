/** Bonds between cations and anions: how many each cation has, and how long they are. */
import { rowTimes } from '../core/vec.ts';
import { toFractional } from '../model/cell.ts';
import type { System } from '../model/system.ts';

export interface Coordination {
  /** Labels of cation and anion. */
  readonly between: readonly [string, string];
  /** Bonds per cation. */
  readonly number: number;
  /** Å, mean. */
  readonly length: number;
}

/** A bond is at most so much longer than the shortest of its cation: distorted octahedra stay whole, second shells (√3) out. */
const LONGEST_OVER_SHORTEST = 1.3;

/**
 * Bonds by pair of species, as far as there are any; the sign of the charges says who is what.
 * @param system thicker than two bonds: each neighbor is met by its nearest image
 */
export function coordination({ cell, species, typeOf, positions }: System): Coordination[] {
  const fractional = toFractional(cell, positions);
  const isOf = (i: number, sign: number): boolean =>
    Math.sign(species[typeOf[i] as number]?.charge ?? 0) === sign;
  const atoms = [...typeOf.keys()];
  const anions = atoms.filter((i) => isOf(i, -1));
  const found = new Map<string, { bonds: number; sum: number }>();
  for (const i of atoms.filter((one) => isOf(one, 1))) {
    const distances = anions.map((j) => {
      const apart = [0, 1, 2].map((k) => {
        const d = (fractional[3 * i + k] as number) - (fractional[3 * j + k] as number);
        return d - Math.round(d);
      });
      return Math.hypot(...rowTimes(apart, cell.h));
    });
    const longest = LONGEST_OVER_SHORTEST * distances.reduce((least, d) => Math.min(least, d), Infinity);
    anions.forEach((j, n) => {
      const distance = distances[n] as number;
      if (distance > longest) return;
      const key = `${typeOf[i]} ${typeOf[j]}`;
      const entry = found.get(key) ?? { bonds: 0, sum: 0 };
      found.set(key, { bonds: entry.bonds + 1, sum: entry.sum + distance });
    });
  }
  return [...found]
    .map(([key, { bonds, sum }]) => {
      const [cation = 0, anion = 0] = key.split(' ').map(Number);
      const cations = typeOf.reduce((count, type) => count + (type === cation ? 1 : 0), 0);
      const between = [species[cation]?.label ?? '', species[anion]?.label ?? ''] as const;
      return { between, number: bonds / cations, length: sum / bonds };
    })
    .sort((p, q) => p.between.join().localeCompare(q.between.join()));
}
