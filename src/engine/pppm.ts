/**
 * PPPM on the GPU: charges to a mesh, Fourier transforms, influence function, fields, back to the atoms; seven kernels per
 * force evaluation. Replicas with equal grids share every dispatch; a replica's numbers do not depend on the others.
 */
import { uploadCharges } from './charges.ts';
import { BLOCK } from './layouts.ts';
import { type ConstantTerms, ewaldConstants, type LongRange, type LongRangeTuning } from './longRange.ts';
import { type Dispatch, linesOf, MeshGroup } from './meshGroup.ts';
import type { PppmPlan } from './pppmPlan.ts';
import type { ReplicaSetup, StateBuffers } from './stateBuffers.ts';

export class Pppm implements LongRange {
  readonly method = 'pppm';
  readonly plans: readonly PppmPlan[];
  readonly blocks: GPUBuffer;
  private readonly state: StateBuffers;
  private readonly groups: readonly MeshGroup[];
  private readonly charges: GPUBuffer;
  private readonly ranges: readonly (readonly [number, number])[];

  private constructor(
    state: StateBuffers,
    plans: readonly PppmPlan[],
    ranges: readonly (readonly [number, number])[],
    shared: { readonly blocks: GPUBuffer; readonly charges: GPUBuffer },
    groups: readonly MeshGroup[],
  ) {
    this.state = state;
    this.plans = plans;
    this.ranges = ranges;
    this.blocks = shared.blocks;
    this.charges = shared.charges;
    this.groups = groups;
  }

  static async create(state: StateBuffers, plans: readonly PppmPlan[]): Promise<Pppm> {
    let nBlocks = 0;
    const ranges = plans.map(({ grid }) => {
      const count = Math.ceil(linesOf(grid) / BLOCK);
      nBlocks += count;
      return [nBlocks - count, count] as const;
    });
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    const blocks = state.gpu.createBuffer('mesh blocks', 32 * nBlocks, usage);
    const charges = uploadCharges(state);
    const names = plans.map(({ grid, order }) => [...grid, order].join(' '));
    const groups: MeshGroup[] = [];
    for (const name of new Set(names)) {
      const members = names.flatMap((one, r) => (one === name ? [r] : []));
      groups.push(await MeshGroup.create(state, plans, members, charges, blocks, ranges));
    }
    return new Pppm(state, plans, ranges, { blocks, charges }, groups);
  }

  encodeForces(pass: GPUComputePassEncoder): void {
    for (const { force } of this.groups) dispatchAll(pass, force);
  }

  encodeEnergies(pass: GPUComputePassEncoder): void {
    for (const { energy } of this.groups) dispatchAll(pass, energy);
  }

  blockRange(r: number): readonly [number, number] {
    return this.ranges[r] ?? [0, 0];
  }

  constantTerms(r: number): ConstantTerms {
    return ewaldConstants(this.plans[r] as PppmPlan, this.state.replicas[r] as ReplicaSetup);
  }

  tuning(r: number): LongRangeTuning {
    const { alpha, grid, order, realError, meshError } = this.plans[r] as PppmPlan;
    return {
      method: this.method,
      alphaPerAngstrom: alpha,
      mesh: grid,
      splineOrder: order,
      estimatedForceError: Math.hypot(realError, meshError),
    };
  }

  /** The mesh of replica r in its phases, for tests: its buffers, its place in them, and the dispatches one by one. */
  inspect(r: number): Pick<MeshGroup, 'buffers' | 'force'> & { readonly member: number } {
    const group = this.groups.find(({ members }) => members.includes(r)) as MeshGroup;
    return { member: group.members.indexOf(r), buffers: group.buffers, force: group.force };
  }

  destroy(): void {
    for (const group of this.groups) group.destroy();
    for (const buffer of [this.blocks, this.charges]) this.state.gpu.destroyBuffer(buffer);
  }
}

function dispatchAll(pass: GPUComputePassEncoder, dispatches: readonly Dispatch[]): void {
  for (const { kernel, size } of dispatches) kernel.dispatch(pass, ...size);
}
