/**
 * Constant energy at 1 fs from LAMMPS' own states: drift and mean temperature, by the Ewald sum at accuracy 1e-6 over 20 ps and
 * by PPPM at 1e-5 over 40 ps. About a quarter of an hour without a GPU.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fitLine } from '../../src/core/stats.ts';
import { runSpec } from '../support/runs.ts';
import { record } from './record.ts';

const golden = join(import.meta.dirname, '..', 'golden');
const lammps = JSON.parse(readFileSync(join(golden, 'dynamics', 'lammps.json'), 'utf8')) as Record<
  string,
  { meanTemperature_K: number; drift_eV_per_atom_ns: number }
>;
const figures: Record<string, object> = {};

const systems = [
  { name: 'nacl512', title: 'NaCl, 512 ions', potential: '03_nacl_rattled_216' },
  { name: 'li3ocl625', title: 'Li3OCl, 625 ions', potential: '04_li3ocl_rattled_135' },
];
/**
 * Bounds in eV/atom/ns (LAMMPS by PPPM at 1e-4: 5e-4 and 1e-3). PPPM's is what was wanted, measured 5e-6 and 3.6e-5; the scatter
 * of the conserved energy makes a slope over 20 ps of Li3OCl at 1230 K uncertain by 4e-5, over 40 ps by 1.5e-5, hence the
 * other. A mesh with ik differentiation does not pass: its energy wanders by 2e-6 eV per ion in some 10 ps, 8e-5 over 60 ps of
 * NaCl.
 */
const methods = [
  { method: 'ewald', accuracy: 1e-6, suffix: '', duration: 20_000, bound: 1e-4 },
  { method: 'pppm', accuracy: 1e-5, suffix: 'Pppm', duration: 40_000, bound: 5e-5 },
];

describe.each(systems.flatMap((system) => methods.map((method) => ({ ...system, ...method }))))(
  '$title, $method',
  ({ name, title, potential, method, accuracy, suffix, duration, bound }) => {
    it('drifts by no more than its bound and keeps LAMMPS’ mean temperature within 0.5 K', async () => {
      const { outcome } = await runSpec(
        {
          title,
          structure: `dynamics/${name}.data`,
          potential: `lammps/${potential}/potential.json`,
          cutoff: 9,
          accuracy,
          method,
          velocities: 'file',
          stages: [{ do: 'nve', duration, timestep: 1 }],
          record: { series: { every: 10 }, trajectory: { every: 20_000 } },
          analysis: [],
        },
        join(golden, 'spec.json'),
      );
      const rows = outcome.thermo[0]!;
      const n = outcome.final[0]!.typeOf.length;
      const nanoseconds = rows.map(({ time }) => time * 1e-6);
      const slope = (pick: (row: (typeof rows)[number]) => number): number =>
        fitLine(
          nanoseconds,
          rows.map((row) => pick(row) / n),
        ).slope;
      const drift = outcome.results.replicas[0]!.nve!.drift;
      const kelvin = rows.reduce((sum, { observation }) => sum + observation.temperature, 0) / rows.length;
      const reference = lammps[name]!;
      figures[name + suffix] = {
        title: `${title}, ${method === 'pppm' ? 'PPPM' : 'Ewald'} ${accuracy.toExponential(0)}`,
        picoseconds: (rows.at(-1)!.time - rows[0]!.time) / 1000,
        drift_eV_per_atom_ns: drift.value,
        ci95: drift.ci95,
        totalEnergySlope_eV_per_atom_ns: slope(
          ({ observation }) => observation.potential + observation.kinetic,
        ),
        meanTemperature_K: kelvin,
        lammps: {
          meanTemperature_K: reference.meanTemperature_K,
          drift_eV_per_atom_ns: reference.drift_eV_per_atom_ns,
        },
      };
      await record('nve', figures);
      expect(Math.abs(drift.value!)).toBeLessThan(bound);
      expect(Math.abs(kelvin - reference.meanTemperature_K)).toBeLessThan(0.5);
    });
  },
);
