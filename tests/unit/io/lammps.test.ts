/** LAMMPS data and dump files, most of them written by LAMMPS itself (tests/golden/io/regenerate.py). */
import { describe, expect, it } from 'vitest';
import { openTrajectory, readStructure, trajectoryWriter, writeStructure } from '../../../src/io/index.ts';
import { cellParameters, toFractional } from '../../../src/model/cell.ts';
import type { System } from '../../../src/model/system.ts';
import type { Frame } from '../../../src/model/trajectory.ts';
import { bytesOf, goldenBytes, goldenText, inputError, largestDifference, wildSystem } from './fixtures.ts';

const golden = (name: string, types?: readonly string[]) =>
  readStructure(goldenBytes(`lammps/${name}`), name, types ? { types } : {});
const readData = (text: string, types?: readonly string[]) =>
  readStructure(bytesOf(text), 'a.data', types ? { types } : {});

async function dumpFrames(name: string, options = {}) {
  const trajectory = await openTrajectory(goldenBytes(`lammps/${name}`), name, options);
  const frames: Frame[] = [];
  for await (const frame of trajectory.frames()) frames.push(frame);
  return { trajectory, frames };
}

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
    const { system, format, warnings } = await golden('naclTriclinic.data');
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
    const { system } = await golden('naclVelocities.data');
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
    const { system, warnings } = await golden('writeData.data');
    expect(warnings).toEqual([]);
    expect(system.species.map(({ label }) => label)).toEqual(['Na', 'Cl']);
    // The same instant as the last frame of the unwrapped dump (12 digits).
    const { frames } = await dumpFrames('unwrapped.lammpstrj', { types: ['Na', 'Cl'] });
    expect(largestDifference(system.positions, frames.at(-1)!.positions)).toBeLessThan(1e-10);
  });

  it('general triclinic box: the same structure as the restricted one, turned', async () => {
    const general = (await golden('general.data')).system;
    const restricted = (await golden('restricted.data')).system;
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

describe('LAMMPS dump', () => {
  it('five styles of coordinates of one run are the same unwrapped positions', async () => {
    const { frames: reference, trajectory } = await dumpFrames('wrappedImages.lammpstrj');
    expect(trajectory.unwrapped).toBe(true);
    expect(reference.map(({ step }) => step)).toEqual([0, 40, 80, 120]);
    expect(trajectory.system.species.map(({ label }) => label)).toEqual(['Na', 'Cl']);
    const types = ['Na', 'Cl'];
    for (const name of ['scaledImages', 'unwrapped', 'scaledUnwrapped']) {
      const { frames, trajectory } = await dumpFrames(`${name}.lammpstrj`, { types });
      expect(trajectory.unwrapped, name).toBe(true);
      expect(frames).toHaveLength(4);
      frames.forEach((frame, i) => {
        // 12 digits in the files.
        expect(largestDifference(frame.positions, reference[i]!.positions), name).toBeLessThan(1e-10);
        expect(largestDifference(frame.cell.h, [5.8, 0, 0, 0.9, 5.5, 0, -0.7, 1.1, 5.7]), name).toBeLessThan(
          1e-14,
        );
      });
    }
  });

  it('wrapped without images: the same atoms modulo the cell, and said so', async () => {
    const { frames, trajectory } = await dumpFrames('wrapped.lammpstrj', { types: ['Na', 'Cl'] });
    const { frames: unwrapped } = await dumpFrames('unwrapped.lammpstrj', { types: ['Na', 'Cl'] });
    expect(trajectory.unwrapped).toBe(false);
    let jumps = 0;
    frames.forEach((frame, i) => {
      const x = toFractional(frame.cell, frame.positions);
      toFractional(frame.cell, unwrapped[i]!.positions).forEach((y, k) => {
        const shift = x[k]! - y;
        expect(Math.abs(shift - Math.round(shift))).toBeLessThan(1e-10);
        if (Math.abs(shift) > 0.5) jumps++;
      });
    });
    expect(jumps).toBeGreaterThan(5);
    const told = await openTrajectory(goldenBytes('lammps/wrapped.lammpstrj'), 'wrapped.lammpstrj', {
      types: ['Na', 'Cl'],
      unwrapped: true,
    });
    expect(told.unwrapped).toBe(true);
  });

  it('times come from the file, velocities in Å/fs; sorted by id', async () => {
    const { frames, trajectory } = await dumpFrames('scaledImages.lammpstrj');
    expect(trajectory.frameInterval).toBeCloseTo(80, 9);
    expect(frames.map(({ time }) => time)).toEqual([0, 80, 160, 240]);
    const { frames: withVelocities } = await dumpFrames('wrappedImages.lammpstrj');
    expect([...withVelocities[0]!.velocities!.slice(0, 3)]).toEqual([
      0.352055436693 / 1000,
      -6.48369239542 / 1000,
      18.3687694229 / 1000,
    ]);
    // nve without forces: x(t) = x(0) + v t. Steps of 2 fs, printed digits times 80 fs.
    const [first, second] = withVelocities;
    const free = first!.positions.map((x, i) => x + 80 * first!.velocities![i]!);
    expect(largestDifference(free, second!.positions)).toBeLessThan(1e-9);
  });

  it('general triclinic boxes: the same crystal as the restricted one', async () => {
    const { frames } = await dumpFrames('generalTriclinic.lammpstrj');
    const { frames: restricted } = await dumpFrames('restrictedTriclinic.lammpstrj');
    frames.forEach((frame, i) => {
      const x = toFractional(frame.cell, frame.positions);
      const y = toFractional(restricted[i]!.cell, restricted[i]!.positions);
      expect(largestDifference(x, y)).toBeLessThan(1e-10);
      expect(largestDifference(speeds(frame), speeds(restricted[i]!))).toBeLessThan(1e-12);
    });
  });

  it('gzip, three frames of Li3OCl', async () => {
    const { frames, trajectory } = await dumpFrames('li3ocl3frames.lammpstrj.gz', {
      types: ['Li', 'O', 'Cl'],
      frameInterval: 100,
    });
    expect([trajectory.format, trajectory.unwrapped, trajectory.frameInterval]).toEqual([
      'lammpsDump',
      true,
      100,
    ]);
    expect(frames.map(({ step, time }) => [step, time])).toEqual([
      [0, 0],
      [100, 100],
      [200, 200],
    ]);
    const { system } = trajectory;
    expect(system.typeOf).toHaveLength(617);
    expect([...system.positions.slice(0, 3)]).toEqual([1.7567, 2.3685, -0.2001]);
    const moved = frames[2]!.positions.map((x, i) => Math.abs(x - frames[0]!.positions[i]!));
    expect(Math.max(...moved)).toBeLessThan(3);
    // Opened anew: the same again.
    let count = 0;
    for await (const frame of trajectory.frames()) expect(frame).toEqual(frames[count++]);
    expect(count).toBe(3);
  });

  it('numeric types without names ask for --types', async () => {
    expect((await inputError(() => golden('unwrapped.lammpstrj'))).message).toContain(
      'unwrapped.lammpstrj:61: atom type 1 has no mass and no name: give the names in order, such as --types',
    );
  });

  it('write -> read: unwrapped positions, images, velocities; tilted and in orientation', async () => {
    const system = wildSystem();
    const writer = trajectoryWriter(system, 'lammpsDump');
    const frame: Frame = { ...system, velocities: system.velocities!, step: 1200, time: 2400 };
    const text = writer.frame(frame) + writer.frame({ ...frame, step: 1300 });
    const trajectory = await openTrajectory(bytesOf(text), 'a.dump');
    const back: Frame[] = [];
    for await (const each of trajectory.frames()) back.push(each);
    expect(back.map(({ step }) => step)).toEqual([1200, 1300]);
    expect(trajectory.unwrapped).toBe(true);
    const [first] = back;
    expect(largestDifference(gram(first!.cell.h), gram(system.cell.h))).toBeLessThan(1e-12);
    expect(largestDifference(gram(first!.positions), gram(system.positions))).toBeLessThan(1e-9);
    expect(largestDifference(dots(first as Frame & typeof system), dots(system))).toBeLessThan(1e-12);
    // Once in orientation nothing turns any more, and positions keep every bit.
    const turned = { ...trajectory.system, ...first! };
    const again = (await readStructure(bytesOf(writeStructure(turned, 'dump.last')), 'dump.last')).system;
    expect(again.positions).toEqual(first!.positions);
    // Image flags put the atoms back into the box.
    const rows = text
      .split('\n')
      .slice(9, 14)
      .map((row) => row.split(' ').map(Number));
    const x = toFractional(first!.cell, first!.positions);
    rows.forEach((row, i) => {
      for (let k = 0; k < 3; k++) {
        const inside = x[3 * i + k]! - row[6 + k]!;
        expect(inside).toBeGreaterThanOrEqual(-1e-12);
        expect(inside).toBeLessThan(1);
      }
    });
  });

  it('the bounds of a dump are those of the corners of the cell', async () => {
    for (const h of [
      [6, 0, 0, -1.5, 5, 0, -2, -1.25, 7],
      [6, 0, 0, 1.5, 5, 0, 2, 1.25, 7],
      [6, 0, 0, 2, 5, 0, -1, 0.5, 7],
    ]) {
      const system = { ...wildSystem(), cell: { h: Float64Array.from(h) } };
      const text = writeStructure(system, 'lammpsDump');
      for (let k = 0; k < 3; k++) {
        const corners = Array.from({ length: 8 }, (_, m) =>
          [0, 1, 2].reduce((sum, i) => sum + ((m >> i) & 1) * h[3 * i + k]!, 0),
        );
        const [low, high, tilt] = text.split('\n')[5 + k]!.split(' ').map(Number);
        expect([low, high]).toEqual([Math.min(...corners), Math.max(...corners)]);
        expect(tilt).toBe([h[3], h[6], h[7]][k]);
      }
      expect((await readStructure(bytesOf(text), 'a.dump')).system.cell).toEqual(system.cell);
    }
  });

  const DUMP = goldenText('lammps/wrappedImages.lammpstrj').split('\n');
  const dump = (changes: Record<number, string>) => DUMP.map((line, i) => changes[i] ?? line).join('\n');
  const ORTHO = [
    'ITEM: TIMESTEP',
    '5',
    'ITEM: NUMBER OF ATOMS',
    '1',
    'ITEM: BOX BOUNDS pp pp pp',
    '-1 4',
    '0 6',
    '0 7',
    'ITEM: ATOMS',
  ];

  it('scaled coordinates count from the corner of an orthogonal box', async () => {
    const text = [...ORTHO.slice(0, 8), 'ITEM: ATOMS element xs ys zs', 'Li 0.5 0.25 1.5'].join('\n');
    const { system, warnings } = await readStructure(bytesOf(text), 'a.lammpstrj');
    expect([...system.positions]).toEqual([1.5, 1.5, 10.5]);
    expect(warnings[0]).toContain('no ids');
  });

  it.each([
    [dump({ 0: 'nonsense' }), 'a.dump:1: expected a line "ITEM: …", found "nonsense"'],
    [dump({ 0: 'ITEM: ENTRIES 5' }), 'a.dump:1: expected an item of a dump of atoms'],
    [dump({ 1: 'x' }), 'a.dump:2: timestep: expected a whole number, found "x"'],
    [dump({ 3: '99999999999' }), 'lines with atoms'],
    [dump({ 3: '0' }), 'a.dump:4: number of atoms: expected a whole number of at least 1, found "0"'],
    [dump({ 3: '9' }), 'a.dump:18: id: expected a whole number, found "ITEM:"'],
    [dump({ 3: '7' }), 'a.dump:17: expected a line "ITEM: …"'],
    [dump({ 5: '0 5' }), 'a.dump:6: box bounds: expected 3 numbers, found 2'],
    [dump({ 5: '0 nan 0' }), 'a.dump:6: box bounds: expected a number, found "nan"'],
    [dump({ 6: '0 0.5 0' }), 'a.dump:6: box: yhi must be above ylo'],
    [dump({ 5: '9 0 0' }), 'a.dump:6: box: xhi must be above xlo'],
    [dump({ 4: '', 5: '', 6: '', 7: '' }), 'a.dump:9: "ITEM: BOX BOUNDS" is missing before the atoms'],
    [dump({ 8: 'ITEM: ATOMS id type element fx fy fz' }), 'a.dump:10: the dump has no coordinates'],
    [dump({ 8: 'ITEM: ATOMS id c_type what x y z' }), 'a.dump:10: the dump names no atoms'],
    [dump({ 9: '1 1 Na 0 nan 0 0 0 0 0 0 0' }), 'a.dump:10: y: expected a number, found "nan"'],
    [
      dump({ 8: 'ITEM: ATOMS id type element x y z mass', 9: '1 1 Na 0 0 0 0' }),
      'a.dump:10: mass: expected a positive number, found 0',
    ],
    [dump({ 9: '1 1.5 Na 0 0 0 0 0 0 0 0 0' }), 'a.dump:10: type: expected a whole number, found "1.5"'],
    [dump({ 9: '1 1 Na 0 0' }), 'a.dump:10: z: expected a number, found nothing'],
    [dump({ 9: '5 1 Na 0 0 0 0 0 0 0 0 0' }), 'a.dump:10: step 0: atom id 5 comes twice'],
    [dump({ 9: '1 0 Na 0 0 0 0 0 0 0 0 0' }), 'a.dump:10: atom type: expected at least 1, found 0'],
    [DUMP.slice(0, 12).join('\n'), 'a.dump:12: the file ends after 3 of 8 lines with atoms'],
    [DUMP.slice(0, 4).join('\n'), 'a.dump:4: the file ends inside a frame'],
    ['', 'a.dump: the file holds no frame'],
    [`ITEM: UNITS\nlj\n${dump({})}`, 'units "lj" are not read; known: metal, real'],
  ])('%j is refused', async (text, message) => {
    const read = async () => {
      const trajectory = await openTrajectory(bytesOf(text), 'a.dump');
      for await (const frame of trajectory.frames()) expect(frame.positions).toHaveLength(24);
    };
    expect((await inputError(read)).message).toContain(message);
  });

  it('later frames with other atoms are refused', async () => {
    const read = async (text: string) => {
      for await (const _ of (await openTrajectory(bytesOf(text), 'a.dump')).frames());
    };
    const third = 2 * 17 + 9;
    const row = DUMP[third]!;
    const changed = (pattern: RegExp, by: string) => dump({ [third]: row.replace(pattern, by) });
    expect((await inputError(() => read(changed(/^\d+ /, '99 ')))).message).toMatch(
      /a\.dump:44: step 80: the atoms are not those of the first frame: id/,
    );
    expect((await inputError(() => read(changed(/^(\d+) \d/, '$1 7')))).message).toContain(
      'type 7 where the first',
    );
  });
});

/** Dot products of all pairs of vectors: what a rotation keeps. */
function gram(vectors: ArrayLike<number>): number[] {
  return products(vectors, vectors);
}

/** Dot products of positions with velocities. */
function dots({ positions, velocities }: { positions: Float64Array; velocities?: Float64Array }): number[] {
  return products(positions, velocities!);
}

function products(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  const out: number[] = [];
  for (let i = 0; i < a.length; i += 3) {
    for (let j = 0; j < b.length; j += 3)
      out.push(a[i]! * b[j]! + a[i + 1]! * b[j + 1]! + a[i + 2]! * b[j + 2]!);
  }
  return out;
}

function speeds({ velocities }: { velocities?: Float64Array }): number[] {
  const v = velocities!;
  return Array.from({ length: v.length / 3 }, (_, i) => Math.hypot(v[3 * i]!, v[3 * i + 1]!, v[3 * i + 2]!));
}

function temperature({ velocities, typeOf, species }: System): number {
  let twiceKinetic = 0;
  typeOf.forEach((type, i) => {
    for (let k = 0; k < 3; k++) twiceKinetic += species[type]!.mass * velocities![3 * i + k]! ** 2;
  });
  return (twiceKinetic * 103.6427) / (3 * typeOf.length - 3) / 8.617333e-5;
}
