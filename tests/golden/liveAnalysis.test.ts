/** Analyses that a run makes as it goes are those that its own trajectory gives afterwards. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FrameSet, reportResults } from '../../src/analysis/frameSet.ts';
import { DisplacementCollector } from '../../src/analysis/frames/displacements.ts';
import { requestOf } from '../../src/analysis/request.ts';
import { analyseTransport, formalCharges } from '../../src/analysis/transport/transport.ts';
import { openTrajectory } from '../../src/io/index.ts';
import { runSpec } from '../support/runs.ts';

const structure = join(import.meta.dirname, 'lammps', '03_nacl_rattled_216', 'system.data');
const NAMES = ['rdf', 'sites', 'density', 'motion'] as const;

it('transport, rdf, sites, density and motion: the same numbers live and from trajectory.extxyz', async () => {
  const { outcome, files } = await runSpec(
    {
      title: 'NaCl',
      structure,
      potential: 'nacl-fumi-tosi-1964',
      cutoff: 8,
      method: 'ewald',
      accuracy: 1e-4,
      stages: [{ do: 'nvt', temperature: 1500, duration: 900, timestep: 3 }],
      record: { trajectory: { every: 5 }, series: { every: 50 } },
      mobile: 'Na',
      analysis: ['msd', 'conductivity', ...NAMES],
    },
    import.meta.filename,
  );
  const text = files.get('trajectory.extxyz') as string;
  const trajectory = await openTrajectory(new Blob([text]), 'trajectory.extxyz');
  const { frameInterval = 0 } = trajectory;
  // An extXYZ holds no masses: the centre of mass of the run is that of the potential's.
  const system = { ...trajectory.system, species: outcome.final[0]!.species };
  expect([frameInterval, trajectory.unwrapped]).toEqual([15, true]);
  const context = {
    system,
    mobile: [system.species.findIndex(({ label }) => label === 'Na')],
    temperature: 1500,
    charges: formalCharges(system, { Na: 1, Cl: -1 }),
    frameInterval,
    supercell: [1, 1, 1] as const,
  };
  const set = new FrameSet(
    NAMES.map((name) => requestOf(name)),
    [context],
  );
  const collector = new DisplacementCollector(system);
  for await (const frame of trajectory.frames()) {
    collector.add(frame);
    set.add(0, frame);
  }
  const transport = analyseTransport(collector.series(), {
    mobile: ['Na'],
    temperature: 1500,
    charges: { Na: 1, Cl: -1 },
  });
  const found = { ...transport.results, ...reportResults(set.reports([0], 1500, transport)) };
  const live = JSON.parse(JSON.stringify(outcome.results)) as Record<string, unknown>;
  const after = JSON.parse(JSON.stringify(found)) as Record<string, unknown>;
  // The file has every digit: the numbers are the same, not merely close.
  for (const key of ['diffusion', 'conductivity', 'rdf', 'sites', 'network', 'density', 'motion']) {
    expect(live[key], key).toBeDefined();
    expect(live[key], key).toEqual(after[key]);
  }
});
