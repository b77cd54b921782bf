/**
 * Samples taken inside a batch: at each sampled step the small buffers are copied one behind the other into a staging
 * buffer of a ring, which is read once when the batch has ended. Nothing is read in between.
 */
import { GpuError } from '../core/errors.ts';
import { type Readback, ReadbackRing } from '../gpu/readback.ts';
import type { Frame } from '../model/trajectory.ts';
import type { Forces } from './forces.ts';
import type { RawObservation } from './observables.ts';
import type { StateBuffers } from './stateBuffers.ts';

export interface SampleKind {
  readonly series: boolean;
  readonly frame: boolean;
}

/** The named pieces of a sample, as far as its kind has them. */
export interface UnpackedSample {
  readonly raw?: RawObservation;
  readonly lattices: Uint8Array;
  readonly positions?: Int32Array;
  readonly images?: Int32Array;
  readonly velocities?: Float32Array;
}

/** What stands behind the samples of a batch. */
export interface BatchTail {
  readonly status: Uint32Array;
  readonly kinetic: Float32Array;
  /** Empty when no pair has a wall. */
  readonly wallVisits: Uint32Array;
}

/** What one batch hands back: its samples, then its tail. */
export interface BatchReadback {
  readonly readback: Readback;
  /** Where each sample begins; the last entry is the tail. */
  readonly offsets: number[];
}

type Part = { readonly name: string; readonly buffer: GPUBuffer };

/** Bytes that one batch may hand back; bounds the memory and the time of a read-back. */
const STAGING_BYTES = 32 * 2 ** 20;
/** Samples in a batch at most. */
const MAXIMUM_SAMPLES = 64;
/** Batches under way, plus the one being read. */
const RING = 3;

export class SampleBuffer {
  private readonly ring: ReadbackRing;
  private readonly series: readonly Part[];
  private readonly frame: readonly Part[];
  private readonly tail: readonly Part[];

  constructor(state: StateBuffers, forces: Forces, kinetic: GPUBuffer, withVelocities: boolean) {
    this.series = [
      { name: 'kinetic', buffer: kinetic },
      { name: 'pair', buffer: forces.pair.blocks },
      { name: 'motions', buffer: state.buffer('motions') },
      { name: 'heats', buffer: state.buffer('heats') },
      { name: 'lattices', buffer: state.buffer('lattices') },
      ...(forces.longRange?.blocks ? [{ name: 'waves', buffer: forces.longRange.blocks }] : []),
    ];
    this.frame = [
      { name: 'positions', buffer: state.buffer('positions') },
      { name: 'images', buffer: state.buffer('images') },
      { name: 'lattices', buffer: state.buffer('lattices') },
      ...(withVelocities ? [{ name: 'velocities', buffer: state.buffer('velocities') }] : []),
    ];
    this.tail = [
      { name: 'status', buffer: state.status },
      { name: 'kinetic', buffer: kinetic },
      ...(forces.wallVisits ? [{ name: 'wallVisits', buffer: forces.wallVisits.buffer }] : []),
    ];
    const one = total([...this.series, ...this.frame]) + total(this.tail);
    const bytes = Math.max(one, Math.min(STAGING_BYTES, MAXIMUM_SAMPLES * one));
    this.ring = new ReadbackRing(state.gpu, 'samples', bytes, RING);
  }

  begin(): BatchReadback {
    return { readback: this.ring.next(), offsets: [] };
  }

  /** True while another sample of any kind fits. */
  hasRoom({ readback }: BatchReadback): boolean {
    const next = total([...this.series, ...this.frame]) + total(this.tail);
    return readback.filled + next <= this.ring.bytes;
  }

  encode(encoder: GPUCommandEncoder, batch: BatchReadback, kind: SampleKind): void {
    this.copy(encoder, batch, this.parts(kind));
  }

  /**
   * The last thing of a batch: its status, kinetic energies and visits of walls. What is counted is cleared behind the
   * copy, not before the next batch, so that nothing reported in between is lost.
   */
  encodeTail(encoder: GPUCommandEncoder, batch: BatchReadback): void {
    this.copy(encoder, batch, this.tail);
    for (const { name, buffer } of this.tail) if (name !== 'kinetic') encoder.clearBuffer(buffer);
  }

  async read(batch: BatchReadback): Promise<BatchTail & { readonly samples: ArrayBuffer[] }> {
    const bytes = await this.ring.read(batch.readback);
    const ends = [...batch.offsets.slice(1), bytes.byteLength];
    const pieces = batch.offsets.map((start, i) => bytes.slice(start, ends[i]));
    const tail = pieces.pop() as ArrayBuffer;
    const found = split(tail, this.tail);
    const part = (name: string): ArrayBuffer => found.get(name) ?? new ArrayBuffer(0);
    return {
      samples: pieces,
      status: new Uint32Array(part('status')),
      kinetic: new Float32Array(part('kinetic')),
      wallVisits: new Uint32Array(part('wallVisits')),
    };
  }

  /** The named pieces of one sample. */
  unpack(kind: SampleKind, bytes: ArrayBuffer): UnpackedSample {
    const found = split(bytes, this.parts(kind));
    const floats = (name: string): Float32Array => new Float32Array(found.get(name) ?? new ArrayBuffer(0));
    const words = (name: string): Int32Array => new Int32Array(found.get(name) ?? new ArrayBuffer(0));
    const lattices = new Uint8Array(found.get('lattices') ?? new ArrayBuffer(0));
    return {
      lattices,
      ...(kind.series && {
        raw: {
          kinetic: floats('kinetic'),
          pair: floats('pair'),
          waves: floats('waves'),
          motions: words('motions'),
          heats: words('heats'),
          lattices,
        },
      }),
      ...(kind.frame && { positions: words('positions'), images: words('images') }),
      ...(found.has('velocities') && { velocities: floats('velocities') }),
    };
  }

  destroy(): void {
    this.ring.destroy();
  }

  private parts(kind: SampleKind): Part[] {
    return [...(kind.series ? this.series : []), ...(kind.frame ? this.frame : [])];
  }

  private copy(encoder: GPUCommandEncoder, batch: BatchReadback, parts: readonly Part[]): void {
    batch.offsets.push(batch.readback.filled);
    for (const { buffer } of parts) this.ring.copy(encoder, buffer, batch.readback);
  }
}

/** Bytes that were copied one part behind the other, by name. */
function split(bytes: ArrayBuffer, parts: readonly Part[]): Map<string, ArrayBuffer> {
  let start = 0;
  return new Map(
    parts.map(({ name, buffer: { size } }) => {
      start += size;
      return [name, bytes.slice(start - size, start)];
    }),
  );
}

function total(parts: readonly Part[]): number {
  return parts.reduce((sum, { buffer }) => sum + buffer.size, 0);
}

/** The frame of every replica out of a sample that has one; with velocities where they were sampled. */
export function framesOf(
  state: StateBuffers,
  { positions, images, velocities, lattices }: UnpackedSample,
  step: number,
  time: number,
): Frame[] {
  if (!positions || !images) throw new GpuError('a sample without positions was asked for its frame');
  return state.replicas.map((_, r) => {
    const cell = state.cell(r, lattices);
    return {
      step,
      time,
      cell,
      positions: state.unpackPositions(r, cell, positions, images),
      ...(velocities && { velocities: state.unpackVectors(r, velocities) }),
    };
  });
}
