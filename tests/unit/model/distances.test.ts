import { expect, it } from 'vitest';
import { RandomSequence } from '../../../src/core/rng.ts';
import { cellFromVectors, toCartesian } from '../../../src/model/cell.ts';
import { type ClosePair, closestPair } from '../../../src/model/distances.ts';
import type { System } from '../../../src/model/system.ts';

/** Atoms anywhere in and around a triclinic cell. */
function scattered(seed: number, n: number, edges: readonly [number, number, number]): System {
  const random = new RandomSequence(seed);
  const [a, b, c] = edges;
  const cell = cellFromVectors([a, 0, 0, 0.3 * b, b, 0, -0.2 * c, 0.25 * c, c]);
  const fractional = Float64Array.from({ length: 3 * n }, () => 4 * random.uniform() - 2);
  return {
    title: 'scattered',
    cell,
    species: [
      { label: 'Li', element: 'Li', mass: 7 },
      { label: 'Cl', element: 'Cl', mass: 35 },
    ],
    typeOf: Uint16Array.from({ length: n }, () => random.below(2)),
    positions: toCartesian(cell, fractional),
  };
}

/** All pairs, all images within three cells. */
function byForce({ cell: { h }, positions: x, typeOf }: System, within: number, species?: readonly number[]) {
  let best: ClosePair | undefined;
  const n = typeOf.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      if (species && [typeOf[i], typeOf[j]].sort().join() !== [...species].sort().join()) continue;
      for (let m = 0; m < 11 ** 3; m++) {
        const s = [(m % 11) - 5, (Math.floor(m / 11) % 11) - 5, Math.floor(m / 121) - 5];
        const d = [0, 1, 2].map(
          (k) => x[3 * j + k]! - x[3 * i + k]! + s[0]! * h[k]! + s[1]! * h[3 + k]! + s[2]! * h[6 + k]!,
        );
        const distance = Math.hypot(...d);
        if (distance < (best?.distance ?? within)) best = { i, j, distance };
      }
    }
  }
  return best;
}

// Grids of one, two, three and many cells along each axis.
it.each<[readonly [number, number, number], number]>([
  [[4, 4, 4], 1.9],
  [[4, 9, 30], 1.5],
  [[3, 3, 60], 1.2],
  [[12, 7, 5], 2],
  [[20, 20, 20], 3],
])('the closest pair in a cell of %j is the one that all pairs have', (edges, within) => {
  for (let seed = 1; seed <= 8; seed++) {
    const system = scattered(seed, 12, edges);
    for (const species of [undefined, [0, 1], [1, 1]] as const) {
      const [found, expected] = [closestPair(system, within, species), byForce(system, within, species)];
      expect(found?.distance ?? Infinity).toBeCloseTo(expected?.distance ?? Infinity, 9);
      if (expected) expect([found?.i, found?.j]).toEqual([expected.i, expected.j]);
    }
  }
});

it('many atoms in one place are no search of all pairs', () => {
  const system = scattered(1, 60_000, [50, 50, 50]);
  const heap = { ...system, positions: system.positions.map(() => 1) };
  expect(closestPair(heap, 0.6)?.distance).toBe(0);
});
