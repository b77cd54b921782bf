import { describe, expect, it } from 'vitest';
import { RandomSequence } from '../../../src/core/rng.ts';
import {
  blockingLevels,
  blockMeans,
  chiSquareQuantile,
  fitLine,
  mean,
  median,
  normalQuantile,
  poissonInterval,
  seriesMean,
  studentQuantile,
  variance,
} from '../../../src/core/stats.ts';

describe('moments', () => {
  it('mean, variance and median of a few numbers', () => {
    expect(mean([1, 2, 3, 6])).toBe(3);
    expect(variance([1, 2, 3, 6])).toBeCloseTo(14 / 3, 14);
    expect(variance([5])).toBeNaN();
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('block means drop the remainder', () => {
    expect([...blockMeans([1, 3, 5, 7, 9, 11, 99], 3)]).toEqual([2, 6, 10]);
    expect(() => blockMeans([1, 2], 3)).toThrow('2 values do not fill 3 blocks');
  });
});

describe('quantiles', () => {
  // Printed tables (Abramowitz & Stegun 26.8, 26.10; NIST handbook 1.3.6.7), to their digits.
  it.each([
    [0.975, 1, 12.706205],
    [0.975, 2, 4.302653],
    [0.975, 3, 3.182446],
    [0.975, 9, 2.262157],
    [0.95, 30, 1.697261],
    [0.05, 5, -2.015048],
  ])('Student t: p %f, ν %i', (p, freedom, value) => {
    expect(studentQuantile(p, freedom)).toBeCloseTo(value, 5);
  });

  it('normal', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963985, 8);
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.01)).toBeCloseTo(-2.326347874, 8);
    expect(studentQuantile(0.975, 1e6)).toBeCloseTo(normalQuantile(0.975), 4);
  });

  it('χ²', () => {
    expect(chiSquareQuantile(0.95, 1)).toBeCloseTo(3.841459, 5);
    expect(chiSquareQuantile(0.025, 10)).toBeCloseTo(3.246973, 5);
    expect(chiSquareQuantile(0.975, 200)).toBeCloseTo(241.0579, 3);
    // Where the approximation takes over the two agree.
    expect(chiSquareQuantile(0.95, 100_001) / chiSquareQuantile(0.95, 99_999) - 1).toBeCloseTo(2e-5, 6);
    expect(chiSquareQuantile(0.95, 1e9) / 1e9).toBeCloseTo(1 + 1.644854 * Math.sqrt(2e-9), 8);
  });

  it('Garwood intervals of Poisson means', () => {
    // Garwood 1936, table 2.
    expect(poissonInterval(0)).toEqual([0, expect.closeTo(3.6889, 4)]);
    expect(poissonInterval(10)).toEqual([expect.closeTo(4.7954, 4), expect.closeTo(18.3904, 4)]);
    expect(poissonInterval(0, 0.9)[1]).toBeCloseTo(Math.log(20), 9);
  });
});

/** x_t = r x_(t−1) + noise, unit variance: τ = ½ + r/(1 − r). */
function autoregressive(seed: number, n: number, r: number): Float64Array {
  const random = new RandomSequence(seed);
  let x = random.normal();
  return Float64Array.from({ length: n }, () => {
    const now = x;
    x = r * x + Math.sqrt(1 - r * r) * random.normal();
    return now;
  });
}

describe('correlated series', () => {
  it('finds the autocorrelation time of a first-order process', () => {
    const n = 40_000;
    const r = 0.9;
    const tau = 0.5 + r / (1 - r);
    const result = seriesMean(autoregressive(1, n, r));
    // Madras & Sokal: the relative error of τ is √(2(2W + 1)/n) with W = 6τ, here 0.054; bound at three of them.
    expect(Math.abs(result.autocorrelationTime / tau - 1)).toBeLessThan(0.16);
    expect(Math.abs(result.standardError / Math.sqrt((2 * tau) / n) - 1)).toBeLessThan(0.08);
    expect(Math.abs(result.mean)).toBeLessThan(3 * result.standardError);
  });

  it('its error covers the true mean in two thirds of 300 series', () => {
    let covered = 0;
    for (let seed = 0; seed < 300; seed++) {
      const { mean: m, standardError } = seriesMean(autoregressive(100 + seed, 1000, 0.8));
      if (Math.abs(m) < standardError) covered++;
    }
    // Binomial: 0.683 ± 0.027; the bounds are three of these.
    expect(covered / 300).toBeGreaterThan(0.6);
    expect(covered / 300).toBeLessThan(0.765);
  });

  it('white noise has τ = ½ and blocking agrees', () => {
    const random = new RandomSequence(3);
    const values = Float64Array.from({ length: 4096 }, () => random.normal());
    expect(seriesMean(values).autocorrelationTime).toBeCloseTo(0.5, 1);
    const levels = blockingLevels(values);
    expect(levels[0]!.standardError).toBeCloseTo(1 / 64, 3);
    for (const { standardError, errorOfError } of levels) {
      expect(Math.abs(standardError - 1 / 64)).toBeLessThan(3.5 * errorOfError);
    }
  });

  it('blocking reaches the plateau of a correlated series', () => {
    const levels = blockingLevels(autoregressive(5, 65_536, 0.9));
    const truth = Math.sqrt(19 / 65_536);
    expect(levels[0]!.standardError).toBeLessThan(0.3 * truth);
    const late = levels.find((level) => level.size === 512)!;
    expect(Math.abs(late.standardError - truth)).toBeLessThan(3 * late.errorOfError);
    expect(levels.at(-1)!.blocks).toBeGreaterThanOrEqual(8);
  });

  it('a constant series has no error', () => {
    expect(seriesMean([2, 2, 2, 2])).toMatchObject({ mean: 2, standardError: 0 });
  });
});

describe('fitLine', () => {
  it('recovers an exact line whatever the weights', () => {
    const x = [1, 2, 4, 8];
    const y = x.map((v) => 3 - 0.5 * v);
    const fit = fitLine(x, y, [1, 10, 3, 0.1]);
    expect(fit.slope).toBeCloseTo(-0.5, 12);
    expect(fit.intercept).toBeCloseTo(3, 12);
    expect(fit.chiSquare).toBeCloseTo(0, 20);
  });

  it('errors are those of the normal equations', () => {
    // Bevington & Robinson, eq. 6.21–6.23, for x = 0, 1, 2 and weights 4, 1, 1: Δ = 6·5 − 9 = 21.
    const fit = fitLine([0, 1, 2], [0, 2, 1], [4, 1, 1]);
    expect(fit.slopeError ** 2).toBeCloseTo(6 / 21, 12);
    expect(fit.interceptError ** 2).toBeCloseTo(5 / 21, 12);
    expect(fit.covariance).toBeCloseTo(-3 / 21, 12);
    expect(fit.slope).toBeCloseTo((6 * 4 - 3 * 3) / 21, 12);
  });

  it('refuses a single point', () => {
    expect(() => fitLine([1], [1])).toThrow('needs two points');
  });
});
