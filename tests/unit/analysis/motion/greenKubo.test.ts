import { describe, expect, it } from 'vitest';
import type { AnalysisContext, AnalysisReport } from '../../../../src/analysis/analysis.ts';
import type { Estimate } from '../../../../src/analysis/estimate.ts';
import { FluxSeries } from '../../../../src/analysis/motion/fluxSeries.ts';
import { greenKubo } from '../../../../src/analysis/motion/greenKubo.ts';
import { BOLTZMANN_EV_PER_K, S_PER_CM } from '../../../../src/core/constants.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import type { Species } from '../../../../src/model/system.ts';
import { boxOf, LI } from '../transport/walks.ts';
import { contextOf, feed, optionsOf } from './feed.ts';

const HEAVY: Species = { label: 'X', element: 'Cl', mass: 1e9, formalCharge: -1 };
const [N, EDGE, INTERVAL, TAU, SPEED] = [30, 20, 5, 80, 0.005] as const;
const system = boxOf(EDGE, [LI, HEAVY], [N, N]);
const MEMORY = Math.exp(-INTERVAL / TAU);

/** Li with velocities that forget themselves in 80 fs, and positions that follow exactly; anions at rest. */
function partOf(seed: number, frames: number, recorded: boolean, context = contextOf(system, INTERVAL)) {
  const random = new RandomSequence(seed, 5);
  const v = Float64Array.from({ length: 3 * N }, () => SPEED * random.normal());
  const x = new Float64Array(3 * N);
  const part = greenKubo.begin(context, optionsOf(greenKubo));
  const step = (): void => {
    for (let k = 0; k < 3 * N; k++) {
      x[k]! += v[k]! * INTERVAL;
      v[k] = MEMORY * v[k]! + SPEED * Math.sqrt(1 - MEMORY ** 2) * random.normal();
    }
  };
  feed(
    part,
    system,
    INTERVAL,
    { to: frames },
    (_, positions) => {
      positions.set(x);
      if (!recorded) step();
    },
    recorded
      ? {
          velocities: (_, out) => {
            out.set(v);
            step();
          },
        }
      : {},
  );
  return part;
}

/** N q² ⟨v²⟩ ∫e^(−t/τ)/Vk_BT of the sampled process. */
const EXACT =
  (S_PER_CM * N * SPEED ** 2 * INTERVAL * (1 / (1 - MEMORY) - 0.5)) / (EDGE ** 3 * BOLTZMANN_EV_PER_K * 1000);

function reportOf(
  parts: ReturnType<typeof partOf>[],
  context: AnalysisContext = contextOf(system, INTERVAL),
): AnalysisReport {
  return greenKubo.report(parts, context, optionsOf(greenKubo));
}

const conductivityOf = (report: AnalysisReport): Estimate =>
  (report.results['greenKubo'] as { conductivity: Estimate }).conductivity;

describe('Green–Kubo conductivity', () => {
  const recorded = partOf(1, 8000, true);
  const report = reportOf([recorded]);

  it('of independent ions is Nq²D/Vk_BT', () => {
    const { value, ci95, unit } = conductivityOf(report);
    expect(unit).toBe('S/cm');
    expect(ci95![0]).toBeLessThan(EXACT);
    expect(ci95![1]).toBeGreaterThan(EXACT);
    expect(Math.abs(value! / EXACT - 1)).toBeLessThan(0.5);
  });

  it('comes out the same from displacements between frames', () => {
    const other = conductivityOf(reportOf([partOf(1, 8000, false)]));
    // The same velocities, one frame later.
    expect(Math.abs(other.value! / conductivityOf(report).value! - 1)).toBeLessThan(0.05);
    expect(reportOf([partOf(1, 800, false)]).methods[0]).toContain('displacements between frames');
  });

  it('replicas narrow the interval by the root of their number', () => {
    const four = conductivityOf(reportOf([1, 2, 3, 4].map((seed) => partOf(seed, 8000, true))));
    expect(four.ci95![0]).toBeLessThan(EXACT);
    expect(four.ci95![1]).toBeGreaterThan(EXACT);
    const width = ({ ci95 }: Estimate): number => Math.log(ci95![1] / ci95![0]);
    expect(width(four) / width(conductivityOf(report))).toBeLessThan(0.75);
  });

  it('σ(f) is a Lorentzian with its interval', () => {
    const rows = report.tables['conductivity_spectrum.csv']!.trim()
      .split('\n')
      .slice(1)
      .map((l) => l.split(',').map(Number));
    let inside = 0;
    for (const [f, , low, high] of rows) {
      // Of the sampled process: (1 − m²)/(1 − 2m cos ωΔ + m²).
      const cosine = Math.cos(2e-3 * Math.PI * f! * INTERVAL);
      const shape = (1 - MEMORY) ** 2 / (1 - 2 * MEMORY * cosine + MEMORY ** 2);
      if (low! < EXACT * shape && EXACT * shape < high!) inside++;
    }
    expect(rows.length).toBe(160);
    expect(inside / rows.length).toBeGreaterThan(0.88);
    expect(report.figures.map((f) => f.name)).toEqual(['conductivity_spectrum', 'green_kubo_scan']);
  });

  it('is the same live', () => {
    const live = greenKubo.begin(contextOf(system, INTERVAL), optionsOf(greenKubo));
    reportOf([live]);
    expect(conductivityOf(reportOf([partOf(1, 8000, true)]))).toEqual(conductivityOf(report));
  });

  it.each([
    [{ temperature: null }, 'no temperature was given'],
    [{ charges: [undefined, -1] }, 'no formal charge is known for Li'],
    [{ charges: [0, 0] }, 'no species carries a formal charge'],
    [{ frameInterval: 100 }, 'frames are 100 fs apart'],
    [{}, 'a charge flux that is not zero'],
  ])('with %o says: %s', (more, why) => {
    const context = contextOf(system, INTERVAL, more as Partial<AnalysisContext>);
    const part = greenKubo.begin(context, optionsOf(greenKubo));
    feed(part, system, context.frameInterval, { to: 200 }, (_, p) => p.fill(0), {
      velocities: (_, v) => v.fill(0),
    });
    const found = reportOf([part], context);
    expect(conductivityOf(found).why).toContain(why);
    expect(found.figures[0]!.emptyText).toContain(why);
  });
});

describe('FluxSeries', () => {
  it('keeps everything until it is full, then means of neighbours', () => {
    const series = new FluxSeries(2048);
    for (let t = 0; t < 10_000; t++) series.add(t, 2 * t, -t);
    const [x, y] = series.components();
    expect(series.stride).toBe(8);
    expect(x!.length).toBe(10_000 / 8);
    x!.forEach((value, k) => {
      expect(value).toBe(8 * k + 3.5);
      expect(y![k]).toBe(2 * value);
    });
  });
});
