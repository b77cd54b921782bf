/** Structures with known answers for the tests of structure analyses. */

import type { AnalysisContext } from '../../../../src/analysis/analysis.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { type Cell, cellFromVectors, toCartesian } from '../../../../src/model/cell.ts';
import type { Species, System } from '../../../../src/model/system.ts';
import type { Frame } from '../../../../src/model/trajectory.ts';

export function species(label: string, element = label): Species {
  return { label, element, mass: 1 };
}

/** A system out of fractional coordinates by species, in order. */
export function structure(
  vectors: ArrayLike<number>,
  atoms: readonly (readonly [string, readonly (readonly [number, number, number])[]])[],
): System {
  const cell = cellFromVectors(vectors);
  const places = atoms.flatMap(([, list]) => list.flat());
  return {
    title: 'test',
    cell,
    species: atoms.map(([label]) => species(label)),
    typeOf: Uint16Array.from(atoms.flatMap(([, list], s) => list.map(() => s))),
    positions: toCartesian(cell, places),
  };
}

/** `n`³ cubes of rock salt, edge `a` (Å). */
export function rockSalt(n: number, a: number, labels: readonly [string, string] = ['Na', 'Cl']): System {
  const [first, second]: [number, number, number][][] = [[], []];
  for (let i = 0; i < 2 * n; i++) {
    for (let j = 0; j < 2 * n; j++) {
      for (let k = 0; k < 2 * n; k++) {
        ((i + j + k) % 2 === 0 ? first : second)?.push([i / (2 * n), j / (2 * n), k / (2 * n)]);
      }
    }
  }
  const edge = n * a;
  return structure(
    [edge, 0, 0, 0, edge, 0, 0, 0, edge],
    [
      [labels[0], first as [number, number, number][]],
      [labels[1], second as [number, number, number][]],
    ],
  );
}

/** Independent uniform positions in a cell. */
export function idealGas(
  vectors: ArrayLike<number>,
  counts: Readonly<Record<string, number>>,
  seed: number,
): System {
  const draw = new RandomSequence(seed);
  return structure(
    vectors,
    Object.entries(counts).map(([label, n]) => [
      label,
      Array.from({ length: n }, () => [draw.uniform(), draw.uniform(), draw.uniform()] as const),
    ]),
  );
}

export function frameOf({ positions }: System, cell: Cell, step = 0, at = positions): Frame {
  return { step, time: step, cell, positions: at };
}

/** The context of an analysis; formal charges by species in order. */
export function contextOf(system: System, charges: readonly (number | undefined)[] = []): AnalysisContext {
  return { system, mobile: [0], temperature: 300, charges, frameInterval: 100 };
}

/** A copy with every atom displaced by Gaussians of standard deviation `sigma` (Å). */
export function shaken(positions: Float64Array, sigma: number, draw: RandomSequence): Float64Array {
  return positions.map((x) => x + sigma * draw.normal());
}
