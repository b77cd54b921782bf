import { describe, expect, it } from 'vitest';
import { BlockSums, interval95, jackknife } from '../../../../src/analysis/motion/blockSums.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';

function filled(frames: number): BlockSums {
  const sums = new BlockSums(1);
  for (let t = 0; t < frames; t++) {
    if (t === 10) sums.reserve(2);
    sums.current[0]! += t;
    if (t >= 10) sums.current[1]! += 1;
    sums.endFrame();
  }
  return sums;
}

describe('BlockSums', () => {
  it.each([1, 63, 64, 65, 1000, 5003])('loses nothing over %i frames', (frames) => {
    const sums = filled(frames);
    expect(sums.total()[0]).toBe((frames * (frames - 1)) / 2);
    for (const length of [1, 7, 100]) {
      const blocks = sums.blocks(length);
      expect(blocks.reduce((a, b) => a + b[0]!, 0)).toBe((frames * (frames - 1)) / 2);
      if (frames >= 2 * length) {
        expect(blocks.length).toBeGreaterThanOrEqual(1);
        expect(blocks.length).toBeLessThanOrEqual(Math.floor(frames / length));
      }
    }
    expect(sums.blocks(1).length).toBeLessThanOrEqual(64);
  });

  it('blocks are at least as long as asked', () => {
    const sums = new BlockSums(1);
    for (let t = 0; t < 1000; t++) {
      sums.current[0]! += 1;
      sums.endFrame();
    }
    for (const length of [1, 16, 17, 100, 249]) {
      for (const block of sums.blocks(length)) expect(block[0]).toBeGreaterThanOrEqual(length);
    }
    expect(sums.blocks(240).length).toBe(4);
  });
});

describe('jackknife', () => {
  it('of a mean is its standard error; of a ratio it covers the truth', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    const [mean] = jackknife(
      values.map((x) => Float64Array.of(x, 1)),
      ([s, n]) => [s! / n!],
    );
    const centre = values.reduce((a, b) => a + b) / 8;
    const expected = Math.sqrt(values.reduce((a, x) => a + (x - centre) ** 2, 0) / 7 / 8);
    expect(mean!.value).toBeCloseTo(centre, 12);
    expect(mean!.standardError).toBeCloseTo(expected, 12);
    // ⟨x²⟩/⟨y²⟩ = 4 for normals of widths 2 and 1 in 20 blocks of 50.
    const random = new RandomSequence(3);
    let covered = 0;
    for (let trial = 0; trial < 400; trial++) {
      const blocks = Array.from({ length: 20 }, () => {
        const sums = Float64Array.of(0, 0);
        for (let k = 0; k < 50; k++) {
          sums[0]! += 4 * random.normal() ** 2;
          sums[1]! += random.normal() ** 2;
        }
        return sums;
      });
      const [ratio] = jackknife(blocks, ([a, b]) => [a! / b!]);
      const [low, high] = interval95(ratio!);
      if (low <= 4 && 4 <= high) covered++;
    }
    // 95 % of 400 is 380 ± 4.4; three of those either way.
    expect(covered).toBeGreaterThan(366);
    expect(covered).toBeLessThan(394);
  });

  it('says nothing about three blocks', () => {
    const [mean] = jackknife(
      [1, 2, 3].map((x) => Float64Array.of(x)),
      ([s]) => [s!],
    );
    expect(mean!.value).toBe(6);
    expect(mean!.standardError).toBeNaN();
  });
});
