/**
 * CIF -> System on published structures. Expected numbers come from another program (tests/golden/io/cif/reference.json).
 */
import { describe, expect, it } from 'vitest';
import { AVOGADRO } from '../../../src/core/constants.ts';
import { readStructure } from '../../../src/io/index.ts';
import { toFractional, volume } from '../../../src/model/cell.ts';
import type { System } from '../../../src/model/system.ts';
import { bytesOf, goldenBytes, goldenJson, goldenText, inputError, shortestDistance } from './fixtures.ts';

const SYMOP_LOOP = /loop_\n_space_group_symop_operation_xyz\n(?:'.*'\n)+/;

interface Reference {
  space_group: string;
  atoms: number;
  composition: Record<string, number>;
  volume: number;
  density: number;
  shortest: [number, string];
}
const references = Object.entries(
  goldenJson<{ files: Record<string, Reference> }>('cif/reference.json').files,
);

function composition(system: System): Record<string, number> {
  const amounts: Record<string, number> = {};
  system.typeOf.forEach((type, i) => {
    const { element } = system.species[type]!;
    amounts[element] = (amounts[element] ?? 0) + (system.occupancies?.[i] ?? 1);
  });
  return amounts;
}

/** g/cm³ */
function density(system: System): number {
  let mass = 0;
  system.typeOf.forEach((type, i) => {
    mass += system.species[type]!.mass * (system.occupancies?.[i] ?? 1);
  });
  return (mass / volume(system.cell) / AVOGADRO) * 1e24;
}

const readCif = (text: string) => readStructure(bytesOf(text), 'test.cif');

/** A cubic cell of 5 Å with the given lines after it. */
const cubicCif = (...lines: string[]) =>
  ['data_test', '_cell_length_a 5', '_cell_length_b 5', '_cell_length_c 5', ...lines, ''].join('\n');
const P1_SITE = [
  'loop_',
  '_atom_site_label',
  '_atom_site_fract_x',
  '_atom_site_fract_y',
  '_atom_site_fract_z',
];

describe('CIF -> System', () => {
  it.each(references)(
    '%s: atoms, composition, volume, density, shortest distance',
    async (name, expected) => {
      const { system, format, warnings } = await readStructure(goldenBytes(`cif/${name}.cif`), `${name}.cif`);
      expect(format).toBe('cif');
      expect(warnings).toEqual([]);
      expect(system.typeOf).toHaveLength(expected.atoms);
      const amounts = composition(system);
      expect(Object.keys(amounts).sort()).toEqual(Object.keys(expected.composition).sort());
      for (const [element, amount] of Object.entries(expected.composition)) {
        expect(Math.abs(amounts[element]! - amount), element).toBeLessThan(1e-4);
      }
      expect(Math.abs(volume(system.cell) - expected.volume)).toBeLessThan(1e-3);
      expect(Math.abs(density(system) / expected.density - 1)).toBeLessThan(3e-4);
      const { distance, pair } = shortestDistance(system);
      expect(pair).toBe(expected.shortest[1]);
      expect(Math.abs(distance - expected.shortest[0])).toBeLessThan(1e-3);
      // Kept as data, absent where every site is full.
      const isPartial =
        Object.values(expected.composition).reduce((sum, x) => sum + x) < expected.atoms - 0.01;
      expect(system.occupancies !== undefined).toBe(isPartial);
      expect(system.siteLabels).toHaveLength(expected.atoms);
      expect(toFractional(system.cell, system.positions).every((x) => x > -1e-9 && x < 1)).toBe(true);
    },
  );

  it.each(references)('%s: the symbol alone gives the same sites as the listed operations', async (name) => {
    const text = goldenText(`cif/${name}.cif`);
    const bare = text.replace(SYMOP_LOOP, '');
    expect(bare.length).toBeLessThan(text.length);
    const [listed, named] = [(await readCif(text)).system, (await readCif(bare)).system];
    expect(siteSet(named)).toEqual(siteSet(listed));
  });

  it('number alone, with the cell deciding the axes', async () => {
    const text = goldenText('cif/LiTi2PO43_R-3c.cif')
      .replace(SYMOP_LOOP, '')
      .replace(/_space_group_name_H-M_alt.*\n/, '');
    const { system, warnings } = await readCif(text);
    expect(system.typeOf).toHaveLength(108);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['LGPS_P42nmc', 'P 4_2/n m c :1', 'P 4_2/n m c :2'],
    // Half occupied twice: the count of atoms alone would choose the wrong origin (64 instead of 72).
    ['Li2MgCl4_spinel', 'F d -3 m :2', 'F d -3 m :1'],
  ])(
    '%s with its origin left open: the choice that fits the sites, said aloud',
    async (name, right, wrong) => {
      const text = goldenText(`cif/${name}.cif`);
      const open = text.replace(SYMOP_LOOP, '').replaceAll(' :2', '');
      const { system, warnings } = await readCif(open);
      expect(siteSet(system)).toEqual(siteSet((await readCif(text)).system));
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(right);
      expect(warnings[0]!.indexOf(right)).toBeLessThan(warnings[0]!.indexOf(wrong));
    },
  );

  it('files of pymatgen: oxidation numbers, mixed sites', async () => {
    const { system } = await readStructure(goldenBytes('cif/pymatgenOxidation.cif'), 'o.cif');
    expect(system.title).toBe('Na0.25Li2.5Y3Cl6');
    expect(system.species.map(({ label, formalCharge, charge }) => [label, formalCharge, charge])).toEqual([
      ['Na', 1, undefined],
      ['Li', 1, undefined],
      ['Y', 3, undefined],
      ['Cl', -1, undefined],
    ]);
    expect([...system.occupancies!.slice(0, 3)]).toEqual([0.25, 0.5, 1]);
    expect([...system.positions.slice(0, 3)]).toEqual([...system.positions.slice(3, 6)]);
    const spinel = await readStructure(goldenBytes('cif/pymatgenSpinel.cif'), 's.cif');
    // Its chlorides are given about the other origin: four of them lie within 0.21 Å.
    expect(spinel.warnings).toEqual([expect.stringContaining('images of site Cl2 are 0.206 Å apart')]);
    expect(composition(spinel.system)).toEqual({ Li: 16, Mg: 8, Cl: 32 });
  });

  it('charges by symbol, by loop, and two charges of one element', async () => {
    const lines = [
      'loop_ _atom_site_label _atom_site_type_symbol _atom_site_fract_x _atom_site_fract_y _atom_site_fract_z',
      'Fe1 Fe2+ 0 0 0',
      'Fe2 Fe3+ .5 .5 .5',
      'Cl1 Cl1- .5 0 0',
      'O1 O-2 0 .5 0',
      'Li1 Li 0 0 .5',
    ];
    const { system } = await readCif(cubicCif("_symmetry_space_group_name_H-M 'P 1'", ...lines));
    expect(system.species.map(({ label, formalCharge }) => [label, formalCharge])).toEqual([
      ['Fe2+', 2],
      ['Fe3+', 3],
      ['Cl', -1],
      ['O', -2],
      ['Li', undefined],
    ]);
    const loop = ['loop_ _atom_type_symbol _atom_type_oxidation_number Li 1 Fe2+ 2.5'];
    const listed = await readCif(cubicCif("_symmetry_space_group_name_H-M 'P 1'", ...lines, ...loop));
    expect(listed.system.species.map(({ formalCharge }) => formalCharge)).toEqual([2.5, 3, -1, -2, 1]);
    const zeros = ['loop_ _atom_type_symbol _atom_type_oxidation_number Na0+ 0 Cl0+ 0'];
    const neutral = [
      'loop_ _atom_site_label _atom_site_type_symbol _atom_site_fract_x _atom_site_fract_y _atom_site_fract_z Na Na0+ 0 0 0 Cl Cl0+ .5 .5 .5',
    ];
    const none = await readCif(cubicCif("_symmetry_space_group_name_H-M 'P 1'", ...neutral, ...zeros));
    expect(none.system.species.every(({ formalCharge }) => formalCharge === undefined)).toBe(true);
  });

  it('says what it assumes', async () => {
    const warningsOf = async (...lines: string[]) => (await readCif(cubicCif(...lines))).warnings.join('\n');
    const site = [...P1_SITE, 'Na1 0 0 0'];
    expect(await warningsOf(...site)).toContain('P 1 is assumed');
    expect(
      await warningsOf("_space_group_name_H-M_alt 'F m -3 m'", '_symmetry_equiv_pos_as_xyz x,y,z', ...site),
    ).toContain('only one symmetry operation is listed for space group F m -3 m');
    expect(await warningsOf("loop_ _symmetry_equiv_pos_as_xyz 'x,y,z' '-y,x,z'", ...site)).toContain(
      'not a complete group',
    );
    expect(
      await warningsOf("loop_ _symmetry_equiv_pos_as_xyz 'x,y,z' '-y,x-y,z' '-x+y,-x,z'", ...site),
    ).toContain('do not fit the cell');
    expect(await warningsOf("_space_group_name_H-M_alt 'P 1'", ...site, 'Na2 . . .')).toContain(
      'site Na2 has no coordinates and is left out',
    );
    const two = `${cubicCif("_space_group_name_H-M_alt 'P 1'", ...site)}${cubicCif(...site).replace('test', 'more')}`;
    expect((await readCif(`data_empty _x 1\n${two}`)).warnings.join()).toContain(
      'data_test is read, not data_more',
    );
  });

  it.each([
    [cubicCif(), 'test.cif:1: no data block has atom sites (_atom_site_fract_x, _y, _z)'],
    [['data_a', ...P1_SITE, 'Na1 0 0 0'].join('\n'), 'test.cif:1: data_a lacks _cell_length_a'],
    [cubicCif('_cell_angle_gamma 190', ...P1_SITE, 'Na1 0 0 0'), 'test.cif:2: cell: angle gamma must lie'],
    [cubicCif(...P1_SITE, 'Na1 0 nan 0'), 'test.cif:10: _atom_site_fract_y: expected a number, found "nan"'],
    [cubicCif(...P1_SITE, 'Xx1 0 0 0'), 'test.cif:10: expected an element symbol, found "Xx1"'],
    [
      cubicCif('_symmetry_equiv_pos_as_xyz x,y,w', ...P1_SITE, 'Na1 0 0 0'),
      'test.cif:5: symmetry operation: expected',
    ],
    [
      cubicCif("_space_group_name_H-M_alt 'P 7'", ...P1_SITE, 'Na1 0 0 0'),
      'test.cif:5: space group symbol "P 7" is unknown',
    ],
    [
      cubicCif('_space_group_IT_number 500', ...P1_SITE, 'Na1 0 0 0'),
      'test.cif:5: space group number: expected 1 to 230',
    ],
    [
      cubicCif(...P1_SITE, '_atom_site_occupancy', 'Na1 0 0 0 1.5'),
      'test.cif:11: site Na1: expected an occupancy between 0 and 1',
    ],
    [cubicCif(...P1_SITE, 'Na1 0 0 0', 'Cl1 0 0'), 'its last row has 3 values'],
    [cubicCif('_atom_site_Cartn_x 1'), '_atom_site_Cartn_x (a molecule) is not read'],
  ])('%j is refused', async (text, message) => {
    expect((await inputError(() => readCif(text))).message).toContain(message);
  });
});

/** Label and rounded coordinates of every atom, sorted. */
function siteSet(system: System): string[] {
  const x = toFractional(system.cell, system.positions);
  return [...system.typeOf.keys()]
    .map((i) => {
      const at = [0, 1, 2].map((k) => (Math.round(x[3 * i + k]! * 1e6) % 1e6) + 0);
      return `${system.siteLabels![i]} ${at.join(' ')} ${system.occupancies?.[i] ?? 1}`;
    })
    .sort();
}
