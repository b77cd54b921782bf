/** Arrhenius lines: published vectors, closed forms, and how often intervals and the test of curvature are right. */
import { describe, expect, it } from 'vitest';
import { bounded, type Estimate, resolved, unresolved } from '../../../../src/analysis/estimate.ts';
import {
  type Arrhenius,
  type ArrheniusPoint,
  arrheniusLine,
  fitArrhenius,
} from '../../../../src/analysis/transport/arrhenius.ts';
import { BOLTZMANN_EV_PER_K as KB } from '../../../../src/core/constants.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { fitLine, poissonInterval } from '../../../../src/core/stats.ts';

const TEMPERATURES = [500, 600, 700, 800, 1000];
const law = (Ea: number, T: number, D0 = 1e-3): number => D0 * Math.exp(-Ea / (KB * T));

/** A value with an interval of `error` standard errors of its logarithm. */
const around = (value: number, error: number): Estimate =>
  resolved(value, [value * Math.exp(-1.959964 * error), value * Math.exp(1.959964 * error)], 'cm²/s');

const lineOf = (points: readonly ArrheniusPoint[]): Arrhenius => fitArrhenius(points, 'D', 'cm²/s');
const covers = ({ ci95 }: Estimate, truth: number): boolean =>
  ci95 !== null && ci95[0] <= truth && truth <= ci95[1];

describe('fitArrhenius', () => {
  it('gives the activation energy and scatter error of a published test', () => {
    // pymatgen-analysis-diffusion, test_fit_arrhenius: E_a 0.5 eV, c 12.
    const factors = [1.00601834013, 1.00803236262, 0.98609720824];
    const points = [300, 1000, 500].map((temperature, i) => ({
      temperature,
      estimate: around(factors[i]! * law(0.5, temperature, 12), 0.1),
    }));
    const { Ea, fit: line } = lineOf(points);
    expect(Math.abs(Ea.value! - 0.5)).toBeLessThan(1e-8);
    // Theirs is printed to six digits.
    expect(Math.abs(line!.standardErrors.scatter / 0.000895566 - 1)).toBeLessThan(1e-5);
    expect(Math.exp(line!.lnPrefactor)).toBeCloseTo(12, 1);
  });

  it('an exact line is found, its interval that of the stated errors', () => {
    const points = TEMPERATURES.map((temperature) => ({
      temperature,
      estimate: around(law(0.3, temperature), 0.1),
    }));
    const { Ea, at300, fit: line } = lineOf(points);
    expect(Ea.value).toBeCloseTo(0.3, 9);
    expect(at300.value! / law(0.3, 300)).toBeCloseTo(1, 6);
    const x = TEMPERATURES.map((T) => 1 / (KB * T));
    const exact = fitLine(
      x,
      x,
      x.map(() => 100),
    );
    // 4000 draws: 2 % of the width.
    expect((Ea.ci95![1] - Ea.ci95![0]) / (2 * 1.96 * exact.slopeError)).toBeCloseTo(1, 1);
    const room = 1 / (KB * 300) - x.reduce((a, b) => a + b, 0) / 5;
    const spread = Math.hypot(0.1 / Math.sqrt(5), exact.slopeError * room);
    expect(Math.log(at300.ci95![1] / at300.ci95![0]) / (2 * 1.96 * spread)).toBeCloseTo(1, 1);
    expect(line!.extrapolation).toBeCloseTo(500 / 300, 9);
    expect(Ea.why).toContain('factor of 1.67');
    const band = arrheniusLine(points, 'D');
    expect(band[0]!.temperature).toBeCloseTo(1000, 6);
    expect(band.at(-1)!.temperature).toBeCloseTo(300, 6);
    expect(band.at(-1)!.ci95).toEqual(at300.ci95);
    expect(arrheniusLine(points.slice(3), 'D')).toEqual([]);
  });

  it('σ is divided by T: its line is ln(σT)', () => {
    const points = TEMPERATURES.map((temperature) => ({
      temperature,
      estimate: around(law(0.3, temperature) / temperature, 0.1),
    }));
    const sigma = fitArrhenius(points, 'sigma', 'S/cm');
    expect(sigma.Ea.value).toBeCloseTo(0.3, 9);
    expect(sigma.at300.value! / (law(0.3, 300) / 300)).toBeCloseTo(1, 6);
    expect(sigma.at300.unit).toBe('S/cm');
    expect(lineOf(points).Ea.value).not.toBeCloseTo(0.3, 2);
  });

  it('the same points give the same numbers', () => {
    const points = TEMPERATURES.map((temperature, i) => ({
      temperature,
      estimate: around(law(0.3, temperature) * (1 + 0.1 * (i % 2)), 0.1),
    }));
    expect(lineOf(points)).toEqual(lineOf(points.toReversed()));
  });

  it('fewer than three values give nothing, and say so', () => {
    const at = (T: number): ArrheniusPoint => ({ temperature: T, estimate: around(law(0.3, T), 0.1) });
    const bound = { temperature: 400, estimate: bounded(1e-7, 'cm²/s', 'caged') };
    const none = { temperature: 450, estimate: unresolved('cm²/s', 'nothing') };
    expect(lineOf([at(500), at(600), bound, none])).toEqual({
      Ea: unresolved('eV', '2 temperatures give a value (and 1 an upper bound); a line needs 3'),
      at300: unresolved('cm²/s', '2 temperatures give a value (and 1 an upper bound); a line needs 3'),
      fit: null,
    });
    expect(lineOf([]).Ea.why).toBe('no temperature gives a value; a line needs 3');
  });

  it('scatter beyond the stated errors widens the interval, by Student’s t', () => {
    const off = [0.4, -0.5, 0.45, -0.4, 0.3];
    const points = (error: number): ArrheniusPoint[] =>
      TEMPERATURES.map((temperature, i) => ({
        temperature,
        estimate: around(law(0.3, temperature) * Math.exp(off[i]!), error),
      }));
    const [honest, bold] = [lineOf(points(0.5)), lineOf(points(0.02))];
    const width = ({ ci95 }: Estimate): number => ci95![1] - ci95![0];
    // t of three degrees of freedom is 3.18: 1.62 times the normal 1.96; the scatter itself is 0.53.
    expect(width(bold.Ea) / width(honest.Ea)).toBeGreaterThan(1.4);
    expect(width(bold.Ea) / width(honest.Ea)).toBeLessThan(2.2);
  });

  it('an upper bound is neither dropped nor a value', () => {
    const values = [600, 700, 800].map((temperature) => ({
      temperature,
      estimate: around(law(0.3, temperature), 0.3),
    }));
    const with_ = (upper: number): Arrhenius =>
      lineOf([...values, { temperature: 400, estimate: bounded(upper, 'cm²/s', 'caged') }]);
    const free = lineOf(values);
    // Far above the line it says nothing.
    expect(with_(1000 * law(0.3, 400)).Ea.value).toBeCloseTo(free.Ea.value!, 2);
    // On the line it makes the slope steeper, for half of the lines pass above it; and the interval narrower at its lower end.
    const near = with_(law(0.3, 400));
    expect(near.Ea.value!).toBeGreaterThan(free.Ea.value! + 0.02);
    expect(near.Ea.ci95![0]).toBeGreaterThan(free.Ea.ci95![0] + 0.05);
    expect(near.fit!.bounds).toEqual([400]);
    expect(near.Ea.why).toContain('3 temperatures and 1 upper bound');
    // Far below, it contradicts the line.
    const against = with_(1e-6 * law(0.3, 400));
    expect(against.Ea).toMatchObject({ value: null, ci95: null });
    expect(against.Ea.why).toContain('does not pass below the upper bounds at 400 K');
  });

  it('a bend is no activation energy, but two', () => {
    const kinked = [400, 450, 500, 600, 700, 800].map((temperature) => ({
      temperature,
      estimate: around(law(0.3, temperature) + law(0.7, temperature, 2), 0.1),
    }));
    const { Ea, at300, fit: line } = lineOf(kinked);
    expect(Ea.value).toBeNull();
    expect(at300.ci95).toBeNull();
    expect(Ea.why).toMatch(/^the points bend \(by \d/);
    expect(line!.segments!.map(({ Ea: one }) => one)[0]).toBeLessThan(0.45);
    expect(line!.segments!.map(({ Ea: one }) => one)[1]).toBeGreaterThan(0.5);
    expect(line!.segments![0]!.from).toBe(400);
  });
});

describe('how often it is right, 400 seeds', () => {
  const seeds = Array.from({ length: 400 }, (_, seed) => seed);
  const rate = (found: readonly boolean[]): number => found.filter(Boolean).length / found.length;

  /** Values scattered by their stated errors, which differ from point to point. */
  function sample(seed: number, truth: (T: number) => number, temperatures = TEMPERATURES): Arrhenius {
    const random = new RandomSequence(seed, 5);
    return lineOf(
      temperatures.map((temperature, i) => {
        const error = 0.08 + 0.04 * (temperatures.length - i);
        return {
          temperature,
          estimate: around(truth(temperature) * Math.exp(error * random.normal()), error),
        };
      }),
    );
  }

  it.each([[TEMPERATURES], [[600, 700, 800]], [[400, 500, 600, 700, 800, 900, 1000, 1200]]])(
    'E_a and the value at 300 K are covered, a straight line is called straight: %j',
    (temperatures) => {
      const found = seeds.map((seed) => sample(seed, (T) => law(0.35, T), temperatures));
      const straight = found.filter(({ Ea }) => Ea.value !== null);
      // 1 % by construction; binomial error 0.5 %. Measured 1.0, 0 (three points cannot bend) and 0.25 %.
      expect(1 - straight.length / found.length).toBeLessThan(0.025);
      // Nominal 95 %, binomial error 1.1 %, measured 95.0 to 96.2 %; scatter that looks too large widens a few.
      for (const truths of [
        straight.map(({ Ea }) => covers(Ea, 0.35)),
        straight.map(({ at300 }) => covers(at300, law(0.35, 300))),
      ]) {
        expect(rate(truths)).toBeGreaterThan(0.92);
        expect(rate(truths)).toBeLessThan(0.99);
      }
    },
  );

  it('intervals hold when stated errors are half of the true ones', () => {
    const found = seeds.map((seed) => {
      const random = new RandomSequence(seed, 6);
      return lineOf(
        TEMPERATURES.map((temperature) => ({
          temperature,
          estimate: around(law(0.35, temperature) * Math.exp(0.2 * random.normal()), 0.1),
        })),
      );
    });
    const some = found.filter(({ Ea }) => Ea.value !== null);
    expect(some.length).toBeGreaterThan(340);
    // 68 % of 1.96 errors of half the size would cover; measured 89 %.
    expect(rate(some.map(({ Ea }) => covers(Ea, 0.35)))).toBeGreaterThan(0.82);
  });

  it('two rates in parallel are found to bend', () => {
    const both = (T: number): number => law(0.2, T, 1e-4) + law(0.6, T, 1);
    const wide = [350, 400, 450, 500, 600, 700, 800];
    const found = seeds.map((seed) => sample(seed, both, wide).Ea.value === null);
    // Power measured: 94 %.
    expect(rate(found)).toBeGreaterThan(0.9);
  });

  it('values and bounds out of counted hops: E_a is covered although the coldest ones are bounds', () => {
    const temperatures = [350, 400, 450, 500, 600, 700];
    // Hops expected at 700 K: 2000; at 350 K: 0.4.
    const expected = (T: number): number => 2000 * Math.exp(-0.515 * (1 / (KB * T) - 1 / (KB * 700)));
    const found = seeds.map((seed) => {
      const random = new RandomSequence(seed, 7);
      return lineOf(
        temperatures.map((temperature) => {
          const n = poisson(random, expected(temperature));
          // The verdict's gates: a bound below 30 hops.
          const estimate =
            n < 30 ? bounded(poissonInterval(n, 0.9)[1], '1', 'few hops') : around(n, 1 / Math.sqrt(n));
          return { temperature, estimate };
        }),
      );
    });
    const bounds = found.map(({ fit: line }) => line?.bounds.length ?? 0);
    expect(Math.min(...bounds)).toBeGreaterThan(0);
    const some = found.filter(({ Ea }) => Ea.value !== null);
    expect(some.length).toBeGreaterThan(360);
    const share = rate(some.map(({ Ea }) => covers(Ea, 0.515)));
    // Measured 93.3 %, binomial error 1.3 %.
    expect(share).toBeGreaterThan(0.9);
  });
});

function poisson(random: RandomSequence, mean: number): number {
  if (mean > 200) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  let n = 0;
  for (let p = Math.exp(-mean), sum = p, u = random.uniform(); u > sum && n < 1000; ) {
    n++;
    p *= mean / n;
    sum += p;
  }
  return n;
}
