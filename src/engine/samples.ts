/**
 * Samples taken inside a batch: at each sampled step the small buffers are copied one behind the other into a staging
 * buffer, which is read once when the batch has ended. Nothing is read in between.
 */
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
  readonly positions?: Int32Array;
  readonly images?: Int32Array;
  readonly velocities?: Float32Array;
}

type Part = { readonly name: string; readonly buffer: GPUBuffer };

/** Bytes that one batch may hand back; bounds the memory and the time of a read-back. */
const STAGING_BYTES = 32 * 2 ** 20;
/** Steps in a batch at most: keeps command buffers of small systems within reason. */
const MAXIMUM_STEPS = 4000;

export class SampleBuffer {
  readonly maximumSteps = MAXIMUM_STEPS;
  private readonly state: StateBuffers;
  private readonly staging: GPUBuffer;
  private readonly series: readonly Part[];
  private readonly frame: readonly Part[];
  private readonly tail: readonly Part[];
  private offsets: number[] = [];
  private end = 0;

  constructor(state: StateBuffers, forces: Forces, kinetic: GPUBuffer, withVelocities: boolean) {
    this.state = state;
    this.series = [
      { name: 'kinetic', buffer: kinetic },
      { name: 'pair', buffer: forces.pairBlocks },
      { name: 'motions', buffer: state.buffer('motions') },
      { name: 'heats', buffer: state.buffer('heats') },
      ...(forces.longRange ? [{ name: 'waves', buffer: forces.longRange.blocks }] : []),
    ];
    this.frame = [
      { name: 'positions', buffer: state.buffer('positions') },
      { name: 'images', buffer: state.buffer('images') },
      ...(withVelocities ? [{ name: 'velocities', buffer: state.buffer('velocities') }] : []),
    ];
    this.tail = [
      { name: 'status', buffer: state.status },
      { name: 'kinetic', buffer: kinetic },
    ];
    const one = this.size({ series: true, frame: true }) + total(this.tail);
    this.staging = state.gpu.createBuffer(
      'samples',
      Math.max(one, Math.min(STAGING_BYTES, 64 * one)),
      GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    );
  }

  /** True while another sample of any kind fits. */
  get hasRoom(): boolean {
    return this.end + this.size({ series: true, frame: true }) + total(this.tail) <= this.staging.size;
  }

  rewind(): void {
    this.offsets = [];
    this.end = 0;
  }

  encode(encoder: GPUCommandEncoder, kind: SampleKind): void {
    this.offsets.push(this.end);
    this.copy(encoder, this.parts(kind));
  }

  /**
   * The last thing of a batch: its status and kinetic energies. The status is cleared behind the copy, not before the
   * next batch, so that nothing reported in between is lost.
   */
  encodeTail(encoder: GPUCommandEncoder): void {
    this.offsets.push(this.end);
    this.copy(encoder, this.tail);
    encoder.clearBuffer(this.state.status);
  }

  async read(): Promise<{ samples: ArrayBuffer[]; status: Uint32Array; kinetic: Float32Array }> {
    const bytes = await this.state.gpu.map(this.staging, this.end);
    const starts = [...this.offsets, this.end];
    const pieces = this.offsets.map((start, i) => bytes.slice(start, starts[i + 1]));
    const tail = pieces.pop() as ArrayBuffer;
    const statusBytes = this.state.status.size;
    return {
      samples: pieces,
      status: new Uint32Array(tail.slice(0, statusBytes)),
      kinetic: new Float32Array(tail.slice(statusBytes)),
    };
  }

  /** The named pieces of one sample. */
  unpack(kind: SampleKind, bytes: ArrayBuffer): UnpackedSample {
    const found = new Map<string, ArrayBuffer>();
    let start = 0;
    for (const { name, buffer } of this.parts(kind)) {
      found.set(name, bytes.slice(start, start + buffer.size));
      start += buffer.size;
    }
    const floats = (name: string): Float32Array => new Float32Array(found.get(name) ?? new ArrayBuffer(0));
    const words = (name: string): Int32Array => new Int32Array(found.get(name) ?? new ArrayBuffer(0));
    return {
      ...(kind.series && {
        raw: {
          kinetic: floats('kinetic'),
          pair: floats('pair'),
          waves: floats('waves'),
          motions: words('motions'),
          heats: words('heats'),
        },
      }),
      ...(kind.frame && { positions: words('positions'), images: words('images') }),
      ...(found.has('velocities') && { velocities: floats('velocities') }),
    };
  }

  destroy(): void {
    this.state.gpu.destroyBuffer(this.staging);
  }

  private parts(kind: SampleKind): Part[] {
    return [...(kind.series ? this.series : []), ...(kind.frame ? this.frame : [])];
  }

  private size(kind: SampleKind): number {
    return total(this.parts(kind));
  }

  private copy(encoder: GPUCommandEncoder, parts: readonly Part[]): void {
    for (const { buffer } of parts) {
      encoder.copyBufferToBuffer(buffer, 0, this.staging, this.end, buffer.size);
      this.end += buffer.size;
    }
  }
}

function total(parts: readonly Part[]): number {
  return parts.reduce((sum, { buffer }) => sum + buffer.size, 0);
}
