import { describe, expect, it } from 'vitest';
import { siteCoulomb } from '../../../src/build/siteCoulomb.ts';
import type { Species, System } from '../../../src/model/system.ts';
import { ewaldSum } from '../../../src/reference/ewald.ts';
import { lyc } from './crystals.ts';

describe('Coulomb interactions of sites', () => {
  it('give the energies of the reference Ewald sum, of a triclinic cell and for any charges', async () => {
    const crystal = await lyc();
    const charged = (charges: readonly number[]): System => ({
      ...crystal,
      species: charges.map((charge, i): Species => ({ label: `S${i}`, element: 'Li', mass: 1, charge })),
      typeOf: Uint16Array.from(charges, (_, i) => i),
    });
    const m = 11;
    const staying = [...crystal.typeOf].slice(m).map((type) => [1, 3, -1][type]!);
    const { matrix, external } = siteCoulomb(crystal.cell, crystal.positions.subarray(0, 3 * m), {
      positions: crystal.positions.subarray(3 * m),
      charges: staying,
    });
    const energy = (q: readonly number[]): number =>
      q.reduce(
        (sum, x, a) =>
          sum + x * external[a]! + q.reduce((s, y, b) => s + 0.5 * x * y * matrix[a * m + b]!, 0),
        0,
      );
    const reference = (q: readonly number[]): number => ewaldSum(charged([...q, ...staying])).energy;
    const zero = reference(new Array(m).fill(0));
    for (const [a, b] of [
      [1, 0],
      [1, 3],
      [-2, 4],
    ] as const) {
      const q = Array.from({ length: m }, (_, i) => (i % 2 ? a : b));
      // Measured: 1.8e-12 eV of 445 eV.
      expect(Math.abs(energy(q) - (reference(q) - zero))).toBeLessThan(1e-9);
    }
  });
});
