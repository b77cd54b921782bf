import { describe, expect, it } from 'vitest';
import {
  logarithmicLags,
  logSlope,
  meanSquaredDisplacement,
  squaredDisplacementVariance,
  TENSOR_COMPONENTS,
} from '../../../../src/analysis/transport/msd.ts';
import { harmonicCage, latticeWalk, type Paths, tracksOf } from './walks.ts';

const WALK = { walkers: 5, frames: 150, rate: 0.1, hop: 2.8, vibration: 0.2 };
const INDEX = { x: 0, y: 1, z: 2 } as const;

function directMsd(paths: Paths, lag: number, ab: (typeof TENSOR_COMPONENTS)[number]): number {
  const [a, b] = [INDEX[ab[0] as 'x'], INDEX[ab[1] as 'x']];
  let sum = 0;
  let count = 0;
  for (const path of paths) {
    for (let t = 0; t + lag < path[0].length; t++) {
      sum += (path[a][t + lag]! - path[a][t]!) * (path[b][t + lag]! - path[b][t]!);
      count++;
    }
  }
  return sum / count;
}

describe('meanSquaredDisplacement', () => {
  it('FFT equals the direct sum, component by component', () => {
    const paths = latticeWalk(1, WALK);
    const curve = meanSquaredDisplacement([tracksOf(paths)]);
    // Displacements reach 30 Å: rounding 1e-15 · 900 Å².
    for (const lag of [0, 1, 2, 7, 50, 149]) {
      for (const ab of TENSOR_COMPONENTS) {
        expect(Math.abs(curve.tensor[ab][lag]! - directMsd(paths, lag, ab))).toBeLessThan(1e-10);
      }
      expect(curve.samples[lag]).toBe(5 * (150 - lag));
    }
  });

  it('ballistic motion: MSD = v²τ² from all origins and from the first', () => {
    const v = [0.01, -0.02, 0.005];
    const path = v.map((c) => Float64Array.from({ length: 100 }, (_, t) => c * t));
    const curve = meanSquaredDisplacement([tracksOf([path as never])]);
    const v2 = 0.01 ** 2 + 0.02 ** 2 + 0.005 ** 2;
    for (let k = 0; k < 100; k++) {
      expect(curve.msd[k]!).toBeCloseTo(v2 * k * k, 11);
      expect(curve.singleOrigin[k]!).toBeCloseTo(v2 * k * k, 11);
      expect(curve.tensor.xy[k]!).toBeCloseTo(-0.0002 * k * k, 11);
    }
    expect(logSlope(curve.msd, [1, 4, 20, 60])).toEqual([
      expect.closeTo(2, 6),
      expect.closeTo(2, 6),
      expect.closeTo(2, 6),
      Number.NaN,
    ]);
  });

  it('nothing moves: MSD = 0', () => {
    const path = [0, 0, 0].map(() => new Float64Array(33).fill(7));
    const { msd } = meanSquaredDisplacement([tracksOf([path as never])]);
    // S₁ − 2S₂ cancels 3·7² Å² to rounding.
    for (const x of msd) expect(Math.abs(x)).toBeLessThan(1e-11);
  });

  it('a harmonic well: MSD = 6 s² (1 − r^τ)', () => {
    const [s, r] = [0.3, 0.9];
    const curve = meanSquaredDisplacement([tracksOf(harmonicCage(1, 200, 1000, s, r))]);
    // 200 walkers · 1000 frames / (2·10 frames of memory) independent samples: relative error 0.8 % of the plateau.
    for (const lag of [1, 5, 10, 30, 100]) {
      const expected = 6 * s * s * (1 - r ** lag);
      expect(Math.abs(curve.msd[lag]! - expected)).toBeLessThan(0.03 * 6 * s * s);
    }
  });

  it('replicas are pooled origin by origin', () => {
    const [long, short] = [latticeWalk(2, WALK), latticeWalk(3, { ...WALK, frames: 60 })];
    const both = meanSquaredDisplacement([tracksOf(long), tracksOf(short)]);
    const [a, b] = [long, short].map((p) => meanSquaredDisplacement([tracksOf(p)]));
    for (const lag of [1, 10, 59]) {
      const [na, nb] = [150 - lag, 60 - lag];
      expect(both.msd[lag]!).toBeCloseTo((na * a!.msd[lag]! + nb * b!.msd[lag]!) / (na + nb), 9);
      expect(both.singleOrigin[lag]!).toBeCloseTo((a!.singleOrigin[lag]! + b!.singleOrigin[lag]!) / 2, 9);
    }
    expect(both.msd[100]!).toBeCloseTo(a!.msd[100]!, 9);
  });

  it('refuses replicas of different frame interval', () => {
    const tracks = tracksOf(latticeWalk(2, WALK));
    expect(() => meanSquaredDisplacement([tracks, { ...tracks, frameInterval: 50 }])).toThrow(
      'replicas differ in frame interval: 100 and 50 fs',
    );
  });

  it('is empty without frames', () => {
    expect(meanSquaredDisplacement([]).msd.length).toBe(0);
  });
});

describe('squaredDisplacementVariance', () => {
  it('is that of a compound Poisson walk: h⁴ λτ + ⅔ (λτ h²)²', () => {
    const walk = { walkers: 100, frames: 2000, rate: 0.05, hop: 2, vibration: 0 };
    const lags = [1, 10, 40];
    const found = squaredDisplacementVariance([tracksOf(latticeWalk(7, walk))], lags);
    lags.forEach((lag, i) => {
      const hops = walk.rate * lag;
      // One hop at most per frame makes the count binomial: variance λτ(1 − λ).
      const expected = 16 * (hops * (1 - walk.rate) + (2 / 3) * hops ** 2);
      // 20 000 samples, of which 100·2000/lag are independent: 5 % at lag 40.
      expect(Math.abs(found[i]! / expected - 1)).toBeLessThan(0.1);
    });
  });

  it('thins walkers and origins of large systems without bias', () => {
    const walk = { walkers: 4000, frames: 50, rate: 0.2, hop: 1, vibration: 0 };
    const [found] = squaredDisplacementVariance([tracksOf(latticeWalk(8, walk))], [5]);
    // Direct for all walkers and origins; the sample of 20 000 has a standard error of about 2 %.
    const paths = latticeWalk(8, walk);
    const r2 = paths.flatMap(([x, y, z]) =>
      Array.from(
        { length: 45 },
        (_, t) => (x[t + 5]! - x[t]!) ** 2 + (y[t + 5]! - y[t]!) ** 2 + (z[t + 5]! - z[t]!) ** 2,
      ),
    );
    const m = r2.reduce((a, b) => a + b) / r2.length;
    const v = r2.reduce((a, b) => a + (b - m) ** 2, 0) / r2.length;
    expect(Math.abs(found! / v - 1)).toBeLessThan(0.08);
  });
});

describe('logarithmicLags', () => {
  it('rises without repeats from first to last', () => {
    expect(logarithmicLags(1, 20, 4)).toEqual([1, 2, 3, 6, 10, 18]);
    expect(logarithmicLags(1, 8, 100)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(logarithmicLags(10, 5, 4)).toEqual([]);
  });
});
