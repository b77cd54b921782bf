/** Signs that a run has left physics, and the sentence that names the atom. */

import { PhysicsError } from '../core/errors.ts';
import { atomName } from '../model/system.ts';
import { MOST_CELL_CHANGE } from './cellFollower.ts';
import type { ReplicaSetup, StateBuffers } from './stateBuffers.ts';
import { temperature } from './velocities.ts';

/** A temperature no simulated ion survives (two of four ions pushed apart by a wall reach 150 000 K); beyond it the run has blown up whatever the target was. */
const RUNAWAY_KELVIN = 1e6;

/**
 * Throws when a replica is beyond any temperature, or its kinetic energy is not a number.
 * @param kinetic blocks of observables/kinetic.wgsl
 */
export function checkTemperatures(state: StateBuffers, kinetic: Float32Array, step: number): void {
  state.replicas.forEach((_, r) => {
    const { firstBlock, nBlocks } = state.slice(r);
    let sum = 0;
    for (let b = firstBlock; b < firstBlock + nBlocks; b++) {
      for (let k = 0; k < 3; k++) sum += kinetic[12 * b + k] as number;
    }
    const kelvin = temperature(sum, state.degrees[r] as number);
    if (!(kelvin < RUNAWAY_KELVIN)) {
      throw new PhysicsError(
        `the temperature of replica ${r} reached ${kelvin.toPrecision(3)} K near step ${step}`,
      );
    }
  });
}

/** A cell has gone further from the one its sums were planned for than they can follow. */
export class CellChangeError extends PhysicsError {}

/** Throws when a cell has gone further from the planned one within a few steps than any crystal does. */
export function checkCells(change: number, step: number, steps: number): void {
  if (change <= MOST_CELL_CHANGE) return;
  throw new CellChangeError(
    `steps ${step + 1}–${step + steps}: the cell has changed its shape by ${(100 * change).toFixed(0)} %, more than ` +
      `${(100 * MOST_CELL_CHANGE).toFixed(0)} % since its sums were planned; the structure collapses or flies apart at this pressure and ` +
      'temperature, or the barostat is too fast (a larger tauP)',
  );
}

/**
 * The error of an atom that crosses half the skin within one step: which, how fast.
 * @param velocities [n×3] Å/fs of each replica
 */
export function runawayError(
  replicas: readonly ReplicaSetup[],
  velocities: readonly Float64Array[],
  step: number,
): PhysicsError {
  let worst = { r: 0, atom: 0, speed: -1 };
  velocities.forEach((v, r) => {
    for (let i = 0; i < v.length / 3; i++) {
      const speed = Math.hypot(...v.subarray(3 * i, 3 * i + 3));
      // Written so that a speed that is not a number wins.
      if (!(speed <= worst.speed)) worst = { r, atom: i, speed };
    }
  });
  const { system } = replicas[worst.r] as ReplicaSetup;
  return new PhysicsError(
    `${atomName(system, worst.atom)} of replica ${worst.r} moves at ${worst.speed.toPrecision(3)} Å/fs near step ${step}`,
  );
}
