import { describe, expect, it } from 'vitest';
import { type Estimate, relativeError } from '../../../../src/analysis/estimate.ts';
import { sumOf } from '../../../../src/analysis/motion/blockSums.ts';
import { type MotionPart, motion } from '../../../../src/analysis/motion/displacementStatistics.ts';
import { Q_COUNT, Q_SPACING } from '../../../../src/analysis/motion/displacementSums.ts';
import { DistinctVanHove } from '../../../../src/analysis/motion/distinctVanHove.ts';
import { distinctVanHove, selfVanHove } from '../../../../src/analysis/motion/motionTables.ts';
import { lagCount, lagOf } from '../../../../src/analysis/motion/multiTau.ts';
import type { Scattering } from '../../../../src/analysis/motion/quasiElastic.ts';
import { ergodicityBreaking, motionCurves } from '../../../../src/analysis/motion/speciesMotion.ts';
import { meanSquaredDisplacement } from '../../../../src/analysis/transport/msd.ts';
import { HBAR_EV_FS } from '../../../../src/core/constants.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { cellFromVectors } from '../../../../src/model/cell.ts';
import {
  boxOf,
  CL,
  FRAME_INTERVAL,
  harmonicCage,
  LI,
  latticeWalk,
  type Paths,
  tracksOf,
} from '../transport/walks.ts';
import { contextOf, feed, optionsOf } from './feed.ts';

const options = optionsOf(motion, { drift: 'none' });

/** All paths begin at the origin, where pairs of ions mean nothing: they are not counted unless asked for. */
function partOf(paths: Paths, withPairs = false): MotionPart {
  const system = boxOf(30, [LI], [paths.length]);
  const part = motion.begin(contextOf(system, FRAME_INTERVAL), options);
  if (!withPairs) part.distinct.fill(undefined);
  feedPaths(part, paths, 0, paths[0]![0].length);
  return part;
}

function feedPaths(part: MotionPart, paths: Paths, from: number, to: number): void {
  const system = boxOf(30, [LI], [paths.length]);
  feed(part, system, FRAME_INTERVAL, { from, to }, (t, positions) => {
    paths.forEach((path, i) => {
      for (let k = 0; k < 3; k++) positions[3 * i + k] = path[k]![t]!;
    });
  });
}

function reportOf(parts: MotionPart[], walkers: number, more = {}) {
  const context = contextOf(boxOf(30, [LI], [walkers]), FRAME_INTERVAL);
  return motion.report(parts, context, { ...options, ...more });
}

interface Spoken {
  nonGaussian: { maximum: Estimate; time: Estimate; residual: Estimate; residualLag: number };
  ergodicityBreaking: { lag: number; value: Estimate; freeDiffusion: number };
  hopLength: Estimate;
  replacementTime: Estimate;
  scattering: Scattering;
}

function spoken(report: ReturnType<typeof reportOf>): Spoken {
  return (report.results['motion'] as { species: Record<string, Spoken> }).species['Li']!;
}

/** Brownian motion, 0.3 Å per axis and frame. */
function brownian(seed: number, walkers: number, frames: number, step = 0.3): Paths {
  const random = new RandomSequence(seed);
  return Array.from({ length: walkers }, () => {
    const path = [0, 1, 2].map(() => new Float64Array(frames)) as [Float64Array, Float64Array, Float64Array];
    for (const x of path) for (let t = 1; t < frames; t++) x[t] = x[t - 1]! + step * random.normal();
    return path;
  });
}

describe('MSD and moments', () => {
  const paths = latticeWalk(4, { walkers: 40, frames: 1500, rate: 0.02, hop: 2.5, vibration: 0.2 });
  const part = partOf(paths);
  const curves = motionCurves([part.species[0]!], lagCount(1500), FRAME_INTERVAL);
  const fft = meanSquaredDisplacement([tracksOf(paths)]);

  it('equal the all-origins MSD by FFT at the lags of level 0, and within errors beyond', () => {
    curves.times.forEach((time, l) => {
      const lag = time / FRAME_INTERVAL;
      const exact = fft.msd[lag]!;
      // FFT: 1e-15 of the largest u², 10³ Å².
      if (lag < 16) expect(Math.abs(curves.msd[l]! - exact)).toBeLessThan(1e-10);
      // Origins an eighth of a lag apart lose almost nothing, 0.5 % in a real run; an average within blocks would bias more.
      else expect(Math.abs(curves.msd[l]! / exact - 1)).toBeLessThan(0.02);
      ['xx', 'yy', 'zz', 'xy', 'xz', 'yz'].forEach((ab, k) => {
        if (lag < 16)
          expect(Math.abs(curves.tensor[l]![k]! - fft.tensor[ab as 'xx'][lag]!)).toBeLessThan(1e-10);
      });
    });
  });

  it('⟨r⁴⟩ equals a direct sum', () => {
    for (const l of [1, 7, 20, 40]) {
      const spacing = l < 16 ? 1 : 2 ** (Math.floor(l / 8) - 1);
      let [r2, r4, n] = [0, 0, 0];
      for (const [x, y, z] of paths) {
        for (let t = 0; t + lagOf(l) < 1500; t += spacing) {
          const s = t + lagOf(l);
          const square = (x[s]! - x[t]!) ** 2 + (y[s]! - y[t]!) ** 2 + (z[s]! - z[t]!) ** 2;
          r2 += square;
          r4 += square * square;
          n++;
        }
      }
      expect(curves.msd[l]!).toBeCloseTo(r2 / n, 10);
      expect(curves.alpha[l]!).toBeCloseTo((0.6 * r4 * n) / r2 ** 2 - 1, 10);
    }
  });

  it('live, with reports on the way, and from a file: the same to the last bit', () => {
    const live = motion.begin(contextOf(boxOf(30, [LI], [40]), FRAME_INTERVAL), options);
    const part = partOf(paths, true);
    for (let t = 0; t < 1500; t += 250) {
      feedPaths(live, paths, t, t + 250);
      reportOf([live], 40);
    }
    expect(JSON.stringify(reportOf([live], 40))).toBe(JSON.stringify(reportOf([part], 40)));
  });

  it('replicas are pooled, and reports of few frames say that they know nothing', () => {
    const two = reportOf([partOf(paths), partOf(paths)], 40);
    const one = reportOf([part], 40);
    expect(two.tables['motion_tensor.csv']).toBe(one.tables['motion_tensor.csv']);
    const short = partOf(paths.map((p) => p.map((x) => x.slice(0, 3))) as unknown as Paths);
    const { nonGaussian, hopLength, replacementTime } = spoken(reportOf([short], 40));
    expect(nonGaussian.maximum.why).toBe('the run holds no lag four times over');
    expect(hopLength.value).toBeNull();
    expect(replacementTime.value).toBeNull();
    const none = motion.begin(contextOf(boxOf(30, [LI], [40]), FRAME_INTERVAL), options);
    expect(reportOf([none], 40).results['motion']).toMatchObject({ species: {}, frames: [0] });
  });
});

describe('free diffusion', () => {
  const walkers = 150;
  const part = partOf(brownian(1, walkers, 2000));
  const report = reportOf([part], walkers);
  const { nonGaussian, ergodicityBreaking: eb, scattering } = spoken(report);

  it('α₂ is zero within its errors', () => {
    const curves = motionCurves([part.species[0]!], lagCount(2000), FRAME_INTERVAL);
    let outside = 0;
    let known = 0;
    curves.alpha.forEach((a, l) => {
      if (!Number.isFinite(curves.alphaError[l])) return;
      known++;
      if (Math.abs(a) > 1.96 * curves.alphaError[l]!) outside++;
    });
    // Lags up to 2000/4; neighbouring lags go astray together.
    expect(known).toBeGreaterThan(50);
    expect(outside).toBeLessThan(known / 5);
    expect(nonGaussian.residual.ci95![0]).toBeLessThan(0);
    expect(nonGaussian.residual.ci95![1]).toBeGreaterThan(0);
    expect(nonGaussian.residualLag).toBeLessThanOrEqual(50_000);
  });

  it('the self van Hove function is that of a Gaussian', () => {
    for (const l of [1, 8, 16]) {
      const found = selfVanHove([part.species[0]!], l, 0.05);
      const s2 = 0.09 * lagOf(l);
      let deviation = 0;
      found.forEach((p, b) => {
        const r = (b + 0.5) * 0.05;
        const exact = (4 * Math.PI * r * r * Math.exp((-r * r) / (2 * s2))) / (2 * Math.PI * s2) ** 1.5;
        if (exact > 0.02) deviation = Math.max(deviation, Math.abs(p - exact) / exact ** 0.5);
      });
      // 150·2000 counts (a lag-th of them independent) of width 0.05: noise √(p lag/15 000), 4 of those.
      expect(deviation).toBeLessThan(4 * Math.sqrt(lagOf(l) / 15_000));
    }
  });

  it('time averages of single ions scatter by 4t/9T', () => {
    expect(eb.value.ci95![0]).toBeLessThan(eb.freeDiffusion);
    expect(eb.value.ci95![1]).toBeGreaterThan(eb.freeDiffusion);
    // 192 of 2000 frames: 0.043.
    expect(eb.freeDiffusion).toBeCloseTo((4 * 192) / (9 * 2000), 12);
    expect(Math.abs(eb.value.value! / eb.freeDiffusion - 1)).toBeLessThan(0.35);
  });

  it('widths of scattering are ħDq², and their intervals hold it', () => {
    // D = 0.045 Å²/100 fs: at 0.2 Å⁻¹ a decay takes 56 ps, longer than a quarter of the run.
    const exact = (q: number): number => HBAR_EV_FS * 1e6 * (0.045 / 100) * q * q;
    let covered = 0;
    for (let seed = 0; seed < 30; seed++) {
      const own = spoken(reportOf([partOf(brownian(100 + seed, 40, 600))], 40)).scattering;
      const { value, ci95 } = own.width[2]!;
      expect(Math.abs(value! / exact(own.q[2]!) - 1)).toBeLessThan(0.2);
      if (ci95![0] < exact(own.q[2]!) && exact(own.q[2]!) < ci95![1]) covered++;
    }
    // 28.5 expected; with 1.96 for Student's t it would be 25.
    expect(covered).toBeGreaterThanOrEqual(26);
    // Measured 0.1 % bias and 2.5 % scatter over 40 runs of 60 ions and 1200 frames.
    for (const j of [0, 1, 2, 3]) {
      expect(Math.abs(scattering.width[j]!.value! / exact(scattering.q[j]!) - 1)).toBeLessThan(0.06);
    }
    // So fast that no four lags show it.
    expect(scattering.width[11]!.value).toBeNull();
  });
});

describe('an ion in a cage', () => {
  it('has no hops, an elastic line of Debye–Waller height, and equal time averages', () => {
    const s = 0.3;
    const part = partOf(harmonicCage(2, 100, 2000, s, 0.5));
    const { hopLength, scattering, ergodicityBreaking: eb, nonGaussian } = spoken(reportOf([part], 100));
    expect(hopLength.value).toBeNull();
    scattering.q.forEach((q, j) => {
      // Displacements between independent instants are Gaussian of variance 2s².
      const exact = Math.exp(-q * q * s * s);
      // 48 origins of 100 ions, each sin(x)/x with a spread of 0.3 at most: error 4e-3, measured 2e-3.
      expect(Math.abs(scattering.elastic[j]!.value! - exact)).toBeLessThan(0.01);
      expect(scattering.width[j]!.value).toBeNull();
      expect(scattering.width[j]!.why).toContain('falls too little');
    });
    expect(nonGaussian.time.value).toBeNull();
    // Far below 4t/9T of an ion that diffuses.
    expect(eb.value.value!).toBeLessThan(0.3 * eb.freeDiffusion);
  });

  it('one that hops between cages and one that does not: time averages differ', () => {
    const slow = harmonicCage(3, 50, 1000, 0.2, 0.5);
    const fast = latticeWalk(3, { walkers: 50, frames: 1000, rate: 0.1, hop: 2.5, vibration: 0.2 });
    const { value, standardError } = ergodicityBreaking([partOf([...slow, ...fast]).species[0]!], 40);
    // Half at 0, half at 2x: variance x², mean x.
    expect(Math.abs(value - 1)).toBeLessThan(4 * standardError);
    expect(value).toBeGreaterThan(0.8);
  });
});

describe('jumps on a cubic lattice', () => {
  const [d, rate, walkers, frames] = [2.8, 0.02, 300, 2500] as const;
  const part = partOf(latticeWalk(9, { walkers, frames, rate, hop: d, vibration: 0.15 }));
  const found = spoken(reportOf([part], walkers));

  it('I(q, t) is the powder average of exp(−Γt), Γ of Chudley and Elliott', () => {
    const curves = motionCurves([part.species[0]!], lagCount(frames), FRAME_INTERVAL);
    for (const l of [8, 16, 24, 32, 40]) {
      const hops = 1 - (1 - rate) ** lagOf(l);
      expect(hops).toBeGreaterThan(0);
      for (const j of [0, 3, 7, 11]) {
        const exact = powder((j + 1) * Q_SPACING, d, (cosines) => {
          // A frame without a hop, or with one: characteristic function to the power of the lag.
          return (1 - rate + rate * cosines) ** lagOf(l) * Math.exp(-(((j + 1) * Q_SPACING * 0.15) ** 2));
        });
        // 300 walkers · 2500 frames/lag independent displacements, each of a spread of ½: 1.5e-2 at lag 128.
        expect(Math.abs(curves.scattering[l]![j]! - exact)).toBeLessThan(0.02);
      }
    }
  });

  it('the hop length is read from G_s, the jump model from the widths', () => {
    expect(Math.abs(found.hopLength.value! - d)).toBeLessThan(0.05);
    const { jumpLength, residenceTime, D } = found.scattering.chudleyElliott;
    // Jumps along three axes are not jumps in all directions, nor is their powder average one exponential: measured 2.96 Å and
    // 5390 fs for 2.8 and 5000; D is 4 % high.
    expect(Math.abs(jumpLength.value! - d)).toBeLessThan(0.2);
    expect(Math.abs(residenceTime.value! / (FRAME_INTERVAL / rate) - 1)).toBeLessThan(0.1);
    expect(Math.abs(D.value! / ((0.1 * d * d * rate) / (6 * FRAME_INTERVAL)) - 1)).toBeLessThan(0.07);
    expect(jumpLength.why).toContain('the model misses a width by up to');
    expect(relativeError(residenceTime)).toBeLessThan(0.1);
  });

  it('α₂ of hops and vibrations: κ₄ over the square of the variance', () => {
    const curves = motionCurves([part.species[0]!], lagCount(frames), FRAME_INTERVAL);
    for (const l of [4, 12, 24]) {
      const lag = lagOf(l);
      // Sum of `lag` independent steps (one axis of three, ±d, with probability λ) and Gaussian noise of variance 2s² per axis.
      const variance = (lag * rate * d * d) / 3 + 2 * 0.15 ** 2;
      const fourth = (lag * (rate * d ** 4)) / 3;
      const own = lag * ((rate * d * d) / 3) ** 2;
      const x4 = 3 * variance ** 2 + fourth - 3 * own;
      const x2y2 = variance ** 2 - own;
      const exact = (0.6 * (3 * x4 + 6 * x2y2)) / (3 * variance) ** 2 - 1;
      expect(Math.abs(curves.alpha[l]! - exact)).toBeLessThan(3 * curves.alphaError[l]! + 0.01 * exact);
      expect(curves.alphaError[l]!).toBeLessThan(0.2 * exact);
    }
  });
});

/** Mean over directions of a function of (cos q_x d + cos q_y d + cos q_z d)/3. */
function powder(q: number, d: number, f: (cosines: number) => number): number {
  let sum = 0;
  const n = 60;
  for (let a = 0; a < n; a++) {
    const z = (a + 0.5) / n;
    for (let b = 0; b < n; b++) {
      const angle = (Math.PI / 2) * ((b + 0.5) / n);
      const r = Math.sqrt(1 - z * z);
      sum += f(
        (Math.cos(q * d * r * Math.cos(angle)) +
          Math.cos(q * d * r * Math.sin(angle)) +
          Math.cos(q * d * z)) /
          3,
      );
    }
  }
  return sum / n ** 2;
}

describe('distinct van Hove function', () => {
  it('equals a direct sum over images in a triclinic cell', () => {
    const random = new RandomSequence(8);
    const cell = cellFromVectors([11, 0, 0, 3, 10, 0, -2, 1.5, 12]);
    const system = {
      ...boxOf(1, [LI], [40]),
      cell,
      positions: Float64Array.from({ length: 120 }, () => 30 * random.uniform()),
    };
    const [u, v] = [0, 1].map(() => Float64Array.from({ length: 120 }, () => 4 * random.normal())) as [
      Float64Array,
      Float64Array,
    ];
    const pairs = new DistinctVanHove(
      system,
      Int32Array.from({ length: 40 }, (_, i) => i),
      0.25,
      20,
    );
    pairs.add(u, v, 3, cell);
    const direct = new Float64Array(pairs.counts[3]!.length);
    for (let i = 0; i < 40; i++) {
      for (let j = 0; j < 40; j++) {
        if (i === j) continue;
        for (let a = -9; a <= 9; a++)
          for (let b = -9; b <= 9; b++)
            for (let c = -9; c <= 9; c++) {
              const r = Math.hypot(
                ...[0, 1, 2].map(
                  (k) =>
                    system.positions[3 * j + k]! +
                    v[3 * j + k]! -
                    system.positions[3 * i + k]! -
                    u[3 * i + k]! +
                    a * cell.h[k]! +
                    b * cell.h[3 + k]! +
                    c * cell.h[6 + k]!,
                ),
              );
              if (r < pairs.maximum) direct[Math.floor(r / 0.25)]!++;
            }
      }
    }
    expect(pairs.maximum).toBeLessThan(5);
    expect([...pairs.counts[3]!]).toEqual([...direct]);
    expect(direct.reduce((a, b) => a + b)).toBeGreaterThan(300);
  });

  it('is one for ions that know nothing of each other', () => {
    const paths = brownian(6, 120, 400, 1);
    const random = new RandomSequence(2);
    const system = {
      ...boxOf(20, [LI], [120]),
      positions: Float64Array.from({ length: 360 }, () => 20 * random.uniform()),
    };
    const part = motion.begin(contextOf(system, 100), options);
    feed(part, system, 100, { to: 400 }, (t, positions) => {
      paths.forEach((path, i) => {
        for (let k = 0; k < 3; k++) positions[3 * i + k] = system.positions[3 * i + k]! + path[k]![t]!;
      });
    });
    const pairs = part.distinct[0]!;
    const g = distinctVanHove([pairs], 8);
    const counts = pairs.counts[8]!;
    g.forEach((value, b) => {
      // Counts of pairs at 50 origins that forget each other in a few frames.
      if (counts[b]! > 100) expect(Math.abs(value - 1)).toBeLessThan(5 / Math.sqrt(counts[b]!));
    });
    expect(g.subarray(-20).reduce((a, b) => a + b) / 20).toBeCloseTo(1, 1);
  });

  it('rows of ions that move one place on together: G_d(0, t) grows as ions replace each other', () => {
    // 4³ sites 3 Å apart; every row along x shifts as a Poisson process.
    const [n, a, rate, frames] = [4, 3, 0.01, 4000] as const;
    const random = new RandomSequence(4);
    const sites: number[] = [];
    for (let x = 0; x < n; x++)
      for (let y = 0; y < n; y++) for (let z = 0; z < n; z++) sites.push(x * a, y * a, z * a);
    const system = { ...boxOf(n * a, [LI], [n ** 3]), positions: Float64Array.from(sites) };
    const shifts = new Int32Array(n * n);
    const part = motion.begin(contextOf(system, 100), options);
    feed(part, system, 100, { to: frames }, (_, positions) => {
      for (let row = 0; row < n * n; row++) if (random.uniform() < rate) shifts[row]!++;
      positions.set(system.positions);
      for (let i = 0; i < n ** 3; i++) positions[3 * i]! += a * shifts[i % (n * n)]!;
    });
    const perPlace = ((n ** 3 - 1) / (n * a) ** 3) * ((4 / 3) * Math.PI);
    const blocks = sumOf([part.distinct[0]!.blocks.total()]);
    for (const l of [8, 16, 24, 32, 40]) {
      const kt = rate * lagOf(l);
      const exact = 1 - (1 + Math.exp(-2 * kt) + 2 * Math.exp(-kt) * Math.cos(kt)) / 4;
      const found = DistinctVanHove.replaced(blocks, l) * perPlace;
      // 16 rows · 4000 frames · 0.01 shifts per frame = 640 events: 4 % of P, and a little for one shift at most per frame.
      expect(Math.abs(found - exact)).toBeLessThan(0.15 * exact);
    }
    const report = motion.report([part], contextOf(system, 100), options);
    const { replacementTime, hopLength } = (report.results['motion'] as { species: Record<string, Spoken> })
      .species['Li']!;
    // P(t) = perPlace at kt = 0.165: 16.5 frames.
    expect(replacementTime.ci95![0]).toBeLessThan(1650);
    expect(replacementTime.ci95![1]).toBeGreaterThan(1650);
    expect(Math.abs(replacementTime.value! / 1650 - 1)).toBeLessThan(0.15);
    expect(Math.abs(hopLength.value! - a)).toBeLessThan(0.06);
  });
});

describe('frame of reference', () => {
  const [walkers, frames] = [30, 300];
  const paths = latticeWalk(11, { walkers: 2 * walkers, frames, rate: 0.05, hop: 2, vibration: 0.1 });
  const system = boxOf(40, [LI, CL], [walkers, walkers]);
  const at = (t: number, positions: Float64Array, shift: (t: number) => number, scale = 1): void => {
    paths.forEach((path, i) => {
      for (let k = 0; k < 3; k++) positions[3 * i + k] = scale * (path[k]![t]! + 20) + shift(t);
    });
  };
  const msdOf = (
    drift: string,
    shift: (t: number) => number,
    breathing?: (t: number) => number,
  ): number[] => {
    const context = contextOf(system, 100);
    const part = motion.begin(context, { ...options, drift });
    feed(part, system, 100, { to: frames }, (t, p) => at(t, p, shift, breathing?.(t) ?? 1), {
      ...(breathing && {
        cell: (t: number) => cellFromVectors([40, 0, 0, 0, 40, 0, 0, 0, 40].map((x) => x * breathing(t))),
      }),
    });
    return [...motionCurves([part.species[0]!], 20, 100).msd];
  };
  const still = (): number => 0;

  it.each(['framework', 'massCenter'])('a sliding crystal does not diffuse, relative to %s', (drift) => {
    const [rest, sliding] = [msdOf(drift, still), msdOf(drift, (t) => 0.3 * t)];
    sliding.forEach((x, l) => {
      expect(Math.abs(x - rest[l]!)).toBeLessThan(1e-9);
    });
    expect(msdOf('none', (t) => 0.3 * t)[10]!).toBeGreaterThan(rest[10]! + 20);
  });

  it('a breathing cell moves no atom', () => {
    // One per cent either way, by which an ion at 40 Å would move 0.4 Å.
    const rest = msdOf('none', still);
    const breathing = msdOf('none', still, (t) => 1 + 0.01 * Math.sin(t));
    breathing.forEach((x, l) => {
      if (l > 0) expect(Math.abs(x / rest[l]! - 1)).toBeLessThan(0.005);
    });
  });

  it('without a framework the centre of mass stands in, and it is said', () => {
    const context = contextOf(system, 100, { mobile: [0, 1] });
    const part = motion.begin(context, { ...options, drift: 'framework' });
    const report = motion.report([part], context, { ...options, drift: 'framework' });
    expect(report.results['motion']).toMatchObject({ referenceFrame: 'massCenter' });
    expect(report.notes[0]).toContain('there is no framework');
  });

  it('refuses wrapped coordinates and unequal intervals', () => {
    const part = motion.begin(contextOf(system, 100), options);
    const frame = (t: number, x: number) => ({
      step: t,
      time: t * 100,
      cell: system.cell,
      positions: Float64Array.from({ length: 6 * walkers }, (_, k) => (k === 3 ? x : 0)),
    });
    part.add(frame(0, 0));
    part.add(frame(1, 1));
    expect(() => part.add(frame(3, 1))).toThrow('frames must be equally spaced in time');
    expect(() => part.add(frame(2, 39))).toThrow('Li (atom 2) moves 38.00 Å between frames 2 and 3');
  });
});

describe('the report', () => {
  it('names units in headers, draws what it says, and cites what exists', () => {
    const part = partOf(
      latticeWalk(9, { walkers: 20, frames: 300, rate: 0.05, hop: 2.8, vibration: 0.15 }),
      true,
    );
    const { tables, figures, methods } = reportOf([part], 20);
    expect(Object.keys(tables).sort()).toEqual([
      'incoherent_scattering.csv',
      'motion.csv',
      'motion_tensor.csv',
      'scattering_widths.csv',
      'van_hove_distinct.csv',
      'van_hove_self.csv',
    ]);
    expect(tables['motion.csv']!.split('\n')[0]).toBe(
      'lag_fs,Li_msd_A2,Li_non_gaussian,Li_non_gaussian_error,Li_ergodicity_breaking',
    );
    expect(tables['incoherent_scattering.csv']!.split('\n')[0]!.split(',').length).toBe(1 + Q_COUNT);
    for (const { series } of figures) {
      expect(series.length).toBeLessThanOrEqual(6);
      for (const { x, y } of series) expect(x.length).toBe(y.length);
    }
    expect(figures.map((f) => f.name)).toContain('van_hove_self_Li');
    expect(methods.join(' ')).toContain('{chudley1961}');
  });
});
