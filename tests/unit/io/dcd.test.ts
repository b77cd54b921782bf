/** DCD: every kind of file that programs write, what is wrong with damaged ones, and our own files read back. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { binaryTrajectoryWriter, openTrajectory, readStructure } from '../../../src/io/index.ts';
import type { TrajectoryOptions } from '../../../src/io/trajectoryFile.ts';
import { cellFromParameters, cellParameters, toCartesian, toFractional } from '../../../src/model/cell.ts';
import type { System } from '../../../src/model/system.ts';
import type { Frame } from '../../../src/model/trajectory.ts';
import { type DcdKind, dcdBytes } from './dcdFixtures.ts';
import { inputError, largestDifference, wildSystem } from './fixtures.ts';
import { gram } from './lammpsFixtures.ts';

const BOX = [10, 90, 11, 90, 90, 12];
const topology: System = {
  ...wildSystem(),
  title: 'five atoms',
  cell: cellFromParameters({ a: 10, b: 11, c: 12, alpha: 90, beta: 90, gamma: 90 }),
};
/** Halves and quarters: f32 holds them. */
const FRAMES = [0, 1, 2].map((t) => Array.from({ length: 15 }, (_, i) => 0.5 * i + 0.25 * t));

async function read(bytes: Uint8Array, options: TrajectoryOptions = { topology }) {
  const trajectory = await openTrajectory(bytes, 'a.dcd', options);
  const frames: Frame[] = [];
  for await (const frame of trajectory.frames()) frames.push(frame);
  return { trajectory, frames };
}

describe('DCD', () => {
  it.each<[string, DcdKind]>([
    ['CHARMM, low byte first', {}],
    ['high byte first', { isLittle: false }],
    ['marks of 8 bytes', { markBytes: 8 }],
    ['marks of 8 bytes, high byte first', { markBytes: 8, isLittle: false }],
    ['coordinates of 8 bytes', { width: 8, isLittle: false }],
    ['a fourth coordinate', { hasFourth: true }],
    ['cosines of LAMMPS', { unitCells: [[10, 0, 11, 0, 0, 12]] }],
    ['a matrix of CHARMM', { version: 36, unitCells: [[10, 0, 11, 0, 0, 12]] }],
    ['no frames announced, as by a program that was killed', { announced: 0 }],
  ])('%s', async (_what, kind) => {
    const { trajectory, frames } = await read(dcdBytes(FRAMES, { unitCells: [BOX], ...kind }));
    expect(frames.map(({ positions }) => [...positions])).toEqual(FRAMES);
    expect(frames.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(largestDifference(frames[2]!.cell.h, [10, 0, 0, 0, 11, 0, 0, 0, 12])).toBe(0);
    expect(trajectory.unwrapped).toBe(false);
    expect(trajectory.frameInterval).toBeUndefined();
    expect(trajectory.system.typeOf).toEqual(topology.typeOf);
  });

  it('gzip; found by its content', async () => {
    const bytes = dcdBytes(FRAMES, { unitCells: [BOX] });
    expect((await read(gzipSync(bytes))).frames).toHaveLength(3);
    expect((await openTrajectory(bytes, 'no ending', { topology })).format).toBe('dcd');
    const { system } = await readStructure(bytes, 'a.dcd', { topology });
    expect([...system.positions]).toEqual(FRAMES[2]);
  });

  it('steps and interval of the header; its time is told in words only', async () => {
    const bytes = dcdBytes(FRAMES, { unitCells: [BOX], steps: [1000, 50], timeStep: 0.0409096 });
    const { trajectory, frames } = await read(bytes, { topology, frameInterval: 100 });
    expect(frames.map(({ step, time }) => [step, time])).toEqual([
      [1000, 0],
      [1050, 100],
      [1100, 200],
    ]);
    // 0.0409096 · 50 · 48.88821 fs
    expect(trajectory.warnings).toEqual([
      "a DCD does not tell the time between frames surely: it would be 100 fs by the header if that is in CHARMM's unit, which not all programs use",
    ]);
  });

  it('X-PLOR: no cell, an f64 time step; the cell is that of the topology', async () => {
    const { trajectory, frames } = await read(dcdBytes(FRAMES, { version: 0 }));
    expect(frames[1]!.cell).toEqual(topology.cell);
    expect(trajectory.warnings[0]).toBe(
      'the DCD has no unit cell: all frames are taken to have that of the topology',
    );
    const zeros = await read(dcdBytes(FRAMES, { unitCells: [[0, 0, 0, 0, 0, 0]] }));
    expect(zeros.frames[0]!.cell).toEqual(topology.cell);
  });

  it('one triclinic cell in degrees, in cosines and as the matrix of CHARMM', async () => {
    const parameters = { a: 10, b: 11, c: 12, alpha: 80, beta: 95, gamma: 70 };
    const cosine = (degrees: number) => Math.cos((degrees * Math.PI) / 180);
    const degrees = [10, 70, 11, 95, 80, 12];
    const cosines = [10, cosine(70), 11, cosine(95), cosine(80), 12];
    for (const unitCell of [degrees, cosines]) {
      const { frames } = await read(dcdBytes(FRAMES, { unitCells: [unitCell] }));
      for (const [key, value] of Object.entries(cellParameters(frames[0]!.cell))) {
        expect(value, key).toBeCloseTo(parameters[key as keyof typeof parameters], 9);
      }
    }
    const { frames } = await read(
      dcdBytes(FRAMES, { version: 41, unitCells: [[9.5, 2.1, 10.2, -1.3, 1.6, 11]] }),
    );
    expect([...frames[0]!.cell.h]).toEqual([9.5, 2.1, -1.3, 2.1, 10.2, 1.6, -1.3, 1.6, 11]);
  });

  it('a cell that changes', async () => {
    const unitCells = [10, 10.5, 11].map((a) => [a, 90, 11, 90, 90, 12]);
    const { frames } = await read(dcdBytes(FRAMES, { unitCells }));
    expect(frames.map(({ cell }) => cell.h[0])).toEqual([10, 10.5, 11]);
  });

  it('fixed atoms stay where the first frame has them', async () => {
    const { frames } = await read(dcdBytes(FRAMES, { unitCells: [BOX], free: [2, 4] }));
    const expected = FRAMES.map((frame, t) =>
      frame.map((x, i) => ([1, 3].includes(Math.floor(i / 3)) ? x : x - 0.25 * t)),
    );
    expect(frames.map(({ positions }) => [...positions])).toEqual(expected);
  });

  it('files put together with cat', async () => {
    const one = dcdBytes(FRAMES, { unitCells: [BOX], steps: [0, 10] });
    const other = dcdBytes(FRAMES.slice(0, 2), { unitCells: [BOX], steps: [30, 10] });
    const both = new Uint8Array([...one, ...other]);
    expect((await read(both)).frames.map(({ step }) => step)).toEqual([0, 10, 20, 30, 40]);
    const strangers = new Uint8Array([...one, ...dcdBytes([[0, 0, 0]], { unitCells: [BOX] })]);
    expect((await inputError(() => read(strangers))).message).toBe(
      'a.dcd: frame 4: a run of 1 atoms follows one of 5',
    );
  });

  it('positions in the axes of a turned topology, or in the conventional ones', async () => {
    const system = {
      ...wildSystem(),
      positions: toCartesian(
        wildSystem().cell,
        FRAMES[0]!.map((x) => (x / 9) % 1),
      ),
    };
    const { a, b, c, alpha, beta, gamma } = cellParameters(system.cell);
    const unitCells = [[a, gamma, b, beta, alpha, c]];
    const fractional = toFractional(system.cell, system.positions);
    const asGiven = [...system.positions];
    const conventional = [...toCartesian(cellFromParameters(cellParameters(system.cell)), fractional)];
    for (const positions of [asGiven, conventional]) {
      const { frames } = await read(dcdBytes([positions], { unitCells, width: 8 }), { topology: system });
      const { cell } = frames[0]!;
      expect(largestDifference(toFractional(cell, frames[0]!.positions), fractional)).toBeLessThan(1e-9);
    }
  });

  it('a file cut anywhere: refused with the frame, or read up to there with a warning that names it', async () => {
    const bytes = dcdBytes(FRAMES, { unitCells: [BOX] });
    const frameBytes = 56 + 3 * 28;
    const head = bytes.length - 3 * frameBytes;
    for (let cut = 0; cut < bytes.length; cut += 3) {
      const message = (await inputError(() => read(bytes.subarray(0, cut)))).message;
      const whole = Math.floor((cut - head) / frameBytes);
      if (cut > head && cut !== head + whole * frameBytes)
        expect(message).toContain(`frame ${whole + 1}: the file ends`);
      if (whole < 1) continue;
      const warnings: string[] = [];
      const { frames } = await read(bytes.subarray(0, cut), { topology, onWarning: (s) => warnings.push(s) });
      expect(frames).toHaveLength(whole);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(`frame ${whole + 1} is cut short and left out: a.dcd: `);
    }
  });

  it('what does not fit is refused', async () => {
    const refusal = async (bytes: Uint8Array, options: TrajectoryOptions = { topology }) =>
      (await inputError(() => read(bytes, options))).message;
    const good = dcdBytes(FRAMES, { unitCells: [BOX] });
    expect(await refusal(good, {})).toBe(
      'a.dcd: a DCD names no atoms: give the structure of its 5 atoms as well, with --topology FILE',
    );
    expect(await refusal(dcdBytes([[0, 0, 0]]))).toBe(
      'a.dcd: the DCD has 1 atoms, the topology five atoms has 5',
    );
    expect(await refusal(dcdBytes(FRAMES, { kind: 'VELD' }))).toMatch(/this is no DCD file/);
    expect(await refusal(dcdBytes(FRAMES, { unitCells: [[10, 5, 11, 200, 3, 12]] }))).toMatch(
      /a\.dcd: cell: /,
    );
    const damaged = good.slice();
    new DataView(damaged.buffer).setInt32(good.length - 4, 21, true);
    expect(await refusal(damaged)).toMatch(
      /^a\.dcd: frame 3: the record before byte \d+ is damaged: its length is 20/,
    );
    new DataView(damaged.buffer).setInt32(good.length - 28, 24, true);
    expect(await refusal(damaged)).toBe(
      'a.dcd: frame 3: expected a record of 20 bytes, 5 coordinates, found one of 24 bytes',
    );
  });

  it('what is written is read back in f32: positions, cell, steps, times, and that they are unwrapped', async () => {
    const system = wildSystem();
    const frames: Frame[] = [0, 1, 2].map((t) => ({
      step: 100 + 50 * t,
      time: 200 + 100 * t,
      cell: system.cell,
      positions: system.positions.map((x, i) => x + 0.1 * t * Math.sin(i)),
    }));
    const writer = binaryTrajectoryWriter(system, 'x.dcd')!;
    const placeholder = writer.head();
    const body = frames.map((frame) => writer.frame(frame));
    const head = writer.head();
    expect(head).toHaveLength(placeholder.length);
    const bytes = new Uint8Array(Buffer.concat([head, ...body]));
    const { trajectory, frames: back } = await read(bytes, { topology: system });
    expect(trajectory).toMatchObject({ unwrapped: true, warnings: [] });
    expect(trajectory.frameInterval).toBeCloseTo(100, 4);
    expect(back.map(({ step }) => step)).toEqual([100, 150, 200]);
    back.forEach((frame, t) => {
      const [x, y] = [
        toFractional(frame.cell, frame.positions),
        toFractional(system.cell, frames[t]!.positions),
      ];
      // f32 of 1000 Å is good to 3e-5 Å.
      expect(largestDifference(x, y)).toBeLessThan(1e-5);
      expect(largestDifference(gram(frame.cell.h), gram(system.cell.h))).toBeLessThan(1e-9);
    });
    expect(binaryTrajectoryWriter(system, 'x.extxyz')).toBeUndefined();
  });
});
