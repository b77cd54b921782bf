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
import type { Phase } from './phases.ts';
import { Pppm } from './pppm.ts';
import { planPppm } from './pppmPlan.ts';
import type { ReplicaSetup, StateBuffers } from './stateBuffers.ts';

export class Forces {
  readonly longRange: LongRange | undefined;
  /** Partial sums of the pair loop's energies and virial: three vec4f per block of atoms. */
  readonly pairBlocks: GPUBuffer;
  private readonly state: StateBuffers;
  private readonly list: NeighborList;
  private readonly kernels: Readonly<Record<'pair' | 'pairEnergy' | 'blockSum', Kernel>>;
  private readonly tables: Readonly<Record<string, GPUBuffer>>;
  private readonly perAtom: GPUBuffer;
  private bound!: Readonly<Record<'pair' | 'pairEnergy' | 'blockSum', BoundKernel>>;

  private constructor(
    state: StateBuffers,
    list: NeighborList,
    kernels: Readonly<Record<'pair' | 'pairEnergy' | 'blockSum', Kernel>>,
    tables: Readonly<Record<string, GPUBuffer>>,
    longRange: LongRange | undefined,
  ) {
    this.state = state;
    this.list = list;
    this.kernels = kernels;
    this.tables = tables;
    this.longRange = longRange;
    this.perAtom = state.gpu.createBuffer('energies per atom', 48 * state.nAtoms, GPUBufferUsage.STORAGE);
    this.pairBlocks = state.gpu.createBuffer(
      'pair blocks',
      48 * state.nBlocks,
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
    );
    this.rebind();
  }

  /** @param cutoff Å, pair terms and real-space Coulomb */
  static async create(
    state: StateBuffers,
    list: NeighborList,
    forceField: ForceField,
    cutoff: number,
  ): Promise<Forces> {
    const { gpu } = state;
    const species = (state.replicas[0] as ReplicaSetup).system.species as readonly Species[];
    const compiled = compileForceField(forceField, species, cutoff);
    const parts = { structs: [Replica, PairLoop], slots: { pairForms: compiled.slot } };
    const kernels = {
      pair: await Kernel.create(gpu, 'forces/pair.wgsl', parts),
      pairEnergy: await Kernel.create(gpu, 'forces/pairEnergy.wgsl', parts),
      blockSum: await Kernel.create(gpu, 'observables/blockSum.wgsl', parts),
    };
    const loop = packStructs(PairLoop, [{ cutoff, nSpecies: species.length, nAtoms: state.nAtoms }]);
    const { STORAGE, UNIFORM, COPY_DST } = GPUBufferUsage;
    const tables = {
      pairLoop: gpu.createBuffer('pair loop', loop.byteLength, UNIFORM | COPY_DST),
      pairTable: gpu.createBuffer('pair table', compiled.table.byteLength, STORAGE | COPY_DST),
    };
    gpu.write(tables.pairLoop, loop);
    gpu.write(tables.pairTable, compiled.table);
    const longRange = compiled.hasCoulomb
      ? await createLongRange(state, forceField.coulomb, cutoff)
      : undefined;
    return new Forces(state, list, kernels, tables, longRange);
  }

  /** Binds the neighbor list's buffers; again after the list has grown. */
  rebind(): void {
    const { state, list, kernels, perAtom } = this;
    const common = {
      replicas: state.replicaTable,
      positions: state.buffer('positions'),
      neighbors: list.neighbors,
      neighborCounts: list.counts,
      ...this.tables,
    };
    this.bound = {
      pair: kernels.pair.bind({ ...common, forces: state.buffer('forces') }),
      pairEnergy: kernels.pairEnergy.bind({ ...common, perAtom }),
      blockSum: kernels.blockSum.bind({ replicas: state.replicaTable, perAtom, blocks: this.pairBlocks }),
    };
  }

  /** Letter F. */
  encode(pass: GPUComputePassEncoder): void {
    this.encodePairs(pass);
    this.longRange?.encodeForces(pass);
  }

  /** Letter F in parts. */
  phases(): readonly Phase[] {
    const pairs: Phase = { name: 'pair loop', perStep: 1, encode: (pass) => this.encodePairs(pass) };
    return [pairs, ...(this.longRange?.phases() ?? [])];
  }

  /** Energies and virial at the current positions; leaves the forces alone. */
  encodeEnergies(pass: GPUComputePassEncoder): void {
    const { largest, replicas } = this.state;
    this.bound.pairEnergy.dispatch(pass, Math.ceil(largest / WORKGROUP), replicas.length);
    this.bound.blockSum.dispatch(pass, Math.ceil(largest / BLOCK / WORKGROUP), replicas.length);
    this.longRange?.encodeEnergies(pass);
  }

  private encodePairs(pass: GPUComputePassEncoder): void {
    this.bound.pair.dispatch(pass, Math.ceil(this.state.largest / WORKGROUP), this.state.replicas.length);
  }

  destroy(): void {
    for (const buffer of [...Object.values(this.tables), this.perAtom, this.pairBlocks]) {
      this.state.gpu.destroyBuffer(buffer);
    }
    this.longRange?.destroy();
  }
}

/** The reciprocal-space method that the force field asks for. */
function createLongRange(
  state: StateBuffers,
  { method, accuracy, alpha, order, differentiation }: ForceField['coulomb'],
  cutoff: number,
): Promise<LongRange> {
  const { replicas } = state;
  const settings = { cutoff, accuracy, alpha };
  if (method !== 'pppm') return Ewald.create(state, planEach(replicas, settings, planEwald));
  const mesh = { ...(order && { order }), ...(differentiation && { differentiation }) };
  return Pppm.create(
    state,
    planEach(replicas, settings, (request) => planPppm({ ...request, ...mesh })),
  );
}
