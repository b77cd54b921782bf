import { describe, expect, it } from 'vitest';
import {
  isMilestone,
  lagCount,
  lagOf,
  MultiTau,
  originCount,
  originSpacing,
} from '../../../../src/analysis/motion/multiTau.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';

/** Which pairs of frames were visited, by lag index. */
function pairsOf(frames: number, p: number): [number, number][][] {
  const pairs: [number, number][][] = [];
  const walk = new MultiTau(
    1,
    (a, b, l) => {
      pairs[l] ??= [];
      pairs[l].push([a[0]!, b[0]!]);
    },
    p,
  );
  const frame = new Float64Array(1);
  for (let t = 0; t < frames; t++) {
    frame[0] = t;
    walk.add(frame);
  }
  return pairs;
}

describe('MultiTau', () => {
  it.each([2, 8, 16])('visits every pair of its schedule once, with %i lags per octave', (p) => {
    const frames = 777;
    const pairs = pairsOf(frames, p);
    expect(pairs.length).toBe(lagCount(frames, p));
    pairs.forEach((visited, l) => {
      const [lag, spacing] = [lagOf(l, p), originSpacing(l, p)];
      const expected: [number, number][] = [];
      for (let t = 0; t + lag < frames; t += spacing) expected.push([t, t + lag]);
      expect(visited).toEqual(expected);
      expect(originCount(l, frames, p)).toBe(expected.length);
    });
  });

  it('lags are 0 … 2p − 1, then p per octave, and origins at most lag/p apart', () => {
    expect(Array.from({ length: 25 }, (_, l) => lagOf(l, 8))).toEqual([
      ...Array.from({ length: 16 }, (_, k) => k),
      ...[16, 18, 20, 22, 24, 26, 28, 30],
      32,
    ]);
    for (let l = 1; l < 100; l++)
      expect(originSpacing(l, 8)).toBeLessThanOrEqual(Math.max(1, lagOf(l, 8) / 8));
    const milestones = Array.from({ length: 60 }, (_, l) => l).filter((l) => isMilestone(l, 8));
    expect(milestones.map((l) => lagOf(l, 8)).slice(0, 12)).toEqual([
      1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64,
    ]);
  });

  it('the sums of a random walk equal direct sums over the same origins', () => {
    const random = new RandomSequence(5);
    const frames = 1000;
    const path = new Float64Array(frames);
    for (let t = 1; t < frames; t++) path[t] = path[t - 1]! + random.normal();
    const sums: number[] = [];
    const walk = new MultiTau(1, (a, b, l) => {
      sums[l] = (sums[l] ?? 0) + (b[0]! - a[0]!) ** 2;
    });
    for (let t = 0; t < frames; t++) walk.add(path.subarray(t, t + 1));
    sums.forEach((sum, l) => {
      let direct = 0;
      for (let t = 0; t + lagOf(l) < frames; t += originSpacing(l))
        direct += (path[t + lagOf(l)]! - path[t]!) ** 2;
      expect(Math.abs(sum - direct)).toBeLessThanOrEqual(1e-12 * Math.max(1, direct));
    });
  });

  it('keeps few snapshots however long the run', () => {
    // Every snapshot that is alive is a different array: visits see at most as many as are kept.
    const seen = new Set<Float64Array>();
    const walk = new MultiTau(1, (a, b) => seen.add(a).add(b));
    for (let t = 0; t < 20_000; t++) walk.add(Float64Array.of(t));
    // 8 (log₂(20 000/8) + 2) = 106.
    expect(seen.size).toBeLessThanOrEqual(110);
  });

  it('refuses lags per octave that are no power of two', () => {
    expect(() => new MultiTau(1, () => undefined, 6)).toThrow('expected a power of two, found 6');
  });
});
