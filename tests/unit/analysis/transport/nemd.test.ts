/** Conductivity in a field: drifting walks with a known mobility, linear and not. */
import { describe, expect, it } from 'vitest';
import type { DisplacementSeries } from '../../../../src/analysis/frames/displacements.ts';
import { type FieldRun, fieldConductivity } from '../../../../src/analysis/transport/nemd.ts';
import { S_PER_CM } from '../../../../src/core/constants.ts';
import { boxOf, FRAME_INTERVAL, LI, latticeWalk, type Paths, seriesOf } from './walks.ts';

const HEAVY = { label: 'W', element: 'W', mass: 1e9, formalCharge: 0 };
const EDGE = 20;
const WALK = { walkers: 24, frames: 1000, rate: 0.05, hop: 2.8, vibration: 0.1 };
/** Å/fs per V/Å */
const MOBILITY = 2e-3;
const SIGMA = ((24 * MOBILITY) / EDGE ** 3) * S_PER_CM;

/** Li that walk and drift along z by a velocity of v(E). */
function run(seed: number, strength: number, cubic = 0, push = 0, frames = WALK.frames): FieldRun {
  const velocity = MOBILITY * strength * (1 + cubic * strength ** 2) + push;
  const li = latticeWalk(seed, { ...WALK, frames }).map(([x, y, z]) => [
    x,
    y,
    z.map((v, t) => v + velocity * t * FRAME_INTERVAL),
  ]);
  const still = [[0, 1, 2].map(() => new Float64Array(frames))];
  const system = boxOf(EDGE, [LI, HEAVY], [24, 1]);
  const series: DisplacementSeries = seriesOf(system, [...li, ...still] as unknown as Paths);
  return { field: [0, 0, strength], series };
}
const runs = (seed: number, strengths: readonly number[], cubic = 0, push = 0): FieldRun[] =>
  strengths.flatMap((e, i) => [
    run(100 * seed + 2 * i, e, cubic, push),
    run(100 * seed + 2 * i + 1, -e, cubic, push),
  ]);

describe('fieldConductivity', () => {
  it('covers the conductivity of drifting walks, and calls a linear response linear', () => {
    const found = Array.from({ length: 24 }, (_, seed) =>
      fieldConductivity(runs(seed, [0.05, 0.1]), [1, 0], 600),
    );
    const some = found.filter(({ sigma }) => sigma.value !== null);
    // 1 % by the test of each of three terms.
    expect(some.length).toBeGreaterThan(20);
    const inside = some.filter(({ sigma }) => sigma.ci95![0] <= SIGMA && SIGMA <= sigma.ci95![1]);
    // Nominal 95 %, binomial error 4 %.
    expect(inside.length / some.length).toBeGreaterThan(0.83);
    expect(found[0]!.pairs.map(({ strength }) => strength)).toEqual([0.05, 0.1]);
    expect(found[0]!.pairs[1]!.hopEnergy).toBeCloseTo(0.3 / (8.617333e-5 * 600), 3);
  });

  it('a cubic response is no conductivity', () => {
    const { sigma, cubicDeviation } = fieldConductivity(runs(1, [0.05, 0.2], 60), [1, 0], 600);
    expect(sigma).toMatchObject({ value: null, ci95: null });
    expect(sigma.why).toMatch(/^the response is not linear: .* S\/cm at 0\.05 V\/Å, .* at 0\.2 V\/Å/);
    expect(cubicDeviation!).toBeGreaterThan(2.6);
  });

  it('a current that does not turn round with the field is found, and not counted', () => {
    const { sigma, pairs } = fieldConductivity(runs(2, [0.1], 0, 2e-4), [1, 0]);
    expect(sigma.why).toContain('does not turn round with the field');
    // It drops out of the odd part: 2e-4 Å/fs alone would double the conductivity.
    expect(Math.abs(pairs[0]!.sigma / SIGMA - 1)).toBeLessThan(0.5);
  });

  it('says what is missing', () => {
    expect(fieldConductivity(runs(3, [0.1]), [1, 0]).sigma.why).toContain('one field strength');
    expect(() => fieldConductivity([run(1, 0.1)], [1, 0])).toThrow('no run at the opposite of 0.1 V/Å');
    expect(() => fieldConductivity([], [1, 0])).toThrow('no runs given');
    const short = [run(1, 0.1, 0, 0, 20), run(2, -0.1, 0, 0, 20)];
    expect(fieldConductivity(short, [1, 0]).sigma.why).toContain('too short');
    const across = { ...run(2, 0.1), field: [0.1, 0, 0] } as FieldRun;
    expect(() => fieldConductivity([run(1, 0.1), across], [1, 0])).toThrow('along one axis');
  });
});
