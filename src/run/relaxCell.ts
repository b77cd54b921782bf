/** A structure at rest under a potential: atoms, and the cell where it may move, at zero temperature. */

import type { CellShape } from '../engine/barostat.ts';
import { CellChangeError } from '../engine/faults.ts';
import { Simulation } from '../engine/simulation.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import { tailPressureAt } from '../forcefield/tail.ts';
import type { Gpu } from '../gpu/device.ts';
import { perpendicularWidths } from '../model/cell.ts';
import type { System } from '../model/system.ts';
import { CELL_CHECK_STEPS, cellChange, REST_CHANGE } from './stages.ts';

export interface RelaxCellSettings {
  readonly cell: 'fixed' | CellShape;
  /** GPa */
  readonly pressure: number;
  /** Pressure times volume squared of what lies beyond the cutoff (forcefield/tail.ts), eV·Å³; 0. */
  readonly tail?: number;
  /** eV/Å */
  readonly fmax: number;
  /** GPa */
  readonly smax: number;
  readonly maxSteps: number;
}

export interface RelaxedSystem {
  readonly system: System;
  readonly converged: boolean;
  /** The cell has become thinner than twice the cutoff: relaxing ended there. */
  readonly isThin: boolean;
  readonly steps: number;
  /** eV, of the whole cell */
  readonly energy: number;
  /** eV/Å */
  readonly largestForce: number;
  /** GPa; 0 where the cell is fixed */
  readonly stressDeviation: number;
}

/** Steps of FIRE between two plans at least; no cell goes 14 % in so few. */
const FEWEST_STEPS = 4;

/**
 * Relaxes a structure by FIRE, with sums that were planned for the cell it ends in.
 * @param system species assigned; the cell at least twice as thick as the cutoff
 */
export async function relaxCell(
  gpu: Gpu,
  system: System,
  forceField: ForceField,
  { cell, pressure, tail = 0, fmax, smax, maxSteps }: RelaxCellSettings,
): Promise<RelaxedSystem> {
  let now = system;
  let steps = 0;
  let chunk = CELL_CHECK_STEPS;
  for (;;) {
    const simulation = await Simulation.create(gpu, {
      ...{ forceField, variableCell: cell !== 'fixed' },
      replicas: [{ system: now, seed: 0, temperature: 0 }],
    });
    try {
      const left = await simulation.minimize({
        ...{ fmax, maxSteps: Math.max(1, Math.min(maxSteps - steps, chunk)) },
        ...(cell !== 'fixed' && {
          cell: { shape: cell, pressure: pressure - tailPressureAt(tail, now.cell), smax },
        }),
      });
      steps += left.steps;
      const [frame] = await simulation.frames();
      const [seen] = await simulation.observe();
      if (!frame || !seen) throw new RangeError('a simulation of one replica has one frame');
      const moved = cellChange(now.cell, frame.cell);
      now = { ...now, cell: frame.cell, positions: frame.positions };
      const isSettled = left.converged && moved <= REST_CHANGE;
      const isThin = Math.min(...perpendicularWidths(now.cell)) < 2 * forceField.cutoff;
      chunk = Math.min(CELL_CHECK_STEPS, 2 * chunk);
      if (!isSettled && !isThin && steps < maxSteps) continue;
      return {
        ...{ system: now, converged: isSettled, isThin, steps, energy: seen.potential },
        largestForce: left.largestForces[0] ?? Number.NaN,
        stressDeviation: left.stressDeviations[0] ?? 0,
      };
    } catch (error) {
      // Too far at once for sums planned where it began: the same way again in smaller pieces, each planned anew.
      if (!(error instanceof CellChangeError) || chunk <= FEWEST_STEPS || steps >= maxSteps) throw error;
      steps += chunk;
      chunk = Math.max(FEWEST_STEPS, Math.floor(chunk / 8));
    } finally {
      simulation.destroy();
    }
  }
}
