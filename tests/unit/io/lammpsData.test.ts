/** LAMMPS data files, most of them written by LAMMPS itself (tests/golden/io/regenerate.py). */
import { describe, expect, it } from 'vitest';
import { readStructure, writeStructure } from '../../../src/io/index.ts';
import { cellParameters, toFractional } from '../../../src/model/cell.ts';
import type { System } from '../../../src/model/system.ts';
import { bytesOf, inputError, largestDifference, wildSystem } from './fixtures.ts';
import { dots, dumpFrames, goldenData, gram, speeds, temperature } from './lammpsFixtures.ts';

const readData = (text: string, types?: readonly string[]) =>
  readStructure(bytesOf(text), 'a.data', types ? { types } : {});

const DATA = [
  'title',
  '',
  '2 atoms',
  '2 atom types',
  '0 5 xlo xhi',
  '0 6 ylo yhi',
  '0 7 zlo zhi',
  '',
  'Masses',
  '',
  '1 6.94',
  '2 35.45',
  '',
  'Atoms',
  '',
  '1 1 0.7 1 2 3',
  '2 2 -0.7 4 5 6',
];
const data = (changes: Record<number, string>, ...more: string[]) =>
  [...DATA.map((line, i) => changes[i] ?? line), ...more].join('\n');

describe('LAMMPS data', () => {
  it('triclinic reference case: first atom, cell, charges, names from the comments', async () => {
    const { system, format, warnings } = await goldenData('naclTriclinic.data');
    expect([format, warnings]).toEqual(['lammpsData', []]);
    expect([...system.cell.h]).toEqual([
      17.190774, 0, 0, 2.528055, 16.516626, 0, -1.853907, 3.539277, 17.022237,
    ]);
    expect(system.species).toEqual([
      { label: 'Na', element: 'Na', mass: 22.98976928, charge: 1 },
      { label: 'Cl', element: 'Cl', mass: 35.45, charge: -1 },
    ]);
    expect(system.typeOf).toHaveLength(216);
    expect([...system.positions.slice(0, 3)]).toEqual([17.163552166361, 0.108602315914, 0.058673205902]);
    expect(system.velocities).toBeUndefined();
  });

  it('image flags and Å/ps: line 17 and 532 of the file are atom 3', async () => {
    const { system } = await goldenData('naclVelocities.data');
    const box = system.cell.h[0]!;
    // 3 1 1 2.976 22.41 2.793 0 -1 0
    expect([...system.positions.slice(6, 9)]).toEqual([
      2.9761865530981693,
      22.41283726201117 - box,
      2.7934145026853088,
    ]);
    expect([...system.velocities!.slice(6, 9)]).toEqual([
      0.42569483070627895 / 1000,
      2.579641732643561 / 1000,
      -1.0415689918309559 / 1000,
    ]);
    // LAMMPS says 325.0258657 K for this file; its k_B, 8.617343e-5, is 1.2e-6 above ours.
    expect(Math.abs(temperature(system) - 325.0258657)).toBeLessThan(6e-4);
  });

  it('write_data of LAMMPS 2025: unsorted ids, images along tilted vectors, names by mass', async () => {
    const { system, warnings } = await goldenData('writeData.data');
    expect(warnings).toEqual([]);
    expect(system.species.map(({ label }) => label)).toEqual(['Na', 'Cl']);
    // The same instant as the last frame of the unwrapped dump (12 digits).
    const { frames } = await dumpFrames('unwrapped.lammpstrj', { types: ['Na', 'Cl'] });
    expect(largestDifference(system.positions, frames.at(-1)!.positions)).toBeLessThan(1e-10);
  });

  it('general triclinic box: the same structure as the restricted one, turned', async () => {
    const general = (await goldenData('general.data')).system;
    const restricted = (await goldenData('restricted.data')).system;
    const lengths = (cell: System['cell']) => Object.values(cellParameters(cell));
    expect(largestDifference(lengths(general.cell), lengths(restricted.cell))).toBeLessThan(1e-10);
    const x = toFractional(general.cell, general.positions);
    expect(largestDifference(x, toFractional(restricted.cell, restricted.positions))).toBeLessThan(1e-10);
    expect(largestDifference(speeds(general), speeds(restricted))).toBeLessThan(1e-12);
  });

  it('styles by comment and by number of columns', async () => {
    const positionsOf = async (changes: Record<number, string>) =>
      (await readData(data(changes))).system.positions.join(' ');
    const expected = '1 2 3 4 5 6';
    expect(await positionsOf({})).toBe(expected);
    expect(await positionsOf({ 13: 'Atoms  # charge' })).toBe(expected);
    expect(await positionsOf({ 15: '1 1 1 2 3', 16: '2 2 4 5 6' })).toBe(expected);
    expect(await positionsOf({ 13: 'Atoms # atomic', 15: '1 1 1 2 3 0 0 0', 16: '2 2 4 5 6 0 0 0' })).toBe(
      expected,
    );
    expect(await positionsOf({ 15: '1 9 1 .7 1 2 3', 16: '2 9 2 -.7 4 5 6' })).toBe(expected);
    expect(await positionsOf({ 13: 'Atoms # molecular', 15: '1 9 1 1 2 3', 16: '2 9 2 4 5 6' })).toBe(
      expected,
    );
    expect(
      await positionsOf({ 15: '2 2 -.7 4 5 6 # comment', 16: '1 1 .7 -4 2 3 1 0 0' }).catch((e) => e.message),
    ).toContain('a.data:17: expected 6 columns, as in the first line of Atoms, found 9');
  });

  it('names: comment, type labels, --types, mass', async () => {
    const labelsOf = async (changes: Record<number, string>, types?: readonly string[]) => {
      const { system, warnings } = await readData(data(changes), types);
      return [...system.species.map(({ label, element }) => `${label}:${element}`), ...warnings];
    };
    expect(await labelsOf({})).toEqual(['Li:Li', 'Cl:Cl']);
    expect(await labelsOf({ 10: '1 7 # Li1 mobile', 11: '2 3.5 # Cl_shell' })).toEqual([
      'Li1:Li',
      'Cl_shell:Cl',
    ]);
    expect(await labelsOf({ 10: '1 7', 11: '2 3.5' }, ['Li', 'Br'])).toEqual(['Li:Li', 'Br:Br']);
    expect(await labelsOf({ 10: '1 6.94 # core', 11: '2 35.45 # CL' })).toEqual(['Li:Li', 'CL:Cl']);
    const [, , warning] = await labelsOf({ 11: '2 35.45 # Cl' }, ['Li', 'Br']);
    expect(warning).toContain('type 2 is Cl in the file, which counts before Br of --types');
    expect(await labelsOf({ 10: '1 35.45' })).toEqual(['Cl1:Cl', 'Cl2:Cl']);
    const labelled = data(
      { 15: '1 Na 0.7 1 2 3', 16: '2 Br -0.7 4 5 6', 10: 'Na 1', 11: 'Br 2' },
      '',
      'Atom Type Labels',
      '',
      '1 Na',
      '2 Br',
    );
    expect((await readData(labelled)).system.species.map(({ element }) => element)).toEqual(['Na', 'Br']);
  });

  it('one charge per type, or none and a warning', async () => {
    const { system, warnings } = await readData(
      data({ 2: '3 atoms', 16: '2 2 -0.7 4 5 6' }, '3 2 -0.8 1 1 1'),
    );
    expect(system.species.map(({ charge }) => charge)).toEqual([0.7, undefined]);
    expect(warnings).toEqual([
      'atoms of type 2 have charges from -0.8 to -0.7 e; a species has one charge, so none is taken',
    ]);
    const rounding = await readData(data({ 2: '3 atoms' }, '3 2 -0.7000000001 1 1 1'));
    expect(rounding.warnings).toEqual([]);
  });

  it('other sections are no hindrance; units real keep Å/fs', async () => {
    const more = [
      '',
      'Pair Coeffs # lj/cut',
      '',
      '1 1 2',
      '2 1 2',
      '',
      'Velocities',
      '',
      '2 1 2 3',
      '1 4 5 6',
      '',
      'Bonds',
      '',
      '1 1 1 2',
    ];
    const metal = (await readData(data({}, ...more))).system;
    expect([...metal.velocities!]).toEqual([0.004, 0.005, 0.006, 0.001, 0.002, 0.003]);
    const real = (await readData(data({ 0: 'LAMMPS data file via write_data, units = real' }, ...more)))
      .system;
    expect([...real.velocities!]).toEqual([4, 5, 6, 1, 2, 3]);
  });

  it.each([
    [data({ 4: '' }), 'a.data:7: the header lacks the box'],
    [data({ 4: '5 0 xlo xhi' }), 'a.data:7: box: xhi must be above xlo'],
    [data({ 5: '0 inf ylo yhi' }), 'a.data:6: ylo yhi: expected a number, found "inf"'],
    [data({ 2: '3 atoms' }), 'a.data:17: the header announces 3 atoms, the section Atoms has 2 lines'],
    [
      data({ 2: '99999999999 atoms' }),
      'the header announces 99999999999 atoms, the section Atoms has 2 lines',
    ],
    [
      data({ 3: '99999999999 atom types' }),
      'the header announces 99999999999 atom types, the section Masses has 2 lines',
    ],
    [
      data({ 3: '', 15: '1 99999999 0.7 1 2 3' }),
      'a.data:16: atom type: expected 1 to 65536, found 99999999',
    ],
    [
      data({ 2: 'many atoms' }),
      'a.data:3: number of atoms: expected a whole number of at least 0, found "many"',
    ],
    [data({ 2: '???' }), 'a.data:3: expected a header line such as "512 atoms", found "???"'],
    [data({ 13: 'Atomz' }), 'the section Atoms is missing'],
    [
      data({ 13: 'Atoms # sphere' }),
      'a.data:16: atom style "sphere" is not known; known styles: atomic, charge',
    ],
    [data({ 13: 'Atoms # full' }), 'a.data:16: Atoms # full: expected 7 columns'],
    [data({ 15: '1 1 1 2' }), 'a.data:16: Atoms lines of 4 columns are not known'],
    [data({ 16: '1 2 -0.7 4 5 6' }), 'a.data:17: atom id 1 comes twice'],
    [data({ 16: '2 3 -0.7 4 5 6' }), 'a.data:17: atom type: expected 1 to 2, found 3'],
    [data({ 16: '2 2 -0.7 4 nan 6' }), 'a.data:17: position: expected a number, found "nan"'],
    [data({ 16: '2 2 -0.7 4' }), 'a.data:17: expected 6 columns, as in the first line of Atoms, found 4'],
    [
      data({ 10: '1 31.9' }),
      'a.data:11: atom type 1 has mass 31.9, which belongs to no single element and no name: give',
    ],
    [data({ 10: '1 -6.94' }), 'a.data:11: mass: expected a positive number, found -6.94'],
    [
      data({}, '', 'Velocities', '', '1 1 2 3'),
      'the header announces 2 atoms, the section Velocities has 1 lines',
    ],
    [data({}, '', 'Velocities', '', '1 1 2 3', '7 1 2 3'), 'a.data:22: velocity of atom 7: no such atom'],
    [data({}, '', 'Atoms', ''), 'a.data:19: the section Atoms comes twice'],
    ['', 'a.data:1: the header lacks the box'],
  ])('%j is refused', async (text, message) => {
    expect((await inputError(() => readData(text))).message).toContain(message);
  });

  it('names that fit no element or are too few', async () => {
    expect((await inputError(() => readData(data({ 10: '1 7' }), ['Quux', 'Cl']))).message).toContain(
      '--types: expected an element symbol, found "Quux"',
    );
    expect((await inputError(() => readData(data({}), ['Li']))).message).toContain(
      '2 atom types, but --types names 1: Li',
    );
  });

  it('write -> read: distances, speeds and species survive the turn into LAMMPS orientation', async () => {
    const system = wildSystem();
    const { system: back, warnings } = await readData(writeStructure(system, 'lammpsData'));
    expect(warnings).toEqual([]);
    expect([back.cell.h[1], back.cell.h[2], back.cell.h[5]]).toEqual([0, 0, 0]);
    expect(largestDifference(gram(back.cell.h), gram(system.cell.h))).toBeLessThan(1e-12);
    expect(largestDifference(gram(back.positions), gram(system.positions))).toBeLessThan(1e-9);
    expect(largestDifference(gram(back.velocities!), gram(system.velocities!))).toBeLessThan(1e-17);
    // Positions against velocities: both turned by the same rotation.
    expect(largestDifference(dots(back), dots(system))).toBeLessThan(1e-12);
    expect(back.species).toEqual(system.species);
    const again = (await readData(writeStructure(back, 'lammpsData'))).system;
    expect(again.positions).toEqual(back.positions);
    expect(again.cell).toEqual(back.cell);
  });

  it('style atomic where a charge is unknown', () => {
    const { species, ...rest } = wildSystem();
    const text = writeStructure({ ...rest, species: species.map(({ charge, ...s }) => s) }, 'a.data');
    expect(text).toContain('Atoms # atomic');
    expect(writeStructure(wildSystem(), 'a.lmp')).toContain('Atoms # charge');
  });
});
