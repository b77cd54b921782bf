/** Seams between runs: found where they are, not where ions hop. */
import { describe, expect, it } from 'vitest';
import { checkedFrames } from '../../../../src/analysis/frames/checkedFrames.ts';
import { SeamDetector } from '../../../../src/analysis/frames/seams.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { cellFromParameters, toCartesian, toFractional } from '../../../../src/model/cell.ts';
import type { Frame } from '../../../../src/model/trajectory.ts';
import { boxOf, CL, LI } from '../transport/walks.ts';

const N = 60;
const system = boxOf(20, [LI, CL], [N / 2, N / 2]);

/**
 * Atoms at random sites that vibrate (an AR(1) of amplitude 0.2 Å, correlation `memory`), half of them hopping by 3 Å with
 * `rate` per frame.
 */
function run(seed: number, frames: number, { rate = 0.01, memory = 0.8, heat = 0 } = {}): Frame[] {
  const random = new RandomSequence(seed, 7);
  const sites = Float64Array.from({ length: 3 * N }, () => 20 * random.uniform());
  const vibration = Float64Array.from({ length: 3 * N }, () => 0.2 * random.normal());
  return Array.from({ length: frames }, (_, t) => {
    const amplitude = 0.2 * (1 + (heat * t) / frames);
    for (let i = 0; i < 3 * N; i++) {
      vibration[i] = memory * vibration[i]! + amplitude * Math.sqrt(1 - memory ** 2) * random.normal();
    }
    for (let i = 0; i < N / 2; i++) {
      if (random.uniform() < rate) sites[3 * i + random.below(3)]! += random.below(2) ? 3 : -3;
    }
    const positions = sites.map((x, i) => x + vibration[i]!);
    return { step: 50 * t, time: 100 * t, cell: system.cell, positions };
  });
}

function detect(frames: readonly Frame[]): SeamDetector {
  const detector = new SeamDetector(system);
  for (const frame of frames) detector.add(frame);
  return detector;
}

const renumbered = (frames: readonly Frame[]): Frame[] =>
  frames.map((frame, t) => ({ ...frame, step: 50 * t, time: 100 * t }));

describe('SeamDetector', () => {
  it('no seam in 24 runs of 250 frames with up to 3 hops of 3 Å per frame', () => {
    const found: unknown[] = [];
    for (let seed = 0; seed < 24; seed++) {
      const rate = [0, 0.003, 0.03, 0.1][seed % 4]!;
      const memory = [0, 0.5, 0.95][seed % 3]!;
      found.push(...detect(run(seed, 250, { rate, memory })).report().seams);
    }
    expect(found).toEqual([]);
  });

  it('no seam while the temperature goes up fourfold', () => {
    expect(detect(run(1, 2500, { heat: 1 })).report().seams).toEqual([]);
  });

  it('another configuration: a jump at its frame, refused with the atom', () => {
    const frames = renumbered([...run(1, 100), ...run(2, 100)]);
    const detector = detect(frames);
    const { seams, largestWithin } = detector.report();
    expect(seams).toHaveLength(1);
    const [seam] = seams;
    expect(seam).toMatchObject({ frame: 101, sign: 'jump', steps: [4950, 5000] });
    let farthest = 0;
    for (let i = 0; i < N; i++) {
      const d = [0, 1, 2].map((k) => frames[100]!.positions[3 * i + k]! - frames[99]!.positions[3 * i + k]!);
      farthest = Math.max(farthest, Math.hypot(...d));
    }
    expect(seam!.distance).toBeCloseTo(farthest, 9);
    expect(largestWithin).toBeLessThan(5);
    expect(() => detector.judge()).toThrow(
      /^a seam between frames 100 and 101: half of the atoms move [\d.]+ times as far as they use to, \w+ \(atom \d+\) moves [\d.]+ Å there: farther than any atom moves within the runs \([\d.]+ Å\); analyse the runs one by one$/,
    );
  });

  it('frames left out of motion that remembers: found by the step numbers, and without them', () => {
    const frames = run(3, 200, { memory: 0.98, rate: 0 });
    const cut = [...frames.slice(0, 90), ...frames.slice(140)];
    expect(detect(cut).report().seams).toMatchObject([{ frame: 91, sign: 'gap', steps: [4450, 7000] }]);
    // 50 frames of memory 0.98 are forgotten: √(1/(1 − 0.98)) = 7 times a usual step.
    const [seam] = detect(renumbered(cut)).report().seams;
    expect(seam).toMatchObject({ frame: 91, sign: 'jump' });
    expect(seam!.ratio).toBeGreaterThan(4);
  });

  it('a restart that repeats a frame, and one whose numbers begin again, are warnings where motion goes on', () => {
    const frames = run(4, 100, { rate: 0.05 });
    const again = [...frames.slice(0, 50), ...frames.slice(49)];
    expect(detect(renumbered(again)).judge()).toEqual(['frame 51 repeats frame 50: no atom has moved']);
    const numbers = frames.map((frame, t) => ({ ...frame, step: 50 * (t % 60) }));
    expect(detect(numbers).judge()).toEqual([
      expect.stringMatching(
        /^a seam between frames 60 and 61: step numbers go from 2950 to 0, \w+ \(atom \d+\) moves [\d.]+ Å there$/,
      ),
    ]);
  });

  it('a breathing cell moves nothing', () => {
    const frames = run(5, 60, { rate: 0 }).map((frame, t) => {
      const a = t === 30 ? 21 : 20;
      const cell = cellFromParameters({ a, b: a, c: a, alpha: 90, beta: 90, gamma: 90 });
      return { ...frame, cell, positions: toCartesian(cell, toFractional(system.cell, frame.positions)) };
    });
    expect(detect(frames).report().seams).toEqual([]);
  });

  it('is quiet about a handful of frames, and about a crystal at rest but for the repetition', () => {
    expect(detect(run(6, 8)).report().seams).toEqual([]);
    const still = run(6, 1);
    expect(detect(renumbered([...still, ...still])).judge()).toEqual([
      'frame 2 repeats frame 1: no atom has moved',
    ]);
  });
});

describe('checkedFrames', () => {
  const source = (frames: readonly Frame[], unwrapped: boolean) => ({
    system,
    unwrapped,
    async *frames() {
      yield* frames;
    },
  });
  const read = async (frames: readonly Frame[], unwrapped: boolean): Promise<Frame[]> => {
    const out: Frame[] = [];
    for await (const frame of checkedFrames(source(frames, unwrapped), () => undefined)) out.push(frame);
    return out;
  };
  const inside = (frame: Frame): Frame => ({
    ...frame,
    positions: frame.positions.map((x) => x - 20 * Math.floor(x / 20)),
  });

  it('unwraps what is wrapped', async () => {
    const frames = run(8, 60, { rate: 0.05 });
    const wrapped = await read(frames.map(inside), false);
    const shift = (t: number, i: number) => wrapped[t]!.positions[i]! - frames[t]!.positions[i]!;
    for (let i = 0; i < 3 * N; i++) expect(shift(59, i)).toBeCloseTo(shift(0, i), 9);
  });

  it('runs put together that cannot be unwrapped are named as such', async () => {
    const frames = [...run(10, 30), ...run(11, 30)].map(inside);
    await expect(read(frames, false)).rejects.toThrow(
      /^two runs have been put together where step numbers go from 1450 to 0: analyse them one by one; \w+ \(atom/,
    );
  });

  it('refuses wrapped positions that are said to be unwrapped, also where steps are half of an edge', async () => {
    const frames = run(9, 60, { rate: 0.05 });
    await expect(read(frames.map(inside), true)).rejects.toThrow(
      /^the coordinates are said to be unwrapped, but no atom ever leaves the cell, and \w+ \(atom \d+\) moves by -?0\.\d+ of an edge between frames \d+ and \d+: they are wrapped$/,
    );
    expect(await read(frames, true)).toHaveLength(60);
  });
});
