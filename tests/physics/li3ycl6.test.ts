/**
 * Lithium diffusion in Li3YCl6 at 600 K against LAMMPS with the same potential, cell and length: four replicas of 50 ps
 * after 8 ps. About half an hour without a GPU.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSpec } from '../support/runs.ts';
import { record } from './record.ts';

/** D_Li of two LAMMPS runs of 50 and 28 ps (480 ions, 600 K), Å²/ps. */
const LAMMPS = [0.16892, 0.15539];
/** Relative standard error of one run: LAMMPS' own estimate, 7–11 %, is a lower bound. */
const ERROR = 0.15;
/** Nernst–Einstein conductivity of the first of them, formal charges, with LAMMPS' own standard error, mS/cm. */
const LAMMPS_NERNST_EINSTEIN = [662, 46];
/**
 * Three LAMMPS runs of 100 ps from this very starting frame (29 Sep 2021, Nosé–Hoover, PPPM 1e-5, 2 fs, after 8 ps),
 * analysed by `analyze`: what the spread of one run really is, 0.07 to 0.16 over halves of 50 ps.
 */
const LAMMPS_SAME_START = [0.111, 0.093, 0.137];
const SEEDS = [1, 2, 3, 4];

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;

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
        replicas: { seed: SEEDS },
        record: { trajectory: { every: 50 }, series: { every: 50 } },
        mobile: 'Li',
      },
      examples,
    );
    const { replicas, conductivity } = outcome.results;
    const verdicts = replicas.map((one) =>
      Object.fromEntries(Object.entries(one.diffusion!).map(([label, { verdict }]) => [label, verdict])),
    );
    // The mean over the replicas is their pooled MSD's slope; a single one may have no straight part in 50 ps, and says so.
    const lithium = outcome.pooled[0]!.analysis.results.diffusion['Li']!;
    const ours = lithium.angstrom2PerPs;
    const value = ours.value ?? Number.NaN;
    const deviation = value - mean(LAMMPS);
    const standardError =
      ERROR * Math.sqrt(value ** 2 / SEEDS.length + mean(LAMMPS.map((d) => d * d)) / LAMMPS.length);
    await record('li3ycl6', {
      pooled: ours,
      replicas: replicas.map((one) => one.diffusion!['Li']!.angstrom2PerPs),
      lammps_A2_per_ps: LAMMPS,
      lammpsSameStart_A2_per_ps: LAMMPS_SAME_START,
      lammpsNernstEinstein_mS_per_cm: LAMMPS_NERNST_EINSTEIN,
      deviationInCombinedStandardErrors: deviation / standardError,
      verdicts,
      temperature: replicas.map((one) => one.temperature),
      conductivity,
    });
    expect(lithium.verdict).toBe('diffusive');
    expect(Math.abs(deviation)).toBeLessThan(1.96 * standardError);
    for (const verdict of verdicts) {
      expect(verdict).toMatchObject({ Y: 'not diffusing', Cl: 'not diffusing' });
      expect(['diffusive', 'subdiffusive']).toContain(verdict['Li']);
    }
  });
});
