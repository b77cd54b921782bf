/** The pair loop on the GPU: short-range terms and real-space Coulomb over the neighbor list; forces, energies, virial. */
import { type BoundKernel, Kernel } from '../gpu/kernel.ts';
import type { ShaderParts } from '../gpu/shaders.ts';
import { packStructs } from '../gpu/struct.ts';
import { type CompiledForceField, wallVisitsSlot } from './compileForceField.ts';
import { BLOCK, PairLoop, Replica, WORKGROUP } from './layouts.ts';
import type { Passenger } from './longRange.ts';
import type { NeighborList } from './neighborList.ts';
import { type PairShape, pairShapeText } from './pairShape.ts';
import type { ReplicaSetup, StateBuffers } from './stateBuffers.ts';

/** The atoms of one segment of the neighbor list. */
interface BoundSegment {
  readonly forces: BoundKernel;
  readonly energies: BoundKernel;
  readonly perReplica: number;
  readonly nReplicas: number;
  readonly loop: GPUBuffer;
}

/** What the pair loop does beside its own. */
interface Company {
  /** Counters of pairs inside their walls, where the force field has walls. */
  readonly wallVisits: GPUBuffer | undefined;
  readonly passenger: Passenger | undefined;
}

const NO_PASSENGER = 'fn longRangeForce(replica: u32, atom: u32, lane: u32) -> vec3f { return vec3f(0.0); }';

export class PairForces {
  /** Partial sums of energies and virial: three vec4f per block of atoms. */
  readonly blocks: GPUBuffer;
  private readonly state: StateBuffers;
  private readonly list: NeighborList;
  private readonly parts: ShaderParts;
  private readonly table: GPUBuffer;
  private readonly wallVisits: GPUBuffer | undefined;
  private readonly passenger: Passenger | undefined;
  private readonly perAtom: GPUBuffer;
  private readonly energies: Kernel;
  private readonly blockSum: BoundKernel;
  private shaped: { readonly shape: PairShape; readonly kernel: Kernel };
  private segments: readonly BoundSegment[] = [];

  private constructor(
    state: StateBuffers,
    list: NeighborList,
    parts: ShaderParts,
    { table, wallVisits, passenger }: { readonly table: GPUBuffer } & Company,
    kernels: { readonly energies: Kernel; readonly blockSum: Kernel },
    shaped: { readonly shape: PairShape; readonly kernel: Kernel },
  ) {
    this.state = state;
    this.list = list;
    this.parts = parts;
    this.table = table;
    this.wallVisits = wallVisits;
    this.passenger = passenger;
    this.energies = kernels.energies;
    this.shaped = shaped;
    const { STORAGE, COPY_SRC } = GPUBufferUsage;
    this.perAtom = state.gpu.createBuffer('energies per atom', 48 * state.nAtoms, STORAGE);
    this.blocks = state.gpu.createBuffer('pair blocks', 48 * state.nBlocks, STORAGE | COPY_SRC);
    this.blockSum = kernels.blockSum.bind({
      replicas: state.replicaTable,
      perAtom: this.perAtom,
      blocks: this.blocks,
    });
    this.rebind();
  }

  static async create(
    state: StateBuffers,
    list: NeighborList,
    compiled: CompiledForceField,
    shape: PairShape,
    company: Company,
  ): Promise<PairForces> {
    const { gpu } = state;
    const { wallVisits, passenger } = company;
    const slots = {
      pairForms: compiled.slot,
      wallVisits: wallVisitsSlot(wallVisits !== undefined),
      longRangeForce: passenger?.text ?? NO_PASSENGER,
    };
    const parts = { structs: [Replica, PairLoop, ...(passenger?.structs ?? [])], slots };
    const kernels = {
      energies: await Kernel.create(gpu, 'forces/pairEnergy.wgsl', parts),
      blockSum: await Kernel.create(gpu, 'observables/blockSum.wgsl', parts),
    };
    const { STORAGE, COPY_DST } = GPUBufferUsage;
    const table = gpu.createBuffer('pair table', compiled.table.byteLength, STORAGE | COPY_DST);
    gpu.write(table, compiled.table);
    const shaped = await compileShape(state, parts, shape);
    return new PairForces(state, list, parts, { table, ...company }, kernels, shaped);
  }

  get shape(): PairShape {
    return this.shaped.shape;
  }

  /** Compiles the force kernel for another shape; sums are taken in another order from then on. */
  async setShape(shape: PairShape): Promise<void> {
    this.shaped = await compileShape(this.state, this.parts, shape);
    this.rebind();
  }

  /** Binds the neighbor list's buffers; again after the list has grown. */
  rebind(): void {
    const { state, list, wallVisits, passenger } = this;
    const { gpu } = state;
    const nSpecies = (state.replicas[0] as ReplicaSetup).system.species.length;
    for (const { loop } of this.segments) gpu.destroyBuffer(loop);
    this.segments = list.segments.map((segment) => {
      const { UNIFORM, COPY_DST } = GPUBufferUsage;
      const loop = gpu.createBuffer('pair loop', PairLoop.stride, UNIFORM | COPY_DST);
      gpu.write(loop, packStructs(PairLoop, [{ ...segment, cutoff: list.cutoff, nSpecies }]));
      const common = {
        replicas: state.replicaTable,
        positions: state.buffer('positions'),
        neighbors: segment.neighbors,
        neighborEnds: segment.ends,
        pairLoop: loop,
        pairTable: this.table,
      };
      return {
        forces: this.shaped.kernel.bind({
          ...common,
          forces: state.buffer('forces'),
          ...(wallVisits && { wallVisits }),
          ...passenger?.buffers,
        }),
        energies: this.energies.bind({ ...common, perAtom: this.perAtom }),
        perReplica: segment.perReplica,
        nReplicas: segment.nReplicas,
        loop,
      };
    });
  }

  /** Writes the forces. */
  encode(pass: GPUComputePassEncoder): void {
    const { lanes, workgroup } = this.shaped.shape;
    for (const { forces, perReplica, nReplicas } of this.segments) {
      forces.dispatch(pass, Math.ceil((perReplica * lanes) / workgroup), nReplicas);
    }
  }

  /** Energies and virial at the current positions; leaves the forces alone. */
  encodeEnergies(pass: GPUComputePassEncoder): void {
    const { largest, replicas } = this.state;
    for (const { energies, perReplica, nReplicas } of this.segments) {
      energies.dispatch(pass, Math.ceil(perReplica / WORKGROUP), nReplicas);
    }
    this.blockSum.dispatch(pass, Math.ceil(largest / BLOCK / WORKGROUP), replicas.length);
  }

  destroy(): void {
    const loops = this.segments.map(({ loop }) => loop);
    for (const buffer of [...loops, this.table, this.perAtom, this.blocks]) {
      this.state.gpu.destroyBuffer(buffer);
    }
  }
}

async function compileShape(
  { gpu }: StateBuffers,
  parts: ShaderParts,
  shape: PairShape,
): Promise<{ shape: PairShape; kernel: Kernel }> {
  const slots = { ...parts.slots, pairShape: pairShapeText(shape) };
  return { shape, kernel: await Kernel.create(gpu, 'forces/pair.wgsl', { ...parts, slots }) };
}
