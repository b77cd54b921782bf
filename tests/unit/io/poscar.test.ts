import { describe, expect, it } from 'vitest';
import { readStructure, writeStructure } from '../../../src/io/index.ts';
import { volume } from '../../../src/model/cell.ts';
import {
  bytesOf,
  goldenBytes,
  goldenJson,
  goldenText,
  inputError,
  largestDifference,
  wildSystem,
} from './fixtures.ts';

const read = (text: string, types?: readonly string[]) =>
  readStructure(bytesOf(text), 'POSCAR', types ? { types } : {});
const elements = ({ species, typeOf }: Awaited<ReturnType<typeof read>>['system']) =>
  [...typeOf].map((type) => species[type]!.element);

const NACL = ['NaCl', '1.0', '5 0 0', '0 5 0', '0 0 5', 'Na Cl', '1 1', 'Direct', '0 0 0', '.5 .5 .5'];
const poscar = (changes: Record<number, string>, ...more: string[]) =>
  [...NACL.map((line, i) => changes[i] ?? line), ...more].join('\n');

describe('POSCAR', () => {
  it('pymatgen: direct, selective dynamics, repeated labels, velocities', async () => {
    const expected = goldenJson<{
      positions: number[][];
      velocities: number[][];
      cell: number[][];
      symbols: string[];
    }>('poscar/pymatgen.json');
    const { system, format, warnings } = await readStructure(
      goldenBytes('poscar/POSCAR.pymatgen'),
      'runs/POSCAR.pymatgen',
    );
    expect([format, warnings, system.title]).toEqual(['poscar', [], 'Li2YCl3 from pymatgen']);
    expect([...system.cell.h]).toEqual(expected.cell.flat());
    expect(elements(system)).toEqual(expected.symbols);
    // Twelve digits are printed.
    expect(largestDifference(system.positions, expected.positions.flat())).toBeLessThan(1e-11);
    expect(largestDifference(system.velocities!, expected.velocities.flat())).toBeLessThan(1e-12);
  });

  it('ASE: Cartesian; its velocities are those of the same atoms as extended XYZ', async () => {
    const { system } = await readStructure(goldenBytes('poscar/ase.vasp'), 'ase.vasp');
    const expected = goldenJson<{
      positions: number[][][];
      velocitiesAngstromPerFs: number[][][];
      symbols: string[];
    }>('extxyz/ase.json');
    // "Li Cl Li Cl Y", 1 1 1 2 1: a symbol may come twice.
    expect(elements(system)).toEqual(expected.symbols);
    expect(system.species).toHaveLength(3);
    expect(largestDifference(system.positions, expected.positions[0]!.flat())).toBeLessThan(1e-14);
    expect(largestDifference(system.velocities!, expected.velocitiesAngstromPerFs[0]!.flat())).toBeLessThan(
      1e-15,
    );
  });

  it('scale: a factor, minus the volume, three factors', async () => {
    const at = async (scale: string) => (await read(poscar({ 1: scale }))).system;
    expect([...(await at('2')).positions]).toEqual([0, 0, 0, 5, 5, 5]);
    expect(volume((await at('-1000')).cell)).toBeCloseTo(1000, 9);
    expect([...(await at('-1000')).positions.slice(3)].map((x) => Number(x.toFixed(9)))).toEqual([5, 5, 5]);
    expect([...(await at('1 2 3')).cell.h]).toEqual([5, 0, 0, 0, 10, 0, 0, 0, 15]);
    const cartesian = (await read(poscar({ 1: '2', 7: 'Cartesian' }))).system;
    expect([...cartesian.positions.slice(3)]).toEqual([1, 1, 1]);
  });

  it('symbols with pseudopotentials, comments, groups of one element, trailing words', async () => {
    const { system } = await read(
      poscar(
        { 5: 'Na_pv Cl/5f3a Na ! three groups', 6: '1 1 1 # atoms', 7: 'direct', 8: '0 0 0 T T F Na' },
        '0 .5 0',
      ),
    );
    expect(elements(system)).toEqual(['Na', 'Cl', 'Na']);
    expect(system.species).toHaveLength(2);
  });

  it('VASP 4: names from the caller, else from the title, else an error that says what to do', async () => {
    const old = (title: string) => [title, ...NACL.slice(1, 5), ...NACL.slice(6)].join('\n');
    expect(elements((await read(old('x'), ['K', 'Br'])).system)).toEqual(['K', 'Br']);
    const titled = await read(old('Na Cl'));
    expect(elements(titled.system)).toEqual(['Na', 'Cl']);
    expect(titled.warnings[0]).toContain('taken from the title, Na Cl');
    expect((await inputError(() => read(old('rock salt')))).message).toContain(
      'POSCAR:6: the line of element symbols is missing (VASP 4 format)',
    );
    expect((await inputError(() => read(old('x'), ['K']))).message).toContain('1 names were given');
  });

  it('velocities: zeros of a CONTCAR are none, direct ones are refused aloud, lattice velocities are skipped', async () => {
    expect((await read(poscar({}, '', '0 0 0', '0.0 0.0 0.0'))).system.velocities).toBeUndefined();
    const direct = await read(poscar({}, 'Direct', '0 0 0.1', '0 0 0'));
    expect(direct.system.velocities).toBeUndefined();
    expect(direct.warnings[0]).toContain('POTIM');
    const lattice = ['Lattice velocities and vectors', '1', ...Array.from({ length: 6 }, () => '0 0 0')];
    const { system } = await read(poscar({}, ...lattice, '', '0 0 0.01', '0 0 -0.02', '', '1', 'predictor'));
    expect([...system.velocities!]).toEqual([0, 0, 0.01, 0, 0, -0.02]);
  });

  it('left-handed vectors: b and c change places, atoms stay', async () => {
    const { system, warnings } = await read(poscar({ 2: '0 5 0', 3: '6 0 0', 9: '.5 0 .5' }));
    expect(warnings[0]).toContain('left-handed');
    expect([...system.cell.h]).toEqual([0, 5, 0, 0, 0, 5, 6, 0, 0]);
    expect([...system.positions.slice(3)]).toEqual([0, 2.5, 2.5]);
  });

  it('write -> read keeps every bit, and groups atoms by species', async () => {
    const system = wildSystem();
    const { system: back, warnings } = await read(writeStructure(system, 'poscar'));
    expect(warnings).toEqual([]);
    expect(back.cell.h).toEqual(system.cell.h);
    expect(back.positions).toEqual(system.positions);
    expect(back.velocities).toEqual(system.velocities);
    expect([...back.typeOf]).toEqual([...system.typeOf]);
    expect(back.title).toBe(system.title);
    const mixed = { ...system, typeOf: Uint16Array.of(2, 0, 2, 1, 0) };
    const grouped = (await read(writeStructure(mixed, 'CONTCAR'))).system;
    expect(elements(grouped)).toEqual(['Li', 'Li', 'Y', 'Cl', 'Cl']);
    expect([...grouped.positions.slice(0, 3)]).toEqual([...system.positions.slice(3, 6)]);
    expect([...grouped.velocities!.slice(0, 3)]).toEqual([...system.velocities!.slice(3, 6)]);
  });

  it.each([
    [poscar({ 1: 'one' }), 'POSCAR:2: scale factor: expected a number, found "one"'],
    [poscar({ 1: '0' }), 'POSCAR:2: scale factor: expected a positive factor'],
    [poscar({ 3: '0 nan 0' }), 'POSCAR:4: lattice vector b: expected a number, found "nan"'],
    [poscar({ 4: '0 1 0' }), 'POSCAR:3: cell: the lattice vectors are flat'],
    [poscar({ 5: 'Na Qq' }), 'POSCAR:6: expected an element symbol, found "Qq"'],
    [poscar({ 6: '1' }), 'POSCAR:7: expected 2 numbers of atoms, one per element, found 1'],
    [poscar({ 6: '1 99999999999' }), 'POSCAR:7: 100000000000 atoms are announced, 3 lines follow'],
    [poscar({ 6: '1 2' }), 'POSCAR:10: the file ends where position 3 of 3 was expected'],
    [poscar({ 6: '0 0' }), 'POSCAR:7: expected at least one atom'],
    [poscar({ 6: '1 -1' }), 'POSCAR:7: number of atoms: expected a whole number of at least 0, found "-1"'],
    [poscar({ 7: 'fractional' }), 'POSCAR:8: expected "Direct" or "Cartesian", found "fractional"'],
    [poscar({ 9: '.5 .5' }), 'POSCAR:10: position 2: expected a number, found nothing'],
    [poscar({}, 'junk', '1 2 3'), 'POSCAR:11: expected an empty line or the end after the positions'],
    [poscar({}, '', '1 2 3'), 'POSCAR:12: the file ends where velocity 2 of 2 was expected'],
    ['x', 'POSCAR:1: the file ends where the scale factor was expected'],
  ])('%j is refused', async (text, message) => {
    expect((await inputError(() => read(text))).message).toContain(message);
  });

  it('partial occupancies are not written', async () => {
    const system = { ...wildSystem(), occupancies: Float64Array.of(1, 0.5, 1, 1, 1) };
    expect((await inputError(() => writeStructure(system, 'poscar'))).message).toContain('build --order');
  });

  it('the golden file with CRLF, tabs and a byte-order mark is the same structure', async () => {
    const text = goldenText('poscar/POSCAR.pymatgen');
    const plain = (await read(text)).system;
    const changed = (await read(`\uFEFF${text.replace(/ +/g, '\t').replaceAll('\n', '\r\n')}`)).system;
    expect(changed.positions).toEqual(plain.positions);
    expect(changed.velocities).toEqual(plain.velocities);
  });
});
