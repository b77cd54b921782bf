/** The FIRE minimiser of atoms and cell as a step of the common loop: letter M, then F. */
import { GPA_PER_EV_ANGSTROM3, MASS_EV_FS2_PER_ANGSTROM2 } from '../core/constants.ts';
import { GpuError } from '../core/errors.ts';
import { Kernel } from '../gpu/kernel.ts';
import { packStructs } from '../gpu/struct.ts';
import { type CellShape, cellShapeText } from './barostat.ts';
import type { CellFollower } from './cellFollower.ts';
import type { Forces } from './forces.ts';
import { BLOCK, CellSums, Lattice, Minimization, Replica, WORKGROUP } from './layouts.ts';
import type { StateBuffers } from './stateBuffers.ts';
import type { EncodedStep } from './steps.ts';

export interface MinimizeSettings {
  /** Converged when no force is larger, eV/Å. */
  readonly fmax: number;
  /** Cells relax with the atoms, until no stress deviates from the pressure by more than `smax`. */
  readonly cell?: {
    readonly shape: CellShape;
    /** GPa */
    readonly pressure: number;
    /** GPa */
    readonly smax: number;
  };
}

export const FIRE = {
  /** One mass for every atom, eV·fs²/Å²: with physical masses the light ions would set the timestep of all. */
  mass: 20 * MASS_EV_FS2_PER_ANGSTROM2,
  /** fs, the first; FIRE raises it up to tenfold. A spring of 10 eV/Å² and 20 u allows 29 fs. */
  timestep: 2,
  /** Å */
  longestStep: 0.1,
} as const;

/** Compiles the minimiser. Velocities are FIRE's own while it runs; the caller sets new ones afterwards. */
export async function compileMinimizer(
  state: StateBuffers,
  forces: Forces,
  { fmax, cell }: MinimizeSettings,
  follower?: CellFollower,
): Promise<EncodedStep> {
  if (cell && !follower) throw new GpuError('relaxing cells needs a simulation of variable cells');
  const { gpu } = state;
  const uniform = gpu.createBuffer(
    'minimization',
    Minimization.stride,
    GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  );
  const stress = (gigapascal = 0): number => gigapascal / GPA_PER_EV_ANGSTROM3;
  const settings = { fmax, ...FIRE, smax: stress(cell?.smax), pressure: stress(cell?.pressure) };
  gpu.write(uniform, packStructs(Minimization, [settings]));
  // A timestep of zero marks a minimiser that has not begun.
  gpu.write(state.buffer('relaxations'), new Float32Array(8 * state.replicas.length));
  const blocks = gpu.createBuffer('relaxation blocks', 16 * state.nBlocks, GPUBufferUsage.STORAGE);
  state.rest();
  const part = cell
    ? `${cellShapeText(cell.shape)}\n#include "minimize/freeCell.wgsl"`
    : '#include "minimize/fixedCell.wgsl"';
  const parts = {
    structs: [Replica, Minimization, Lattice, CellSums],
    slots: { cellPart: part, cellShape: '' },
  };
  const make = (name: string): Promise<Kernel> => Kernel.create(gpu, `minimize/${name}.wgsl`, parts);
  const replicas = state.replicaTable;
  const common = { replicas, minimization: uniform, relaxations: state.buffer('relaxations') };
  const sums = (await make('fireSums')).bind({
    replicas,
    velocities: state.buffer('velocities'),
    forces: state.buffer('forces'),
    relaxationBlocks: blocks,
  });
  const control = (await make('fireControl')).bind({
    ...common,
    relaxationBlocks: blocks,
    status: state.status,
    ...(cell &&
      follower && {
        ...follower.virialSums,
        lattices: state.buffer('lattices'),
      }),
  });
  const move = (await make('fireMove')).bind({
    ...common,
    positions: state.buffer('positions'),
    images: state.buffer('images'),
    velocities: state.buffer('velocities'),
    forces: state.buffer('forces'),
    anchors: state.anchors,
    status: state.status,
  });
  const atoms = Math.ceil(state.largest / WORKGROUP);
  const blockGroups = Math.ceil(state.largest / BLOCK / WORKGROUP);
  const nReplicas = state.replicas.length;
  return {
    encode(pass, _step, beforeForces) {
      const open = pass();
      if (cell) forces.encodeEnergies(open);
      sums.dispatch(open, blockGroups, nReplicas);
      control.dispatch(open, nReplicas);
      if (cell) follower?.encode(open);
      move.dispatch(open, atoms, nReplicas);
      beforeForces();
      forces.encode(pass());
    },
    destroy() {
      gpu.destroyBuffer(uniform);
      gpu.destroyBuffer(blocks);
    },
  };
}
