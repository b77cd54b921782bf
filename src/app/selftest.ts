/**
 * What tests ask the worker to do that no user would: compile every kernel, run a fixed specification and hand out its files,
 * lose the device. Loaded only when asked for.
 */

import { bvseMap } from '../engine/bvse.ts';
import { INTEGRATORS, type IntegratorName, type IntegratorSettings } from '../engine/integrators.ts';
import { Simulation } from '../engine/simulation.ts';
import type { ReplicaSetup } from '../engine/stateBuffers.ts';
import { bvseModel } from '../forcefield/bvse.ts';
import type { ForceField, PairTerm } from '../forcefield/forceField.ts';
import { exampleTerm, PAIR_FORMS, type PairFormName } from '../forcefield/pairForms.ts';
import type { Gpu } from '../gpu/device.ts';
import { cellFromVectors } from '../model/cell.ts';
import type { System } from '../model/system.ts';
import { parseRunSpec } from '../run/parseSpec.ts';
import { prepareRun } from '../run/prepare.ts';
import { executeRun } from '../run/run.ts';
import { MemorySink } from '../run/sink.ts';
import type { SelftestRequest, SelftestResult } from './protocol.ts';

export async function selftest(request: SelftestRequest, gpu: Gpu): Promise<SelftestResult> {
  try {
    if (request.what === 'kernels') return { kernels: await compileAllKernels(gpu) };
    if (request.what === 'loseDevice') {
      gpu.device.destroy();
      return { done: true };
    }
    const { spec, structure, structureName } = request;
    const file = new Blob([structure]);
    const prepared = await prepareRun(parseRunSpec(spec, structureName), {
      bytes: async () => file,
      text: () => file.text(),
    });
    const sink = new MemorySink();
    const outcome = await executeRun(gpu, prepared, sink, { platform: navigator.userAgent });
    if (outcome.failure) throw outcome.failure;
    return { files: Object.fromEntries(sink.files), adapter: gpu.adapter };
  } catch (error) {
    return { failed: (error as Error).message };
  }
}

/**
 * Creates simulations that between them use every pair form, every electrostatics, every integrator and the minimiser, and
 * takes a step with each.
 * @returns the entry files of all shader modules that were compiled
 */
async function compileAllKernels(gpu: Gpu): Promise<string[]> {
  const seen = new Set<string>();
  const { device } = gpu;
  const create = device.createShaderModule.bind(device);
  device.createShaderModule = (descriptor) => {
    seen.add(descriptor.label ?? '');
    return create(descriptor);
  };
  try {
    for (const field of fields()) {
      // Long enough for a grid of cells, where the charges leave time for it.
      const layers = field.coulomb.method === 'none' ? 24 : 4;
      const setup = { system: crystal(field, layers), seed: 1, temperature: 300 };
      const simulation = await Simulation.create(gpu, { forceField: field, replicas: [setup, setup] });
      for (const integrator of Object.keys(INTEGRATORS) as IntegratorName[]) {
        await simulation.setIntegrator({ integrator, timestep: 0.01, tau: 100 });
        await simulation.run({ steps: 1, seriesEvery: 1, frameEvery: 1 });
      }
      await simulation.minimize({ fmax: 1e-3, maxSteps: 1 });
      gpu.check();
      simulation.destroy();
      if (field.truncation === 'none') await moveCells(gpu, field, setup);
    }
    await mapValences(gpu);
  } finally {
    device.createShaderModule = create;
  }
  return [...seen].sort();
}

/** A bond-valence map of a few points. */
async function mapValences(gpu: Gpu): Promise<void> {
  const system: System = {
    title: 'selftest',
    cell: cellFromVectors([5.6, 0, 0, 0, 5.6, 0, 0, 0, 5.6]),
    species: [
      { label: 'Na', element: 'Na', mass: 23, formalCharge: 1 },
      { label: 'Cl', element: 'Cl', mass: 35, formalCharge: -1 },
    ],
    typeOf: Uint16Array.of(0, 1),
    positions: Float64Array.of(0, 0, 0, 2.8, 2.8, 2.8),
  };
  await bvseMap(gpu, system, bvseModel(system, [0]), [4, 4, 4]);
  gpu.check();
}

/** Both barostats, one with a ramp, a field, and a relaxation of the cell. */
async function moveCells(gpu: Gpu, forceField: ForceField, setup: ReplicaSetup): Promise<void> {
  const simulation = await Simulation.create(gpu, { forceField, replicas: [setup], variableCell: true });
  const common = { integrator: 'csvr', timestep: 0.01, tau: 100 } as const;
  // So short a relaxation time that the cell moves in every step, against so stiff a crystal that it does not go far.
  const baths = { pressure: [0, 1], tau: 0.5, compressibility: 1e-6 } as const;
  const settings: readonly IntegratorSettings[] = [
    {
      ...{ ...common, barostat: { barostat: 'cellRescaling', cell: 'full', ...baths } },
      ramp: { steps: 10, temperature: 400 },
    },
    { ...common, barostat: { barostat: 'mtk', cell: 'aniso', ...baths, tau: 100 } },
    { ...common, field: [0, 0, 0.01] },
  ];
  for (const one of settings) {
    await simulation.setIntegrator(one);
    await simulation.run({ steps: 1, seriesEvery: 1, frameEvery: 1 });
  }
  await simulation.minimize({ fmax: 1e-3, maxSteps: 1, cell: { shape: 'iso', pressure: 0, smax: 1e-3 } });
  gpu.check();
  simulation.destroy();
}

/** Two species and every pair form between them; with charges and without, with a wall and without. */
function fields(): ForceField[] {
  const pairs = (Object.keys(PAIR_FORMS) as PairFormName[]).map(
    (form): PairTerm => ({ between: ['Na', 'Cl'], ...exampleTerm(form) }),
  );
  // Dispersion that wins close in: a pair with a wall.
  const wall: PairTerm = { between: ['Cl', 'Cl'], form: 'buckingham', params: { A: 1000, rho: 0.3, C: 30 } };
  const sums = [
    { method: 'ewald' },
    { method: 'pppm', differentiation: 'ik' },
    { method: 'pppm', differentiation: 'ad' },
    { method: 'none' },
  ] as const;
  return sums.flatMap(({ method, ...more }) =>
    (['none', 'shiftForce'] as const).map(
      (truncation): ForceField => ({
        name: `selftest ${method}`,
        version: 1,
        description: '',
        citation: [],
        provenance: 'fitted',
        validFor: '',
        knownFailures: '',
        measured: [],
        species: {
          Na: { element: 'Na', mass: 22.99, charge: method === 'none' ? 0 : 1 },
          Cl: { element: 'Cl', mass: 35.45, charge: method === 'none' ? 0 : -1 },
        },
        pairs: truncation === 'none' ? pairs : [...pairs, wall],
        silentPairs: [],
        cutoff: 5,
        truncation,
        coulomb: { method, accuracy: 1e-4, alpha: null, ...more },
      }),
    ),
  );
}

/** Rock salt, layers of 16 atoms. */
function crystal(field: ForceField, layers: number): System {
  const spacing = 2.82;
  const edge = 4 * spacing;
  const positions: number[] = [];
  const types: number[] = [];
  for (let i = 0; i < 16 * layers; i++) {
    const [x, y, z] = [i & 3, (i >> 2) & 3, i >> 4];
    positions.push(x * spacing, y * spacing, z * spacing);
    types.push((x + y + z) % 2);
  }
  return {
    title: 'rock salt',
    cell: cellFromVectors([edge, 0, 0, 0, edge, 0, 0, 0, layers * spacing]),
    species: Object.entries(field.species).map(([label, species]) => ({ label, ...species })),
    typeOf: Uint16Array.from(types),
    positions: Float64Array.from(positions),
  };
}
