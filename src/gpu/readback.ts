/**
 * A ring of staging buffers for read-back: while the host reads one, the GPU fills the next. Nothing waits for a buffer
 * to come free as long as no more than `count` reads are under way.
 */
import type { Gpu } from './device.ts';

/** One use of a staging buffer: filled by encoded copies, then read once. */
export interface Readback {
  readonly buffer: GPUBuffer;
  /** Bytes filled so far. */
  filled: number;
}

export class ReadbackRing {
  /** Bytes of each staging buffer. */
  readonly bytes: number;
  private readonly gpu: Gpu;
  private readonly buffers: readonly GPUBuffer[];
  private turn = 0;

  constructor(gpu: Gpu, label: string, bytes: number, count: number) {
    this.gpu = gpu;
    this.bytes = bytes;
    this.buffers = Array.from({ length: count }, (_, i) =>
      gpu.createBuffer(`${label} ${i}`, bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST),
    );
  }

  /** The next buffer of the ring, empty. */
  next(): Readback {
    const buffer = this.buffers[this.turn++ % this.buffers.length] as GPUBuffer;
    return { buffer, filled: 0 };
  }

  /** Encodes a copy of a whole buffer behind what the read-back holds already. */
  copy(encoder: GPUCommandEncoder, from: GPUBuffer, to: Readback): void {
    encoder.copyBufferToBuffer(from, 0, to.buffer, to.filled, from.size);
    to.filled += from.size;
  }

  /** What was copied; waits for the GPU to get there. */
  read(readback: Readback): Promise<ArrayBuffer> {
    return this.gpu.map(readback.buffer, readback.filled);
  }

  destroy(): void {
    for (const buffer of this.buffers) this.gpu.destroyBuffer(buffer);
  }
}
