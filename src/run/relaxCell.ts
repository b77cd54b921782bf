/** A structure at rest under a potential: atoms, and the cell where it may move, at zero temperature. */

import { GPA_PER_EV_ANGSTROM3 } from '../core/constants.ts';
import type { CellShape } from '../engine/barostat.ts';
import { Simulation } from '../engine/simulation.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import type { Gpu } from '../gpu/device.ts';
import { volume } from '../model/cell.ts';
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
  readonly steps: number;
  /** eV, of the whole cell */
  readonly energy: number;
  /** eV/Å */
  readonly largestForce: number;
  /** GPa; 0 where the cell is fixed */
  readonly stressDeviation: number;
}

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
  for (;;) {
    const simulation = await Simulation.create(gpu, {
      ...{ forceField, variableCell: cell !== 'fixed' },
      replicas: [{ system: now, seed: 0, temperature: 0 }],
    });
    try {
      const left = await simulation.minimize({
        ...{ fmax, maxSteps: Math.max(1, Math.min(maxSteps - steps, CELL_CHECK_STEPS)) },
        ...(cell !== 'fixed' && {
          cell: { shape: cell, pressure: pressure - tailPressureAt(tail, now), smax },
        }),
      });
      steps += left.steps;
      const [frame] = await simulation.frames();
      const [seen] = await simulation.observe();
      if (!frame || !seen) throw new RangeError('a simulation of one replica has one frame');
      const moved = cellChange(now.cell, frame.cell);
      now = { ...now, cell: frame.cell, positions: frame.positions };
      const isSettled = left.converged && moved <= REST_CHANGE;
      if (!isSettled && steps < maxSteps) continue;
      return {
        ...{ system: now, converged: isSettled, steps, energy: seen.potential },
        largestForce: left.largestForces[0] ?? Number.NaN,
        stressDeviation: left.stressDeviations[0] ?? 0,
      };
    } finally {
      simulation.destroy();
    }
  }
}

/** Pressure of what lies beyond the cutoff at a system's volume, GPa. @param tail pressure times volume squared, eV·Å³ */
export function tailPressureAt(tail: number, { cell }: System): number {
  return (tail / volume(cell) ** 2) * GPA_PER_EV_ANGSTROM3;
}
