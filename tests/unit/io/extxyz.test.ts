import { describe, expect, it } from 'vitest';
import { parseKeys } from '../../../src/io/extxyzKeys.ts';
import { openTrajectory, readStructure, trajectoryWriter, writeStructure } from '../../../src/io/index.ts';
import type { Frame } from '../../../src/model/trajectory.ts';
import { bytesOf, goldenBytes, goldenJson, inputError, largestDifference, wildSystem } from './fixtures.ts';

const read = (text: string) => readStructure(bytesOf(text), 'a.extxyz');
const LATTICE = 'Lattice="5 0 0 0 6 0 0 0 7"';

async function framesOf(text: string, options = {}): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of (await openTrajectory(bytesOf(text), 'a.xyz', options)).frames())
    frames.push(frame);
  return frames;
}

describe('extended XYZ', () => {
  it('ASE: two frames, unknown columns, momenta become velocities in Å/fs', async () => {
    const expected = goldenJson<{
      positions: number[][][];
      cells: number[][][];
      velocitiesAngstromPerFs: number[][][];
      symbols: string[];
    }>('extxyz/ase.json');
    const trajectory = await openTrajectory(goldenBytes('extxyz/ase.extxyz'), 'ase.extxyz');
    expect([trajectory.format, trajectory.unwrapped, trajectory.frameInterval]).toEqual([
      'extxyz',
      false,
      undefined,
    ]);
    let count = 0;
    for await (const frame of trajectory.frames()) {
      expect(largestDifference(frame.cell.h, expected.cells[count]!.flat())).toBeLessThan(1e-15);
      // Eight decimals are printed: 5e-9 Å and, over the lightest mass, 5e-9/6.94·0.098 Å/fs.
      expect(largestDifference(frame.positions, expected.positions[count]!.flat())).toBeLessThan(5.1e-9);
      // ASE has Y at 88.90584 u, 2e-6 below the mass here: 5e-9 of 0.003 Å/fs.
      const velocities = expected.velocitiesAngstromPerFs[count]!.flat();
      expect(largestDifference(frame.velocities!, velocities)).toBeLessThan(6e-9);
      expect(frame.step).toBe(count);
      expect(frame.time).toBeNaN();
      count++;
    }
    expect(count).toBe(2);
    const { system, warnings } = await readStructure(goldenBytes('extxyz/ase.extxyz'), 'ase.extxyz');
    expect(warnings).toEqual(['2 frames: the last one is the structure']);
    expect([...system.typeOf].map((type) => system.species[type]!.element)).toEqual(expected.symbols);
    expect(largestDifference(system.positions, expected.positions[1]!.flat())).toBeLessThan(5.1e-9);
  });

  it('keys: quoted, bare, braced, listed, escaped', () => {
    const keys = parseKeys(
      `Lattice="1 2 3" pbc='T F T' step=5 flag  note="say \\"hi\\" = x" list=[1, 2,3] set={a b} m=[[1, 2], [3,4]] last = 7`,
    );
    expect(Object.fromEntries(keys)).toMatchObject({
      Lattice: '1 2 3',
      pbc: 'T F T',
      step: '5',
      flag: 'T',
      note: 'say "hi" = x',
      set: 'a b',
      last: '7',
    });
    expect(keys.get('list')?.split(/\s+/)).toEqual(['1', '2', '3']);
    expect(keys.get('m')?.split(/\s+/)).toEqual(['1', '2', '3', '4']);
  });

  it('columns in any order, velo, plain XYZ with a lattice, occupancies', async () => {
    const text = `1\n${LATTICE} Properties=id:I:1:velo:R:3:pos:R:3:species:S:1:occupancy:R:1\n7 .1 .2 .3 1 2 3 Cl 0.5\n`;
    const { system } = await read(text);
    expect([...system.positions]).toEqual([1, 2, 3]);
    expect([...system.velocities!]).toEqual([0.1, 0.2, 0.3]);
    expect([...system.occupancies!]).toEqual([0.5]);
    expect((await read(`1\n${LATTICE}\nNa 1 2 3\n`)).system.species[0]?.element).toBe('Na');
  });

  it('a wall or vacuum is said aloud', async () => {
    expect((await read(`1\n${LATTICE} pbc="T T F"\nNa 1 2 3\n`)).warnings[0]).toContain('pbc="T T F"');
  });

  it('write -> read keeps every bit: structure', async () => {
    const plain = wildSystem();
    for (const system of [
      plain,
      { ...plain, species: plain.species.map((s) => ({ ...s, label: `${s.label}1` })) },
      { ...plain, occupancies: Float64Array.of(1, 1 / 3, 0.25, 1, 1) },
      { ...plain, title: 'quotes " and \\ back\nslashes' },
    ]) {
      const { system: back, warnings } = await read(writeStructure(system, 'out/final.extxyz'));
      expect(warnings).toEqual([]);
      expect(back.cell.h).toEqual(system.cell.h);
      expect(back.positions).toEqual(system.positions);
      expect(back.velocities).toEqual(system.velocities);
      expect(back.occupancies).toEqual(system.occupancies);
      expect([...back.typeOf]).toEqual([...system.typeOf]);
      expect(back.species.map(({ label }) => label)).toEqual(system.species.map(({ label }) => label));
      expect(back.title).toBe(system.title.replace('\n', ' '));
    }
  });

  it('write -> read keeps every bit: trajectory with steps, times and a breathing cell', async () => {
    const system = wildSystem();
    const frames: Frame[] = [0, 1, 2].map((i) => ({
      step: 100 * i,
      time: 0.1 + 200 * i,
      cell: { h: system.cell.h.map((x) => x * (1 + i / 97)) },
      positions: system.positions.map((x) => x + i / 7),
      velocities: system.velocities!.map((v) => v / (i + 1)),
    }));
    const writer = trajectoryWriter(system, 'trajectory.extxyz');
    const text = frames.map((frame) => writer.frame(frame)).join('');
    const trajectory = await openTrajectory(bytesOf(text), 'trajectory.extxyz');
    expect(trajectory.unwrapped).toBe(true);
    expect(trajectory.frameInterval).toBe(200);
    const back: Frame[] = [];
    for await (const frame of trajectory.frames()) back.push(frame);
    expect(back).toEqual(frames);
    const wrapped = trajectoryWriter(system, 'extxyz', { unwrapped: false }).frame(frames[0]!);
    expect((await openTrajectory(bytesOf(wrapped), 'a.xyz')).unwrapped).toBe(false);
    expect((await openTrajectory(bytesOf(wrapped), 'a.xyz', { unwrapped: true })).unwrapped).toBe(true);
  });

  it('the caller tells the time', async () => {
    const text = `1\n${LATTICE}\nNa 1 2 3\n`.repeat(3);
    expect((await framesOf(text, { frameInterval: 50 })).map(({ time }) => time)).toEqual([0, 50, 100]);
    const error = await inputError(() => framesOf(text, { frameInterval: -1 }));
    expect(error.message).toContain('frame interval: expected a positive number of fs');
  });

  it.each([
    ['', 'a.extxyz: the file holds no structure'],
    ['x\n', 'a.extxyz:1: number of atoms: expected a whole number of at least 1, found "x"'],
    ['2 atoms\n', 'a.extxyz:1: number of atoms: expected one whole number, found "2 atoms"'],
    ['1', 'a.extxyz:1: the file ends where the comment line was expected'],
    ['1\nno cell\nNa 1 2 3', 'a.extxyz:2: the comment line lacks the cell: expected Lattice='],
    [`1\nLattice="1 2"\nNa 1 2 3`, 'a.extxyz:2: Lattice: expected nine numbers, found 2'],
    [`1\nLattice="5 0 0 0 6 0 0 0 x"\nNa 1 2 3`, 'a.extxyz:2: Lattice: expected a number, found "x"'],
    [`1\nLattice="5 0 0 0 6 0 5 6 0"\nNa 1 2 3`, 'a.extxyz:2: cell: the lattice vectors are flat'],
    [`2\n${LATTICE}\nNa 1 2 3`, 'a.extxyz:3: the file ends after 1 of 2 lines with atoms'],
    [`99999999999\n${LATTICE}\nNa 1 2 3`, 'a.extxyz:3: the file ends after 1 of 99999999999 lines'],
    [`1\n${LATTICE}\nNa 1 NaN 3`, 'a.extxyz:3: pos: expected a number, found "NaN"'],
    [`1\n${LATTICE}\nNa 1 2`, 'a.extxyz:3: atom 1: expected 4 columns, found 3'],
    [`1\n${LATTICE}\nQq 1 2 3`, 'a.extxyz:3: expected an element symbol, found "Qq"'],
    [
      `1\n${LATTICE} Properties=species:S:1:pos:R\nNa 1 2 3`,
      'a.extxyz:2: Properties pos: expected a whole number',
    ],
    [
      `1\n${LATTICE} Properties=species:S:1:pos:X:3\nNa 1 2 3`,
      'a.extxyz:2: Properties: expected name:S|R|I|L:width',
    ],
    [
      `1\n${LATTICE} Properties=species:S:1:pos:R:2\nNa 1 2`,
      'a.extxyz:2: Properties: pos must have three columns',
    ],
    [`1\n${LATTICE} Properties=species:S:1:pos:R:999999999\nNa 1 2`, 'expected 1000000000 columns, found 3'],
    [
      `1\n${LATTICE} Properties=species:S:1:pos:R:3:masses:R:1\nNa 1 2 3 -1`,
      'a.extxyz:3: mass: expected a positive number, found -1',
    ],
    [`1\n${LATTICE} Properties=pos:R:3\n1 2 3`, 'a.extxyz:2: Properties lack the column species:S:1'],
    [
      `1\n${LATTICE} Properties=species:S:1:pos:R:3:occupancy:R:1\nNa 1 2 3 0`,
      'a.extxyz:3: expected an occupancy',
    ],
  ])('%j is refused', async (text, message) => {
    expect((await inputError(() => read(text))).message).toContain(message);
  });

  it('frames of other atoms are refused where they begin', async () => {
    const frame = (atoms: string[]) =>
      `${atoms.length}\n${LATTICE}\n${atoms.map((a) => `${a} 1 2 3\n`).join('')}`;
    const three = frame(['Na', 'Cl']).repeat(2);
    expect((await inputError(() => framesOf(three + frame(['Na'])))).message).toContain(
      'a.xyz:10: a frame of 1 atoms after one of 2',
    );
    expect((await inputError(() => framesOf(three + frame(['Na', 'Na'])))).message).toContain(
      'a.xyz:12: atom 2 is Na',
    );
  });
});
