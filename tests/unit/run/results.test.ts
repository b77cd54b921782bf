/** results.json from a record made by hand: which temperature, which time, which quantities. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DisplacementCollector } from '../../../src/analysis/frames/displacements.ts';
import { RandomSequence } from '../../../src/core/rng.ts';
import { parseRunSpec } from '../../../src/run/parseSpec.ts';
import { type PreparedRun, prepareRun } from '../../../src/run/prepare.ts';
import type { ThermoRow } from '../../../src/run/recorder.ts';
import { analyseRun, type RunRecord } from '../../../src/run/results.ts';

const structure = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'public', 'examples', 'structures', 'LiCl.cif'),
);

function prepare(change: object): Promise<PreparedRun> {
  const spec = {
    structure: 'LiCl.cif',
    potential: 'licl-fumi-tosi-1964',
    supercell: [2, 2, 2],
    cutoff: 5,
    stages: [],
    ...change,
  };
  return prepareRun(parseRunSpec(JSON.stringify(spec), 'spec.json'), {
    bytes: async () => structure,
    text: async () => '',
  });
}

/** fs between rows and frames */
const EVERY = 100;

/**
 * Rows of every stage as the recorder leaves them (stage by stage, a stage begins at the row before it) and frames of
 * production in which every ion walks. Drifts are eV/atom/fs of the conserved energy.
 */
function recordOf(
  prepared: PreparedRun,
  { kelvin = [300], drift = 0 }: { kelvin?: readonly number[]; drift?: number } = {},
): RunRecord {
  const nAtoms = prepared.system.typeOf.length;
  const series = prepared.replicas.map(() => new DisplacementCollector(prepared.system));
  const thermo = prepared.replicas.map((): ThermoRow[] => []);
  const random = new RandomSequence(7);
  const positions = prepared.system.positions.slice();
  let time = 0;
  prepared.spec.stages.forEach((stage, index) => {
    const steps = 'duration' in stage ? stage.duration / EVERY : 0;
    for (let k = index === 0 ? 0 : 1; k <= steps; k++) {
      const now = time + k * EVERY;
      thermo.forEach((rows, r) => {
        const scatter = (rows.length % 2) - 0.5;
        rows.push({
          step: now,
          time: now,
          stage: index,
          observation: {
            potential: -1,
            kinetic: 0,
            conserved: nAtoms * drift * now,
            temperature: (kelvin[r] ?? kelvin[0] ?? 0) + scatter,
            pressure: 0,
            volume: 1,
            lattice: { a: 1, b: 1, c: 1, alpha: 90, beta: 90, gamma: 90 },
          },
        });
      });
      if (!('production' in stage && stage.production)) continue;
      for (let i = 0; i < positions.length; i++) positions[i]! += 0.3 * (random.uniform() - 0.5);
      for (const one of series) {
        one.add({ step: now, time: now, cell: prepared.system.cell, positions: positions.slice() });
      }
    }
    time += steps * EVERY;
  });
  return { series: series.map((one) => one.series()), thermo, status: 'complete' };
}

const nve = { do: 'nve', duration: 10_000, timestep: 1, production: true };
const nvt = { do: 'nvt', temperature: 600, duration: 5000, timestep: 1 };

describe('results of a run', () => {
  it('production time is that of the production stages, whole', async () => {
    const prepared = await prepare({
      stages: [nvt, { ...nvt, duration: 50_000, production: true }, { ...nvt, duration: 2000 }],
    });
    expect(analyseRun(prepared, recordOf(prepared)).results.productionTime).toBe(50_000);
    const first = await prepare({ stages: [{ ...nvt, production: true }] });
    expect(analyseRun(first, recordOf(first)).results.productionTime).toBe(5000);
  });

  it('pools nve replicas at their common mean temperature, and says what each had', async () => {
    const prepared = await prepare({ stages: [nvt, nve], replicas: { seed: [1, 2] } });
    const { results, pooled } = analyseRun(prepared, recordOf(prepared, { kelvin: [590, 610] }));
    expect(pooled.map(({ temperature }) => temperature)).toEqual([600]);
    expect(results.byTemperature).toBeUndefined();
    expect(results.replicas.map(({ targetTemperature }) => targetTemperature)).toEqual([600, 600]);
    expect(results.replicas.map(({ temperature }) => temperature?.value)).toEqual([590, 610]);
    expect(results.diffusion).toBeDefined();
  });

  it('replicas asked for at several temperatures are not pooled', async () => {
    const prepared = await prepare({
      stages: [{ ...nvt, production: true }],
      replicas: { temperature: [500, 600] },
    });
    const { results } = analyseRun(prepared, recordOf(prepared, { kelvin: [500, 600] }));
    expect(results.byTemperature?.map(({ temperature }) => temperature)).toEqual([500, 600]);
    expect(results.diffusion?.['Li']?.D).toMatchObject({
      value: null,
      why: expect.stringContaining('byTemp'),
    });
  });

  it.each<[readonly string[], readonly string[]]>([
    [['msd'], ['diffusion']],
    [['conductivity'], ['conductivity']],
    [[], []],
  ])('analysis %j leaves %j in the results', async (analysis, expected) => {
    const prepared = await prepare({ stages: [{ ...nvt, production: true }], analysis });
    const { results } = analyseRun(prepared, recordOf(prepared));
    const quantities = ['diffusion', 'conductivity'];
    expect(quantities.filter((name) => name in results)).toEqual(expected);
    expect(quantities.filter((name) => name in results.replicas[0]!)).toEqual(expected);
  });

  it('a cell that only stages before production moved is exact, with no error', async () => {
    const npt = { do: 'npt', temperature: 600, duration: 3000, timestep: 1 };
    const prepared = await prepare({ stages: [npt, { ...nvt, production: true }] });
    const record = recordOf(prepared);
    // Sums of this number are no multiples of it.
    const a = 22.7054126;
    const thermo = record.thermo.map((rows) =>
      rows.map((row) => {
        const lattice = { ...row.observation.lattice, a: row.stage === 0 ? 22 + row.time / 1e4 : a };
        return { ...row, observation: { ...row.observation, lattice } };
      }),
    );
    const { results } = analyseRun(prepared, { ...record, thermo });
    expect(results.replicas[0]?.lattice?.a).toEqual({ value: a, standardError: 0, unit: 'Å' });
    expect(results.lattice?.a).toEqual({ value: a, standardError: 0, unit: 'Å' });
  });

  it('energy drift of nve production: the slope that was put in, per atom and ns', async () => {
    const prepared = await prepare({ stages: [nvt, nve] });
    const { results } = analyseRun(prepared, recordOf(prepared, { drift: 3e-11 }));
    expect(results.replicas[0]?.nve?.drift.value).toBeCloseTo(3e-5, 10);
    const cooled = await prepare({ stages: [{ ...nvt, production: true }] });
    expect(analyseRun(cooled, recordOf(cooled)).results.replicas[0]).not.toHaveProperty('nve');
  });

  it('after a change of the bath only what came later counts', async () => {
    const prepared = await prepare({ stages: [{ ...nvt, production: true }] });
    const record = recordOf(prepared, { kelvin: [700] });
    const { results } = analyseRun(prepared, { ...record, bath: { temperature: 700, step: 2000 } });
    expect(results.replicas[0]?.targetTemperature).toBe(700);
    expect(results.productionTime).toBe(3000);
  });
});
