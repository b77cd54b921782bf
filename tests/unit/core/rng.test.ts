import { describe, expect, it } from 'vitest';
import { normals, philox, RandomSequence, uniformOpen } from '../../../src/core/rng.ts';

describe('philox4x32-10', () => {
  // Known answers of the Random123 distribution (kat_vectors), the reference implementation of the paper.
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)('counter %j key %j', (counter, key, words) => {
    expect(philox(counter, key)).toEqual(words);
  });

  it('uniformOpen is never zero and reaches one', () => {
    expect(uniformOpen(0)).toBe(2 ** -24);
    expect(uniformOpen(0xffffffff)).toBe(1);
  });

  it('normals have zero mean, unit variance and normal kurtosis', () => {
    const n = 40_000;
    const draws: number[] = [];
    for (let tag = 0; tag < n / 4; tag++) draws.push(...normals(7, 'langevin', tag, 3));
    const mean = draws.reduce((a, b) => a + b) / n;
    const m2 = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    const m4 = draws.reduce((a, b) => a + (b - mean) ** 4, 0) / n;
    // Standard errors: 1/√n = 0.005, √(2/n) = 0.007, √(24/n) = 0.024; bounds are four of them.
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(m2 - 1)).toBeLessThan(0.028);
    expect(Math.abs(m4 / m2 ** 2 - 3)).toBeLessThan(0.1);
  });

  it('streams, seeds and atoms are independent', () => {
    const first = normals(1, 'langevin', 5, 9);
    expect(normals(1, 'langevin', 5, 9)).toEqual(first);
    expect(normals(2, 'langevin', 5, 9)).not.toEqual(first);
    expect(normals(1, 'velocities', 5, 9)).not.toEqual(first);
    expect(normals(1, 'langevin', 6, 9)).not.toEqual(first);
  });
});

describe('RandomSequence', () => {
  it('is uniform: chi-square of 64 bins over 64 000 draws', () => {
    const random = new RandomSequence(11);
    const bins = new Array<number>(64).fill(0);
    for (let i = 0; i < 64_000; i++) {
      const k = random.below(64);
      bins[k] = (bins[k] ?? 0) + 1;
    }
    const chi2 = bins.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    // χ² with 63 degrees of freedom: 63 ± 11.2; 30 and 110 are below 1e-3 on either side.
    expect(chi2).toBeGreaterThan(30);
    expect(chi2).toBeLessThan(110);
  });
});
