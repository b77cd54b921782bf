/** LAMMPS dump files, most of them written by LAMMPS itself (tests/golden/io/regenerate.py). */
import { describe, expect, it } from 'vitest';
import { openTrajectory, readStructure, trajectoryWriter, writeStructure } from '../../../src/io/index.ts';
import { toFractional } from '../../../src/model/cell.ts';
import type { Frame } from '../../../src/model/trajectory.ts';
import { bytesOf, goldenBytes, goldenText, inputError, largestDifference, wildSystem } from './fixtures.ts';
import { dots, dumpFrames, goldenData, gram, speeds } from './lammpsFixtures.ts';

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
    expect((await inputError(() => goldenData('unwrapped.lammpstrj'))).message).toContain(
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
    [dump({ 3: '99999999999' }), 'id: expected a whole number'],
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
