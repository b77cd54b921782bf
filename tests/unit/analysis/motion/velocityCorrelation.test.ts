import { describe, expect, it } from 'vitest';
import type { AnalysisReport } from '../../../../src/analysis/analysis.ts';
import type { Estimate } from '../../../../src/analysis/estimate.ts';
import { type VacfPart, vacf } from '../../../../src/analysis/motion/velocityCorrelation.ts';
import { firstMoment, vibrationalSpectrum } from '../../../../src/analysis/motion/vibrations.ts';
import { BOLTZMANN_EV_PER_K, MASS_EV_FS2_PER_ANGSTROM2 } from '../../../../src/core/constants.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import type { System } from '../../../../src/model/system.ts';
import { boxOf, CL, LI } from '../transport/walks.ts';
import { contextOf, feed, optionsOf } from './feed.ts';

interface Spoken {
  meanFrequency: Estimate;
  attemptFrequency: Estimate;
  D: Estimate;
  temperature?: Estimate;
}

function spoken(report: AnalysisReport): Record<string, Spoken> {
  return (report.results['vacf'] as { species: Record<string, Spoken> }).species;
}

function begin(
  system: System,
  interval: number,
  more = {},
): { part: VacfPart; report: () => AnalysisReport } {
  const context = contextOf(system, interval);
  const options = optionsOf(vacf, more);
  const part = vacf.begin(context, options);
  return { part, report: () => vacf.report([part], context, options) };
}

describe('a free particle in a Langevin bath', () => {
  // γ = 1/100 fs; 150 Li at 1000 K, half of them called Cl to have two species.
  const [n, interval, frames, gamma] = [150, 5, 6000, 0.01];
  const sigma = Math.sqrt((BOLTZMANN_EV_PER_K * 1000) / (LI.mass * MASS_EV_FS2_PER_ANGSTROM2));
  const system = boxOf(50, [LI], [n]);
  const random = new RandomSequence(3);
  const v = Float64Array.from({ length: 3 * n }, () => sigma * random.normal());
  const x = new Float64Array(3 * n);
  const memory = Math.exp(-gamma * interval);
  const { part, report } = begin(system, interval, { maxLag: 1500 });
  feed(part, system, interval, { to: frames }, (_, positions) => positions.set(x), {
    velocities: (_, out) => {
      out.set(v);
      for (let k = 0; k < 3 * n; k++) {
        x[k]! += v[k]! * interval;
        v[k] = memory * v[k]! + sigma * Math.sqrt(1 - memory * memory) * random.normal();
      }
    },
  });
  const found = report();
  // The centre of mass of 150 ions holds one 150th of the energy.
  const share = 1 - 1 / n;

  it('C(t) = (3k_BT/m) e^(−γt)', () => {
    const rows = found.tables['vacf.csv']!.trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));
    for (const [lag, c] of rows) {
      // 30 ps hold 150 relaxation times of 450 components: 0.4 % of C(0) and more.
      if (lag! <= 400)
        expect(Math.abs(c! / (3 * sigma ** 2 * share) - Math.exp(-gamma * lag!))).toBeLessThan(0.03);
    }
  });

  it('D = k_BT/mγ, T as set', () => {
    const { D, temperature } = spoken(found)['Li']!;
    const exact = 0.1 * sigma ** 2 * share * interval * (1 / (1 - memory) - 0.5);
    expect(D.ci95![0]).toBeLessThan(exact);
    expect(D.ci95![1]).toBeGreaterThan(exact);
    expect(Math.abs(D.value! / exact - 1)).toBeLessThan(0.1);
    expect(exact / (0.1 * (sigma ** 2 / gamma))).toBeCloseTo(1, 1);
    expect(temperature!.ci95![0]).toBeLessThan(1000 * share);
    expect(temperature!.ci95![1]).toBeGreaterThan(1000 * share);
    expect(temperature!.ci95![1] - temperature!.ci95![0]).toBeLessThan(50);
  });

  it('g(ν) is a Lorentzian', () => {
    const correlation = Float64Array.from({ length: 400 }, (_, k) => Math.exp(-gamma * k * interval));
    const { frequencies, density } = vibrationalSpectrum(correlation, interval);
    for (const j of [0, 40, 100, 300]) {
      const w = 2 * Math.PI * frequencies[j]! * 1e-3;
      // 4γ/(γ² + ω²) per fs⁻¹, times 1e-3 per THz; the window and the interval blur by 7 %, measured.
      expect(Math.abs(density[j]! / ((4e-3 * gamma) / (gamma ** 2 + w * w)) - 1)).toBeLessThan(0.1);
    }
  });
});

describe('harmonic oscillators', () => {
  /** Pairs in opposite phase, so that the centre of mass rests; the two species at two frequencies (THz). */
  const oscillate = (interval: number, recorded: boolean, frequencies: [number, number]): AnalysisReport => {
    const system = boxOf(50, [LI, CL], [40, 40]);
    const random = new RandomSequence(2);
    const phases = Array.from({ length: 120 }, () => 2 * Math.PI * random.uniform());
    const { part, report } = begin(system, interval);
    const omega = (k: number): number => 2e-3 * Math.PI * frequencies[k < 120 ? 0 : 1]!;
    const at = (k: number): [number, number] => [
      k % 6 < 3 ? 1 : -1,
      phases[(Math.floor(k / 6) * 3 + (k % 3)) % 120]!,
    ];
    feed(
      part,
      system,
      interval,
      { to: 20_000 / interval },
      (t, positions) => {
        for (let k = 0; k < 240; k++) {
          const [sign, phase] = at(k);
          positions[k] = (sign * 0.01 * Math.sin(omega(k) * t * interval + phase)) / omega(k);
        }
      },
      recorded
        ? {
            velocities: (t, v) => {
              for (let k = 0; k < 240; k++) {
                const [sign, phase] = at(k);
                v[k] = sign * 0.01 * Math.cos(omega(k) * t * interval + phase);
              }
            },
          }
        : {},
    );
    return report();
  };

  it.each([
    [16, true],
    [5, true],
    [10, false],
    [5, false],
  ])(
    'every %i fs, velocities recorded: %s — the density of states is a line at each frequency',
    (interval, recorded) => {
      const report = oscillate(interval, recorded, [6, 18]);
      const { Li, Cl } = spoken(report);
      // Resolution 1/(2 ps) = 0.5 THz, symmetric but for the ends of the spectrum.
      expect(Math.abs(Li!.meanFrequency.value! - 6)).toBeLessThan(0.05);
      expect(Math.abs(Cl!.meanFrequency.value! - 18)).toBeLessThan(0.05);
      expect(Math.abs(Li!.attemptFrequency.value! - 6)).toBeLessThan(0.05);
      expect('temperature' in Li!).toBe(recorded);
      const rows = report.tables['vdos.csv']!.trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',').map(Number));
      const peak = rows.reduce((a, b) => (b[2]! > a[2]! ? b : a));
      expect(Math.abs(peak[0]! - 18)).toBeLessThan(0.25);
      // Both species count the same in the total: half of the states lie below 12 THz.
      const spacing = rows[1]![0]! - rows[0]![0]!;
      const below = rows.filter((r) => r[0]! < 12).reduce((a, r) => a + r[3]! * spacing, 0);
      expect(Math.abs(below - 0.5)).toBeLessThan(0.01);
    },
  );

  it('averages over an interval are corrected: two lines of one species keep their weights', () => {
    // sinc² at 18 THz and 10 fs is 0.898.
    const correlation = (correct: boolean): Float64Array =>
      Float64Array.from({ length: 200 }, (_, k) => {
        const lost = (nu: number): number => (Math.sin(Math.PI * nu * 0.01) / (Math.PI * nu * 0.01)) ** 2;
        const line = (nu: number): number =>
          (correct ? lost(nu) : 1) * Math.cos(2e-3 * Math.PI * nu * k * 10);
        return line(6) + line(18);
      });
    expect(firstMoment(vibrationalSpectrum(correlation(true), 10, true), 0)).toBeCloseTo(12, 1);
    expect(firstMoment(vibrationalSpectrum(correlation(false), 10, false), 0)).toBeCloseTo(12, 1);
    expect(firstMoment(vibrationalSpectrum(correlation(true), 10, false), 0)).toBeLessThan(11.8);
  });
});

describe('the accumulator', () => {
  it('equals direct sums over its origins, and does not keep the caller’s arrays', () => {
    const system = boxOf(30, [LI], [4]);
    const random = new RandomSequence(7);
    const all: Float64Array[] = [];
    const { part } = begin(system, 5, { maxLag: 100 });
    feed(part, system, 5, { to: 300 }, (_, p) => p.fill(0), {
      velocities: (_, v) => {
        for (let k = 0; k < 12; k++) v[k] = random.normal();
        all.push(Float64Array.from(v));
      },
    });
    for (const v of all) {
      for (let c = 0; c < 3; c++) {
        const mean = (v[c]! + v[c + 3]! + v[c + 6]! + v[c + 9]!) / 4;
        for (let i = 0; i < 4; i++) v[3 * i + c]! -= mean;
      }
    }
    const total = part.blocks[0]!.total();
    for (const lag of [0, 1, 20]) {
      let [sum, count] = [0, 0];
      for (let t = 0; t + lag < 300; t += 2) {
        for (let k = 0; k < 12; k++) sum += all[t]![k]! * all[t + lag]![k]!;
        count += 4;
      }
      // Origins are kept in f32.
      expect(Math.abs(total[lag]! - sum)).toBeLessThan(1e-4);
      expect(total[part.lags + lag]).toBe(count);
    }
  });

  it.each([
    [20, true, 'frequencies above 25.0 THz fold back'],
    [12, false, 'too far for displacements to stand in'],
    [100, false, 'too far for displacements to stand in'],
    [10, false, '50 frames are no more than the longest lag'],
  ])('frames every %i fs, velocities recorded: %s — says why not', (interval, recorded, why) => {
    const system = boxOf(30, [LI], [4]);
    const { part, report } = begin(system, interval);
    feed(
      part,
      system,
      interval,
      { to: 51 },
      (_, p) => p.fill(0),
      recorded ? { velocities: (_, v) => v.fill(1) } : {},
    );
    const { results, notes, figures } = report();
    expect((results['vacf'] as { why: string }).why).toContain(why);
    expect(notes[0]).toContain(why);
    expect(figures[0]!.emptyText).toContain(why);
  });
});
