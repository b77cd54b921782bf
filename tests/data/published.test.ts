/** Published figures of structures that are typed in: what the tables of README show beside the real trajectories. */
import { afterAll, expect, test } from 'vitest';
import { bvseBarriers } from '../../src/analysis/density/bvse.ts';
import { powderPattern } from '../../src/analysis/structure/powder.ts';
import { bvseModel } from '../../src/forcefield/bvse.ts';
import { gridSize } from '../../src/model/grid.ts';
import { bvseReference } from '../../src/reference/bvse.ts';
import { measured as lifepo4 } from '../support/lifepo4.ts';
import { type Measured, writeMeasured } from '../support/measured.ts';
import { structure } from '../unit/analysis/structure/lattices.ts';

const rows: Measured[] = [];
afterAll(() => writeMeasured('published', rows));

test('BaTiO3, P4mm, neutrons', () => {
  const system = structure(
    [3.9945, 0, 0, 0, 3.9945, 0, 0, 0, 4.0334],
    [
      ['Ba', [[0, 0, 0]]],
      ['Ti', [[0.5, 0.5, 0.482]]],
      [
        'O',
        [
          [0.5, 0.5, 0.016],
          [0.5, 0, 0.515],
          [0, 0.5, 0.515],
        ],
      ],
    ],
  );
  const lines = powderPattern(system, { radiation: 'neutron', from: 0 });
  const source = 'pymatgen, tests/analysis/diffraction/test_neutron.py';
  rows.push({
    name: 'BaTiO₃ neutron lines below 180°',
    expected: 27,
    measured: lines.length,
    tolerance: 0,
    source,
  });
  expect(lines).toHaveLength(27);
  const expected = [
    [22.037944670652465, 453.13576368164007],
    [22.255284684116262, 800.8355861573295],
    [31.52181770727521, 1916.4711408968653],
    [31.678181395101802, 971.0175541753043],
  ] as const;
  expected.forEach(([angle, intensity], i) => {
    const line = lines[i]!;
    rows.push({
      name: `BaTiO₃ neutron line ${i + 1}: 2θ, °; intensity`,
      expected: `${angle.toFixed(9)}; ${intensity.toFixed(9)}`,
      measured: `${line.twoTheta.toFixed(9)}; ${line.intensity.toFixed(9)}`,
      tolerance: 1e-9,
      source,
    });
    expect(Math.abs(line.twoTheta / angle - 1)).toBeLessThan(1e-9);
    expect(Math.abs(line.intensity / intensity - 1)).toBeLessThan(1e-9);
  });
});

test('LiFePO4: bond valence site energies at 0.1 Å', () => {
  // BVlain takes covalent radii for the cations' screening.
  const model = bvseModel(lifepo4, [0], { radii: { Li: 1.28, Fe: 1.32, P: 1.07 } });
  const found = bvseBarriers(bvseReference(lifepo4, model, gridSize(lifepo4.cell, 0.1))).barriers;
  const published = [0.4395, 3.3301, 3.3594];
  const allowed = [0.03, 0.333, 0.336];
  published.forEach((value, d) => {
    rows.push({
      name: `LiFePO₄, BVSE barrier of Li in ${d + 1} dimension${d > 0 ? 's' : ''}, eV`,
      expected: value,
      measured: found[d]!,
      tolerance: `absolute ${allowed[d]}`,
      source: 'BVlain README (its structure is not given; ours is the measured one)',
    });
    expect(Math.abs(found[d]! - value)).toBeLessThan(allowed[d]!);
  });
});
