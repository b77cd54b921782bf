/** The run specification: one JSON (or YAML) file that says what is simulated. Here it is complete; parseSpec.ts reads it. */
import type { FrameAnalysisName } from '../analysis/frameAnalyses.ts';
import type { AnalysisName } from '../analysis/index.ts';
import { type AnalysisRequest, type GivenOptions, requestOf } from '../analysis/request.ts';
import type { PairDistances } from '../build/exclusions.ts';
import type { Composition } from '../build/operations.ts';
import type { Ordering, SiteFreedom } from '../build/order.ts';
import type { BarostatSettings, CellShape } from '../engine/barostat.ts';
import type { CoulombMethod } from '../forcefield/forceField.ts';

export interface MinimizeStage {
  readonly name: string;
  readonly do: 'minimize';
  readonly cell: 'fixed' | CellShape;
  /** GPa */
  readonly pressure: number;
  /** eV/Å */
  readonly fmax: number;
  /** GPa: largest deviation of the stress from the pressure, where the cell is not fixed. */
  readonly smax: number;
  readonly maxSteps: number;
  /** Species, by label or element, that stand still. */
  readonly frozen: readonly string[];
}

interface Dynamics {
  readonly name: string;
  /** fs */
  readonly duration: number;
  /** fs */
  readonly timestep: number;
  readonly production: boolean;
  /** Species, by label or element, that stand still. */
  readonly frozen: readonly string[];
}

/** One value, or a line from the first to the second over a stage. */
export type Ramp = number | readonly [number, number];

interface Thermostatted extends Dynamics {
  readonly thermostat: 'csvr' | 'langevin' | 'noseHoover';
  /** K */
  readonly temperature: Ramp;
  /** Relaxation time of the thermostat, fs. */
  readonly tau: number;
}

export interface NvtStage extends Thermostatted {
  readonly do: 'nvt';
  /** Uniform electric field, V/Å. */
  readonly field: readonly [number, number, number] | null;
}

export interface NptStage extends Thermostatted {
  readonly do: 'npt';
  readonly cell: CellShape;
  /** GPa */
  readonly pressure: Ramp;
  readonly barostat: BarostatSettings['barostat'];
  /** Relaxation time of the barostat, fs. */
  readonly tauP: number;
  /** What the barostat takes for the compressibility, 1/GPa. */
  readonly compressibility: number;
}

export interface NveStage extends Dynamics {
  readonly do: 'nve';
  /** K: what initial velocities are drawn at */
  readonly temperature?: number;
  readonly field: readonly [number, number, number] | null;
}

export type DynamicStage = NvtStage | NptStage | NveStage;

export type Stage = MinimizeStage | DynamicStage;

/** Ordering first, then the changes of composition. */
export interface Build extends Composition {
  /** How partly occupied sites are ordered; null: not at all, such structures are refused. */
  readonly order: Ordering | null;
  /** Whether every site keeps what was refined for it, or species may stand on any of theirs. */
  readonly sites: SiteFreedom;
  /** Shortest distances of ions on partly occupied sites, such as `Li-Li`, Å, instead of the usual ones. */
  readonly exclude: PairDistances;
}

/** When production has gone on for long enough; its duration is the least of it. */
export interface Until {
  readonly conductivity: {
    /** Relative standard error asked for: a quarter of the width of the 95 % interval, about. */
    readonly relativeError: number;
    readonly estimator: 'collective' | 'nernstEinstein';
    /** The species whose transport is asked for: that of the run. */
    readonly mobile: string | null;
  };
  /** fs of production at most. */
  readonly maxDuration: number;
}

export interface RunSpec {
  readonly title: string;
  readonly structure: string;
  readonly supercell: readonly [number, number, number];
  readonly seed: number;
  /** How the supercell is made of the structure; draws go by `seed`. */
  readonly build: Build;
  readonly potential: string;
  /** Å; null: the potential's */
  readonly cutoff: number | null;
  /** null: the potential's */
  readonly accuracy: number | null;
  /** Long-range Coulomb; null: the potential's */
  readonly method: CoulombMethod | null;
  readonly velocities: 'maxwell' | 'file';
  readonly stages: readonly Stage[];
  readonly replicas: { readonly temperature: readonly number[] | null; readonly seed: readonly number[] };
  /** null: production has the duration of its stages. */
  readonly until: Until | null;
  /** The species whose transport is asked for; null: every cation of charge +1. */
  readonly mobile: string | null;
  readonly record: {
    readonly trajectory: { readonly file: string; readonly every: number };
    readonly series: { readonly every: number };
    readonly checkpoint: { readonly every: number };
  };
  readonly analysis: readonly AnalysisEntry[];
}

/** The name of an analysis, or of one of frames with its options. */
export type AnalysisEntry = AnalysisName | Readonly<Record<FrameAnalysisName, GivenOptions>>;

/** The requests for analyses of frames in an entry. */
export function frameRequests(entry: AnalysisEntry): AnalysisRequest[] {
  if (typeof entry === 'string') return [];
  return Object.entries(entry).map(([name, options]) => requestOf(name, options));
}

/** Temperatures (K) and seeds of the replicas: the product of the two lists, temperatures outermost. */
export function replicaGrid(spec: RunSpec): { temperature: number | null; seed: number }[] {
  const temperatures = spec.replicas.temperature ?? [null];
  return temperatures.flatMap((temperature) => spec.replicas.seed.map((seed) => ({ temperature, seed })));
}

/** Both ends of a ramp. */
export function ends(ramp: Ramp): readonly [number, number] {
  return typeof ramp === 'number' ? [ramp, ramp] : ramp;
}

/** The one value that a stage holds; undefined for a ramp. */
export function held(ramp: Ramp | undefined): number | undefined {
  if (ramp === undefined) return undefined;
  const [first, last] = ends(ramp);
  return first === last ? first : undefined;
}

/** True when a stage may change the cell. */
export function movesCell(stage: Stage): boolean {
  return stage.do === 'npt' || (stage.do === 'minimize' && stage.cell !== 'fixed');
}

/** Whole steps of a dynamic stage. */
export function stageSteps({ duration, timestep }: DynamicStage): number {
  return Math.max(1, Math.round(duration / timestep));
}

/** Steps that a dynamic stage of a run may have: more than it asks for, where production goes on until it knows enough. */
export function mostSteps({ until }: Pick<RunSpec, 'until'>, stage: DynamicStage): number {
  const steps = stageSteps(stage);
  return until && stage.production ? Math.max(steps, Math.floor(until.maxDuration / stage.timestep)) : steps;
}

export function isDynamic(stage: Stage): stage is DynamicStage {
  return stage.do !== 'minimize';
}
