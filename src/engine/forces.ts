/** Forces, energies and virial of the compiled force field: the pair loop and the long-range part behind it. */
import type { ForceField } from '../forcefield/forceField.ts';
import { type BoundKernel, Kernel } from '../gpu/kernel.ts';
import { packStructs } from '../gpu/struct.ts';
import type { Species } from '../model/system.ts';
import { compileForceField } from './compileForceField.ts';
import { Ewald } from './ewald.ts';
import { planEwald } from './ewaldPlan.ts';
import { BLOCK, PairLoop, Replica, WORKGROUP } from './layouts.ts';
import { type LongRange, planEach } from './longRange.ts';
import type { NeighborList } from './neighborList.ts';
import { Pppm } from './pppm.ts';
import { planPppm } from './pppmPlan.ts';
import type { ReplicaSetup, StateBuffers } from './stateBuffers.ts';

type KernelName = 'pair' | 'pairEnergy' | 'blockSum';

/** The pair loop over the atoms of one segment of the neighbor list. */
interface BoundPairLoop {
  readonly pair: BoundKernel;
  readonly pairEnergy: BoundKernel;
  readonly size: readonly [number, number];
  readonly loop: GPUBuffer;
}

export class Forces {
  readonly longRange: LongRange | undefined;
  /** Partial sums of the pair loop's energies and virial: three vec4f per block of atoms. */
  readonly pairBlocks: GPUBuffer;
  private readonly state: StateBuffers;
  private readonly list: NeighborList;
  private readonly kernels: Readonly<Record<KernelName, Kernel>>;
  private readonly pairTable: GPUBuffer;
  private readonly perAtom: GPUBuffer;
  private readonly blockSum: BoundKernel;
  private pairLoops: readonly BoundPairLoop[] = [];

  private constructor(
    state: StateBuffers,
    list: NeighborList,
    kernels: Readonly<Record<KernelName, Kernel>>,
    pairTable: GPUBuffer,
    longRange: LongRange | undefined,
  ) {
    this.state = state;
    this.list = list;
    this.kernels = kernels;
    this.pairTable = pairTable;
    this.longRange = longRange;
    this.perAtom = state.gpu.createBuffer('energies per atom', 48 * state.nAtoms, GPUBufferUsage.STORAGE);
    this.pairBlocks = state.gpu.createBuffer(
      'pair blocks',
      48 * state.nBlocks,
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
    );
    this.blockSum = kernels.blockSum.bind({
      replicas: state.replicaTable,
      perAtom: this.perAtom,
      blocks: this.pairBlocks,
    });
    this.rebind();
  }

  /** Pair terms and real-space Coulomb within the cutoff of `list`, and the long-range part behind them. */
  static async create(state: StateBuffers, list: NeighborList, forceField: ForceField): Promise<Forces> {
    const { gpu } = state;
    const { cutoff } = list;
    const species = (state.replicas[0] as ReplicaSetup).system.species as readonly Species[];
    const compiled = compileForceField(forceField, species, cutoff);
    const parts = { structs: [Replica, PairLoop], slots: { pairForms: compiled.slot } };
    const kernels = {
      pair: await Kernel.create(gpu, 'forces/pair.wgsl', parts),
      pairEnergy: await Kernel.create(gpu, 'forces/pairEnergy.wgsl', parts),
      blockSum: await Kernel.create(gpu, 'observables/blockSum.wgsl', parts),
    };
    const { STORAGE, COPY_DST } = GPUBufferUsage;
    const pairTable = gpu.createBuffer('pair table', compiled.table.byteLength, STORAGE | COPY_DST);
    gpu.write(pairTable, compiled.table);
    const longRange = compiled.hasCoulomb
      ? await createLongRange(state, forceField.coulomb, cutoff)
      : undefined;
    return new Forces(state, list, kernels, pairTable, longRange);
  }

  /** Binds the neighbor list's buffers; again after the list has grown. */
  rebind(): void {
    const { state, list, kernels, perAtom, pairTable } = this;
    const { gpu, replicas } = state;
    const nSpecies = (replicas[0] as ReplicaSetup).system.species.length;
    for (const { loop } of this.pairLoops) gpu.destroyBuffer(loop);
    this.pairLoops = list.segments.map((segment) => {
      const { UNIFORM, COPY_DST } = GPUBufferUsage;
      const loop = gpu.createBuffer('pair loop', PairLoop.stride, UNIFORM | COPY_DST);
      gpu.write(loop, packStructs(PairLoop, [{ ...segment, cutoff: list.cutoff, nSpecies }]));
      const common = {
        replicas: state.replicaTable,
        positions: state.buffer('positions'),
        neighbors: segment.neighbors,
        neighborEnds: segment.ends,
        pairLoop: loop,
        pairTable,
      };
      return {
        pair: kernels.pair.bind({ ...common, forces: state.buffer('forces') }),
        pairEnergy: kernels.pairEnergy.bind({ ...common, perAtom }),
        size: [Math.ceil(segment.perReplica / WORKGROUP), segment.nReplicas] as const,
        loop,
      };
    });
  }

  /** Letter F. */
  encode(pass: GPUComputePassEncoder): void {
    for (const { pair, size } of this.pairLoops) pair.dispatch(pass, ...size);
    this.longRange?.encodeForces(pass);
  }

  /** Energies and virial at the current positions; leaves the forces alone. */
  encodeEnergies(pass: GPUComputePassEncoder): void {
    const { largest, replicas } = this.state;
    for (const { pairEnergy, size } of this.pairLoops) pairEnergy.dispatch(pass, ...size);
    this.blockSum.dispatch(pass, Math.ceil(largest / BLOCK / WORKGROUP), replicas.length);
    this.longRange?.encodeEnergies(pass);
  }

  destroy(): void {
    const loops = this.pairLoops.map(({ loop }) => loop);
    for (const buffer of [...loops, this.pairTable, this.perAtom, this.pairBlocks]) {
      this.state.gpu.destroyBuffer(buffer);
    }
    this.longRange?.destroy();
  }
}

/** The reciprocal-space method that the force field asks for. */
function createLongRange(
  state: StateBuffers,
  { method, accuracy, alpha, order }: ForceField['coulomb'],
  cutoff: number,
): Promise<LongRange> {
  const { replicas } = state;
  const settings = { cutoff, accuracy, alpha };
  if (method !== 'pppm') return Ewald.create(state, planEach(replicas, settings, planEwald));
  const mesh = { ...(order && { order }) };
  return Pppm.create(
    state,
    planEach(replicas, settings, (request) => planPppm({ ...request, ...mesh })),
  );
}
