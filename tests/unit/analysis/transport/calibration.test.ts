/**
 * Do the intervals mean what they say? 160 lattice walks with known D, vibrating, all ions independent: how often D*, σ and H_R
 * are covered. The counts are binomial; bounds say how many standard errors they stand off.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Estimate } from '../../../../src/analysis/estimate.ts';
import { collectiveConductivity, collectiveLine } from '../../../../src/analysis/transport/collective.ts';
import { havenRatio, nernstEinstein } from '../../../../src/analysis/transport/conductivity.ts';
import { analyseDiffusion, type SpeciesDiffusion } from '../../../../src/analysis/transport/diffusion.ts';
import { meanSquaredDisplacement } from '../../../../src/analysis/transport/msd.ts';
import { mean, variance } from '../../../../src/core/stats.ts';
import { latticeWalk, type Paths, tracksOf, trueD } from './walks.ts';

const WALKS = 160;
const WALK = { walkers: 48, frames: 2000, rate: 0.02, hop: 2.8, vibration: 0.15 };
/** Å³ and K; they cancel. */
const VOLUME = 2000;
const TEMPERATURE = 600;

interface Outcome {
  readonly report: SpeciesDiffusion;
  readonly sigma: Estimate;
  readonly collective: Estimate;
  readonly haven: Estimate;
}

function analyse(seed: number): Outcome {
  const paths = latticeWalk(seed, WALK);
  const tracks = [tracksOf(paths)];
  const { report, earliestStart } = analyseDiffusion(tracks, meanSquaredDisplacement(tracks), {
    value: WALK.hop,
    unit: 'Å',
    source: 'given',
  });
  const total = [tracksOf([sumOf(paths)])];
  const sigma = nernstEinstein(
    [{ label: 'Li', charge: 1, density: WALK.walkers / VOLUME, D: report.D }],
    TEMPERATURE,
  );
  const collective = collectiveConductivity(
    collectiveLine(total, meanSquaredDisplacement(total), earliestStart ?? 0),
    VOLUME,
    TEMPERATURE,
  );
  return { report, sigma, collective, haven: havenRatio(sigma, collective) };
}

function sumOf(paths: Paths): Paths[number] {
  const total = [0, 1, 2].map((k) =>
    Float64Array.from({ length: WALK.frames }, (_, t) => paths.reduce((sum, path) => sum + path[k]![t]!, 0)),
  );
  return total as unknown as Paths[number];
}

function covers({ ci95 }: Estimate, truth: number): boolean {
  return ci95 !== null && ci95[0] <= truth && truth <= ci95[1];
}

describe('calibration on lattice walks', () => {
  const truth = trueD(WALK);
  let outcomes: Outcome[] = [];
  let resolved: Outcome[] = [];
  beforeAll(() => {
    outcomes = Array.from({ length: WALKS }, (_, seed) => analyse(seed));
    resolved = outcomes.filter((o) => o.report.D.value !== null);
  }, 60_000);

  it('calls them diffusive', () => {
    // Measured: 0 to 2 % of true walks are refused by one of the gates; 6 % of 160 is three standard errors above 2 %.
    expect(resolved.length).toBeGreaterThan(0.94 * WALKS);
    for (const { report } of resolved) expect(report.verdict).toBe('diffusive');
  });

  it('one GLS error covers D in 55 to 75 % of walks', () => {
    const inside = resolved.filter(({ report: { angstrom2PerPs, fit } }) => {
      // cm²/s → Å²/ps: 1e4.
      return Math.abs(angstrom2PerPs.value! - truth) < fit!.standardErrors.gls * 1e4;
    });
    // Nominal 68.3 %, binomial error 3.7 %.
    expect(inside.length / resolved.length).toBeGreaterThan(0.55);
    expect(inside.length / resolved.length).toBeLessThan(0.75);
  });

  it('the 95 % interval, the wider of two, covers D in 93 to 98.5 % of walks and is not idle', () => {
    const inside = resolved.filter(({ report }) => covers(report.angstrom2PerPs, truth));
    // Nominal 95 %, binomial error 1.7 %.
    expect(inside.length / resolved.length).toBeGreaterThan(0.93);
    // Measured 0.969.
    expect(inside.length / resolved.length).toBeLessThan(0.985);
    const width = mean(resolved.map(({ report: { D } }) => (D.ci95![1] - D.ci95![0]) / 2 / D.value!));
    const values = resolved.map(({ report }) => report.angstrom2PerPs.value! / truth);
    const scatter = Math.sqrt(variance(values));
    // 1.96 scatters would do; Student's t of few blocks makes it wider, by less than a factor of two.
    expect(width).toBeLessThan(2 * 1.96 * scatter);
    expect(Math.abs(mean(values) - 1)).toBeLessThan((4 * scatter) / Math.sqrt(resolved.length));
  });

  it('the collective conductivity of independent walkers is the Nernst–Einstein one within its interval', () => {
    const both = resolved.filter((o) => o.collective.value !== null);
    expect(both.length).toBeGreaterThan(0.9 * WALKS);
    const exact = mean(both.map((o) => (o.sigma.value! / o.report.angstrom2PerPs.value!) * truth));
    const inside = both.filter((o) => covers(o.collective, exact));
    // Nominal 95 %, binomial error 1.7 %.
    expect(inside.length / both.length).toBeGreaterThan(0.89);
  });

  it('the Haven ratio of independent walkers is 1 within its interval', () => {
    const some = resolved.filter((o) => o.haven.value !== null);
    expect(some.length).toBeGreaterThan(0.9 * WALKS);
    const inside = some.filter((o) => covers(o.haven, 1));
    expect(inside.length / some.length).toBeGreaterThan(0.89);
    const mid = some.map((o) => o.haven.value!).sort((a, b) => a - b)[some.length >> 1]!;
    expect(Math.abs(mid - 1)).toBeLessThan(0.1);
  });
});

describe('calibration of replicas together', () => {
  const walk = { ...WALK, walkers: 16, frames: 1000, rate: 0.04 };

  it.each([2, 5])('%i replicas: their pooled D* is covered', (count) => {
    const found = Array.from({ length: 60 }, (_, set) => {
      const tracks = Array.from({ length: count }, (__, r) =>
        tracksOf(latticeWalk(5000 + 10 * set + r, walk)),
      );
      return analyseDiffusion(tracks, meanSquaredDisplacement(tracks), {
        value: walk.hop,
        unit: 'Å',
        source: 'given',
      }).report;
    });
    const some = found.filter(({ D }) => D.value !== null);
    expect(some.length).toBeGreaterThan(0.9 * found.length);
    // Nominal 95 %, binomial error 2.8 %. Five count as a block each: Student's t of four degrees of freedom.
    const share =
      some.filter(({ angstrom2PerPs }) => covers(angstrom2PerPs, trueD(walk))).length / some.length;
    expect(share).toBeGreaterThan(0.88);
    if (count === 5) expect(mean(some.map(({ fit }) => fit!.blocks))).toBe(5);
  });
});
