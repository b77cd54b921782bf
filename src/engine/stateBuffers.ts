/**
 * The state of all replicas on the GPU and the way there and back. The one unit conversion happens here: masses become
 * inverse masses in Å²/(eV·fs²), carried in velocities.w, so that no kernel holds a unit constant.
 */
import { BOLTZMANN_EV_PER_K } from '../core/constants.ts';
import { erfc } from '../core/erf.ts';
import { InputError } from '../core/errors.ts';
import { inverse } from '../core/vec.ts';
import type { Gpu } from '../gpu/device.ts';
import { packStructs, type StructValue } from '../gpu/struct.ts';
import { type Cell, perpendicularWidths } from '../model/cell.ts';
import { atomCount, type System } from '../model/system.ts';
import type { DampedShiftPlan } from './dampedShift.ts';
import type { EwaldPlan } from './ewaldPlan.ts';
import { type FixedPositions, fromFixed, toFixed } from './fixedPoint.ts';
import { latticeCell, packLattices, sameLattice } from './lattices.ts';
import { BLOCK, Lattice, Replica, STATUS } from './layouts.ts';
import type { PppmPlan } from './pppmPlan.ts';
import { degreesOfFreedom, isFrozen, massOf, movingAtoms } from './velocities.ts';

/** One independent copy: a system with charges and masses assigned, its random seed and its bath temperature (K). */
export interface ReplicaSetup {
  readonly system: System;
  readonly seed: number;
  readonly temperature: number;
}

/** Where each replica's atoms and blocks stand in the shared buffers. */
export interface ReplicaSlice {
  readonly firstAtom: number;
  readonly nAtoms: number;
  readonly firstBlock: number;
  readonly nBlocks: number;
}

/** Buffers that a snapshot must hold to repeat a batch of steps exactly. */
const SNAPSHOT = [
  ...['positions', 'images', 'velocities', 'forces'],
  ...['heats', 'motions', 'relaxations', 'lattices'],
] as const;

/**
 * What a state consists of beside what follows from it: positions, images with the counts of random draws, velocities with
 * inverse masses, heats, thermostat motions, cells. Forces are computed anew, to the same bits.
 */
const SAVED = ['positions', 'images', 'velocities', 'heats', 'motions', 'lattices'] as const;

/** The words of the saved buffers, all replicas one after the other. */
export type StateWords = Readonly<Record<(typeof SAVED)[number], Uint32Array<ArrayBuffer>>>;

/** Snapshots kept: one for every batch that can be under way. */
export const SNAPSHOTS = 2;

export type StateName = (typeof SNAPSHOT)[number];

export class StateBuffers {
  readonly gpu: Gpu;
  readonly replicas: readonly ReplicaSetup[];
  readonly slices: readonly ReplicaSlice[];
  readonly nAtoms: number;
  readonly nBlocks: number;
  /** Positions and cells when the neighbor list was pruned. */
  readonly anchors: GPUBuffer;
  readonly anchorLattices: GPUBuffer;
  readonly status: GPUBuffer;
  readonly replicaTable: GPUBuffer;
  /** Labels of the species whose atoms stand still. */
  frozen: readonly string[] = [];
  /** Degrees of freedom of each replica's kinetic energy. */
  degrees: readonly number[];
  /** K, what the thermostats aim at. */
  temperatures: readonly number[];
  private readonly buffers: Readonly<Record<StateName, GPUBuffer>>;
  private readonly initialLattices: Uint8Array;
  private readonly snapshots: readonly Readonly<Record<StateName, GPUBuffer>>[];

  constructor(gpu: Gpu, replicas: readonly ReplicaSetup[]) {
    this.gpu = gpu;
    this.replicas = replicas;
    this.slices = slicesOf(replicas);
    this.temperatures = replicas.map(({ temperature }) => temperature);
    this.degrees = this.slices.map(({ nAtoms }) => degreesOfFreedom(nAtoms));
    this.nAtoms = replicas.reduce((sum, { system }) => sum + atomCount(system), 0);
    this.nBlocks = this.slices.reduce((sum, { nBlocks }) => sum + nBlocks, 0);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const bytes: Record<StateName, number> = {
      positions: 16 * this.nAtoms,
      images: 16 * this.nAtoms,
      velocities: 16 * this.nAtoms,
      forces: 16 * this.nAtoms,
      heats: 4 * this.nAtoms,
      motions: 48 * replicas.length,
      relaxations: 32 * replicas.length,
      lattices: Lattice.stride * replicas.length,
    };
    const create = (prefix: string): Record<StateName, GPUBuffer> =>
      Object.fromEntries(
        SNAPSHOT.map((name) => [name, gpu.createBuffer(`${prefix}${name}`, bytes[name], usage)]),
      ) as Record<StateName, GPUBuffer>;
    this.buffers = create('');
    this.snapshots = Array.from({ length: SNAPSHOTS }, (_, i) => create(`snapshot ${i} of `));
    this.anchors = gpu.createBuffer('anchors', bytes.positions, usage);
    this.anchorLattices = gpu.createBuffer('anchor lattices', bytes.lattices, usage);
    const lattices = packLattices(replicas.map(({ system }) => system.cell));
    this.initialLattices = new Uint8Array(lattices);
    for (const buffer of [this.buffers.lattices, this.anchorLattices]) gpu.write(buffer, lattices);
    this.status = gpu.createBuffer('status', 4 * STATUS.words * replicas.length, usage);
    this.replicaTable = gpu.createBuffer('replicas', Replica.stride * replicas.length, usage);
    this.replicas.forEach(({ system }, r) => {
      this.writePositions(r, toFixed(system.cell, system.positions, system.typeOf));
      this.writeVelocities(r, system.velocities ?? new Float64Array(3 * atomCount(system)));
    });
  }

  buffer(name: StateName): GPUBuffer {
    return this.buffers[name];
  }

  /** Largest number of atoms of a replica: extent of a per-atom dispatch. */
  get largest(): number {
    return Math.max(...this.slices.map(({ nAtoms }) => nAtoms));
  }

  writePositions(r: number, fixed: FixedPositions): void {
    const offset = 16 * this.slice(r).firstAtom;
    this.gpu.write(this.buffers.positions, fixed.positions, offset);
    this.gpu.write(this.buffers.images, fixed.images, offset);
  }

  /** Frozen atoms keep none. @param velocities [n×3] Å/fs */
  writeVelocities(r: number, velocities: ArrayLike<number>): void {
    const { system } = this.replicas[r] as ReplicaSetup;
    const n = atomCount(system);
    const packed = new Float32Array(4 * n);
    for (let i = 0; i < n; i++) {
      // Without an inverse mass no force and no bath moves an atom.
      if (isFrozen(system, i, this.frozen)) continue;
      for (let k = 0; k < 3; k++) packed[4 * i + k] = velocities[3 * i + k] as number;
      packed[4 * i + 3] = 1 / massOf(system, i);
    }
    this.gpu.write(this.buffers.velocities, packed, 16 * this.slice(r).firstAtom);
  }

  /**
   * Atoms of these species stand still from now on, others move; what was frozen begins at rest. Degrees of freedom reach the
   * replica table when that is written next.
   */
  async setFrozen(species: readonly string[]): Promise<void> {
    this.frozen = species;
    const packed = new Float32Array(await this.gpu.read(this.buffers.velocities));
    this.degrees = this.replicas.map(({ system }, r) => {
      this.writeVelocities(r, this.unpackVectors(r, packed));
      return degreesOfFreedom(system.typeOf.length, movingAtoms(system, species).length);
    });
  }

  /** Fills the replica table. Bath temperatures may change between stages; everything else follows from the cells. */
  writeReplicas(
    temperatures: readonly number[],
    grids: readonly { grid: readonly [number, number, number]; firstCell: number }[],
    cutoff: number,
    listCutoff: number,
    plans: readonly (EwaldPlan | PppmPlan | DampedShiftPlan | undefined)[],
  ): void {
    this.temperatures = temperatures;
    let [firstWave, firstLine, firstWaveBlock] = [0, 0, 0];
    const rows = this.replicas.map(({ system, seed }, r): StructValue<typeof Replica.fields> => {
      const { firstAtom, nAtoms, firstBlock } = this.slice(r);
      const plan = plans[r];
      const waves = plan && 'waves' in plan ? plan : undefined;
      const nWaves = (waves?.waves.length ?? 0) / 4;
      const nLines = (waves?.lines.length ?? 0) / 4;
      const inverted = inverse(system.cell.h);
      const value = {
        cell: system.cell.h.map((x) => x * 2 ** -32),
        unitsPerAngstrom: inverted.map((x) => x * 2 ** 32),
        reach: perpendicularWidths(system.cell).map((w) => listCutoff / w),
        kT: BOLTZMANN_EV_PER_K * (temperatures[r] as number),
        grid: grids[r]?.grid ?? [1, 1, 1],
        seed: seed >>> 0,
        firstAtom,
        nAtoms,
        firstBlock,
        firstCell: grids[r]?.firstCell ?? 0,
        alpha: plan?.alpha ?? 0,
        coulombAtCutoff: plan && !('slopeAtCutoff' in plan) ? erfc(plan.alpha * cutoff) / cutoff : 0,
        firstWave,
        nWaves,
        firstLine,
        nLines,
        firstWaveBlock,
        degrees: this.degrees[r] as number,
      };
      firstWave += nWaves;
      firstLine += nLines;
      firstWaveBlock += Math.ceil(nWaves / BLOCK);
      return value;
    });
    this.gpu.write(this.replicaTable, packStructs(Replica, rows));
  }

  /** Encodes a copy of the whole state into a slot below SNAPSHOTS, to fall back on. */
  encodeSnapshot(encoder: GPUCommandEncoder, slot: number): void {
    for (const name of SNAPSHOT) {
      const from = this.buffers[name];
      encoder.copyBufferToBuffer(from, 0, this.snapshot(slot)[name], 0, from.size);
    }
  }

  /** Encodes the way back to a snapshot. */
  encodeRollback(encoder: GPUCommandEncoder, slot: number): void {
    for (const name of SNAPSHOT) {
      const to = this.buffers[name];
      encoder.copyBufferToBuffer(this.snapshot(slot)[name], 0, to, 0, to.size);
    }
  }

  async readWords(): Promise<StateWords> {
    const entries: [string, Uint32Array][] = [];
    for (const name of SAVED) entries.push([name, new Uint32Array(await this.gpu.read(this.buffers[name]))]);
    return Object.fromEntries(entries) as StateWords;
  }

  /** @throws InputError when the words are not those of these replicas */
  writeWords(words: StateWords): void {
    for (const name of SAVED) {
      const [found, expected] = [words[name]?.byteLength, this.buffers[name].size];
      if (found !== expected) {
        throw new InputError(`the saved ${name} are ${found ?? 'no'} bytes, ${expected} were expected`);
      }
    }
    for (const name of SAVED) this.gpu.write(this.buffers[name], words[name]);
  }

  private snapshot(slot: number): Readonly<Record<StateName, GPUBuffer>> {
    return this.snapshots[slot] as Readonly<Record<StateName, GPUBuffer>>;
  }

  /** The cell of replica r out of the lattice words of the batch. */
  cell(r: number, lattices: ArrayBufferView): Cell {
    const { system } = this.replicas[r] as ReplicaSetup;
    return sameLattice(lattices, this.initialLattices, r) ? system.cell : latticeCell(lattices, r);
  }

  /** Ramps begin anew with the next step. */
  resetRamps(): void {
    this.replicas.forEach((_, r) => {
      const offset = r * Lattice.stride + Lattice.offsets.rampSteps;
      this.gpu.write(this.buffers.lattices, new Uint32Array(1), offset);
    });
  }

  /** No cell is on its way anywhere, and no chain. */
  rest(): void {
    this.replicas.forEach((_, r) => {
      const offset = r * Lattice.stride + Lattice.offsets.strainRate;
      this.gpu.write(this.buffers.lattices, new Float32Array(12), offset);
      const chain = r * Lattice.stride + Lattice.offsets.strainChain;
      // The chain and the energy behind it.
      this.gpu.write(this.buffers.lattices, new Float32Array(4), chain);
      this.gpu.write(this.buffers.motions, new Float32Array(3), 48 * r + 32);
    });
  }

  /** Unwrapped positions [n×3] (Å) of a replica out of whole-batch position and image words. */
  unpackPositions(r: number, cell: Cell, positions: Int32Array, images: Int32Array): Float64Array {
    const { firstAtom, nAtoms } = this.slice(r);
    const range = [4 * firstAtom, 4 * (firstAtom + nAtoms)] as const;
    const fixed = { positions: positions.slice(...range), images: images.slice(...range) };
    return fromFixed(cell, fixed);
  }

  /** xyz [n×3] of a replica out of a whole-batch array of vec4f. */
  unpackVectors(r: number, packed: Float32Array): Float64Array {
    const { firstAtom, nAtoms } = this.slice(r);
    const out = new Float64Array(3 * nAtoms);
    for (let i = 0; i < nAtoms; i++) {
      for (let k = 0; k < 3; k++) out[3 * i + k] = packed[4 * (firstAtom + i) + k] as number;
    }
    return out;
  }

  slice(r: number): ReplicaSlice {
    const slice = this.slices[r];
    if (!slice) throw new RangeError(`there is no replica ${r}`);
    return slice;
  }

  destroy(): void {
    const own = [this.anchors, this.anchorLattices, this.status, this.replicaTable];
    const copies = this.snapshots.flatMap((snapshot) => Object.values(snapshot));
    for (const buffer of [...Object.values(this.buffers), ...copies, ...own]) {
      this.gpu.destroyBuffer(buffer);
    }
  }
}

function slicesOf(replicas: readonly ReplicaSetup[]): ReplicaSlice[] {
  let [firstAtom, firstBlock] = [0, 0];
  return replicas.map(({ system }) => {
    const nAtoms = atomCount(system);
    const nBlocks = Math.ceil(nAtoms / BLOCK);
    const slice = { firstAtom, nAtoms, firstBlock, nBlocks };
    firstAtom += nAtoms;
    firstBlock += nBlocks;
    return slice;
  });
}
