/**
 * Direct Ewald sum on the GPU. Exact phases in integer arithmetic make f32 enough; cost grows as N × waves, so this is for cells
 * up to a few thousand ions and the reference of a mesh method. What small cells wait for is one dispatch after the other, so
 * where a kernel may have enough buffers there is one of its own, the sum over the atoms: plane waves are written by the
 * kernel that moves the atoms, forces are added by the pair loop.
 */
import { type Dispatch, dispatchAll, Kernel } from '../gpu/kernel.ts';
import { packStructs } from '../gpu/struct.ts';
import { uploadCharges } from './charges.ts';
import type { EwaldPlan } from './ewaldPlan.ts';
import { BLOCK, CellSums, EwaldLoop, Lattice, Replica, WORKGROUP } from './layouts.ts';
import {
  type ConstantTerms,
  ewaldConstants,
  type LongRange,
  type LongRangeTuning,
  type Passenger,
  type StrainedSum,
} from './longRange.ts';
import type { Phase } from './phases.ts';
import type { ReplicaSetup, StateBuffers } from './stateBuffers.ts';

/**
 * Atoms per chunk of the structure-factor sum. A fixed number, not a tuned one: the sum's rounding, and so the
 * trajectory, must not depend on what shares the batch.
 */
const CHUNK = 256;

/** Chunks of a replica up to which one invocation sums them all: of more there are enough to go round. */
const FEW_CHUNKS = { gpu: 2, software: 1 } as const;

/** Storage buffers of the pair loop with its waves, where it counts visits to walls. */
const BUFFERS_OF_ALL = 11;

const KERNELS = [
  'phases',
  'structureFactor',
  'scaleStructureFactor',
  'wholeStructureFactor',
  'ewaldForce',
  'ewaldEnergy',
] as const;

type KernelName = (typeof KERNELS)[number];

export class Ewald implements LongRange {
  readonly method = 'ewald';
  readonly plans: readonly EwaldPlan[];
  readonly blocks: GPUBuffer;
  private readonly state: StateBuffers;
  private readonly buffers: GPUBuffer[] = [];
  private readonly waves: GPUBuffer;
  private readonly waveCoefficients: GPUBuffer;
  readonly inStep?: Passenger;
  readonly inPairLoop?: Passenger;
  private readonly planeWaves: Dispatch;
  private readonly force: readonly Dispatch[];
  private readonly energy: Dispatch;

  private constructor(
    state: StateBuffers,
    plans: readonly EwaldPlan[],
    kernels: Readonly<Record<KernelName, Kernel>>,
  ) {
    this.state = state;
    this.plans = plans;
    const waveCounts = plans.map((plan) => plan.waves.length / 4);
    const nWaves = waveCounts.reduce((a, b) => a + b, 0);
    const orders = [0, 1, 2].map((axis) => largestIndex(plans, axis)) as [number, number, number];
    const nChunks = Math.ceil(state.largest / CHUNK);
    const rows = orders[0] + orders[1] + orders[2] + 3;
    const uniform = this.create('Ewald loop', EwaldLoop.stride, GPUBufferUsage.UNIFORM);
    state.gpu.write(
      uniform,
      packStructs(EwaldLoop, [{ orders, nAtoms: state.nAtoms, nWaves, nChunks, chunk: CHUNK }]),
    );
    const charges = uploadCharges(state);
    this.buffers.push(charges);
    const waves = this.upload('waves', joined(plans.map((plan) => plan.waves)));
    const waveLines = this.upload('wave lines', joined(plans.map(linesFrom(waveCounts))));
    const waveCoefficients = this.upload(
      'wave coefficients',
      Float32Array.from(plans.flatMap((plan) => [...plan.coefficients])),
    );
    [this.waves, this.waveCoefficients] = [waves, waveCoefficients];
    const phases = this.create('phases', 8 * rows * state.nAtoms);
    const partialStructureFactors = this.create('partial structure factors', 16 * nChunks * nWaves);
    const structureFactors = this.create('structure factors', 16 * nWaves);
    const nBlocks = waveCounts.reduce((sum, n) => sum + Math.ceil(n / BLOCK), 0);
    this.blocks = this.create('wave blocks', 32 * nBlocks, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);

    const replicas = state.replicaTable;
    const common = { replicas, ewaldLoop: uniform };
    const atoms = Math.ceil(state.largest / WORKGROUP);
    const waveGroups = Math.ceil(Math.max(...waveCounts) / WORKGROUP);
    const count = plans.length;
    const perWave = [waveGroups, count] as const;
    this.planeWaves = {
      kernel: kernels.phases.bind({ ...common, positions: state.buffer('positions'), charges, phases }),
      size: [atoms, count, 1],
    };
    const isGpu = state.gpu.adapter.kind === 'gpu';
    const few = isGpu ? FEW_CHUNKS.gpu : FEW_CHUNKS.software;
    const sums: Dispatch[] =
      nChunks <= few
        ? [
            {
              kernel: kernels.wholeStructureFactor.bind({
                ...common,
                ...{ waves, phases, waveCoefficients, structureFactors },
              }),
              size: [...perWave, 1],
            },
          ]
        : [
            {
              kernel: kernels.structureFactor.bind({ ...common, waves, phases, partialStructureFactors }),
              size: [...perWave, nChunks],
            },
            {
              kernel: kernels.scaleStructureFactor.bind({
                ...common,
                ...{ waveCoefficients, partialStructureFactors, structureFactors },
              }),
              size: [...perWave, 1],
            },
          ];
    const lines = { ewaldLoop: uniform, waveLines, phases, structureFactors };
    // On a GPU whatever the size: lanes share the waves, and the order of sums must not depend on what shares the batch. A
    // processor has one lane and the same bits either way; 64 and 216 ions gain 7 and 8 %, 512 lose 9 (lavapipe, by turns).
    const isFused =
      state.gpu.device.limits.maxStorageBuffersPerShaderStage >= BUFFERS_OF_ALL &&
      (isGpu || nChunks <= FEW_CHUNKS.software);
    if (isFused) {
      this.inStep = {
        text: `#include "electrostatics/planeWaves.wgsl"
fn moved(atom: u32, position: vec3<i32>) { writePlaneWaves(atom, position); }`,
        structs: [EwaldLoop],
        buffers: { ewaldLoop: uniform, charges, phases },
      };
      this.inPairLoop = {
        text: `#include "electrostatics/waveForce.wgsl"
fn longRangeForce(replica: u32, atom: u32, lane: u32) -> vec3f { return waveForce(replica, atom, lane, LANES); }`,
        structs: [EwaldLoop],
        buffers: lines,
      };
    }
    const ewaldForce: Dispatch = {
      kernel: kernels.ewaldForce.bind({ replicas, ...lines, forces: state.buffer('forces') }),
      size: [atoms, count, 1],
    };
    this.force = [...sums, ...(isFused ? [] : [ewaldForce])];
    this.energy = {
      kernel: kernels.ewaldEnergy.bind({
        ...common,
        waves,
        waveCoefficients,
        structureFactors,
        waveBlocks: this.blocks,
      }),
      size: [Math.ceil(Math.max(...waveCounts) / BLOCK / WORKGROUP), count, 1],
    };
  }

  static async create(state: StateBuffers, plans: readonly EwaldPlan[]): Promise<Ewald> {
    const parts = { structs: [Replica, EwaldLoop] };
    const made = KERNELS.map(
      async (name) => [name, await Kernel.create(state.gpu, `electrostatics/${name}.wgsl`, parts)] as const,
    );
    const kernels = Object.fromEntries(await Promise.all(made)) as Record<KernelName, Kernel>;
    return new Ewald(state, plans, kernels);
  }

  encodeForces(pass: GPUComputePassEncoder, isStepped: boolean): void {
    if (!isStepped || !this.inStep) dispatchAll(pass, [this.planeWaves]);
    dispatchAll(pass, this.force);
  }

  phases(): readonly Phase[] {
    return [{ name: 'Ewald waves', perStep: 1, encode: (pass) => this.encodeForces(pass, false) }];
  }

  encodeEnergies(pass: GPUComputePassEncoder): void {
    dispatchAll(pass, [this.energy]);
  }

  blockRange(r: number): readonly [number, number] {
    const blocks = this.plans.map((plan) => Math.ceil(plan.waves.length / 4 / BLOCK));
    return [blocks.slice(0, r).reduce((a, b) => a + b, 0), blocks[r] ?? 0];
  }

  constantTerms(r: number, volume: number): ConstantTerms {
    return ewaldConstants(this.plans[r] as EwaldPlan, this.state.replicas[r] as ReplicaSetup, volume);
  }

  async createStrain(cellSums: GPUBuffer): Promise<StrainedSum> {
    const { state, waves, waveCoefficients } = this;
    const { gpu, replicaTable: replicas } = state;
    const { STORAGE, COPY_DST } = GPUBufferUsage;
    const coefficients = Float32Array.from(this.plans.flatMap((plan) => [...plan.coefficients]));
    const planned = gpu.createBuffer('planned coefficients', coefficients.byteLength, STORAGE | COPY_DST);
    gpu.write(planned, coefficients);
    const strain = await Kernel.create(gpu, 'electrostatics/strainWaves.wgsl', {
      structs: [Replica, Lattice, CellSums],
    });
    const kernel = strain.bind({
      ...{ replicas, cellSums, waves, waveCoefficients, plannedCoefficients: planned },
      lattices: state.buffer('lattices'),
    });
    const most = Math.max(...this.plans.map((plan) => plan.waves.length / 4));
    return {
      dispatches: [{ kernel, size: [Math.ceil(most / WORKGROUP), this.plans.length, 1] }],
      own: [planned],
    };
  }

  tuning(r: number): LongRangeTuning {
    const { alpha, count, realError, waveError } = this.plans[r] as EwaldPlan;
    return {
      method: this.method,
      alphaPerAngstrom: alpha,
      waves: count,
      estimatedForceError: Math.hypot(realError, waveError),
    };
  }

  destroy(): void {
    for (const buffer of this.buffers) this.state.gpu.destroyBuffer(buffer);
  }

  private create(
    label: string,
    bytes: number,
    usage: GPUBufferUsageFlags = GPUBufferUsage.STORAGE,
  ): GPUBuffer {
    const buffer = this.state.gpu.createBuffer(label, bytes, usage | GPUBufferUsage.COPY_DST);
    this.buffers.push(buffer);
    return buffer;
  }

  private upload(label: string, values: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.create(label, values.byteLength);
    if (values.byteLength > 0) this.state.gpu.write(buffer, values);
    return buffer;
  }
}

function largestIndex(plans: readonly EwaldPlan[], axis: number): number {
  let largest = 0;
  for (const { waves } of plans) {
    for (let i = axis; i < waves.length; i += 4) largest = Math.max(largest, Math.abs(waves[i] as number));
  }
  return largest;
}

/** The lines of plan r with their first waves counted over the whole batch. */
function linesFrom(waveCounts: readonly number[]): (plan: EwaldPlan, r: number) => Int32Array {
  return (plan, r) => {
    const before = waveCounts.slice(0, r).reduce((a, b) => a + b, 0);
    return plan.lines.map((x, i) => (i % 4 === 2 ? x + before : x));
  };
}

function joined(arrays: readonly Int32Array[]): Int32Array<ArrayBuffer> {
  const out = new Int32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const array of arrays) {
    out.set(array, offset);
    offset += array.length;
  }
  return out;
}
