/** Files whose numbers are numbers, and still wrong: other units, other columns, two things of one name. */
import { describe, expect, it } from 'vitest';
import { openTrajectory, readStructure } from '../../../src/io/index.ts';
import { closestPair } from '../../../src/model/distances.ts';
import { supercell } from '../../../src/model/supercell.ts';
import { bytesOf, inputError } from './fixtures.ts';

const warningsOf = async (text: string, file: string) => (await readStructure(bytesOf(text), file)).warnings;

/** Rock salt in a cubic cell of this edge. */
const salt = (edge: number): string => {
  const x = [0, 1, 2, 3].map((i) =>
    [i & 1 ? 0.5 : 0, i & 2 ? 0.5 : 0, i === 1 || i === 2 ? 0.5 : 0].join(' '),
  );
  const y = x.map((line) => line.replace(/^(0\.5|0)/, (a) => (a === '0' ? '0.5' : '0')));
  return `salt\n1\n${edge} 0 0\n0 ${edge} 0\n0 0 ${edge}\nNa Cl\n4 4\nDirect\n${[...x, ...y].join('\n')}\n`;
};

/** Two atoms with velocities along x. */
const moving = (v: number): string =>
  `2\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:vel:R:3\nLi 0 0 0 ${v} 0 0\nCl 2 2 2 -${v} 0 0\n`;

const lammps = (title: string, more = ''): string =>
  `${title}\n\n1 atoms\n1 atom types\n0 4 xlo xhi\n0 4 ylo yhi\n0 4 zlo zhi\n${more}\nMasses\n\n1 6.94\n\nAtoms # atomic\n\n1 1 0 0 0\n`;

describe('units', () => {
  it('lengths in nm and pm are doubted, in Å not, in m refused', async () => {
    expect(await warningsOf(salt(5.64), 'POSCAR')).toEqual([]);
    for (const edge of [0.564, 564]) {
      expect((await warningsOf(salt(edge), 'POSCAR')).join()).toMatch(
        /Å³ of cell per atom.*are lengths in Å\?/,
      );
    }
    expect((await inputError(() => readStructure(bytesOf(salt(5.64e-10)), 'POSCAR'))).message).toMatch(
      /^POSCAR:3: cell: edge a is 5\.64e-10 Å long; expected 0\.01 to 1000000 Å/,
    );
  });

  it('velocities in Å/ps and in nm/fs are doubted, in Å/fs not; faster than light is refused', async () => {
    expect(await warningsOf(moving(0.01), 'a.xyz')).toEqual([]);
    expect(await warningsOf(moving(0), 'a.xyz')).toEqual([]);
    for (const v of [10, 1e-6]) {
      expect((await warningsOf(moving(v), 'a.xyz')).join()).toMatch(/the velocities are those of .* K/);
    }
    const { message } = await inputError(() => readStructure(bytesOf(moving(1e4)), 'a.xyz'));
    expect(message).toMatch(/^a\.xyz: .*atom 1 moves at 10000 Å\/fs, faster than light/);
  });

  it('a LAMMPS file that names reduced units is refused, with and without velocities', async () => {
    expect(await warningsOf(lammps('a title, units = metal'), 'a.data')).toEqual([]);
    const { message } = await inputError(() => readStructure(bytesOf(lammps('t, units = lj')), 'a.data'));
    expect(message).toBe('a.data:1: units "lj" are not read; known: metal, real');
  });

  it('masses in kg and charges in coulombs of a mole are refused', async () => {
    const kilograms = lammps('t').replace('1 6.94', '1 1.15e-26 # Li');
    expect((await inputError(() => readStructure(bytesOf(kilograms), 'a.data'))).message).toBe(
      'a.data:11: mass: expected 0.001 to 1000000 u, found 1.15e-26',
    );
    const charges = lammps('t').replace('# atomic\n\n1 1 ', '# charge\n\n1 1 96485 ');
    expect((await inputError(() => readStructure(bytesOf(charges), 'a.data'))).message).toMatch(
      /charge: expected −100 to 100 e, found 96485/,
    );
  });
});

describe('what is said twice or in too many columns', () => {
  it('headers of LAMMPS', async () => {
    for (const line of ['2 atoms', '0 5 xlo xhi']) {
      const { message } = await inputError(() => readStructure(bytesOf(lammps('t', `${line}\n`)), 'a.data'));
      expect(message).toMatch(/^a\.data:8: .* comes twice$/);
    }
  });

  it('a numbered label that another type has', async () => {
    const text = lammps('t')
      .replace('1 atoms\n1 atom types', '3 atoms\n3 atom types')
      .replace('1 6.94', '1 6.94 # Li\n2 6.94 # Li\n3 6.94 # Li1')
      .replace('1 1 0 0 0', '1 1 0 0 0\n2 2 1 1 1\n3 3 2 2 2');
    const { system } = await readStructure(bytesOf(text), 'a.data');
    expect(new Set(system.species.map(({ label }) => label)).size).toBe(3);
  });

  it('masses and occupancies of extended XYZ are one column; two masses of one label are said', async () => {
    const file = (column: string, first: string, second: string) =>
      `2\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:${column}\nLi 0 0 0 ${first}\nLi 2 2 2 ${second}\n`;
    for (const name of ['masses', 'occupancy']) {
      const { message } = await inputError(() =>
        readStructure(bytesOf(file(`${name}:R:2`, '1 1', '1 1')), 'a.xyz'),
      );
      expect(message).toBe(`a.xyz:2: Properties: ${name} must have one column (${name}:R:1)`);
    }
    expect(await warningsOf(file('masses:R:1', '6', '7'), 'a.xyz')).toEqual([
      'atom 2 has the mass 7 u: all Li are taken to have 6 u',
    ]);
  });

  it('an oxidation number that no element has', async () => {
    const cif = (type: string) =>
      `data_a\n_cell_length_a 4\n_cell_length_b 4\n_cell_length_c 4\nloop_\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n${type} 0 0 0\n`;
    expect((await readStructure(bytesOf(cif('Li1+')), 'a.cif')).system.species[0]?.formalCharge).toBe(1);
    const { message } = await inputError(() => readStructure(bytesOf(cif('Li99+')), 'a.cif'));
    expect(message).toBe('a.cif:10: oxidation number: expected −9 to 9, found 99');
  });
});

it('frames of a trajectory are held to what structures are', async () => {
  const frame = (x: string, more = '') =>
    `1\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3 ${more}\nLi ${x} 0 0\n`;
  const read = async (text: string) => {
    for await (const _ of (await openTrajectory(bytesOf(text), 'a.xyz')).frames());
  };
  await read(frame('0') + frame('1') + frame('2'));
  expect((await inputError(() => read(frame('0') + frame('1') + frame('1e10')))).message).toMatch(
    /^a\.xyz: frame 3: atom 1 is at 10000000000 Å along x/,
  );
  expect((await inputError(() => read(frame('0', 'step=1.5')))).message).toMatch(
    /^a\.xyz:2: step: expected a whole/,
  );
  expect((await inputError(() => read(frame('0', 'time_fs=1e20')))).message).toMatch(
    /expected a time of at most/,
  );
});

it('supercells: none that no memory holds, and overlaps are found in a long one', async () => {
  const { system } = await readStructure(bytesOf(salt(5.64)), 'POSCAR');
  expect(() => supercell(system, [1e5, 1e5, 1e5])).toThrow(/at most 2097152 atoms can be held/);
  const long = supercell(system, [1, 1, 5000]);
  expect(closestPair(long, 0.6)).toBeUndefined();
  const last = long.typeOf.length - 1;
  const moved = { ...long, positions: long.positions.slice() };
  moved.positions.set(
    long.positions.subarray(0, 3).map((x) => x + 0.1),
    3 * last,
  );
  expect(closestPair(moved, 0.6)).toMatchObject({
    i: 0,
    j: last,
    distance: expect.closeTo(0.1 * Math.sqrt(3), 6),
  });
});
