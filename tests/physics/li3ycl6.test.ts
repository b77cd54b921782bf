/**
 * Lithium diffusion in Li3YCl6 at 600 K against LAMMPS with the same potential, cell and length: two replicas of 50 ps
 * after 8 ps. About twelve minutes.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSpec } from '../support/runs.ts';
import { record } from './record.ts';

/** D_Li of two LAMMPS runs of 50 and 28 ps (480 ions, 600 K), Å²/ps. */
const LAMMPS = [0.16892, 0.15539];
/** Relative standard error of one run: LAMMPS' own estimate, 7–11 %, is a lower bound. */
const ERROR = 0.15;

describe('Li3YCl6, 480 ions, 600 K', () => {
  it('D_Li agrees with LAMMPS; Y and Cl do not diffuse', async () => {
    const examples = join(import.meta.dirname, '..', '..', 'public', 'examples', 'spec.json');
    const { outcome } = await runSpec(
      {
        title: 'Li3YCl6, 600 K',
        structure: 'structures/li3ycl6-600K.extxyz',
        potential: 'chlorides-rigid-ion-2026',
        cutoff: 9.5,
        stages: [
          { do: 'nvt', temperature: 600, duration: 8000, timestep: 2 },
          { do: 'nvt', temperature: 600, duration: 50_000, timestep: 2, production: true },
        ],
        replicas: { seed: [1, 2] },
        record: { trajectory: { every: 50 }, series: { every: 50 } },
        mobile: 'Li',
      },
      examples,
    );
    const { replicas, diffusion, conductivity } = outcome.results;
    const ours = replicas.map((one) => one.diffusion!['Li']!.angstrom2PerPs);
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
    const values = ours.map((one) => one.value ?? Number.NaN);
    const verdicts = replicas.map(({ diffusion: d }) =>
      Object.fromEntries(Object.entries(d!).map(([label, { verdict }]) => [label, verdict])),
    );
    const theirs = mean(LAMMPS);
    const deviation = mean(values) - theirs;
    const combined = ERROR * Math.sqrt((mean(values.map((d) => d * d)) + mean(LAMMPS.map((d) => d * d))) / 2);
    await record('li3ycl6', {
      D_Li_A2_per_ps: values,
      ci95: ours.map((one) => one.ci95),
      pooled: 'angstrom2PerPs' in diffusion!['Li']! ? diffusion!['Li']!.angstrom2PerPs : null,
      lammps_A2_per_ps: LAMMPS,
      deviationInCombinedStandardErrors: deviation / combined,
      verdicts,
      conductivity,
    });
    expect(Math.abs(deviation)).toBeLessThan(1.96 * combined);
    for (const verdict of verdicts)
      expect(verdict).toMatchObject({ Li: 'diffusive', Y: 'not diffusing', Cl: 'not diffusing' });
  });
});
