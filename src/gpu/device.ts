/**
 * A GPU device that cannot fail silently: validation errors are fatal, a lost device is an event, every object has a
 * label, allocated bytes are counted. The engine receives one of these; only the two front doors ask for an adapter.
 */
import { GpuError } from '../core/errors.ts';

export type AdapterKind = 'gpu' | 'lavapipe' | 'swiftshader' | 'cpu';

/** What the adapter says of itself, in the words that outputs and provenance show. */
export interface AdapterDescription {
  readonly kind: AdapterKind;
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly driver: string;
}

/** The news of a lost device may come after the failure of what it was doing. */
const NEWS_MILLISECONDS = 100;

export class Gpu {
  readonly device: GPUDevice;
  readonly adapter: AdapterDescription;
  /** Resolves with the reason when the device is lost; never rejects. */
  readonly lost: Promise<string>;
  private failure: GpuError | undefined;
  private isLost = false;
  private destroyed = false;
  private readonly buffers = new Set<GPUBuffer>();
  private readonly spinsWhileWaiting: boolean;

  /** @param spinsWhileWaiting true where a pending GPU promise keeps a processor core busy (Dawn for Node) */
  constructor(
    device: GPUDevice,
    adapter: AdapterDescription,
    { spinsWhileWaiting = false }: { readonly spinsWhileWaiting?: boolean } = {},
  ) {
    this.device = device;
    this.adapter = adapter;
    this.spinsWhileWaiting = spinsWhileWaiting;
    device.onuncapturederror = (event) => {
      this.failure ??= new GpuError(`WebGPU validation failed: ${event.error.message}`);
    };
    this.lost = device.lost.then((info) => {
      const reason = info.message || info.reason || 'no reason given';
      this.isLost = !this.destroyed;
      if (!this.destroyed) this.failure ??= new GpuError(`the graphics device was lost: ${reason}`);
      return reason;
    });
  }

  /** Bytes of all buffers now allocated through this object. */
  get allocatedBytes(): number {
    let sum = 0;
    for (const buffer of this.buffers) sum += buffer.size;
    return sum;
  }

  /** Bytes that one storage buffer can have. */
  get mostBytes(): number {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    return Math.min(maxBufferSize, maxStorageBufferBindingSize);
  }

  /** Bytes of the largest of them: what the adapter's limits are held against. */
  get largestBufferBytes(): number {
    return Math.max(0, ...[...this.buffers].map(({ size }) => size));
  }

  /** Throws the first error the device has reported since it was opened. */
  check(): void {
    if (this.failure) throw this.failure;
  }

  /** True when an error that was just seen came of the loss of the device, whose news may be a moment behind. */
  async wasLost(): Promise<boolean> {
    await Promise.race([this.lost, new Promise((resolve) => setTimeout(resolve, NEWS_MILLISECONDS))]);
    return this.isLost;
  }

  /** A labelled buffer of at least 16 bytes; refuses what the device cannot bind. */
  createBuffer(label: string, bytes: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const size = Math.max(16, Math.ceil(bytes / 16) * 16);
    const most = usage & GPUBufferUsage.STORAGE ? this.mostBytes : this.device.limits.maxBufferSize;
    if (size > most) {
      throw new GpuError(
        `buffer ${label} needs ${mebibytes(size)} MiB; this adapter allows ${mebibytes(most)} MiB (${this.adapter.name})`,
      );
    }
    const buffer = this.device.createBuffer({ label, size, usage });
    this.buffers.add(buffer);
    return buffer;
  }

  destroyBuffer(buffer: GPUBuffer): void {
    this.buffers.delete(buffer);
    buffer.destroy();
  }

  /** Writes host values into a buffer. Dawn for Node accepts typed arrays and array buffers only. */
  write(buffer: GPUBuffer, values: ArrayBuffer | ArrayBufferView<ArrayBuffer>, offset = 0): void {
    if (values instanceof ArrayBuffer) this.device.queue.writeBuffer(buffer, offset, values);
    else {
      this.device.queue.writeBuffer(buffer, offset, values.buffer, values.byteOffset, values.byteLength);
    }
  }

  /** Encodes with `encode`, submits, and returns; the queue runs on its own. */
  submit(label: string, encode: (encoder: GPUCommandEncoder) => void): void {
    const encoder = this.device.createCommandEncoder({ label });
    encode(encoder);
    this.device.queue.submit([encoder.finish()]);
  }

  /**
   * Sleeps through most of a wait of about so many milliseconds. Dawn for Node polls as long as a promise is pending and
   * so takes one core from a software adapter: steps on two cores took 2.3 times as long without this.
   */
  async rest(expectedMilliseconds: number): Promise<void> {
    const pause = 0.9 * expectedMilliseconds - 1;
    if (this.spinsWhileWaiting && pause >= 1) await new Promise((resolve) => setTimeout(resolve, pause));
  }

  /** Reads a whole buffer (or part of it) back; waits for all work submitted before. */
  async read(buffer: GPUBuffer, bytes = buffer.size, offset = 0): Promise<ArrayBuffer> {
    const size = Math.ceil(bytes / 4) * 4;
    const staging = this.device.createBuffer({
      label: `read ${buffer.label}`,
      size: Math.max(16, size),
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    this.submit(`read ${buffer.label}`, (encoder) => {
      encoder.copyBufferToBuffer(buffer, offset, staging, 0, size);
    });
    try {
      return await this.map(staging, size);
    } finally {
      staging.destroy();
    }
  }

  /** Maps a MAP_READ buffer, copies its bytes out and unmaps it; a lost device is reported, not hung upon. */
  async map(staging: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    try {
      await staging.mapAsync(GPUMapMode.READ, 0, bytes);
    } catch (error) {
      await this.wasLost();
      this.check();
      throw new GpuError(`reading ${staging.label} back failed: ${(error as Error).message}`);
    }
    this.check();
    const copy = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    return copy;
  }

  destroy(): void {
    this.destroyed = true;
    this.device.destroy();
    this.buffers.clear();
  }
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 3 : 0);
}
