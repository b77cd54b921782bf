/** XDATCAR: one header or many, direct or Cartesian, scales, empty titles, files put together and files cut short. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createUnwrapper } from '../../../src/analysis/frames/unwrap.ts';
import { openTrajectory, readStructure } from '../../../src/io/index.ts';
import type { TrajectoryOptions } from '../../../src/io/trajectoryFile.ts';
import { volume } from '../../../src/model/cell.ts';
import type { Frame } from '../../../src/model/trajectory.ts';
import { bytesOf, inputError } from './fixtures.ts';
import { XDATCAR } from './xdatcarFixtures.ts';

async function read(text: string | Uint8Array, options: TrajectoryOptions = {}, file = 'XDATCAR') {
  const trajectory = await openTrajectory(typeof text === 'string' ? bytesOf(text) : text, file, options);
  const frames: Frame[] = [];
  for await (const frame of trajectory.frames()) frames.push(frame);
  return { trajectory, frames };
}

const [HEADER = '', FIRST = '', SECOND = ''] = XDATCAR.split(/^(?=Direct)/m);
const asNumbers = (values: ArrayLike<number>) => Array.from(values, (x) => Number(x.toFixed(9)));

describe('XDATCAR', () => {
  it('a fixed cell with one header, gzip or not', async () => {
    for (const bytes of [bytesOf(XDATCAR), gzipSync(bytesOf(XDATCAR))]) {
      const { trajectory, frames } = await read(bytes);
      const { system } = trajectory;
      expect(trajectory).toMatchObject({ format: 'xdatcar', unwrapped: false, warnings: [] });
      expect(trajectory.frameInterval).toBeUndefined();
      expect(system.title).toBe('Li2 Cl in a box');
      expect(system.species.map(({ label }) => label)).toEqual(['Li', 'Cl']);
      expect([...system.typeOf]).toEqual([0, 0, 1]);
      expect(frames.map(({ step }) => step)).toEqual([1, 2]);
      // 0.25 c = (0.125, 0, 1.5); 0.98 a + 0.5 b + 0.5 c.
      expect(asNumbers(frames[0]!.positions)).toEqual([0.125, 0, 1.5, 5.15, 2.75, 3, 2.5, 2.75, 0]);
      expect(asNumbers(frames[1]!.positions.slice(0, 3))).toEqual([0.225, 0, 1.5]);
    }
  });

  it('unwraps over the face: 0.98 → 0.01 is a step of 0.15 Å', async () => {
    const { trajectory, frames } = await read(XDATCAR, { frameInterval: 40 });
    expect(frames.map(({ time }) => time)).toEqual([0, 40]);
    const unwrap = createUnwrapper(trajectory.system);
    const [a, b] = frames.map(unwrap);
    expect(b!.positions[3]! - a!.positions[3]!).toBeCloseTo(0.15, 12);
  });

  it('a header before every configuration: each has its cell', async () => {
    const wide = HEADER.replace('5.000000    0.000000    0.000000', '5.200000    0.000000    0.000000');
    const { frames } = await read(HEADER + FIRST + wide + SECOND);
    expect(frames.map(({ cell }) => cell.h[0])).toEqual([5, 5.2]);
    // Direct coordinates are of the configuration's own cell.
    expect(frames[1]!.positions[0]).toBeCloseTo(0.02 * 5.2 + 0.125, 12);
  });

  it('runs put together: the numbers begin again, and are handed out as they stand', async () => {
    const { frames } = await read(XDATCAR + XDATCAR);
    expect(frames.map(({ step }) => step)).toEqual([1, 2, 1, 2]);
  });

  it('empty titles, at the beginning and in the middle; empty lines between configurations', async () => {
    const untitled = HEADER.replace('Li2 Cl in a box', '');
    const { trajectory, frames } = await read(`${untitled}${FIRST}\n${untitled}${SECOND}\n\n${SECOND}`);
    expect(frames).toHaveLength(3);
    expect(trajectory.system.title).toBe('XDATCAR');
  });

  it('scales: a factor, and minus the volume', async () => {
    const scaled = async (scale: string) =>
      (await read(XDATCAR.replace('           1\n', `${scale}\n`))).frames[0]!;
    expect(asNumbers((await scaled('2')).positions.slice(0, 3))).toEqual([0.25, 0, 3]);
    const byVolume = await scaled('-1320');
    expect(volume(byVolume.cell)).toBeCloseTo(1320, 9);
    // 165 Å³ as written: lengths grow by 2.
    expect(byVolume.positions[2]).toBeCloseTo(3, 12);
  });

  it('Cartesian configurations are multiplied by the scale', async () => {
    const text = XDATCAR.replaceAll('Direct', 'Cartesian').replace('           1\n', '2.0\n');
    const { frames } = await read(text);
    expect(asNumbers(frames[0]!.positions.slice(3, 6))).toEqual([1.96, 1, 1]);
    expect(frames[0]!.cell.h[0]).toBe(10);
  });

  it('numbers of too many digits are stars; the index stands in', async () => {
    const { frames } = await read(XDATCAR.replace('=     2', '=******'));
    expect(frames.map(({ step }) => step)).toEqual([1, 2]);
  });

  it('one element in two groups is one species; symbols may be missing', async () => {
    const { trajectory } = await read(XDATCAR.replace('Li   Cl', 'Li Cl Li').replace('2     1', '1 1 1'));
    expect([...trajectory.system.typeOf]).toEqual([0, 1, 0]);
    const unnamed = XDATCAR.replace(/ {3}Li {3}Cl\n/, '');
    expect((await read(unnamed, { types: ['Na', 'Br'] })).trajectory.system.species[1]!.label).toBe('Br');
    expect((await inputError(() => read(unnamed))).message).toMatch(
      /^XDATCAR:6: the line of element symbols/,
    );
  });

  it('found by many names and by its content; POSCAR stays POSCAR', async () => {
    for (const file of ['a/XDATCAR', 'run_XDATCAR.gz', 'x.xdatcar', 'XDATCAR.1', 'no ending']) {
      expect((await openTrajectory(bytesOf(XDATCAR), file)).format, file).toBe('xdatcar');
    }
    const poscar = `${HEADER}Direct\n${FIRST.split('\n').slice(1).join('\n')}`;
    expect((await readStructure(bytesOf(poscar), 'no ending')).format).toBe('poscar');
  });

  it('as a structure: the last configuration', async () => {
    const { system, warnings } = await readStructure(bytesOf(XDATCAR), 'XDATCAR');
    expect(system.positions[0]).toBeCloseTo(0.225, 12);
    expect(warnings).toEqual(['2 frames: the last one is the structure']);
  });

  it('a file cut short is refused; read up to there where somebody takes the warning', async () => {
    const cut = XDATCAR.slice(0, XDATCAR.indexOf('0.01000000'));
    const message = 'XDATCAR:14: position: expected a number, found nothing';
    expect((await inputError(() => read(cut))).message).toBe(message);
    const atLine = XDATCAR.split('\n').slice(0, 13).join('\n');
    const whole = await inputError(() => read(`${atLine}\n`));
    expect(whole.message).toBe('XDATCAR:13: the file ends after 1 of 3 lines with positions');
    for (const text of [cut, `${atLine}\n`]) {
      const warnings: string[] = [];
      const { frames } = await read(text, { onWarning: (sentence) => warnings.push(sentence) });
      expect(frames).toHaveLength(1);
      expect(warnings).toEqual([
        `frame 2 is cut short and left out: ${text === cut ? message : whole.message}`,
      ]);
    }
  });

  it.each([
    [
      XDATCAR.replace('Direct configuration=     2', 'Direct konfiguration'),
      /^XDATCAR:15: the file ends inside a header/,
    ],
    [XDATCAR.replace('0.50000000  0.50000000  0.00000000', '0.5 x 0'), /^XDATCAR:11: position: .*found "x"/],
    [XDATCAR + XDATCAR.replace('2     1', '1     2'), /^XDATCAR:22: the atoms are Li Cl 1 2, in the first/],
    [XDATCAR + XDATCAR.replace('Li   Cl', 'Na   Cl'), /^XDATCAR:22: the atoms are Na Cl 2 1/],
    [HEADER.replace('2     1', '99999999999 1') + FIRST, /^XDATCAR:12: the file ends after 4 of|position/],
    [HEADER, /^XDATCAR:7: the file ends where "Direct configuration=" was expected/],
    ['only a title\n', /^XDATCAR:1: the file ends inside a header/],
  ])('what is wrong is refused with its line (%#)', async (text, message) => {
    expect((await inputError(() => read(text))).message).toMatch(message);
  });
});
