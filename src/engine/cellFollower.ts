/**
 * What follows from cells that move: rows of the replica table and the coefficients of the long-range sums, computed on the GPU
 * after every move. Meshes, waves and the cell grid stay those of the planned cell; how far the cell has gone from it is in the
 * status of every batch.
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { netCharge } from '../forcefield/assign.ts';
import { type Dispatch, dispatchAll, Kernel } from '../gpu/kernel.ts';
import { packStructs } from '../gpu/struct.ts';
import type { Forces } from './forces.ts';
import { CellSums, Lattice, Replica } from './layouts.ts';
import type { NeighborList } from './neighborList.ts';
import type { ReplicaSetup, StateBuffers } from './stateBuffers.ts';

/** ‖F − 1‖ beyond which neither the cell grid nor the mesh of the planned cell serve: 8 % of every edge, 14 % of one. */
export const MOST_CELL_CHANGE = 0.14;

/** Edges shrink by no more before MOST_CELL_CHANGE is reached. */
export const CELL_SLACK = 1 - MOST_CELL_CHANGE;

export class CellFollower {
  /** One CellSums per replica. */
  readonly cellSums: GPUBuffer;
  private readonly state: StateBuffers;
  private readonly dispatches: readonly Dispatch[];
  private readonly own: readonly GPUBuffer[];

  private constructor(
    state: StateBuffers,
    cellSums: GPUBuffer,
    dispatches: readonly Dispatch[],
    own: readonly GPUBuffer[],
  ) {
    this.state = state;
    this.cellSums = cellSums;
    this.dispatches = dispatches;
    this.own = own;
  }

  static async create(state: StateBuffers, list: NeighborList, { longRange }: Forces): Promise<CellFollower> {
    const { gpu, replicas } = state;
    const rows = replicas.map((replica, r) => {
      const [firstWaveBlock, nWaveBlocks] = longRange?.blockRange(r) ?? [0, 0];
      const alpha = longRange?.plans[r]?.alpha ?? 0;
      return {
        planned: replica.system.cell.h,
        ...{ firstWaveBlock, nWaveBlocks: longRange?.blocks ? nWaveBlocks : 0 },
        backgroundVirial: longRange?.blocks ? backgroundVirial(replica, alpha) : 0,
        listCutoff: list.cutoff + list.margin,
      };
    });
    const { STORAGE, COPY_DST } = GPUBufferUsage;
    const cellSums = gpu.createBuffer('cell sums', CellSums.stride * replicas.length, STORAGE | COPY_DST);
    gpu.write(cellSums, packStructs(CellSums, rows));
    const structs = [Replica, Lattice, CellSums];
    const follow = await Kernel.create(gpu, 'integrate/followLattice.wgsl', { structs });
    const kernel = follow.bind({
      replicas: state.replicaTable,
      lattices: state.buffer('lattices'),
      anchorLattices: state.anchorLattices,
      buildLattices: list.buildLattices,
      cellSums,
      status: state.status,
    });
    const strained = await longRange?.createStrain(cellSums);
    return new CellFollower(
      state,
      cellSums,
      [{ kernel, size: [replicas.length, 1, 1] }, ...(strained?.dispatches ?? [])],
      [cellSums, ...(strained?.own ?? [])],
    );
  }

  /** Encodes everything that a moved cell asks for. */
  encode(pass: GPUComputePassEncoder): void {
    dispatchAll(pass, this.dispatches);
  }

  destroy(): void {
    for (const buffer of this.own) this.state.gpu.destroyBuffer(buffer);
  }
}

/** Times the volume, see ewaldConstants in longRange.ts; eV·Å³. */
function backgroundVirial({ system }: ReplicaSetup, alpha: number): number {
  return (-Math.PI * COULOMB_EV_ANGSTROM * netCharge(system) ** 2) / (2 * alpha ** 2);
}
