/**
 * How well the dynamics were integrated, stage by stage: what should be constant and is not quite, who is as warm as the bath, how
 * far lists were trusted, and where the time went. Beside the results, for what was seen before a run was taken up is not in it.
 */
import { BOLTZMANN_EV_PER_K } from '../core/constants.ts';
import { fitLine, seriesMean } from '../core/stats.ts';
import type { Observation } from '../engine/observables.ts';
import type { Phase } from '../engine/phases.ts';
import type { SimulationStatistics } from '../engine/requests.ts';
import { massOf } from '../engine/velocities.ts';
import type { Gpu } from '../gpu/device.ts';
import { secondsOf } from '../gpu/timing.ts';
import type { System } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import type { ThermoRow } from './recorder.ts';
import type { Mean } from './results.ts';

export const PRECISION_FILE = 'precision.json';

/** One stage of dynamics, all replicas. */
export interface StagePrecision {
  readonly stage: string;
  /** Slope of the conserved quantity, the largest of all replicas, eV/atom/ns; null below 20 rows. */
  readonly drift: number | null;
  /** K: the largest kinetic energy of the centre of mass, as that of one particle. Zero but for rounding, and with a Langevin bath. */
  readonly centreOfMass: number | null;
  /** K by species, over the states at the ends of checkpoints; the error of independent ones. */
  readonly temperatures: Readonly<Record<string, Mean>>;
}

export interface Precision {
  readonly stages: readonly StagePrecision[];
  /** Largest displacement (Å) seen between two prunings and two builds of the neighbor list, and what was allowed. */
  readonly neighborList: SimulationStatistics['displacements'];
  /** Part of a step's time by phase; absent where the run did not end by itself. */
  readonly shares?: Readonly<Record<string, number>>;
}

/** Gathers what only the passing moment shows; one per stage, hence a class. */
export class StageMeter {
  readonly stage: string;
  /** Of the stage in the spec. */
  readonly index: number;
  private readonly systems: readonly System[];
  private centreOfMass: number | null = null;
  private readonly temperatures = new Map<string, number[]>();

  constructor(stage: string, index: number, systems: readonly System[]) {
    this.stage = stage;
    this.index = index;
    this.systems = systems;
  }

  addRow(observations: readonly Observation[]): void {
    observations.forEach(({ momentum }, r) => {
      const system = this.systems[r] as System;
      const mass = system.typeOf.reduce((sum, _, i) => sum + massOf(system, i), 0);
      const kelvin = momentum.reduce((sum, p) => sum + p * p, 0) / (3 * mass * BOLTZMANN_EV_PER_K);
      this.centreOfMass = Math.max(this.centreOfMass ?? 0, kelvin);
    });
  }

  /** Frames with velocities. */
  addState(frames: readonly Frame[]): void {
    frames.forEach(({ velocities }, r) => {
      const system = this.systems[r] as System;
      if (!velocities) return;
      system.species.forEach(({ label }, type) => {
        let [twice, count] = [0, 0];
        system.typeOf.forEach((other, i) => {
          if (other !== type) return;
          const v = velocities.subarray(3 * i, 3 * i + 3);
          twice += massOf(system, i) * v.reduce((sum, x) => sum + x * x, 0);
          count++;
        });
        if (count === 0) return;
        const kelvin = twice / (3 * count * BOLTZMANN_EV_PER_K);
        this.temperatures.set(label, [...(this.temperatures.get(label) ?? []), kelvin]);
      });
    });
  }

  /** @param rows of this stage, by replica */
  result(rows: readonly (readonly ThermoRow[])[]): StagePrecision {
    const drifts = rows.flatMap((some, r) => driftOf(some, (this.systems[r] as System).typeOf.length) ?? []);
    const largest = drifts.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
    return {
      stage: this.stage,
      drift: drifts.length > 0 ? largest : null,
      centreOfMass: this.centreOfMass,
      temperatures: Object.fromEntries(
        [...this.temperatures].map(([label, values]) => {
          const { mean } = seriesMean(values);
          const variance =
            values.reduce((sum, t) => sum + (t - mean) ** 2, 0) / Math.max(1, values.length - 1);
          const standardError = Math.sqrt(variance / values.length);
          return [label, { value: mean, standardError, unit: 'K' }];
        }),
      ),
    };
  }
}

const FEWEST_ROWS = 20;

function driftOf(rows: readonly ThermoRow[], nAtoms: number): number | undefined {
  if (rows.length < FEWEST_ROWS) return undefined;
  const nanoseconds = rows.map(({ time }) => time * 1e-6);
  return fitLine(
    nanoseconds,
    rows.map(({ observation }) => observation.conserved / nAtoms),
  ).slope;
}

/** Part of a step's time by phase. The state means nothing afterwards. */
export async function phaseShares(gpu: Gpu, phases: readonly Phase[]): Promise<Record<string, number>> {
  const seconds: [string, number][] = [];
  for (const { name, perStep, encode } of phases) {
    seconds.push([name, perStep * (await secondsOf(gpu, encode, SHARE_SECONDS))]);
  }
  const total = seconds.reduce((sum, [, time]) => sum + time, 0);
  return Object.fromEntries(seconds.map(([name, time]) => [name, time / total]));
}

/** Seconds that each phase is timed for: a run that took minutes can spare them. */
const SHARE_SECONDS = 0.03;

/** Lines for the log. */
export function precisionLines({ stages, neighborList, shares }: Precision): string[] {
  const digits = (x: number): string => x.toPrecision(3);
  const lines = stages.flatMap(({ stage, drift, centreOfMass, temperatures }) => {
    const kelvins = Object.entries(temperatures).map(
      ([label, { value, standardError }]) =>
        `${label} ${value.toFixed(1)}${standardError > 0 ? ` ± ${standardError.toFixed(1)}` : ' (one state)'}`,
    );
    const parts = [
      ...(drift === null ? [] : [`drift ${digits(drift)} eV/atom/ns`]),
      ...(centreOfMass === null ? [] : [`centre of mass at most ${digits(centreOfMass)} K`]),
      ...(kelvins.length > 0 ? [`temperatures ${kelvins.join(', ')} K`] : []),
    ];
    return parts.length > 0 ? [`precision, stage ${stage}: ${parts.join('; ')}`] : [];
  });
  const { pruning, building } = neighborList;
  const list =
    `precision, neighbor list: atoms moved at most ${digits(pruning.largest)} of ${digits(pruning.allowed)} Å between two ` +
    `prunings, ${digits(building.largest)} of ${digits(building.allowed)} Å between two builds`;
  const time = Object.entries(shares ?? {}).map(([name, share]) => `${name} ${(100 * share).toFixed(0)} %`);
  return [...lines, list, ...(time.length > 0 ? [`time of a step: ${time.join(', ')}`] : [])];
}
