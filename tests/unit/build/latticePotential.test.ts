import { describe, expect, it } from 'vitest';
import { Arrangement, arenaOf, EMPTY, refinedPools } from '../../../src/build/arrangement.ts';
import { CLOSENESS, exclusionsOf } from '../../../src/build/exclusions.ts';
import { potentialAt, siteMatrix } from '../../../src/build/latticePotential.ts';
import { disorderOf } from '../../../src/build/siteGroups.ts';
import { RandomSequence } from '../../../src/core/rng.ts';
import { type Cell, cellFromParameters, toCartesian } from '../../../src/model/cell.ts';
import { type Repeats, supercell } from '../../../src/model/supercell.ts';
import { ewaldSum } from '../../../src/reference/ewald.ts';
import { crystal } from './disordered.ts';

const repeats: Repeats = [2, 1, 3];
const copies = 6;
const cell = cellFromParameters({ a: 5, b: 9, c: 4.2, alpha: 80, beta: 101, gamma: 67 });

function points(n: number, seed: number): Float64Array {
  const random = new RandomSequence(seed);
  // Some outside the cell.
  return toCartesian(
    cell,
    Float64Array.from({ length: 3 * n }, () => 3 * random.uniform() - 1),
  );
}

/** Reference energy of charges, one species for each. */
function reference(h: Cell, positions: Float64Array, charges: readonly number[]): number {
  const species = charges.map((charge, i) => ({ label: `X${i}`, element: 'Li', mass: 1, charge }));
  return ewaldSum({
    title: '',
    cell: h,
    species,
    typeOf: Uint16Array.from(charges.keys()),
    positions,
  }).energy;
}

describe('lattice potentials', () => {
  const n = 5;
  const positions = points(n, 3);
  const matrix = siteMatrix(cell, positions, repeats);
  const at = (i: number, j: number): number => {
    const [a, b, c] = repeats;
    const step = (k: number): number => {
      const [m, o] = [Math.floor(i / n), Math.floor(j / n)];
      const places = [b * c, c, 1];
      const sizes = [a, b, c];
      const coordinate = (x: number): number => Math.floor(x / (places[k] as number)) % (sizes[k] as number);
      return (coordinate(o) - coordinate(m) + (sizes[k] as number)) % (sizes[k] as number);
    };
    const difference = (step(0) * b + step(1)) * c + step(2);
    return matrix.values[((i % n) * n + (j % n)) * copies + difference] as number;
  };
  const large = supercell({ title: '', cell, species: [], typeOf: new Uint16Array(n), positions }, repeats);

  it.each([
    ['neutral', 0],
    ['charged', 0.7],
  ])('½ Σ q q M is the Ewald energy of a %s cell', (_what, shift) => {
    const random = new RandomSequence(5);
    const raw = Array.from({ length: n * copies }, () => random.normal());
    const mean = raw.reduce((a, b) => a + b, 0) / raw.length;
    const charges = raw.map((q) => q - mean + shift);
    let energy = 0;
    charges.forEach((a, i) => {
      charges.forEach((b, j) => {
        energy += (a * b * at(i, j)) / 2;
      });
    });
    const expected = reference(large.cell, large.positions, charges);
    // Measured: 4e-14.
    expect(Math.abs(energy / expected - 1)).toBeLessThan(1e-11);
  });

  it('the potential of some charges at the places of others completes their energies', () => {
    const others = points(4, 9);
    const [a, b] = [
      [1, -2, 0.5, 1, 1],
      [2, -1, -1, 0.4],
    ] as const;
    const field = potentialAt(cell, positions, others, Float64Array.from(b));
    const between = a.reduce((sum, q, i) => sum + q * (field[i] as number), 0);
    const both = reference(cell, Float64Array.of(...positions, ...others), [...a, ...b]);
    const expected = both - reference(cell, positions, a) - reference(cell, others, b);
    // Measured: 2e-14.
    expect(Math.abs(between / expected - 1)).toBeLessThan(1e-11);
  });
});

describe('exchanges', () => {
  it('add up to the energy of the arrangement they lead to', async () => {
    const given = await crystal('Li2Sc0667Cl4');
    const disorder = disorderOf(given);
    const charges = [1, 3, -1];
    const exclusions = exclusionsOf(given, disorder, charges, CLOSENESS[0] as (typeof CLOSENESS)[number]);
    const matrix = siteMatrix(given.cell, disorder.positions, [1, 1, 2]);
    const energies = { matrix, field: new Float64Array(disorder.groupOf.length), constant: 1 };
    const counts = disorder.groups.map(({ options }) => options.map(() => 4));
    const pools = refinedPools(disorder, counts);
    const arena = arenaOf(disorder, [1, 1, 2], pools, charges, exclusions, energies);
    const content = new Int16Array(arena.total).fill(EMPTY);
    arena.members.forEach((sites, g) => {
      counts[g]?.forEach((n, k) => {
        for (let i = 0; i < n; i++) content[sites[4 * k + i] as number] = k;
      });
    });
    const arrangement = new Arrangement(arena, content);
    const before = arrangement.conflicts();
    let conflicts = before;
    const random = new RandomSequence(1);
    for (let k = 0; k < 400; k++) {
      const [i, j] = [random.below(arena.total), random.below(arena.total)];
      if (arena.groupOf[i] !== arena.groupOf[j]) continue;
      conflicts += arrangement.conflictsOfSwap(i, j);
      arrangement.swap(i, j);
    }
    const anew = new Arrangement(arena, arrangement.content);
    // Measured: 3e-12 eV after some hundred exchanges.
    expect(Math.abs(arrangement.energy - anew.energy)).toBeLessThan(1e-9);
    expect(conflicts).toBe(anew.conflicts());
  });
});
