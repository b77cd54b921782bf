import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Inspection, inspect } from '../../../src/build/inspect.ts';
import { bondValence } from '../../../src/forcefield/bondValence.ts';
import { readStructure } from '../../../src/io/index.ts';
import { formalChargesOf } from '../../../src/model/oxidation.ts';
import { supercell } from '../../../src/model/supercell.ts';
import type { System } from '../../../src/model/system.ts';
import { cubic, FCC, PACKINGS, shaken, structure } from './lattices.ts';

const read = async (path: string): Promise<System> => {
  const bytes = readFileSync(new URL(`../../../${path}`, import.meta.url));
  return (await readStructure(bytes, path)).system;
};
const moved = (by: readonly number[]) =>
  FCC.map((x) => x.map((y, k) => y + by[k]!) as [number, number, number]);
const rockSalt = structure(cubic(5.14), [
  { element: 'Li', mass: 6.94, at: FCC },
  { element: 'Cl', mass: 35.45, at: moved([0.5, 0.5, 0.5]) },
]);
const orbitsOf = ({ symmetry }: Inspection): string[] => {
  if (typeof symmetry === 'string') throw new Error(symmetry);
  return symmetry.orbits.map(
    (one) => `${one.occupants} ${one.multiplicity}${one.wyckoff} ×${one.sites.length}`,
  );
};
const censusOf = ({ census }: Inspection) => census.map((row) => [row.species, row.shape, row.count]);
const voidsOf = ({ voids }: Inspection): Record<string, number> => {
  if (typeof voids === 'string') throw new Error(voids);
  const out: Record<string, number> = {};
  for (const { kind, holds } of voids) {
    const key = `${kind} ${holds.length > 0 ? 'filled' : 'empty'}`;
    out[key] = (out[key] ?? 0) + 1;
  }
  return out;
};

describe('inspect', () => {
  it('rock salt', async () => {
    const found = await inspect(rockSalt);
    expect(found.symmetry).toMatchObject({
      number: 225,
      symbol: 'F m -3 m',
      pearson: 'cF8',
      primitiveCells: 4,
    });
    expect(orbitsOf(found)).toEqual(['Li 4a ×4', 'Cl 4b ×4']);
    expect(found.composition).toEqual({ formula: 'LiCl', units: 4, amounts: { Li: 4, Cl: 4 } });
    expect(found.charge.net).toBe(0);
    // 4 · 42.39 u in 5.14³ Å³.
    expect(found.density).toBeCloseTo(2.07338, 4);
    expect(found.distances.map(({ between, distance }) => [...between, distance.toFixed(6)])).toEqual([
      ['Li', 'Cl', '2.570000'],
      ['Li', 'Li', (5.14 / Math.SQRT2).toFixed(6)],
      ['Cl', 'Cl', (5.14 / Math.SQRT2).toFixed(6)],
    ]);
    expect(censusOf(found)).toEqual([['Li', 'octahedron', 4]]);
    expect(
      found.polyhedra.every(({ distortion, angleVariance }) => distortion < 1e-9 && angleVariance! < 1e-9),
    ).toBe(true);
    expect(voidsOf(found)).toEqual({ 'octahedron filled': 4, 'tetrahedron empty': 8 });
    expect(found.warnings).toEqual([expect.stringContaining('supercell of 4 × 4 × 4')]);
    // The table's R₀ 1.39892 Å, b 0.634 Å; three shells within its cutoff of 6 Å.
    const valence = (r: number) => Math.exp((1.39892 - r) / 0.634);
    const shells = 6 * valence(2.57) + 8 * valence(2.57 * Math.sqrt(3)) + 24 * valence(2.57 * Math.sqrt(5));
    expect(found.bondValences.sums[0]!.sum).toBeCloseTo(shells, 4);
    const li = { element: 'Li', charge: 1 };
    expect(bondValence(li, { element: 'Cl', charge: -1 }, 2.57)).toBeCloseTo(valence(2.57), 12);
    expect(bondValence(li, { element: 'S', charge: -2 }, 2.4)).toBeUndefined();
  });

  it('a supercell tells the same per cell, in no time that grows with its translations', async () => {
    const found = await inspect(supercell(rockSalt, [4, 4, 4]));
    expect(found.symmetry).toMatchObject({ number: 225, primitiveCells: 256 });
    expect(orbitsOf(found)).toEqual(['Li 4a ×256', 'Cl 4b ×256']);
    expect((found.symmetry as { conventional: { a: number; ratio: number } }).conventional).toMatchObject({
      a: expect.closeTo(5.14, 9),
      ratio: 0.015625,
    });
    expect(voidsOf(found)).toEqual({ 'octahedron filled': 256, 'tetrahedron empty': 512 });
    expect(found.warnings).toEqual([]);
  });

  it('zincblende: lithium in half of the tetrahedra', async () => {
    const found = await inspect(
      structure(cubic(5.4), [
        { element: 'Zn', at: moved([0.25, 0.25, 0.25]) },
        { element: 'S', at: FCC },
      ]),
    );
    expect(found.symmetry).toMatchObject({ number: 216 });
    expect(orbitsOf(found).sort()).toEqual(['S 4a ×4', 'Zn 4c ×4'].sort());
    expect(censusOf(found)).toEqual([['Zn', 'tetrahedron', 4]]);
    expect(found.sharing).toEqual({ corner: 24, edge: 0, face: 0 });
    expect(voidsOf(found)).toEqual({
      'octahedron empty': 4,
      'tetrahedron filled': 4,
      'tetrahedron empty': 4,
    });
    expect(found.bondValences.instability).toBeUndefined();
    expect(found.warnings.join()).toContain('no bond-valence parameters for Zn–S');
  });

  it('antiperovskite Li3OCl', async () => {
    const found = await inspect(
      structure(cubic(3.908), [
        {
          element: 'Li',
          at: [
            [0.5, 0, 0],
            [0, 0.5, 0],
            [0, 0, 0.5],
          ],
        },
        { element: 'O', at: [[0, 0, 0]] },
        { element: 'Cl', at: [[0.5, 0.5, 0.5]] },
      ]),
    );
    expect(found.symmetry).toMatchObject({ number: 221, symbol: 'P m -3 m' });
    expect(orbitsOf(found)).toEqual(['Li 3d ×3', 'O 1a ×1', 'Cl 1b ×1']);
    expect(found.composition).toMatchObject({ formula: 'Li3OCl', units: 1 });
    expect(found.charge.net).toBe(0);
    // Two O at 1.95 Å and four Cl at 2.76 Å.
    expect(censusOf(found)).toEqual([['Li', 'octahedron', 3]]);
  });

  it('Li3YCl6: hexagonal close packing with half of the octahedra filled', async () => {
    const found = await inspect(await read('public/examples/structures/Li3YCl6_Asano_M1M2_ordered.cif'));
    expect(found.symmetry).toMatchObject({ number: 150 });
    expect(found.composition).toMatchObject({ formula: 'Li3YCl6', units: 3 });
    expect(censusOf(found)).toEqual([
      ['Li', 'octahedron', 9],
      ['Y', 'octahedron', 3],
    ]);
    expect(voidsOf(found)).toEqual({
      'tetrahedron empty': 36,
      'octahedron filled': 12,
      'octahedron empty': 6,
    });
    expect(found.sharing).toEqual({ corner: 0, edge: 0, face: 0 });
    // 0.124 v.u. measured.
    expect(found.bondValences.instability).toBeLessThan(0.15);
  });

  it('spinel Li2MgCl4: mixed sites are one site, cubic packing', async () => {
    const found = await inspect(await read('tests/golden/io/cif/Li2MgCl4_spinel.cif'));
    expect(found.symmetry).toMatchObject({ number: 227 });
    expect(orbitsOf(found)).toEqual(['Li 8a ×8', 'Li 0.5 + Mg 0.5 16d ×16', 'Cl 32e ×32']);
    expect(censusOf(found)).toEqual([
      ['Li', 'tetrahedron', 8],
      ['Li', 'octahedron', 8],
      ['Mg', 'octahedron', 8],
    ]);
    expect(voidsOf(found)).toEqual({
      'tetrahedron filled': 8,
      'tetrahedron empty': 56,
      'octahedron filled': 16,
      'octahedron empty': 16,
    });
    expect(found.sharing).toEqual({ corner: 0, edge: 48, face: 0 });
    expect(found.warnings.join()).toContain('16 of 56 sites are partly or mixed occupied');
  });

  it('occupancy tells sites apart that symmetry would make equal', async () => {
    const half = structure(cubic(5), [
      { element: 'Li', at: [[0, 0, 0]], occupancy: 0.5 },
      { element: 'Li', at: [[0.5, 0.5, 0.5]] },
    ]);
    const one = { ...half, species: half.species.slice(0, 1), typeOf: Uint16Array.of(0, 0) };
    expect((await inspect(one)).symmetry).toMatchObject({ number: 221 });
    expect((await inspect({ ...one, occupancies: Float64Array.of(1, 1) })).symmetry).toMatchObject({
      number: 229,
    });
  });

  it('doubts: charge, short distances, noise, density', async () => {
    const words = async (system: System) => (await inspect(system)).warnings.join('\n');
    const charged = structure(cubic(5.14), [
      { element: 'Li', at: FCC.slice(1) },
      { element: 'Cl', at: moved([0.5, 0.5, 0.5]) },
    ]);
    expect(await words(charged)).toContain('net charge of −1 e with Li +1, Cl −1');
    expect(
      await words({
        ...rockSalt,
        cell: { h: rockSalt.cell.h.map((x) => 0.75 * x) },
        positions: rockSalt.positions.map((x) => 0.75 * x),
      }),
    ).toMatch(/Li–Cl 1\.927 Å is 75\.0 % of the sum[\s\S]*bond-valence sum of 4 of 4[\s\S]*too dense/);
    expect(await words({ ...rockSalt, cell: { h: Float64Array.from(cubic(20)) } })).toContain('too thin');
    expect(await words(shaken(rockSalt, 0.02, 1))).toContain(
      'within 0.1 Å the symmetry is higher (F m -3 m, 225)',
    );
  });

  it('charges: the file first, the usual ones, or those that make the cell neutral', () => {
    const of = (...content: Parameters<typeof structure>[1][number][]) =>
      formalChargesOf(structure(cubic(9), content));
    const iron = { element: 'Fe', at: FCC };
    expect(of(iron, { element: 'Cl', at: [...FCC, ...moved([0.1, 0, 0])] })).toMatchObject({
      charges: [2, -1],
      sources: ['balanced', 'usual'],
      net: 0,
    });
    expect(of(iron, { element: 'Cl', at: [[0.5, 0.5, 0.5]] })).toMatchObject({ charges: [3, -1], net: 11 });
    const given = structure(cubic(9), [iron]);
    const filed = { ...given, species: [{ ...given.species[0]!, formalCharge: 2.5 }] };
    expect(formalChargesOf(filed)).toMatchObject({ charges: [2.5], sources: ['file'], net: 10 });
  });

  it('heaps and absurd tolerances are refused', async () => {
    const heap = supercell(PACKINGS.simple, [12, 12, 12]);
    await expect(inspect({ ...heap, positions: heap.positions.map(() => 1) })).rejects.toThrow(
      'are no structure',
    );
    await expect(inspect(rockSalt, { tolerance: 3 })).rejects.toThrow('tolerance: expected above 0');
  });
});
