import { describe, expect, it } from 'vitest';
import {
  type CepstralEstimate,
  cepstralEstimate,
  cepstralScan,
  stableEstimate,
} from '../../../../src/analysis/motion/cepstral.ts';
import { discreteFourier, periodogram } from '../../../../src/analysis/motion/periodogram.ts';
import { digamma, trigamma } from '../../../../src/core/polygamma.ts';
import { dampedCosine, exactPower, ornsteinUhlenbeck } from './fluxes.ts';

describe('digamma and trigamma', () => {
  it('have their known values', () => {
    // Euler's constant, and π²/6.
    expect(digamma(1)).toBeCloseTo(-0.5772156649015329, 13);
    expect(digamma(0.5)).toBeCloseTo(-0.5772156649015329 - 2 * Math.LN2, 13);
    expect(digamma(3)).toBeCloseTo(1.5 - 0.5772156649015329, 13);
    expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 13);
    expect(trigamma(1.5)).toBeCloseTo(Math.PI ** 2 / 2 - 4, 13);
  });
});

describe('periodogram', () => {
  it.each([6, 64, 94])('the transform of %i values equals the sum', (n) => {
    const x = Float64Array.from({ length: n }, (_, t) => Math.sin(t * t) + 0.1 * t);
    const { re, im } = discreteFourier(x);
    for (let k = 0; k < n; k++) {
      let [c, s] = [0, 0];
      for (let t = 0; t < n; t++) {
        c += x[t]! * Math.cos((2 * Math.PI * k * t) / n);
        s -= x[t]! * Math.sin((2 * Math.PI * k * t) / n);
      }
      expect(Math.abs(re[k]! - c)).toBeLessThan(1e-10);
      expect(Math.abs(im[k]! - s)).toBeLessThan(1e-10);
    }
  });

  it('of white noise is flat at variance times interval', () => {
    const { power, spacing, samples } = periodogram(ornsteinUhlenbeck(1, 5001, 1e-9, 5), 5);
    expect(samples).toBe(5000);
    expect(spacing).toBeCloseTo(1000 / 25_000, 12);
    const mean = power.reduce((a, b) => a + b) / power.length;
    // 2500 ordinates, each the mean of three: 1.2 %.
    expect(Math.abs(mean / 5 - 1)).toBeLessThan(0.04);
  });
});

/** Deviations of ln S(0) in errors over many seeds. */
function deviations(
  flux: (seed: number) => Float64Array[],
  exact: number,
  estimate: (flux: Float64Array[]) => CepstralEstimate,
  seeds = 200,
): number[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const { value, logError } = estimate(flux(seed + 1));
    return Math.log(value / exact) / logError;
  });
}

const within = (z: number[], limit: number): number => z.filter((x) => Math.abs(x) < limit).length / z.length;
const stable = (flux: Float64Array[]): CepstralEstimate =>
  stableEstimate(cepstralScan(periodogram(flux, 5))) as CepstralEstimate;

describe('cepstral analysis', () => {
  it('white noise: one coefficient, error √(2ψ′(3)/N)', () => {
    const flux = ornsteinUhlenbeck(3, 4000, 1e-9, 5);
    const { pStar, logError, value } = cepstralEstimate(periodogram(flux, 5));
    expect(pStar).toBeLessThan(4);
    expect(Math.abs(Math.log(value / 5))).toBeLessThan(4 * logError);
    const single = Math.sqrt((2 * trigamma(3)) / 4000);
    expect(logError).toBeGreaterThan(single);
    expect(logError).toBeLessThan(4 * single);
  });

  it('intervals of an Ornstein–Uhlenbeck flux cover its integral', () => {
    const z = deviations(
      (seed) => ornsteinUhlenbeck(seed, 4000, 100, 5),
      exactPower((k) => Math.exp((-5 * k) / 100), 5),
      stable,
    );
    // Nominal 0.68 and 0.95 with a sampling error of 0.033 and 0.015; measured 0.74 and 0.975, bias 0.01 errors.
    expect(within(z, 1)).toBeGreaterThan(0.58);
    expect(within(z, 1)).toBeLessThan(0.86);
    expect(within(z, 1.96)).toBeGreaterThan(0.88);
    expect(Math.abs(z.reduce((a, b) => a + b) / z.length)).toBeLessThan(0.5);
  });

  it('of a damped cosine, whose integral is a small rest of its swings, too', () => {
    const decay = (k: number): number => Math.exp((-5 * k) / 150) * Math.cos(2 * Math.PI * 0.008 * 5 * k);
    const exact = exactPower(decay, 5);
    const z = deviations((seed) => dampedCosine(seed, 4000, 150, 0.008, 5), exact, stable, 120);
    expect(within(z, 1.96)).toBeGreaterThan(0.88);
    // Measured 0.933 of 120 seeds (sampling error 0.02).
    // Cut off at a quarter of a period, where the correlation is zero first, the integral is seven times too large.
    let naive = 5;
    for (let k = 1; k * 5 <= 125 / 4; k++) naive += 10 * decay(k);
    expect(naive / exact).toBeGreaterThan(5);
  });

  it('a cut far above the relaxation is found out: S(0) drifts', () => {
    const exact = exactPower((k) => Math.exp((-5 * k) / 100), 5);
    const z = deviations(
      (seed) => ornsteinUhlenbeck(seed, 4000, 100, 5),
      exact,
      (flux) => cepstralEstimate(periodogram(flux, 5)),
      40,
    );
    expect(z.reduce((a, b) => a + b) / z.length).toBeLessThan(-0.8);
    const chosen = stable(ornsteinUhlenbeck(1, 4000, 100, 5));
    expect(chosen.fStar).toBeLessThan(100);
    expect(chosen.spectrum.length).toBe(chosen.ordinates + 1);
    // The kept coefficients draw the spectrum too: a Lorentzian.
    const half = chosen.spectrum[Math.round(chosen.ordinates / 2)]!;
    const f = chosen.fStar / 2000;
    expect(Math.abs(Math.log(half / (exact / (1 + (2 * Math.PI * f * 100) ** 2))))).toBeLessThan(1);
  });

  it('refuses a flux that is zero, and too short a one', () => {
    const zero = [0, 1, 2].map(() => new Float64Array(200));
    expect(() => cepstralEstimate(periodogram(zero, 5))).toThrow('the spectrum is zero at 0.00 THz');
    expect(() => cepstralEstimate(periodogram(ornsteinUhlenbeck(1, 40, 10, 5), 5))).toThrow(
      'at least 32 are needed',
    );
    expect(stableEstimate(cepstralScan(periodogram(ornsteinUhlenbeck(1, 40, 10, 5), 5)))).toBeUndefined();
  });
});
