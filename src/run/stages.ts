/** What a stage asks of the engine, and the simulation of a run. */
import { InputError, PhysicsError } from '../core/errors.ts';
import { inverse, multiply } from '../core/vec.ts';
import type { IntegratorSettings } from '../engine/integrators.ts';
import { checkCutoff } from '../engine/neighborList.ts';
import { Simulation } from '../engine/simulation.ts';
import type { TuneRequest } from '../engine/tuning.ts';
import type { Gpu } from '../gpu/device.ts';
import { type Cell, cellFromVectors, toCartesian, toFractional } from '../model/cell.ts';
import type { RunOptions } from './events.ts';
import type { PreparedRun } from './prepare.ts';
import { type DynamicStage, ends, held, movesCell, stageSteps, type Until } from './spec.ts';

/** Steps between two looks at how far cells have gone from those that long-range sums were planned for. */
export const CELL_CHECK_STEPS = 250;
/** ‖F − 1‖ since then that the end of a relaxation may have: 0.1 % of every edge. */
export const REST_CHANGE = 0.002;

/**
 * The simulation of a run.
 * @param cells nine numbers (Å) for each replica: cells that long-range sums are planned for instead of the system's
 */
export function openSimulation(
  gpu: Gpu,
  { forceField, replicas, spec }: PreparedRun,
  { batchMilliseconds }: Pick<RunOptions, 'batchMilliseconds'>,
  {
    tune,
    cells,
  }: { readonly tune: TuneRequest; readonly cells?: readonly (readonly number[])[] | undefined },
): Promise<Simulation> {
  return Simulation.create(gpu, {
    forceField,
    replicas: replicas.map((replica, r) => {
      const h = cells?.[r];
      const { system } = replica;
      if (!h || h.every((x, i) => x === system.cell.h[i])) return replica;
      const cell = cellFromVectors(h);
      const positions = toCartesian(cell, toFractional(system.cell, system.positions));
      return { ...replica, system: { ...system, cell, positions } };
    }),
    tune,
    variableCell: spec.stages.some(movesCell),
    ...(batchMilliseconds !== undefined && { batchMilliseconds }),
  });
}

/** The integrator of a stage, with its baths. */
export function integratorOf(stage: DynamicStage): IntegratorSettings {
  const { timestep } = stage;
  const field = stage.do !== 'npt' && stage.field ? { field: stage.field } : {};
  if (stage.do === 'nve') return { integrator: 'nve', timestep, ...field };
  const { thermostat, temperature, tau } = stage;
  const heats = held(temperature) === undefined;
  const presses = stage.do === 'npt' && held(stage.pressure) === undefined;
  return {
    ...{ integrator: thermostat, timestep, tau, ...field },
    ...(stage.do === 'npt' && {
      barostat: {
        ...{ barostat: stage.barostat, cell: stage.cell, pressure: ends(stage.pressure) },
        ...{ tau: stage.tauP, compressibility: stage.compressibility },
      },
    }),
    ...((heats || presses) && {
      ramp: { steps: stageSteps(stage), ...(heats && { temperature: ends(temperature)[1] }) },
    }),
  };
}

/**
 * A stage for the log.
 * @param bath K at the first and the last step, of each replica
 */
export function stageText(
  stage: DynamicStage,
  [first, last]: readonly [number[], number[]],
  until: Until | null = null,
): string {
  const goesOn =
    until && stage.production
      ? ` at least, at most ${until.maxDuration} fs, until σ is known to ± ${Number((100 * until.conductivity.relativeError).toPrecision(3))} %`
      : '';
  const field = stage.do !== 'npt' && stage.field ? `, field (${stage.field.join(', ')}) V/Å` : '';
  const frozen = stage.frozen.length > 0 ? `, ${stage.frozen.join(', ')} frozen` : '';
  const steps = `stage ${stage.name}: ${stage.do}, ${stageSteps(stage)} steps of ${stage.timestep} fs${goesOn}${field}${frozen}`;
  if (stage.do === 'nve') return steps;
  const lines = first.map((kelvin, r) => (kelvin === last[r] ? `${kelvin}` : `${kelvin} → ${last[r]}`));
  const bath = `${steps}, ${stage.thermostat} at ${[...new Set(lines)].join(', ')} K`;
  if (stage.do === 'nvt') return bath;
  return `${bath}, ${stage.barostat} of the ${stage.cell} cell at ${[...new Set(ends(stage.pressure))].join(' → ')} GPa`;
}

/** ‖F − 1‖ of the deformation F from one cell to another: √Σ over its nine elements squared. */
export function cellChange(before: Cell, now: Cell): number {
  const difference = now.h.map((x, i) => x - (before.h[i] as number));
  return Math.hypot(...multiply(inverse(before.h), difference));
}

/** Throws when a cell has become thinner than twice the cutoff. */
export function checkWidths(cell: Cell, cutoff: number, title: string, step: number): void {
  try {
    checkCutoff(cell, cutoff, title);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new PhysicsError(`step ${step}: the cell has shrunk too far: ${error.message}`);
  }
}
