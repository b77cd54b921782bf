/** When a run looks whether it knows enough, what it sees, and what it says. */
import { describe, expect, it } from 'vitest';
import { parseRunSpec } from '../../../src/run/parseSpec.ts';
import type { DynamicStage, RunSpec } from '../../../src/run/spec.ts';
import { timeline } from '../../../src/run/timeline.ts';
import { look, lookSteps, lookWords, NO_LOOK, untilResults } from '../../../src/run/until.ts';
import {
  boxOf,
  CL,
  harmonicCage,
  LI,
  latticeWalk,
  type Paths,
  seriesOf,
} from '../analysis/transport/walks.ts';

const BASE = {
  structure: 'a.cif',
  potential: 'p',
  stages: [
    { do: 'nvt', temperature: 600, duration: 1000, timestep: 2 },
    { do: 'nvt', temperature: 600, duration: 10_000, timestep: 2 },
  ],
  until: { conductivity: { relativeError: 0.08, mobile: 'Li' }, maxDuration: 50_000 },
};
const parse = (change: object = {}): RunSpec =>
  parseRunSpec(JSON.stringify({ ...BASE, ...change }), 'spec.json');

/** Li that hops in a frame of Cl that stands still; frames of 100 fs. */
const series = (frames: number, rate = 0.05) =>
  seriesOf(boxOf(20, [LI, CL], [24, 24]), [
    ...latticeWalk(3, { walkers: 24, frames, rate, hop: 2.8, vibration: 0.15 }),
    ...harmonicCage(4, 24, frames, 0.1, 0.5),
  ] as unknown as Paths);

describe('until in a specification', () => {
  it('is completed, and names the mobile species of the run', () => {
    expect(parse().until).toEqual({
      conductivity: { relativeError: 0.08, estimator: 'collective', mobile: 'Li' },
      maxDuration: 50_000,
    });
    expect(parse().mobile).toBe('Li');
    // spec.json is read again when a run is taken up.
    expect(parse(JSON.parse(JSON.stringify(parse())))).toEqual(parse());
    expect(parse({ until: null }).until).toBeNull();
  });

  it.each<[string, object, RegExp]>([
    [
      'a slip',
      { until: { conductivty: {}, maxDuration: 1 } },
      /unknown field until\.conductivty; did you mean "conductivity"/,
    ],
    ['a slip inside', { until: { ...BASE.until, conductivity: { relativeErr: 0.1 } } }, /relativeErr/],
    [
      'an unknown estimator',
      { until: { ...BASE.until, conductivity: { relativeError: 0.1, estimator: 'colective' } } },
      /estimator/,
    ],
    ['nothing to stop at', { until: { conductivity: { relativeError: 0.1 } } }, /maxDuration/],
    [
      'an error of nothing',
      { until: { ...BASE.until, conductivity: { relativeError: 0 } } },
      /relativeError/,
    ],
    [
      'less than the stage',
      { until: { ...BASE.until, maxDuration: 5000 } },
      /spec\.json:\d+: until\.maxDuration: 5000 fs is less than the 10000 fs/,
    ],
    [
      'production that is not last',
      { stages: [{ ...BASE.stages[0], production: true }, BASE.stages[1]] },
      /until: needs one stage of production, and that the last/,
    ],
    [
      'a ramp',
      { stages: [{ ...BASE.stages[0], temperature: [300, 600] }] },
      /temperature: a ramp cannot go on/,
    ],
    ['two species', { mobile: 'Na' }, /mobile: "Li", but the run asks for the transport of "Na"/],
    ['no conductivity', { analysis: ['msd'] }, /add the analysis "conductivity"/],
  ])('refuses %s', (_, change, message) => {
    expect(() => parse(change)).toThrow(message);
  });
});

describe('looks', () => {
  it('stand at fixed steps, on frames, up to the longest duration', () => {
    const spec = parse();
    const steps = lookSteps(spec, spec.stages[1] as DynamicStage, 100);
    expect(steps.slice(0, 4)).toEqual([5000, 6000, 7200, 8700]);
    expect(steps.at(-1)).toBe(25_000);
    for (const step of steps.slice(0, -1)) expect(step % 100).toBe(0);
    expect(timeline(spec).at(-1)).toMatchObject({ firstStep: 500, lastStep: 25_500 });
    // Frames farther apart than looks would be.
    expect(lookSteps(spec, spec.stages[1] as DynamicStage, 20_000)).toEqual([20_000, 25_000]);
  });

  const { until } = parse() as RunSpec & { until: NonNullable<RunSpec['until']> };
  const at = (frames: number, rate?: number, asked = until): ReturnType<typeof look> =>
    look(asked, [{ temperature: 600, series: [series(frames, rate)] }], ['Li']);

  it('see the error fall with the length, and expect what is missing', () => {
    const [short, long] = [at(300), at(4800)];
    expect(short).toMatchObject({ reached: false, duration: 29_900 });
    expect(long.reached).toBe(true);
    expect(short.relativeError! / long.relativeError!).toBeGreaterThan(2);
    expect(short.more! + short.duration).toBeCloseTo(short.duration * (short.relativeError! / 0.08) ** 2, 3);
    expect(short.why).toMatch(/^σ ± \d+ %, asked ± 8 %: about \d+ ps more$/);
    expect(lookWords({ ...until, maxDuration: 30_000 }, short)).toMatch(
      /of which 0\.1 ps are allowed: it is not expected to be reached/,
    );
  });

  it('a caged ion never reaches it, and it is said', () => {
    const caged = at(1000, 0);
    expect(caged).toMatchObject({ reached: false, relativeError: null, more: null });
    expect(caged.why).toMatch(/^Li does not diffuse: /);
    expect(lookWords(until, caged)).toContain('without motion no length of run');
    expect(untilResults(until, caged, 'complete')).toMatchObject({
      reached: false,
      why: expect.stringMatching(/^not reached within 50 ps: Li does not diffuse/),
    });
  });

  it('the worst temperature decides', () => {
    const groups = [600, 700].map((temperature, i) => ({
      temperature,
      series: [series(i === 0 ? 4800 : 300)],
    }));
    const both = look(until, groups, ['Li']);
    expect(both.reached).toBe(false);
    expect(both.relativeError).toBe(at(300).relativeError);
    const stuck = look(until, [groups[0]!, { temperature: 300, series: [series(1000, 0)] }], ['Li']);
    expect(stuck.why).toMatch(/^Li does not diffuse at 300 K/);
  });

  it('tracers are known sooner than the collective motion', () => {
    const tracers = {
      ...until,
      conductivity: { ...until.conductivity, estimator: 'nernstEinstein' as const },
    };
    expect(at(600, 0.05, tracers).relativeError!).toBeLessThan(at(600).relativeError!);
  });

  it('results say how it ended', () => {
    const long = at(4800);
    expect(untilResults(until, long, 'complete')).toEqual({
      ...{ reached: true, why: long.why, relativeError: long.relativeError, asked: 0.08 },
      ...{ estimator: 'collective', duration: long.duration },
    });
    expect(untilResults(until, at(300), 'complete').why).toMatch(
      /^not reached within 50 ps: σ ± \d+ % after 30 ps, asked/,
    );
    expect(untilResults(until, NO_LOOK, 'interrupted').why).toContain('the run ended before');
  });
});
