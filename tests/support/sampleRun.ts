/** Synthetic runs: a small crystal whose Li hops at a rate of our choice, through the real analysis. */
import { DisplacementCollector } from '../../src/analysis/frames/displacements.ts';
import { BOLTZMANN_EV_PER_K } from '../../src/core/constants.ts';
import { RandomSequence } from '../../src/core/rng.ts';
import type { Observation } from '../../src/engine/observables.ts';
import { cellFromVectors, cellParameters, volume } from '../../src/model/cell.ts';
import type { System } from '../../src/model/system.ts';
import { parseRunSpec } from '../../src/run/parseSpec.ts';
import type { PreparedRun } from '../../src/run/prepare.ts';
import type { ThermoRow } from '../../src/run/recorder.ts';
import { analyseRun, type RunRecord } from '../../src/run/results.ts';
import type { RunOutcome } from '../../src/run/run.ts';
import { forceField } from './systems.ts';

/** 8 Li, 8 Y and 32 Cl: octahedra of Cl around Y on a simple cubic lattice, Li between them. */
export function crystal(): System {
  const a = 5.4;
  const positions: number[] = [];
  const types: number[] = [];
  const add = (type: number, x: number, y: number, z: number): void => {
    types.push(type);
    positions.push(a * x, a * y, a * z);
  };
  for (let i = 0; i < 8; i++) {
    const [x, y, z] = [i & 1, (i >> 1) & 1, i >> 2];
    add(0, x + 0.5, y + 0.5, z + 0.5);
    add(1, x, y, z);
    add(2, x + 0.48, y, z);
    add(2, x, y + 0.48, z);
    add(2, x, y, z + 0.48);
    add(2, x + 0.5, y + 0.5, z);
  }
  return {
    title: 'test crystal',
    cell: cellFromVectors([2 * a, 0, 0, 0, 2 * a, 0, 0, 0, 2 * a]),
    species: [
      { label: 'Li', element: 'Li', mass: 6.94, charge: 0.7, formalCharge: 1 },
      { label: 'Y', element: 'Y', mass: 88.906, charge: 2.1, formalCharge: 3 },
      { label: 'Cl', element: 'Cl', mass: 35.45, charge: -0.7, formalCharge: -1 },
    ],
    typeOf: Uint16Array.from(types),
    positions: Float64Array.from(positions),
  };
}

export interface SampleOptions {
  readonly system?: System;
  readonly title?: string;
  readonly temperatures?: readonly number[];
  readonly seeds?: readonly number[];
  readonly frames?: number;
  /** Hops of an ion per frame of 100 fs; by replica. */
  readonly rate?: (replica: number) => number;
  readonly status?: RunRecord['status'];
  readonly why?: string;
  readonly warnings?: readonly string[];
  readonly prepared?: Partial<PreparedRun>;
  /** No production: the run ended before. */
  readonly unproductive?: boolean;
}

export const FRAME_INTERVAL = 100;

/** Frames of one replica: Li walks on a lattice of 2.7 Å, everything vibrates. */
function walk(system: System, seed: number, frames: number, rate: number): DisplacementCollector {
  const random = new RandomSequence(seed, 7);
  const noise = Float64Array.from({ length: 8192 }, () => random.normal());
  const n = system.typeOf.length;
  const sites = new Float64Array(3 * n);
  const collector = new DisplacementCollector(system);
  for (let t = 0; t < frames; t++) {
    const offset = random.below(noise.length);
    const positions = system.positions.map(
      (x, i) => x + (sites[i] as number) + 0.12 * noise[(offset + i) % noise.length]!,
    );
    collector.add({ step: 50 * t, time: FRAME_INTERVAL * t, cell: system.cell, positions });
    system.typeOf.forEach((type, i) => {
      if (type !== 0 || random.uniform() >= rate) return;
      const way = random.below(6);
      sites[3 * i + (way >> 1)]! += way & 1 ? 2.7 : -2.7;
    });
  }
  return collector;
}

function thermo(system: System, seed: number, rows: number, temperature: number): ThermoRow[] {
  const nAtoms = system.typeOf.length;
  const cellVolume = volume(system.cell);
  const random = new RandomSequence(seed, 8);
  const spread = temperature * Math.sqrt(2 / (3 * nAtoms));
  return Array.from({ length: rows }, (_, i): ThermoRow => {
    const stage = i < rows / 5 ? 1 : 2;
    const found = temperature + spread * random.normal() - (i < 20 ? (20 - i) * 8 : 0);
    const kinetic = 0.5 * (3 * nAtoms - 3) * BOLTZMANN_EV_PER_K * found;
    const coulomb = -4 * nAtoms;
    const pair = nAtoms * (0.6 + 0.002 * random.normal());
    const conserved = nAtoms * (-3.3 + 1e-5 * (i / rows + 0.3 * random.normal()));
    const observation: Observation & ThermoRow['observation'] = {
      potential: pair + coulomb,
      pair,
      coulomb,
      kinetic,
      heat: pair + coulomb + kinetic - conserved,
      cutoffJump: 0,
      conserved,
      temperature: found,
      virial: [0, 0, 0, 0, 0, 0],
      pressure: 0.4 + 0.15 * random.normal(),
      volume: cellVolume,
      cell: system.cell,
      lattice: cellParameters(system.cell),
      stress: [0, 0, 0, 0, 0, 0],
      momentum: [0, 0, 0],
    };
    return { step: 50 * i, time: FRAME_INTERVAL * i, stage, observation };
  });
}

/** A run as the run floor would hand it to the report. */
export function sampleRun(options: SampleOptions = {}): { prepared: PreparedRun; outcome: RunOutcome } {
  const {
    system = crystal(),
    temperatures = [600],
    seeds = [1],
    frames = 1000,
    rate = () => 0.05,
    status = 'complete',
    title = 'Li3YCl6, 600 K',
    warnings = [],
  } = options;
  const spec = parseRunSpec(
    JSON.stringify({
      title,
      structure: 'structures/li3ycl6.cif',
      supercell: [2, 2, 4],
      potential: 'test',
      stages: [
        { name: 'relax', do: 'minimize', fmax: 0.05 },
        {
          name: 'equilibrate',
          do: 'nvt',
          temperature: temperatures[0],
          duration: (FRAME_INTERVAL * frames) / 4,
          timestep: 2,
        },
        {
          name: 'produce',
          do: 'nvt',
          temperature: temperatures[0],
          duration: FRAME_INTERVAL * frames,
          timestep: 2,
          production: true,
        },
      ],
      replicas: { ...(temperatures.length > 1 && { temperature: temperatures }), seed: seeds },
      mobile: 'Li',
    }),
    'spec.json',
  );
  const field = forceField(
    Object.fromEntries(
      system.species.map(({ label, element, mass, charge = 0, formalCharge = 0 }) => [
        label,
        { element, mass, charge, formalCharge },
      ]),
    ),
    [{ between: ['Li', 'Cl'], form: 'buckingham', params: { A: 1000, rho: 0.3, C: 0 } }],
    {
      name: 'chlorides-test',
      description: 'A set for tests.',
      provenance: 'fitted',
      validFor: 'Tests of the report.',
      validTemperature: [300, 700],
      knownFailures: 'It is not a potential.',
      citation: [{ text: 'A. Author, J. Tests 1, 1 (2026)', doi: '10.1234/test.1' }],
      measured: [{ system: 'Li3YCl6', quantity: 'edge a', value: 11.22, reference: 11.2, unit: 'Å' }],
    },
  );
  const grid = temperatures.flatMap((temperature) => seeds.map((seed) => ({ temperature, seed })));
  const prepared: PreparedRun = {
    spec,
    potential: { forceField: field, text: '{}', tables: new Map() },
    forceField: field,
    system,
    replicas: grid.map(({ temperature, seed }) => ({ system, seed, temperature })),
    mobile: ['Li'],
    warnings,
    built: [],
    ...options.prepared,
  };
  const record: RunRecord = {
    series: grid.map(({ seed, temperature }, r) =>
      (options.unproductive
        ? new DisplacementCollector(system)
        : walk(system, 1000 * seed + temperature, frames, rate(r))
      ).series(),
    ),
    thermo: grid.map(({ seed, temperature }) =>
      thermo(system, seed, Math.ceil(frames * 1.25), temperature).filter(
        ({ stage }) => stage < 2 || !options.unproductive,
      ),
    ),
    status,
    ...(options.why !== undefined && { why: options.why }),
  };
  const outcome: RunOutcome = {
    ...analyseRun(prepared, record),
    precision: {
      stages: [
        {
          ...{ stage: 'produce', drift: 2.3e-5, centreOfMass: 4e-9 },
          temperatures: { Li: { value: temperatures[0] ?? 600, standardError: 4, unit: 'K' } },
        },
      ],
      neighborList: { pruning: { largest: 0.31, allowed: 0.5 }, building: { largest: 0.7, allowed: 1.1 } },
      shares: { 'pair loop': 0.6, gather: 0.4 },
    },
    provenance: {
      program: 'halide-md',
      version: '0.1.0',
      commit: 'abcdef012345',
      platform: 'node v20.20.2',
      adapter: {
        kind: 'swiftshader',
        name: 'SwiftShader Device (LLVM 16.0.0), google',
        vendor: 'google',
        architecture: 'swiftshader',
        driver: 'SwiftShader driver',
      },
      specSha256: '1'.repeat(64),
      potentialSha256: '2'.repeat(64),
      systemSha256: '3'.repeat(64),
      seeds: [...seeds],
      tuning: {
        skinAngstrom: 1.5,
        choices: { coulomb: 'ewald' },
        electrostatics: [
          { method: 'ewald', alphaPerAngstrom: 0.3215, waves: 1234, estimatedForceError: 1.4e-4 },
        ],
      },
      startedAt: '2026-11-22T06:31:12.000Z',
    },
    thermo: record.thermo,
    final: status === 'failed' ? [] : grid.map(() => system),
  };
  return { prepared, outcome };
}
