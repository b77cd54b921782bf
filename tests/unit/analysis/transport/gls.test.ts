import { describe, expect, it } from 'vitest';
import { fitGls, type MsdNoise, msdNoise } from '../../../../src/analysis/transport/gls.ts';
import {
  meanSquaredDisplacement,
  squaredDisplacementVariance,
} from '../../../../src/analysis/transport/msd.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { mean, variance } from '../../../../src/core/stats.ts';
import { latticeWalk, tracksOf } from './walks.ts';

/** Gauss–Jordan inverse: slow and obviously right. */
function invert(matrix: number[][]): number[][] {
  const n = matrix.length;
  const m = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c; r < n; r++) if (Math.abs(m[r]![c]!) > Math.abs(m[pivot]![c]!)) pivot = r;
    [m[c], m[pivot]] = [m[pivot]!, m[c]!];
    const p = m[c]![c]!;
    m[c] = m[c]!.map((x) => x / p);
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const f = m[r]![c]!;
      m[r] = m[r]!.map((x, k) => x - f * m[c]![k]!);
    }
  }
  return m.map((row) => row.slice(n));
}

/** (XᵀC⁻¹X)⁻¹XᵀC⁻¹y with X = (τ, 1). */
function bruteForceGls(lags: number[], msd: number[], { path, count }: MsdNoise) {
  const c = lags.map((ti) => lags.map((tj) => ti * tj * (path * Math.min(ti, tj) + count)));
  const ci = invert(c);
  const x = lags.map((t) => [t, 1]);
  const cov = invert(
    [0, 1].map((a) => [0, 1].map((b) => sum2(lags, (i, j) => x[i]![a]! * ci[i]![j]! * x[j]![b]!))),
  );
  const rhs = [0, 1].map((a) => sum2(lags, (i, j) => x[i]![a]! * ci[i]![j]! * msd[j]!));
  const [slope, intercept] = cov.map((row) => row[0]! * rhs[0]! + row[1]! * rhs[1]!);
  const residual = lags.map((t, i) => msd[i]! - slope! * t - intercept!);
  return {
    slope: slope!,
    intercept: intercept!,
    slopeError: Math.sqrt(cov[0]![0]!),
    interceptError: Math.sqrt(cov[1]![1]!),
    chiSquare: sum2(lags, (i, j) => residual[i]! * ci[i]![j]! * residual[j]!) / (lags.length - 2),
  };
}

function sum2(over: readonly unknown[], term: (i: number, j: number) => number): number {
  let sum = 0;
  for (let i = 0; i < over.length; i++) for (let j = 0; j < over.length; j++) sum += term(i, j);
  return sum;
}

describe('fitGls', () => {
  it.each([
    { path: 0.003, count: 0 },
    { path: 0.003, count: 0.01 },
    { path: 1e-4, count: 0.5 },
  ])('equals generalised least squares with the full covariance matrix, %j', (noise) => {
    const random = new RandomSequence(1);
    const lags = [2, 3, 5, 8, 9, 14, 20];
    const msd = lags.map((t) => 0.4 + 0.7 * t + 0.05 * t * random.normal());
    const got = fitGls(lags, msd, noise);
    const expected = bruteForceGls(lags, msd, noise);
    for (const key of ['slope', 'intercept', 'slopeError', 'interceptError', 'chiSquare'] as const) {
      expect(got[key] / expected[key]).toBeCloseTo(1, 9);
    }
  });

  it('an exact line has χ² = 0', () => {
    const lags = [1, 2, 4, 8];
    const fit = fitGls(
      lags,
      lags.map((t) => 0.3 + 2 * t),
      { path: 1, count: 1 },
    );
    expect(fit.slope).toBeCloseTo(2, 12);
    expect(fit.intercept).toBeCloseTo(0.3, 12);
    expect(fit.chiSquare).toBeCloseTo(0, 20);
  });
});

describe('msdNoise', () => {
  it('separates hop counting A τ from path spread B τ²', () => {
    const lags = [5, 10, 20, 40, 80];
    const [a, b] = [3, 0.2];
    const noise = msdNoise(
      lags,
      lags.map((t) => a * t + b * t * t),
      0,
      1000,
      5,
      1e12,
    );
    expect(noise.count).toBeCloseTo(a / 1000, 12);
    // Overlap of time origins: (2·25 + 1)/(3·25).
    expect(noise.path).toBeCloseTo((b * 51) / 75 / 1000, 12);
  });

  it('never goes below the spread of the fitted slope, nor below zero', () => {
    const lags = [5, 10, 20];
    const noise = msdNoise(lags, [0.1, 0.1, 0.1], 0.6, 1000, 5, 1e12);
    expect(noise.path).toBeCloseTo(((2 / 3) * 0.36 * 51) / 75 / 1000, 12);
    expect(noise.count).toBe(0);
    expect(msdNoise(lags, [0, 0, 0], 0, 1000, 5, 1e12)).toEqual({ path: 0, count: 0 });
  });

  it('claims the scatter that 200 lattice walks show, from short and long starts', () => {
    const walk = { walkers: 20, frames: 500, rate: 0.05, hop: 2.8, vibration: 0.15 };
    const lagsFrom = (first: number): number[] =>
      [1, 1.4, 2, 3, 4, 6, 9, 14, 20].map((x) => Math.round(first * x));
    for (const first of [3, 12]) {
      const lags = lagsFrom(first);
      const slopes: number[] = [];
      const errors: number[] = [];
      for (let seed = 0; seed < 200; seed++) {
        const tracks = [tracksOf(latticeWalk(1000 + seed, walk))];
        const { msd } = meanSquaredDisplacement(tracks);
        const values = lags.map((lag) => msd[lag]!);
        const variances = squaredDisplacementVariance(tracks, lags);
        const truth = walk.rate * walk.hop ** 2;
        const noise = msdNoise(lags, variances, truth, walk.walkers * walk.frames, first, walk.frames);
        const fit = fitGls(lags, values, noise);
        slopes.push(fit.slope / truth);
        errors.push(fit.slopeError / truth);
      }
      const scatter = Math.sqrt(variance(slopes));
      // 200 walks know their scatter to 1/√400 = 5 %; the model is good to about 10 %.
      expect(mean(errors) / scatter).toBeGreaterThan(0.85);
      expect(mean(errors) / scatter).toBeLessThan(1.25);
      // Hop counting alone is 1/√(20·500·0.05) = 4.5 %: without it the short start would claim 2 %.
      expect(scatter).toBeGreaterThan(0.038);
      expect(Math.abs(mean(slopes) - 1)).toBeLessThan((4 * scatter) / Math.sqrt(200));
    }
  });
});
