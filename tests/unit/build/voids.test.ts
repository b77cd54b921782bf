import { describe, expect, it } from 'vitest';
import { type VoidKind, voidsOf } from '../../../src/build/voids.ts';
import type { System } from '../../../src/model/system.ts';
import { PACKINGS, shaken, structure } from './lattices.ts';

function counts(system: System): Record<VoidKind, number> {
  const n: Record<VoidKind, number> = { tetrahedron: 0, octahedron: 0, cube: 0, other: 0 };
  for (const { kind } of voidsOf(system.cell, system.positions)) n[kind]++;
  return n;
}

/** Voids per anion. */
const EXPECTED = {
  ccp: { tetrahedron: 2, octahedron: 1, cube: 0, other: 0 },
  ccpPrimitive: { tetrahedron: 2, octahedron: 1, cube: 0, other: 0 },
  hcp: { tetrahedron: 2, octahedron: 1, cube: 0, other: 0 },
  bcc: { tetrahedron: 6, octahedron: 0, cube: 0, other: 0 },
  simple: { tetrahedron: 0, octahedron: 0, cube: 1, other: 0 },
} as const;
const scaled = (per: Record<VoidKind, number>, n: number) =>
  Object.fromEntries(Object.entries(per).map(([kind, count]) => [kind, count * n]));

describe.each(Object.keys(EXPECTED) as (keyof typeof EXPECTED)[])('%s', (name) => {
  const system: System = PACKINGS[name];

  it('has the voids of the textbook', () => {
    expect(counts(system)).toEqual(scaled(EXPECTED[name], system.typeOf.length));
  });

  // Displacements of 0.1 Å; 0.2 Å also works for the close packings.
  it.each([1, 2, 3, 4])('shaken by 0.1 Å, seed %i', (seed) => {
    const moved = shaken(system, 0.1, seed, [3, 3, 3]);
    expect(counts(moved)).toEqual(scaled(EXPECTED[name], moved.typeOf.length));
  });
});

it.each([1, 2, 3])('close packings shaken by 0.2 Å, seed %i', (seed) => {
  for (const name of ['ccp', 'hcp'] as const) {
    const moved = shaken(PACKINGS[name], 0.2, seed, [3, 3, 3]);
    expect(counts(moved)).toEqual(scaled(EXPECTED[name], moved.typeOf.length));
  }
});

it('centres and radii of rock salt', () => {
  const found = voidsOf(PACKINGS.ccp.cell, PACKINGS.ccp.positions);
  const octahedra = found.filter(({ kind }) => kind === 'octahedron');
  const key = ({ center }: { center: readonly number[] }) => center.map((x) => x.toFixed(6)).join(' ');
  expect(octahedra.map(key).sort()).toEqual([
    '0.000000 0.000000 0.500000',
    '0.000000 0.500000 0.000000',
    '0.500000 0.000000 0.000000',
    '0.500000 0.500000 0.500000',
  ]);
  for (const { kind, radius, anions } of found) {
    expect(radius).toBeCloseTo(kind === 'octahedron' ? 3.7 / Math.SQRT2 : 3.7 * Math.sqrt(3 / 8), 9);
    expect(anions).toHaveLength(kind === 'octahedron' ? 6 : 4);
  }
});

it('vacuum is no void, and a lone anion in a wide cell costs nothing', () => {
  const lone = structure([40, 0, 0, 0, 40, 0, 0, 0, 40], [{ element: 'Cl', at: [[0.5, 0.5, 0.5]] }]);
  expect(voidsOf(lone.cell, lone.positions)).toEqual([]);
  const chain = structure([3, 0, 0, 0, 3, 0, 0, 0, 4000], [{ element: 'Cl', at: [[0.5, 0.5, 0.5]] }]);
  expect(voidsOf(chain.cell, chain.positions)).toEqual([]);
});
