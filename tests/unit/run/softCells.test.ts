/** softBV in a run: the warning before a cell moves, the collapse named afterwards, what reaches the run folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePotential } from '../../../src/forcefield/library.ts';
import { cellFromVectors } from '../../../src/model/cell.ts';
import type { System } from '../../../src/model/system.ts';
import { parseRunSpec } from '../../../src/run/parseSpec.ts';
import { prepareRun } from '../../../src/run/prepare.ts';
import { collapseTexts } from '../../../src/run/softCells.ts';

const structures = join(import.meta.dirname, '..', '..', '..', 'public', 'examples', 'structures');
const lyc = readFileSync(join(structures, 'Li3YCl6_ordered_DFT.cif'));
const nvt = { do: 'nvt', temperature: 300, duration: 10 };

function prepare(stages: object[], potential = 'softbv') {
  const spec = { structure: 'a.cif', potential, supercell: [2, 2, 4], cutoff: 9, stages };
  return prepareRun(parseRunSpec(JSON.stringify(spec), 'spec.json'), {
    bytes: async () => lyc,
    text: async () => {
      throw new Error('no file is asked for');
    },
  });
}

describe('a run by softBV', () => {
  it('is made for its structure, kept as text, and moves what is singly charged', async () => {
    const { forceField, potential, mobile, system, warnings } = await prepare([nvt], 'softbv:f=0.75');
    expect(forceField.name).toBe('softbv:lambda=0.5,f=0.75');
    expect(potential.isMade).toBe(true);
    expect(parsePotential(potential.text, 'softbv.json').pairs).toEqual(forceField.pairs);
    expect(mobile).toEqual(['Li']);
    expect(system.species.map(({ formalCharge }) => formalCharge)).toEqual([1, 3, -1]);
    expect(warnings).toEqual([]);
  });

  it('warns of every stage that moves the cell', async () => {
    const relax = { name: 'cell', do: 'minimize', cell: 'iso' };
    const { warnings } = await prepare([relax, { ...nvt, name: 'heat', do: 'npt' }, nvt]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^stage cell moves the cell, but softbv:lambda=0\.5,f=0\.76 is meant for the cell of/,
      ),
      expect.stringMatching(/^stage heat moves the cell/),
    ]);
    const fitted = await prepare([relax, nvt], 'chlorides-rigid-ion-2026');
    expect(fitted.warnings).toEqual([]);
  });
});

describe('a collapse', () => {
  const scaled = ({ cell, positions }: System, factor: number) => ({
    cell: cellFromVectors(cell.h.map((x) => factor * x)),
    positions: positions.map((x) => factor * x),
  });

  it('is seen in the volume, and in the anions around a cation', async () => {
    const { system, forceField } = await prepare([nvt]);
    const texts = (factor: number) => collapseTexts('stage s', system, scaled(system, factor), forceField);
    expect(texts(1)).toEqual([]);
    expect(texts(0.97)).toEqual([]);
    expect(texts(0.9)).toEqual([
      expect.stringMatching(/volume has changed by −27 %: the crystal has collapsed/),
    ]);
    expect(texts(1.2)).toEqual([
      expect.stringMatching(/volume has changed by \+73 %: the crystal has come apart/),
    ]);
    expect(texts(1.5).at(-1)).toMatch(/Y has 0\.0 anions around it instead of 6\.0: not the structure/);
  });

  it('counts neighbours as a double loop over all images does', async () => {
    const { system, forceField } = await prepare([nvt]);
    const [y, cl] = ['Y', 'Cl'].map((one) => system.species.findIndex(({ label }) => label === one));
    // Yttrium moved off its sites, by another way in every cell.
    const shift = (i: number) => (system.typeOf[Math.floor(i / 3)] === y ? 2 * Math.sin(i) : 0);
    const moved = { ...system, positions: system.positions.map((x, i) => x + shift(i)) };
    const reach = 1.3 * 2.616424;
    let [pairs, centres] = [0, 0];
    const { h } = system.cell;
    for (let i = 0; i < system.typeOf.length; i++) {
      if (system.typeOf[i] !== y) continue;
      centres++;
      for (let j = 0; j < system.typeOf.length; j++) {
        if (system.typeOf[j] !== cl) continue;
        for (let image = 0; image < 27; image++) {
          const [a, b, c] = [(image % 3) - 1, (Math.floor(image / 3) % 3) - 1, Math.floor(image / 9) - 1];
          const d = [0, 1, 2].map(
            (k) =>
              moved.positions[3 * i + k]! -
              moved.positions[3 * j + k]! +
              a * h[k]! +
              b * h[3 + k]! +
              c * h[6 + k]!,
          );
          if (Math.hypot(...d) < reach) pairs++;
        }
      }
    }
    const [text = ''] = collapseTexts('s', system, moved, forceField);
    expect(Math.abs(pairs / centres - 6)).toBeGreaterThan(0.8);
    expect(text).toContain(`Y has ${(pairs / centres).toFixed(1)} anions around it instead of 6.0`);
  });
});
