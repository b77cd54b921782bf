/**
 * What follows from cells that move: rows of the replica table and the coefficients of the long-range sums, computed on the GPU
 * after every move. Meshes, waves and the cell grid stay those of the planned cell; how far the cell has gone from it is in the
 * status of every batch.
 */
import { type Dispatch, dispatchAll, Kernel } from '../gpu/kernel.ts';
import { packStructs } from '../gpu/struct.ts';
import type { Forces } from './forces.ts';
import { CellSums, Lattice, Replica } from './layouts.ts';
import type { NeighborList } from './neighborList.ts';
import type { StateBuffers } from './stateBuffers.ts';

/** ‖F − 1‖ beyond which neither the cell grid nor the mesh of the planned cell serve: 8 % of every edge, 14 % of one. */
export const MOST_CELL_CHANGE = 0.14;

/** Edges shrink by no more before MOST_CELL_CHANGE is reached. */
export const CELL_SLACK = 1 - MOST_CELL_CHANGE;

export class CellFollower {
  /** What shaders bind that sum the virials of whole replicas: one CellSums per replica, and the blocks of the parts. */
  readonly virialSums: { readonly [binding in 'cellSums' | 'pairBlocks' | 'waveBlocks']: GPUBuffer };
  private readonly state: StateBuffers;
  private readonly dispatches: readonly Dispatch[];
  private readonly own: readonly GPUBuffer[];

  private constructor(
    state: StateBuffers,
    virialSums: CellFollower['virialSums'],
    dispatches: readonly Dispatch[],
    own: readonly GPUBuffer[],
  ) {
    this.state = state;
    this.virialSums = virialSums;
    this.dispatches = dispatches;
    this.own = own;
  }

  static async create(
    state: StateBuffers,
    list: NeighborList,
    { pair, longRange }: Forces,
  ): Promise<CellFollower> {
    const { gpu, replicas } = state;
    const rows = replicas.map((replica, r) => {
      const [firstWaveBlock, nWaveBlocks] = longRange?.blockRange(r) ?? [0, 0];
      return {
        planned: replica.system.cell.h,
        ...{ firstWaveBlock, nWaveBlocks },
        backgroundVirial: longRange?.constantTerms(r, 1).virial ?? 0,
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
      // Without a reciprocal part there are no blocks of it to be read.
      { cellSums, pairBlocks: pair.blocks, waveBlocks: longRange?.blocks ?? pair.blocks },
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
