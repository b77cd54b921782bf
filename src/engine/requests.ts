/** What a simulation is asked for, and what it hands back: options, requests of steps, states to go on from, counters. */
import type { ForceField } from '../forcefield/forceField.ts';
import type { Frame } from '../model/trajectory.ts';
import type { Observation } from './observables.ts';
import type { ReplicaSetup, StateWords } from './stateBuffers.ts';
import type { TuneRequest } from './tuning.ts';

export interface SimulationOptions {
  readonly forceField: ForceField;
  /** At least one; systems with species assigned from the force field, all with the same species table. */
  readonly replicas: readonly ReplicaSetup[];
  /** Å; default: the force field's */
  readonly cutoff?: number;
  /** Å by which neighbor lists reach beyond the cutoff. */
  readonly skin?: number;
  /** Wall-clock milliseconds a batch of steps should take: short in a browser, which shares the GPU with the page. */
  readonly batchMilliseconds?: number;
  /** How choices that the force field leaves open are made; default: by the cost model, without a clock. */
  readonly tune?: TuneRequest;
  /** True when a barostat or a minimiser may move the cells; default false. */
  readonly variableCell?: boolean;
}

/** What is recorded while the steps run; 0 means never. */
export interface RunRequest {
  readonly steps: number;
  readonly seriesEvery: number;
  readonly frameEvery: number;
  /** Step that both are counted from; default 0. */
  readonly recordFrom?: number;
  readonly withVelocities?: boolean;
  readonly onSeries?: (step: number, observations: readonly Observation[]) => void | Promise<void>;
  readonly onFrame?: (frames: readonly Frame[]) => void | Promise<void>;
  /** Awaited before every batch: where a pause waits and a new temperature is set. */
  readonly beforeBatch?: () => void | Promise<void>;
  /** Called after every batch with the steps done so far in this request. */
  readonly onBatch?: (stepsDone: number) => void;
  /** Stops the request early, asked after every batch; forces (eV/Å per replica) and stresses (GPa) are the minimiser's. */
  readonly until?: (largestForces: readonly number[], stressDeviations: readonly number[]) => boolean;
  readonly signal?: AbortSignal;
}

/** What a relaxation has left. */
export interface Relaxed {
  readonly steps: number;
  /** eV/Å, of each replica */
  readonly largestForces: readonly number[];
  /** GPa, of each replica, where cells were free */
  readonly stressDeviations: readonly number[];
  readonly converged: boolean;
}

/** The step and the time (fs) from which on time counts, in timesteps (fs). */
export interface TimeOrigin {
  readonly step: number;
  readonly time: number;
  readonly timestep: number;
}

/** A state to go on from. */
export interface SimulationState {
  readonly step: number;
  readonly origin: TimeOrigin;
  readonly words: StateWords;
}

/** Counters for log and provenance. */
export interface SimulationStatistics {
  readonly rebuilds: number;
  readonly prunings: number;
  readonly rollbacks: number;
  /** Steps between two builds and two prunings of the neighbor list, as they stand. */
  readonly interval: number;
  readonly pruningInterval: number;
  readonly submissions: number;
  /** Å: the largest between two prunings and two builds, and what is allowed; small ones are not reported by kernels. */
  readonly displacements: Readonly<
    Record<'pruning' | 'building', { readonly largest: number; readonly allowed: number }>
  >;
}
