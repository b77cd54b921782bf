/** Letter P: moves of the cell by a barostat, between two force evaluations at one and the same fractional positions. */
import { GPA_PER_EV_ANGSTROM3 } from '../core/constants.ts';
import { Kernel } from '../gpu/kernel.ts';
import { packStructs } from '../gpu/struct.ts';
import type { CellFollower } from './cellFollower.ts';
import type { Forces } from './forces.ts';
import { Barostat, BLOCK, CellSums, Lattice, Replica, WORKGROUP } from './layouts.ts';
import type { StateBuffers } from './stateBuffers.ts';
import type { GlobalAction, KineticSums } from './steps.ts';

/** How a cell may change; the numbers of shaders/integrate/cellShape.wgsl. */
export const CELL_SHAPES = { iso: 0, aniso: 1, full: 2 } as const;

/** `iso`: edges by one factor; `aniso`: each edge by its own, angles kept; `full`: lengths and angles. */
export type CellShape = keyof typeof CELL_SHAPES;

export interface BarostatSettings {
  readonly cell: CellShape;
  /** GPa, at the first and the last step of the stage. */
  readonly pressure: readonly [number, number];
  /** Relaxation time of the volume where `compressibility` is the true one, fs. */
  readonly tau: number;
  /** 1/GPa; a wrong one changes the relaxation time, not the ensemble. */
  readonly compressibility: number;
}

/** The constant that shaders/integrate/cellShape.wgsl asks for. */
export function cellShapeText(cell: CellShape): string {
  return `const CELL_SHAPE: u32 = ${CELL_SHAPES[cell]}u;`;
}

/**
 * Steps between two moves: fine enough that a cell relaxes smoothly (the variance of the volume comes out too large by half of
 * interval/τ, 1 %), at most a fiftieth of τ, for every move costs a force evaluation and two of the virial.
 */
export function barostatEvery({ tau }: Pick<BarostatSettings, 'tau'>, timestep: number): number {
  return Math.max(1, Math.floor(tau / (50 * timestep)));
}

/**
 * The dispatches of a move.
 * @param steps of the stage, over which the pressure goes from its first to its last value
 */
export async function compileBarostat(
  state: StateBuffers,
  forces: Pick<Forces, 'encode' | 'encodeEnergies' | 'pair' | 'longRange'>,
  follower: CellFollower,
  kinetic: KineticSums,
  settings: BarostatSettings,
  { timestep, steps, slots }: { timestep: number; steps: number; slots: Readonly<Record<string, string>> },
): Promise<{ readonly act: GlobalAction; destroy(): void }> {
  const { gpu } = state;
  const { UNIFORM, COPY_DST } = GPUBufferUsage;
  const uniform = gpu.createBuffer('barostat', Barostat.stride, UNIFORM | COPY_DST);
  const [first, last] = settings.pressure.map((p) => p / GPA_PER_EV_ANGSTROM3) as [number, number];
  const values = {
    interval: barostatEvery(settings, timestep) * timestep,
    tau: settings.tau,
    compressibility: settings.compressibility * GPA_PER_EV_ANGSTROM3,
    pressure: first,
    pressureRate: (last - first) / steps,
  };
  gpu.write(uniform, packStructs(Barostat, [values]));
  const parts = {
    structs: [Replica, Lattice, CellSums, Barostat],
    slots: { ...slots, cellShape: cellShapeText(settings.cell) },
  };
  const sums = {
    replicas: state.replicaTable,
    cellSums: follower.cellSums,
    kineticBlocks: kinetic.blocks,
    pairBlocks: forces.pair.blocks,
    // Without a reciprocal part there are no blocks of it to be read.
    waveBlocks: forces.longRange?.blocks ?? forces.pair.blocks,
  };
  const [lattices, motions] = [state.buffer('lattices'), state.buffer('motions')];
  const make = (name: string): Promise<Kernel> => Kernel.create(gpu, `integrate/${name}.wgsl`, parts);
  const decide = (await make('cellRescaling')).bind({ ...sums, barostat: uniform, lattices, motions });
  const { kineticBlocks: _, ...virialSums } = sums;
  const work = (await make('barostatWork')).bind({ ...virialSums, lattices, motions });
  const strain = (await make('strainVelocity')).bind({
    ...{ replicas: state.replicaTable, lattices },
    velocities: state.buffer('velocities'),
  });
  const nReplicas = state.replicas.length;
  const blocks = Math.ceil(state.largest / BLOCK / WORKGROUP);
  const atoms = Math.ceil(state.largest / WORKGROUP);
  return {
    act(pass, beforeForces) {
      const open = pass();
      kinetic.kernel.dispatch(open, blocks, nReplicas);
      forces.encodeEnergies(open);
      decide.dispatch(open, nReplicas);
      follower.encode(open);
      strain.dispatch(open, atoms, nReplicas);
      beforeForces();
      forces.encode(pass());
      forces.encodeEnergies(pass());
      work.dispatch(pass(), nReplicas);
    },
    destroy() {
      gpu.destroyBuffer(uniform);
    },
  };
}
