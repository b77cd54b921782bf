/** Bonds between cations and anions: how many each cation has, and how long they are. */
import { surroundings } from '../model/around.ts';
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

/** No cation is farther from its nearest anion, Å: Cs–I is 3.9. */
const FARTHEST = 5;

/** Bonds by pair of species, as far as there are any; the sign of the charges says who is what. */
export function coordination({ cell, species, typeOf, positions }: System): Coordination[] {
  const { around } = surroundings(cell, positions);
  // Formal charges where the forces have none (softBV).
  const signs = species.map(({ charge, formalCharge }) => Math.sign(charge || (formalCharge ?? 0)));
  const found = new Map<string, { bonds: number; sum: number }>();
  typeOf.forEach((type, i) => {
    if (signs[type] !== 1) return;
    const near: { readonly other: number; readonly distance: number }[] = [];
    const [x, y, z] = positions.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    around(x, y, z, FARTHEST * LONGEST_OVER_SHORTEST, (j, _dx, _dy, _dz, distance) => {
      const other = typeOf[j] as number;
      if (signs[other] === -1) near.push({ other, distance });
    });
    const longest =
      LONGEST_OVER_SHORTEST * near.reduce((least, { distance }) => Math.min(least, distance), Infinity);
    for (const { other, distance } of near) {
      if (distance > longest) continue;
      const key = `${type} ${other}`;
      const entry = found.get(key) ?? { bonds: 0, sum: 0 };
      found.set(key, { bonds: entry.bonds + 1, sum: entry.sum + distance });
    }
  });
  return [...found]
    .map(([key, { bonds, sum }]) => {
      const [cation = 0, anion = 0] = key.split(' ').map(Number);
      const cations = typeOf.reduce((count, type) => count + (type === cation ? 1 : 0), 0);
      const between = [species[cation]?.label ?? '', species[anion]?.label ?? ''] as const;
      return { between, number: bonds / cations, length: sum / bonds };
    })
    .sort((p, q) => p.between.join().localeCompare(q.between.join()));
}

/**
 * Mean number of atoms within a distance of those of each species, by the other's species.
 * @param radii Å, [species][other species]; nothing for species that are not asked about
 * @returns by species; nothing where there are none of it
 */
export function meanNeighbors(
  { cell, positions, typeOf }: Pick<System, 'cell' | 'positions' | 'typeOf'>,
  radii: readonly (readonly number[] | undefined)[],
): (number | undefined)[] {
  const { around } = surroundings(cell, positions);
  return radii.map((reach, type) => {
    if (!reach) return undefined;
    const longest = Math.max(...reach);
    let [centres, neighbors] = [0, 0];
    typeOf.forEach((one, i) => {
      if (one !== type) return;
      centres++;
      const [x, y, z] = positions.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
      around(x, y, z, longest, (j, _dx, _dy, _dz, distance) => {
        if (distance < (reach[typeOf[j] as number] as number)) neighbors++;
      });
    });
    return centres > 0 ? neighbors / centres : undefined;
  });
}
