/**
 * PPPM on the GPU: charges to a mesh, Fourier transforms, influence function, fields, back to the atoms; seven kernels per
 * force evaluation, eight with analytic differentiation. Replicas with equal grids share every dispatch; a replica's numbers do
 * not depend on the others.
 */
import { dispatchAll } from '../gpu/kernel.ts';
import { uploadCharges } from './charges.ts';
import { BLOCK } from './layouts.ts';
import {
  type ConstantTerms,
  ewaldConstants,
  type LongRange,
  type LongRangeTuning,
  type StrainedSum,
} from './longRange.ts';
import { createNetForces } from './meshGather.ts';
import { linesOf, MeshGroup } from './meshGroup.ts';
import type { Phase } from './phases.ts';
import { largestMeshBytes, type PppmPlan } from './pppmPlan.ts';
import type { ReplicaSetup, StateBuffers } from './stateBuffers.ts';

export class Pppm implements LongRange {
  readonly method = 'pppm';
  readonly plans: readonly PppmPlan[];
  readonly blocks: GPUBuffer;
  private readonly state: StateBuffers;
  private readonly groups: readonly MeshGroup[];
  private readonly own: readonly GPUBuffer[];
  private readonly ranges: readonly (readonly [number, number])[];

  private constructor(
    state: StateBuffers,
    plans: readonly PppmPlan[],
    ranges: readonly (readonly [number, number])[],
    blocks: GPUBuffer,
    own: readonly GPUBuffer[],
    groups: readonly MeshGroup[],
  ) {
    this.state = state;
    this.plans = plans;
    this.ranges = ranges;
    this.blocks = blocks;
    this.own = own;
    this.groups = groups;
  }

  /** @param mostBytes of one buffer: more replicas than it holds are dispatched by themselves */
  static async create(
    state: StateBuffers,
    plans: readonly PppmPlan[],
    mostBytes = state.gpu.mostBytes,
  ): Promise<Pppm> {
    let nBlocks = 0;
    const ranges = plans.map(({ grid }) => {
      const count = Math.ceil(linesOf(grid) / BLOCK);
      nBlocks += count;
      return [nBlocks - count, count] as const;
    });
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    const blocks = state.gpu.createBuffer('mesh blocks', 32 * nBlocks, usage);
    const charges = uploadCharges(state);
    const names = plans.map(({ grid, order, differentiation }) =>
      [...grid, order, differentiation].join(' '),
    );
    const analytic = plans.some(({ differentiation }) => differentiation === 'ad');
    const netForces = analytic ? createNetForces(state) : undefined;
    const groups: MeshGroup[] = [];
    for (const name of new Set(names)) {
      const members = names.flatMap((one, r) => (one === name ? [r] : []));
      const shared = { charges, waveBlocks: blocks, ranges, netForces };
      const { grid, differentiation } = plans[members[0] as number] as PppmPlan;
      const together = Math.max(1, Math.floor(mostBytes / largestMeshBytes(grid, differentiation)));
      for (let first = 0; first < members.length; first += together) {
        const some = members.slice(first, first + together);
        groups.push(await MeshGroup.create(state, plans, some, shared));
      }
    }
    const own = [blocks, charges, ...(netForces ? [netForces] : [])];
    return new Pppm(state, plans, ranges, blocks, own, groups);
  }

  encodeForces(pass: GPUComputePassEncoder): void {
    for (const { force } of this.groups) dispatchAll(pass, force);
  }

  phases(): readonly Phase[] {
    return (['spread', 'transforms', 'gather'] as const).map((name) => ({
      name,
      perStep: 1,
      encode: (pass) => {
        for (const { force } of this.groups)
          dispatchAll(
            pass,
            force.filter(({ phase }) => phase === name),
          );
      },
    }));
  }

  encodeEnergies(pass: GPUComputePassEncoder): void {
    for (const { energy } of this.groups) dispatchAll(pass, energy);
  }

  blockRange(r: number): readonly [number, number] {
    return this.ranges[r] ?? [0, 0];
  }

  constantTerms(r: number, volume: number): ConstantTerms {
    return ewaldConstants(this.plans[r] as PppmPlan, this.state.replicas[r] as ReplicaSetup, volume);
  }

  async createStrain(cellSums: GPUBuffer): Promise<StrainedSum> {
    const each = await Promise.all(this.groups.map((group) => group.createStrain(cellSums)));
    return { dispatches: each.flatMap((one) => one.dispatches), own: each.flatMap((one) => one.own) };
  }

  tuning(r: number): LongRangeTuning {
    const { alpha, grid, order, differentiation, realError, meshError } = this.plans[r] as PppmPlan;
    return {
      method: this.method,
      alphaPerAngstrom: alpha,
      mesh: grid,
      splineOrder: order,
      differentiation,
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
    for (const buffer of this.own) this.state.gpu.destroyBuffer(buffer);
  }
}
