import { describe, expect, it } from 'vitest';
import { blockSlopes } from '../../../../src/analysis/transport/blocks.ts';
import { analyseDiffusion, type SpeciesDiffusion } from '../../../../src/analysis/transport/diffusion.ts';
import { glsLine } from '../../../../src/analysis/transport/gls.ts';
import { logarithmicLags, meanSquaredDisplacement } from '../../../../src/analysis/transport/msd.ts';
import { heMoDeviation, lateExponent } from '../../../../src/analysis/transport/verdict.ts';
import { mean, variance } from '../../../../src/core/stats.ts';
import { harmonicCage, hoppingCage, latticeWalk, type Paths, tracksOf, trueD } from './walks.ts';

const HOP = { value: 2.8, unit: 'Å', source: 'given' } as const;

function report(...replicas: Paths[]): SpeciesDiffusion {
  const tracks = replicas.map(tracksOf);
  return analyseDiffusion(tracks, meanSquaredDisplacement(tracks), HOP).report;
}

describe('a caged ion', () => {
  // Memory from none to a fifth of the run: whatever the cage's own time, it must not come out as diffusion.
  it.each([0, 0.5, 0.9, 0.99, 0.995])(
    'in a harmonic well with memory %f per frame is not diffusing',
    (memory) => {
      for (let seed = 0; seed < 4; seed++) {
        const { D, verdict, hopsPerIon, tensor } = report(harmonicCage(seed, 48, 1000, 0.25, memory));
        expect(verdict).toBe('not diffusing');
        expect(D.value).toBeNull();
        expect(D.ci95![0]).toBe(0);
        // No event among 48 ions in 100 ps: D < 3 a²/6NT = 8.2e-8 cm²/s; cages of slow memory allow more, never less.
        expect(D.ci95![1]).toBeGreaterThan(8.1e-8);
        expect(D.ci95![1]).toBeLessThan(3e-6);
        expect(D.why).toMatch(/plateau|levels off|no more than/);
        expect(hopsPerIon).toBe(0);
        expect(tensor.xx).toBeNull();
      }
    },
  );

  it.each([0.05, 0.02, 0.005])('that hops inside its cage at rate %f is not diffusing either', (rate) => {
    // The case that turns generalised least squares alone into 7.6e-6 ± 1.5e-7 cm²/s (ordered Li6PS5Cl).
    for (let seed = 0; seed < 4; seed++) {
      const { D, verdict } = report(hoppingCage(seed, 96, 1000, 1, rate));
      expect(verdict).toBe('not diffusing');
      expect(D.value).toBeNull();
      expect(D.ci95![1]).toBeGreaterThan(0);
    }
  });

  it('that still fills its cage when the run ends is bounded, never a number with a small error bar', () => {
    // Relaxation time 1/2·0.001 = 500 of 700 frames: nothing in the run shows the wall.
    for (let seed = 0; seed < 4; seed++) {
      const { D, verdict } = report(hoppingCage(seed, 192, 700, 1, 0.001));
      expect(['subdiffusive', 'not diffusing']).toContain(verdict);
      expect(D.value).toBeNull();
    }
  });
});

describe('verdicts on walks', () => {
  const walk = { walkers: 48, frames: 2000, rate: 0.02, hop: 2.8, vibration: 0.15 };

  it('diffusive: value, interval, offset, hops and tensor', () => {
    const result = report(latticeWalk(3, walk));
    const truth = trueD(walk);
    expect(result.verdict).toBe('diffusive');
    expect(result.D.unit).toBe('cm²/s');
    expect(result.angstrom2PerPs.value!).toBeCloseTo(result.D.value! * 1e4, 12);
    expect(Math.abs(result.angstrom2PerPs.value! / truth - 1)).toBeLessThan(0.1);
    // 6 s² = 0.135 Å² of vibration; its error in the fit is some 0.05 Å².
    expect(Math.abs(result.fit!.intercept - 0.135)).toBeLessThan(0.3);
    // 0.02 hops per frame, 2000 frames.
    expect(Math.abs(result.hopsPerIon / 40 - 1)).toBeLessThan(0.1);
    expect(result.effectiveHops).toBeCloseTo(48 * result.hopsPerIon, 6);
    const { xx, yy, zz, xy } = result.tensor;
    expect((xx! + yy! + zz!) / 3 / result.D.value!).toBeCloseTo(1, 9);
    expect(Math.abs(xy!)).toBeLessThan(0.2 * result.D.value!);
    expect(result.tensor.ci95!.xx[1] - xx!).toBeGreaterThan(result.D.ci95![1] - result.D.value!);
    expect(result.startScan.length).toBeGreaterThan(15);
  });

  it('an anisotropic walk has an anisotropic tensor', () => {
    const paths = latticeWalk(5, walk).map(([x, y, z]) => [x.map((v) => 2 * v), y, z.map(() => 0)] as const);
    const { tensor, verdict } = report(paths as unknown as Paths);
    expect(verdict).toBe('diffusive');
    expect(tensor.xx! / tensor.yy!).toBeGreaterThan(3);
    expect(tensor.xx! / tensor.yy!).toBeLessThan(5.3);
    expect(Math.abs(tensor.zz!)).toBeLessThan(1e-12);
  });

  it('too short: too few frames', () => {
    const { D, verdict, fit } = report(latticeWalk(1, { ...walk, frames: 30 }));
    expect(verdict).toBe('too short');
    expect(D).toEqual({
      value: null,
      ci95: null,
      unit: 'cm²/s',
      why: '30 frames (3 ps): at least 40 are needed to see how the MSD grows',
    });
    expect(fit).toBeNull();
  });

  it('too short or not diffusing: too few hops, bounded from above', () => {
    // 0.0001 per frame: ten hops among 48 ions. A bound must lie above the truth in 95 % of walks.
    const slow = { ...walk, rate: 0.0001 };
    let above = 0;
    const verdicts = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const { D, verdict } = report(latticeWalk(seed, slow));
      verdicts.add(verdict);
      expect(D.value).toBeNull();
      if (D.ci95![1] * 1e4 > trueD(slow)) above++;
    }
    // Binomial error of 95 % in 40 walks: 3.4 %, the bound stands off three of them.
    expect(above / 40).toBeGreaterThan(0.84);
    expect(verdicts).toContain('too short');
    expect(verdicts).not.toContain('diffusive');
  });

  it('atoms held in place are not diffusing, and every number is finite', () => {
    const held = Array.from({ length: 5 }, () => [0, 1, 2].map(() => new Float64Array(100)));
    const result = report(held as unknown as Paths);
    expect(result.verdict).toBe('not diffusing');
    expect(result.D.ci95![1]).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('a slow creep that amounts to less than three hops among all ions is no diffusion', () => {
    // Wells of 0.05 Å that relax in half the run: the MSD rises all the time, by a five-hundredth of a hop per ion.
    for (let seed = 0; seed < 4; seed++) {
      const { D, verdict } = report(harmonicCage(seed, 200, 1000, 0.05, 0.998));
      expect(verdict).toBe('not diffusing');
      expect(D.why).toMatch(/no more than 0.\d+ hops of 2.8 Å among all ions in 100 ps/);
      // Garwood after one hop (0.4 rounds up): 4.74.
      expect(D.ci95![1]).toBeGreaterThan(((4.7 * 2.8 ** 2) / (6 * 200 * 1e5)) * 0.1);
    }
  });

  it('no hop at all: the Poisson bound 3 a²/6NT', () => {
    const { D, verdict } = report(latticeWalk(1, { ...walk, rate: 0 }));
    expect(verdict).toBe('not diffusing');
    // ln 20 = 2.996 hops; N T = 48 · 2·10⁵ fs; 1 Å²/fs = 0.1 cm²/s.
    expect(D.ci95![1]).toBeGreaterThan(0.99 * ((2.996 * 2.8 ** 2) / (6 * 48 * 2e5)) * 0.1);
    expect(D.ci95![1]).toBeLessThan(2 * ((2.996 * 2.8 ** 2) / (6 * 48 * 2e5)) * 0.1);
  });

  it('few hops: the interval is at least that of He & Mo', () => {
    const few = { ...walk, rate: 0.0008 };
    const found = [0, 1, 2, 3, 4, 5]
      .map((seed) => report(latticeWalk(seed, few)))
      .filter((r) => r.effectiveHops < 100);
    expect(found.length).toBeGreaterThan(2);
    for (const { D, effectiveHops, fit, verdict } of found) {
      expect(verdict).toBe('diffusive');
      const factor = Math.exp(1.959964 * heMoDeviation(effectiveHops));
      expect(D.ci95![1]).toBeGreaterThanOrEqual(D.value! * factor * (1 - 1e-12));
      expect(D.ci95![0]).toBeLessThanOrEqual((D.value! / factor) * (1 + 1e-12));
      expect(fit!.interval).toBe('hop count');
    }
  });

  it('subdiffusive: a power law 0.7 is bounded by its late slope', () => {
    const { D, verdict, exponent } = report(powerLaw(60, 800, 0.7));
    expect(verdict).toBe('subdiffusive');
    expect(Math.abs(exponent! - 0.7)).toBeLessThan(0.2);
    expect(D.value).toBeNull();
    expect(D.ci95![0]).toBe(0);
    expect(D.why).toContain('upper bound');
  });

  it('ballistic flight is too short', () => {
    const flight = Array.from({ length: 20 }, (_, i) =>
      [0.01, 0.02 * Math.cos(i), 0.02 * Math.sin(i)].map((v) =>
        Float64Array.from({ length: 200 }, (_unused, t) => v * t),
      ),
    );
    const { verdict, D } = report(flight as unknown as Paths);
    expect(verdict).toBe('too short');
    expect(D.value).toBeNull();
    expect(D.why).toContain('accelerates');
  });
});

describe('the choice of the start', () => {
  it('waits for cage motion to die away: a later start that disagrees refuses an earlier one', () => {
    // Cages of edge 2 Å relax in 125 frames, ions leave them every 500. χ² alone, without comparing starts, lets the mean of D
    // come out 34 % high in this case; with the comparison 15 %, what is left of the bend beyond T/10.
    const leaving = { walkers: 24, frames: 2000, rate: 0.002, hop: 5, vibration: 0 };
    const ratios: number[] = [];
    for (let seed = 0; seed < 12; seed++) {
      const walk = latticeWalk(seed, leaving);
      const cage = hoppingCage(seed, 24, 2000, 1, 0.004);
      const both = walk.map((path, i) => path.map((x, k) => x.map((v, t) => v + cage[i]![k]![t]!)));
      const { angstrom2PerPs, fit } = report(both as unknown as Paths);
      if (angstrom2PerPs.value === null) continue;
      expect(fit!.start).toBeGreaterThan(5000);
      ratios.push(angstrom2PerPs.value / trueD(leaving));
    }
    expect(ratios.length).toBeGreaterThan(9);
    // Scatter of one walk 0.16, of the mean 0.05.
    expect(ratios.reduce((a, b) => a + b) / ratios.length).toBeLessThan(1.27);
  });
});

describe('blockSlopes', () => {
  it('are the lines through the MSD of each block alone', () => {
    const paths = latticeWalk(1, { walkers: 3, frames: 100, rate: 0.3, hop: 2, vibration: 0 });
    const start = 5;
    const found = blockSlopes([tracksOf(paths)], start)!;
    // 100 frames in five blocks of twenty, lags 5 to 16; a start below eight frames uses every time origin.
    const lags = logarithmicLags(start, 16, 12);
    const slopes = [0, 1, 2, 3, 4].map((b) => {
      const msd = lags.map((lag) => {
        let sum = 0;
        for (const path of paths) {
          for (let t = 20 * b; t + lag < 20 * (b + 1); t++) {
            for (const x of path) sum += (x[t + lag]! - x[t]!) ** 2;
          }
        }
        return sum / (3 * (20 - lag));
      });
      return glsLine(
        lags.map((lag) => lag * 100),
        msd,
      ).slope;
    });
    expect(found.blocks).toBe(5);
    expect(found.mean).toBeCloseTo(mean(slopes), 12);
    expect(found.standardError).toBeCloseTo(Math.sqrt(variance(slopes) / 5), 12);
    expect(found.halfWidth95 / found.standardError).toBeCloseTo(2.776, 3);
  });

  it('none where blocks are too short for a line', () => {
    expect(
      blockSlopes([tracksOf(latticeWalk(1, { walkers: 1, frames: 10, rate: 0.3, hop: 2, vibration: 0 }))], 2),
    ).toBe(undefined);
  });
});

describe('replicas', () => {
  const walk = { walkers: 48, frames: 500, rate: 0.02, hop: 2.8, vibration: 0.15 };

  it('pooled, they narrow the interval as one longer run would', () => {
    const many = [0, 1, 2, 3, 4, 5, 6, 7].map((seed) => latticeWalk(seed, walk));
    const one = report(many[0]!);
    const all = report(...many);
    expect(all.verdict).toBe('diffusive');
    expect(all.fit!.blocks).toBe(8);
    expect(all.fit!.standardErrors.gls).toBeLessThan(0.6 * one.fit!.standardErrors.gls);
    expect(all.effectiveHops).toBeGreaterThan(6 * one.effectiveHops);
    // Hops per ion stay those of one run.
    expect(Math.abs(all.hopsPerIon / 10 - 1)).toBeLessThan(0.2);
    expect(all.angstrom2PerPs.ci95![0]).toBeLessThan(trueD(walk));
    expect(all.angstrom2PerPs.ci95![1]).toBeGreaterThan(trueD(walk));
  });

  it('that differ by more than their own noise widen it', () => {
    const rates = [0.01, 0.04, 0.01, 0.04];
    const mixed = report(...rates.map((rate, seed) => latticeWalk(seed, { ...walk, rate })));
    expect(mixed.fit!.interval).toBe('blocks');
    expect(mixed.fit!.standardErrors.blocks! / mixed.fit!.standardErrors.gls).toBeGreaterThan(3);
  });
});

describe('lateExponent', () => {
  const curve = (f: (t: number) => number): Float64Array =>
    Float64Array.from({ length: 200 }, (_, t) => f(t));
  it('sees the exponent through any offset', () => {
    for (const beta of [0.5, 1, 1.5]) {
      expect(
        lateExponent(
          curve((t) => 5 + t ** beta),
          200,
        ),
      ).toBeCloseTo(beta, 1);
    }
    expect(
      lateExponent(
        curve((t) => 0.4 + 3 * t),
        200,
      ),
    ).toBeCloseTo(1, 9);
    expect(
      lateExponent(
        curve(() => 1),
        200,
      ),
    ).toBe(Number.NEGATIVE_INFINITY);
  });
});

/** Motion in wells of all relaxation times τ_j = 2·3^j up to 26 times the run, s_j² ∝ τ_j^β: MSD = Σ 6 s_j² (1 − e^(−τ/τ_j)) ∝ τ^β. */
function powerLaw(walkers: number, frames: number, beta: number): Paths {
  const total = harmonicCage(0, walkers, frames, 0, 0);
  for (let j = 0; j < 9; j++) {
    const time = 2 * 3 ** j;
    const well = harmonicCage(10 + j, walkers, frames, 0.2 * time ** (beta / 2), Math.exp(-1 / time));
    well.forEach((path, i) => {
      for (let k = 0; k < 3; k++) for (let t = 0; t < frames; t++) total[i]![k]![t]! += path[k]![t]!;
    });
  }
  return total;
}
