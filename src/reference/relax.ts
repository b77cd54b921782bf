/**
 * FIRE in f64 (Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006), doi:10.1103/PhysRevLett.97.170201; semi-implicit form and
 * half a step back by Guénolé et al., Comput. Mater. Sci. 175, 109584 (2020), doi:10.1016/j.commatsci.2020.109584), step by
 * step as the shaders take them.
 */
import { GPA_PER_EV_ANGSTROM3 } from '../core/constants.ts';
import { multiply } from '../core/vec.ts';
import { type Cell, volume } from '../model/cell.ts';
import { generalized, rowStrain, transform, turnBack } from './cellShape.ts';
import { add, contraction, exponential, IDENTITY, type Matrix, scaled, tensor } from './matrix.ts';
import type { ReferenceBarostat, ReferenceSettings } from './referenceState.ts';

export interface RelaxSettings {
  /** eV·fs²/Å², of every atom */
  readonly mass: number;
  /** fs */
  readonly timestep: number;
  /** Å */
  readonly longestStep: number;
  /** How the cell relaxes with the atoms, towards a pressure (GPa); absent: it stays. */
  readonly cell?: { readonly shape: ReferenceBarostat['cell']; readonly pressure: number };
}

/** What is relaxed, changed in place. */
export interface Relaxing {
  /** [n×3] Å */
  readonly positions: Float64Array;
  cell: Cell;
}

const MIXING = 0.25;
/** ‖X‖ of one move of the cell at most (shaders/minimize/freeCell.wgsl). */
const LONGEST_STRAIN = 0.01;

/**
 * Moves atoms and cell, from rest.
 * @returns how often a step ran uphill and was taken back by half
 */
export function relax(
  state: Relaxing,
  forcesAt: ReferenceSettings['forces'],
  { mass, timestep, longestStep, cell: free }: RelaxSettings,
  steps: number,
): number {
  const { positions, cell: planned } = state;
  const velocities = new Float64Array(positions.length);
  // The cell's coordinates are √N·1 Å times its generalized strain, so its rate counts N-fold and its force an N-th.
  const nAtoms = positions.length / 3;
  let rate: Matrix = new Float64Array(9);
  let [h, mixing, downhill, turns] = [timestep, MIXING, 0, 0];
  for (let step = 0; step < steps; step++) {
    const { forces, virial } = forcesAt(positions, state.cell);
    const cellForce = free
      ? add(
          generalized(free.shape, tensor(virial), state.cell),
          scaled(IDENTITY, (-free.pressure / GPA_PER_EV_ANGSTROM3) * volume(state.cell)),
        )
      : new Float64Array(9);
    const power = contraction(forces, velocities) + contraction(cellForce, rate);
    let back = 0;
    if (power > 0) {
      downhill++;
      if (downhill > 20) {
        h = Math.min(1.1 * h, 10 * timestep);
        mixing *= 0.99;
      }
    } else if (step > 0) {
      h = Math.max(0.5 * h, 0.02 * timestep);
      [mixing, downhill, back] = [MIXING, 0, 1];
      turns++;
    }
    const speed2 = contraction(velocities, velocities) + nAtoms * contraction(rate, rate);
    const force2 = contraction(forces, forces) + contraction(cellForce, cellForce) / nAtoms;
    const keep = power > 0 ? 1 - mixing : 0;
    const gain = power > 0 ? mixing * Math.sqrt(speed2 / force2) : 0;
    if (free) {
      const before = rate;
      rate = add(scaled(before, keep), scaled(cellForce, (gain + h / mass) / nAtoms));
      const wanted = add(scaled(rate, h), scaled(before, -back * h));
      const norm = Math.sqrt(contraction(wanted, wanted));
      const strain = scaled(wanted, Math.min(1, LONGEST_STRAIN / Math.max(norm, 1e-30)));
      const bare = exponential(rowStrain(free.shape, strain, state.cell));
      const deformation = multiply(bare, turnBack(free.shape, bare, state.cell, planned));
      transform(positions, deformation);
      state.cell = { h: multiply(state.cell.h, deformation) };
    }
    for (let i = 0; i < positions.length; i += 3) {
      const moves = [0, 1, 2].map((c) => {
        const before = velocities[i + c] as number;
        velocities[i + c] = keep * before + (gain + h / mass) * (forces[i + c] as number);
        return h * (velocities[i + c] as number) - back * h * before;
      });
      const scale = Math.min(1, longestStep / Math.hypot(...moves));
      moves.forEach((move, c) => {
        positions[i + c] = (positions[i + c] as number) + scale * move;
      });
    }
  }
  return turns;
}
