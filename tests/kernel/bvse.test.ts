import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bvseBarriers } from '../../src/analysis/density/bvse.ts';
import { bvseMap } from '../../src/engine/bvse.ts';
import { type BvseOptions, bvseModel } from '../../src/forcefield/bvse.ts';
import { readStructure } from '../../src/io/index.ts';
import { type GridField, type GridSize, gridSize } from '../../src/model/grid.ts';
import { supercell } from '../../src/model/supercell.ts';
import type { System } from '../../src/model/system.ts';
import { bvseReference } from '../../src/reference/bvse.ts';
import { testGpu } from '../support/gpu.ts';
import { computed, measured } from '../support/lifepo4.ts';
import { rattled, strained } from '../support/systems.ts';

async function example(name: string): Promise<System> {
  const text = readFileSync(resolve('public/examples/structures', name), 'utf8');
  return (await readStructure(new Blob([text]), name)).system;
}

async function mapOf(
  system: System,
  mobile: number[],
  size: GridSize,
  options: BvseOptions = {},
): Promise<GridField> {
  return bvseMap(await testGpu(), system, bvseModel(system, mobile, options), size);
}

/** Largest |ΔE| over 1e-5 eV + 1e-5 |E|: one is the claim. */
function worstError(found: GridField, exact: GridField): number {
  let worst = 0;
  exact.values.forEach((e, v) => {
    worst = Math.max(worst, Math.abs(found.values[v]! - e) / (1e-5 + 1e-5 * Math.abs(e)));
  });
  return worst;
}

/** Covalent radii of B. Cordero et al., Dalton Trans. 2832 (2008), doi:10.1039/b801115j: BVlain's default. */
const covalent = { radii: { Li: 1.28, Fe: 1.32, P: 1.07 } };

describe('bond-valence maps on the GPU', () => {
  const labelled = (system: System, element: string): number[] =>
    system.species.flatMap((s, i) => (s.element === element ? [i] : []));

  it.each([
    ['LiFePO4, one cell', async () => measured, 'Li'],
    [
      'LiFePO4, triclinic',
      async () => strained(measured, [0.02, 0.1, -0.08, 0, -0.01, 0.12, 0, 0, 0.01]),
      'Li',
    ],
    ['Li3YCl6, triclinic', () => example('Li3YCl6_ordered_DFT.cif'), 'Li'],
    [
      'Li3YCl6 with disordered yttrium, rattled',
      async () => rattled(await example('Li3YCl6_P-3m1.cif'), 0.1),
      'Li',
    ],
    ['LaCl3, chloride moves', () => example('LaCl3_P63m.cif'), 'Cl'],
    ['Na3OCl', () => example('Na3OCl_Pm-3m.cif'), 'Na'],
  ] as const)(
    // Measured on SwiftShader: 0.15 to 0.23 of the tolerance; the image of one ion left out is off by 1e4 of it.
    'agree with f64 within 1e-5 eV + 1e-5 |E|: %s',
    async (_name, structure, element) => {
      const system = await structure();
      const size = gridSize(system.cell, 0.6);
      const mobile = labelled(system, element);
      const found = await mapOf(system, mobile, size);
      const error = worstError(found, bvseReference(system, bvseModel(system, mobile), size));
      expect(error).toBeLessThan(1);
    },
  );

  it('are the same to the last bit when made again', async () => {
    const size = gridSize(measured.cell, 0.4);
    const [once, again] = [await mapOf(measured, [0], size), await mapOf(measured, [0], size)];
    expect(once.values).toEqual(again.values);
  });

  it('of more ions than one dispatch takes are whole: 512 blocks of 500 ions each, two dispatches', async () => {
    const system = supercell(measured, [2, 4, 4]);
    const size: GridSize = [60, 60, 60];
    const map = await mapOf(system, [0], size);
    const cell = await mapOf(measured, [0], [30, 15, 15]);
    let worst = 0;
    for (let i = 0; i < 60; i++) {
      for (let j = 0; j < 60; j++) {
        for (let k = 0; k < 60; k++) {
          const e = cell.values[((i % 30) * 15 + (j % 15)) * 15 + (k % 15)]!;
          worst = Math.max(
            worst,
            Math.abs(map.values[(i * 60 + j) * 60 + k]! - e) / (1e-5 + 1e-5 * Math.abs(e)),
          );
        }
      }
    }
    expect(worst).toBeLessThan(1);
  });

  /**
   * BVlain publishes 0.4395, 3.3301, 3.3594 eV, ends of bisections 0.01 eV wide, for a computed structure (README of 0.22:
   * mp-19017) whose file is not given. At 0.1 Å we measure 0.439 3.588 3.612 for the measured structure and 0.401 3.393 3.403
   * for a computed one: the 2D and 3D figures tell which it was. With the full D₀ E₁ is 0.9, with the radii of softBV 0.402.
   */
  it('LiFePO4: 0.44 ± 0.03, 3.33 ± 10 %, 3.36 ± 10 % eV as BVlain; the computed structure within 3 % in 2D and 3D', async () => {
    const barriersOf = async (system: System): Promise<number[]> => {
      const map = await mapOf(system, [0], gridSize(system.cell, 0.1), covalent);
      return bvseBarriers(map).barriers.map((e) => e ?? Number.NaN);
    };
    const [e1, e2, e3] = await barriersOf(measured);
    expect(Math.abs(e1! - 0.4395)).toBeLessThan(0.03);
    expect(e2! / 3.3301).toBeLessThan(1.1);
    expect(e3! / 3.3594).toBeLessThan(1.1);
    const [c1, c2, c3] = await barriersOf(computed);
    expect(Math.abs(c1! - 0.4395)).toBeLessThan(0.045);
    expect(Math.abs(c2! / 3.3301 - 1)).toBeLessThan(0.03);
    expect(Math.abs(c3! / 3.3594 - 1)).toBeLessThan(0.03);
  });
});
