/** One line of `bench`: a method, a size and a number of replicas, alone or by turns with another engine. */
import { COULOMB_EV_ANGSTROM } from '../../core/constants.ts';
import { median } from '../../core/stats.ts';
import type { Phase } from '../../engine/phases.ts';
import { Simulation } from '../../engine/simulation.ts';
import { maxwellVelocities } from '../../engine/velocities.ts';
import type { ForceField } from '../../forcefield/forceField.ts';
import type { Gpu } from '../../gpu/device.ts';
import { secondsOf } from '../../gpu/timing.ts';
import type { System } from '../../model/system.ts';
import { type BenchMethod, benchForceField, benchSystem, KELVIN, TIMESTEP } from './crystal.ts';
import { lammps } from './lammps.ts';
import { lammpsJs } from './lammpsJs.ts';
import type { Rival, RivalName } from './rival.ts';

export const REPEATS = 3;
/** Steps of the shortest timing: as many as a list lasts, unless they take minutes (a million ions without a GPU). */
const FEWEST_STEPS = 20;
const FEWEST_SLOW_STEPS = 4;
const SLOW_STEPS_PER_SECOND = 1;
/** Most ions for which the other engine's Ewald sum is waited for. */
const MOST_REFERENCE_IONS = 4096;
const FEMTOSECONDS_PER_NS = 1e6;
const SECONDS_PER_DAY = 86400;

export interface BenchRow {
  /** Of one replica. */
  readonly atoms: number;
  /** As `--methods` names it. */
  readonly method: string;
  readonly replicas: number;
  /** Median over the repeats. */
  readonly stepsPerSecond: number;
  /** Of all replicas together. */
  readonly atomStepsPerSecond: number;
  /** Of one replica. */
  readonly nsPerDay: number;
  readonly microsecondsPerAtomStep: number;
  /** Seconds from nothing to the first step: planning, compilation, first list. */
  readonly startSeconds: number;
  /** All buffers on the GPU. */
  readonly gpuMebibytes: number;
  readonly bytesPerAtom: number;
  /** Estimated rms force error of the sums, eV/Å; null without charges. */
  readonly forceError: number | null;
  /** µs per atom and step of each part of a step, timed alone. */
  readonly phases?: Readonly<Record<string, number>>;
  readonly against?: Beside;
}

/** The other engine, run by turns. */
export interface Beside {
  readonly engine: RivalName;
  readonly version: string;
  readonly workers: number;
  readonly stepsPerSecond: number;
  /** Our speed over theirs: median and range. */
  readonly ratio: number;
  readonly range: readonly [number, number];
  /** Measured rms force errors against the other engine's Ewald sum, over 14.4 eV/Å; absent for large cells. */
  readonly accuracy?: { readonly ours: number; readonly theirs: number };
}

export interface BenchRequest {
  /** Cells along an edge. */
  readonly n: number;
  readonly method: BenchMethod;
  readonly replicas: number;
  /** Of each measurement. */
  readonly seconds: number;
  readonly against: RivalName | undefined;
  readonly withPhases: boolean;
}

export async function measureRow(gpu: Gpu, request: BenchRequest): Promise<BenchRow> {
  const { n, method, replicas, seconds, withPhases } = request;
  const forceField = benchForceField(method);
  const system = benchSystem(n, forceField);
  const rival = method.method === 'none' ? undefined : rivalOf(request.against, system, forceField);
  const began = performance.now();
  const simulation = await Simulation.create(gpu, {
    forceField,
    replicas: Array.from({ length: replicas }, (_, seed) => ({ system, seed, temperature: KELVIN })),
  });
  try {
    const atStart = rival && (await simulation.readForces(0));
    for (let r = 0; r < replicas; r++) simulation.setVelocities(r, maxwellVelocities(system, KELVIN, r));
    await simulation.setIntegrator({ integrator: 'nve', timestep: TIMESTEP });
    await simulation.run({ steps: 1, seriesEvery: 0, frameEvery: 0 });
    const startSeconds = (performance.now() - began) / 1000;
    const warm = await warmSpeed(simulation);
    const steps = Math.max(fewestSteps(warm), Math.round(seconds * warm));
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let k = 0; k < REPEATS; k++) {
      ours.push(await speed(simulation, steps));
      if (rival) theirs.push(rival.measure(steps));
    }
    const accuracy = rival && atStart && measuredErrors(atStart, rival);
    const stepsPerSecond = median(ours);
    const atoms = system.typeOf.length;
    const atomStepsPerSecond = stepsPerSecond * atoms * replicas;
    const gpuBytes = gpu.allocatedBytes;
    return {
      ...{ atoms, method: method.label, replicas, stepsPerSecond, atomStepsPerSecond },
      nsPerDay: (stepsPerSecond * TIMESTEP * SECONDS_PER_DAY) / FEMTOSECONDS_PER_NS,
      microsecondsPerAtomStep: 1e6 / atomStepsPerSecond,
      startSeconds,
      gpuMebibytes: gpuBytes / 2 ** 20,
      bytesPerAtom: gpuBytes / (atoms * replicas),
      forceError: simulation.forces.longRange?.tuning(0).estimatedForceError ?? null,
      ...(rival && { against: { ...besides(rival, ours, theirs), ...(accuracy && { accuracy }) } }),
      // Last: the state means nothing afterwards.
      ...(withPhases && { phases: await phaseTimes(gpu, await simulation.phases(), atoms * replicas) }),
    };
  } finally {
    simulation.destroy();
    rival?.destroy();
  }
}

function rivalOf(name: RivalName | undefined, system: System, forceField: ForceField): Rival | undefined {
  if (name === 'lammps') return lammps(system, forceField);
  return name && lammpsJs(system, forceField);
}

function besides(
  { engine, version, workers }: Rival,
  ours: readonly number[],
  theirs: readonly number[],
): Beside {
  const ratios = ours.map((one, k) => one / (theirs[k] as number));
  return {
    ...{ engine, version, workers },
    stepsPerSecond: median(theirs),
    ratio: median(ratios),
    range: [Math.min(...ratios), Math.max(...ratios)],
  };
}

/** Both engines' forces at the first positions against the other one's Ewald sum, rms over the ions, over 14.4 eV/Å. */
function measuredErrors(ours: Float64Array, rival: Rival): Beside['accuracy'] | undefined {
  if (ours.length / 3 > MOST_REFERENCE_IONS) return undefined;
  const exact = rival.forces('exact');
  const error = (forces: Float64Array): number => {
    const squares = forces.reduce((sum, f, i) => sum + (f - (exact[i] as number)) ** 2, 0);
    return Math.sqrt((3 * squares) / forces.length) / COULOMB_EV_ANGSTROM;
  };
  return { ours: error(ours), theirs: error(rival.forces('timed')) };
}

/** Steps per second. */
async function speed(simulation: Simulation, steps: number): Promise<number> {
  const began = performance.now();
  await simulation.run({ steps, seriesEvery: 0, frameEvery: 0 });
  return (1000 * steps) / (performance.now() - began);
}

function fewestSteps(stepsPerSecond: number): number {
  return stepsPerSecond < SLOW_STEPS_PER_SECOND ? FEWEST_SLOW_STEPS : FEWEST_STEPS;
}

/**
 * Steps per second once everything is warm: drivers compile at first use, batches grow to their length, the list's
 * interval finds its own. Until a run is no longer a tenth faster than the one before, and has taken a fifth of a second.
 */
async function warmSpeed(simulation: Simulation): Promise<number> {
  const cold = await speed(simulation, FEWEST_SLOW_STEPS);
  let steps = fewestSteps(cold);
  let before = cold;
  for (;;) {
    const now = await speed(simulation, steps);
    if (now < 1.1 * before && steps >= 0.2 * now) return now;
    steps = Math.max(steps, Math.ceil(0.25 * now));
    before = now;
  }
}

async function phaseTimes(
  gpu: Gpu,
  phases: readonly Phase[],
  atoms: number,
): Promise<Record<string, number>> {
  const times: Record<string, number> = {};
  for (const { name, perStep, encode } of phases) {
    times[name] = (1e6 * perStep * (await secondsOf(gpu, encode))) / atoms;
  }
  return times;
}
