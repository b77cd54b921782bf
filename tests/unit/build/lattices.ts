/** Anion lattices for the tests of the builder, in units of their nearest distance (Å). */
import { RandomSequence } from '../../../src/core/rng.ts';
import { type Cell, cellFromVectors, toCartesian } from '../../../src/model/cell.ts';
import { type Repeats, supercell } from '../../../src/model/supercell.ts';
import type { System } from '../../../src/model/system.ts';

export interface SpeciesAt {
  readonly element: string;
  readonly mass?: number;
  readonly at: readonly (readonly [number, number, number])[];
  readonly occupancy?: number;
}

/** A structure out of fractional coordinates per element. */
export function structure(h: readonly number[], content: readonly SpeciesAt[]): System {
  const cell = cellFromVectors(h);
  const occupancies = content.flatMap(({ at, occupancy }) => at.map(() => occupancy ?? 1));
  return {
    title: 'test',
    cell,
    species: content.map(({ element, mass }) => ({ label: element, element, mass: mass ?? 1 })),
    typeOf: Uint16Array.from(content.flatMap(({ at }, type) => at.map(() => type))),
    positions: toCartesian(
      cell,
      content.flatMap(({ at }) => at.flat()),
    ),
    ...(occupancies.some((x) => x !== 1) && { occupancies: Float64Array.from(occupancies) }),
  };
}

export const cubic = (a: number): number[] => [a, 0, 0, 0, a, 0, 0, 0, a];
export const FCC = [
  [0, 0, 0],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  [0.5, 0.5, 0],
] as const;

const d = 3.7;
const alone = (h: readonly number[], at: SpeciesAt['at']): System => structure(h, [{ element: 'Cl', at }]);

/** Packings of chloride with a nearest distance of 3.7 Å (simple cubic too). */
export const PACKINGS = {
  ccp: alone(cubic(d * Math.SQRT2), FCC),
  ccpPrimitive: alone(
    [0, d / Math.SQRT2, d / Math.SQRT2, d / Math.SQRT2, 0, d / Math.SQRT2, d / Math.SQRT2, d / Math.SQRT2, 0],
    [[0, 0, 0]],
  ),
  hcp: alone(
    [d, 0, 0, -d / 2, (d * Math.sqrt(3)) / 2, 0, 0, 0, d * Math.sqrt(8 / 3)],
    [
      [1 / 3, 2 / 3, 0.25],
      [2 / 3, 1 / 3, 0.75],
    ],
  ),
  bcc: alone(cubic((2 * d) / Math.sqrt(3)), [
    [0, 0, 0],
    [0.5, 0.5, 0.5],
  ]),
  simple: alone(cubic(d), [[0, 0, 0]]),
} as const;

/** Each atom moved by `length` (Å) in a direction of its own. */
export function shaken(system: System, length: number, seed: number, repeats: Repeats = [1, 1, 1]): System {
  const big = supercell(system, repeats);
  const random = new RandomSequence(seed);
  const positions = big.positions.slice();
  for (let i = 0; i < positions.length; i += 3) {
    const v = [random.normal(), random.normal(), random.normal()];
    const r = Math.hypot(...v);
    for (let k = 0; k < 3; k++) positions[i + k] = positions[i + k]! + (length * v[k]!) / r;
  }
  return { ...big, positions };
}

export type { Cell };
