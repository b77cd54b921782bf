/**
 * Batches of steps: many steps are encoded and submitted at once, and what only the GPU knows (displacements, lists that
 * overflow) is checked when the batch has ended. A batch that fails is rolled back to its snapshot and repeated with a
 * shorter rebuild interval or longer lists, to the same bits.
 */
import type { Gpu } from '../gpu/device.ts';
import type { BoundKernel } from '../gpu/kernel.ts';
import { checkTemperatures, runawayError } from './faults.ts';
import type { Forces } from './forces.ts';
import { BLOCK, WORKGROUP } from './layouts.ts';
import type { NeighborList } from './neighborList.ts';
import type { SampleBuffer, SampleKind } from './samples.ts';
import type { StateBuffers } from './stateBuffers.ts';
import { largestDisplacement, neededCapacity } from './status.ts';
import type { EncodedStep } from './steps.ts';

/** A sample as it came back. */
export interface RawSample {
  readonly step: number;
  readonly kind: SampleKind;
  readonly bytes: ArrayBuffer;
}

export interface BatchRequest {
  readonly encoded: EncodedStep;
  /** Step that the state stands at. */
  readonly step: number;
  /** Steps wanted; fewer are taken when the sample buffer is full. */
  readonly steps: number;
  /** Counted in absolute steps; 0 means never. */
  readonly seriesEvery: number;
  readonly frameEvery: number;
  /** Wall-clock milliseconds a step is expected to take: most of the wait is slept through. */
  readonly millisecondsPerStep: number;
}

export class Stepper {
  readonly list: NeighborList;
  readonly counters = { rebuilds: 0, rollbacks: 0, submissions: 0 };
  private readonly gpu: Gpu;
  private readonly state: StateBuffers;
  private readonly forces: Forces;
  private readonly kinetic: BoundKernel;
  /** Steps since the list was built; undefined when it must be built before anything else. */
  private listAge: number | undefined;
  private forcesCurrent = false;

  constructor(state: StateBuffers, list: NeighborList, forces: Forces, kinetic: BoundKernel) {
    this.gpu = state.gpu;
    this.state = state;
    this.list = list;
    this.forces = forces;
    this.kinetic = kinetic;
  }

  /** Runs one force evaluation at the current positions, with a fresh list, unless forces are there already. */
  async ensureForces(): Promise<void> {
    if (this.forcesCurrent) return;
    for (;;) {
      this.submit('forces', (encoder) => {
        this.encodeBuild(encoder);
        const pass = encoder.beginComputePass({ label: 'forces' });
        this.forces.encode(pass);
        pass.end();
      });
      const status = new Uint32Array(await this.gpu.read(this.state.status));
      this.submit('clear status', (encoder) => encoder.clearBuffer(this.state.status));
      if (!this.growIfNeeded(status)) break;
    }
    this.forcesCurrent = true;
  }

  /** One sample of the current state, outside any batch. */
  async sample(buffer: SampleBuffer, kind: SampleKind): Promise<ArrayBuffer> {
    await this.ensureForces();
    this.submit('sample', (encoder) => {
      buffer.rewind();
      const pass = encoder.beginComputePass({ label: 'sample' });
      this.encodeObservation(pass);
      pass.end();
      buffer.encode(encoder, kind);
      buffer.encodeTail(encoder);
    });
    const { samples } = await buffer.read();
    return samples[0] as ArrayBuffer;
  }

  /** A batch of up to `steps` steps, repeated from its snapshot until lists and displacements were in order. */
  async batch(
    request: BatchRequest,
    buffer: SampleBuffer,
  ): Promise<{ taken: number; samples: RawSample[]; status: Uint32Array }> {
    const { state, list } = this;
    for (;;) {
      const rebuildsBefore = this.listAge === undefined ? Number.POSITIVE_INFINITY : this.counters.rebuilds;
      const { taken, sampled } = this.submitSteps(request, buffer);
      await this.gpu.rest(request.millisecondsPerStep * taken);
      const { status, kinetic, samples } = await buffer.read();
      const largest = largestDisplacement(status);
      const tooFar = largest > list.skin / 2;
      if (this.growIfNeeded(status) || tooFar) {
        this.counters.rollbacks++;
        if (tooFar && list.interval === 1) throw await this.runaway(request.step);
        if (tooFar) list.interval = Math.max(1, list.interval >> 1);
        this.submit('rollback', (encoder) => {
          state.encodeRollback(encoder);
          // A fresh list at once: the displacements of the next attempt count from here.
          this.encodeBuild(encoder);
        });
        continue;
      }
      checkTemperatures(state, kinetic, request.step);
      if (this.counters.rebuilds > rebuildsBefore) list.adapt(largest);
      return {
        taken,
        status,
        samples: sampled.map((one, i) => ({ ...one, bytes: samples[i] as ArrayBuffer })),
      };
    }
  }

  private submitSteps(
    { encoded, step, steps, seriesEvery, frameEvery }: BatchRequest,
    buffer: SampleBuffer,
  ): { taken: number; sampled: { step: number; kind: SampleKind }[] } {
    const { state, list } = this;
    const sampled: { step: number; kind: SampleKind }[] = [];
    let taken = 0;
    this.submit(`steps ${step}…${step + steps}`, (encoder) => {
      state.encodeSnapshot(encoder);
      buffer.rewind();
      let pass: GPUComputePassEncoder | undefined;
      const open = (): GPUComputePassEncoder => {
        pass ??= encoder.beginComputePass({ label: 'steps' });
        return pass;
      };
      const close = (): void => {
        pass?.end();
        pass = undefined;
      };
      while (taken < steps && buffer.hasRoom) {
        encoded.encode(open, step + taken, () => {
          if (this.listAge === undefined || this.listAge >= list.interval) {
            close();
            this.encodeBuild(encoder);
          }
          this.listAge = (this.listAge as number) + 1;
        });
        taken++;
        const now = step + taken;
        const kind = {
          series: seriesEvery > 0 && now % seriesEvery === 0,
          frame: frameEvery > 0 && now % frameEvery === 0,
        };
        if (!kind.series && !kind.frame) continue;
        if (kind.series) this.encodeObservation(open());
        close();
        buffer.encode(encoder, kind);
        sampled.push({ step: now, kind });
      }
      this.encodeKinetic(open());
      close();
      buffer.encodeTail(encoder);
    });
    return { taken, sampled };
  }

  private submit(label: string, encode: (encoder: GPUCommandEncoder) => void): void {
    this.gpu.check();
    this.counters.submissions++;
    this.gpu.submit(label, encode);
  }

  private encodeBuild(encoder: GPUCommandEncoder): void {
    const pass = encoder.beginComputePass({ label: 'neighbor list' });
    this.list.encode(pass);
    pass.end();
    const positions = this.state.buffer('positions');
    encoder.copyBufferToBuffer(positions, 0, this.state.anchors, 0, positions.size);
    this.listAge = 0;
    this.counters.rebuilds++;
  }

  private encodeKinetic(pass: GPUComputePassEncoder): void {
    const { largest, replicas } = this.state;
    this.kinetic.dispatch(pass, Math.ceil(largest / BLOCK / WORKGROUP), replicas.length);
  }

  private encodeObservation(pass: GPUComputePassEncoder): void {
    this.encodeKinetic(pass);
    this.forces.encodeEnergies(pass);
  }

  /** Enlarges the list when a build reported that it did not fit. */
  private growIfNeeded(status: Uint32Array): boolean {
    const needed = neededCapacity(status);
    if (needed === 0) return false;
    this.list.grow(needed);
    this.forces.rebind();
    this.listAge = undefined;
    return true;
  }

  private async runaway(step: number): Promise<Error> {
    const packed = new Float32Array(await this.gpu.read(this.state.buffer('velocities')));
    const { replicas } = this.state;
    return runawayError(
      replicas,
      replicas.map((_, r) => this.state.unpackVectors(r, packed)),
      step,
    );
  }
}
