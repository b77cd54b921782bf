/**
 * Batches of steps: many steps are encoded and submitted at once, and what only the GPU knows (displacements, lists that
 * overflow) is checked when the batch has ended, while the next one already runs. A batch that fails is rolled back to its
 * snapshot, whatever was submitted behind it is void, and both are repeated with a shorter rebuild interval or longer
 * lists, to the same bits.
 */
import type { Gpu } from '../gpu/device.ts';
import type { BoundKernel } from '../gpu/kernel.ts';
import { checkTemperatures, runawayError } from './faults.ts';
import type { Forces } from './forces.ts';
import { BLOCK, WORKGROUP } from './layouts.ts';
import type { NeighborList } from './neighborList.ts';
import type { BatchReadback, SampleBuffer, SampleKind } from './samples.ts';
import { SNAPSHOTS, type StateBuffers } from './stateBuffers.ts';
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
  /** Step that the state stands at when the batch begins. */
  readonly step: number;
  /** Steps wanted; fewer are taken when the sample buffer is full. */
  readonly steps: number;
  /** Counted in absolute steps; 0 means never. */
  readonly seriesEvery: number;
  readonly frameEvery: number;
}

/** A batch that has been submitted. */
export interface Batch {
  readonly step: number;
  readonly taken: number;
  readonly sampled: readonly { readonly step: number; readonly kind: SampleKind }[];
  readonly results: BatchReadback;
  /** Snapshot slot of the state it began from. */
  readonly slot: number;
  /** True when a list older than the batch was replaced in it: its age was a full interval. */
  readonly replacedList: boolean;
}

export interface BatchResult {
  readonly samples: readonly RawSample[];
  readonly status: Uint32Array;
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
  private slot = 0;

  constructor(state: StateBuffers, list: NeighborList, forces: Forces, kinetic: BoundKernel) {
    this.gpu = state.gpu;
    this.state = state;
    this.list = list;
    this.forces = forces;
    this.kinetic = kinetic;
  }

  /**
   * Runs one force evaluation at the current positions, with a fresh list, unless forces are there already.
   * @param step that the state stands at
   */
  async ensureForces(step: number): Promise<void> {
    if (this.forcesCurrent) return;
    for (;;) {
      this.submit('forces', (encoder) => {
        this.encodeBuild(encoder);
        const pass = encoder.beginComputePass({ label: 'forces' });
        this.forces.encode(pass);
        pass.end();
      });
      const status = new Uint32Array(await this.gpu.read(this.state.status));
      const visits = this.forces.wallVisits;
      const counts = visits && new Uint32Array(await this.gpu.read(visits.buffer));
      this.submit('clear status', (encoder) => {
        encoder.clearBuffer(this.state.status);
        if (visits) encoder.clearBuffer(visits.buffer);
      });
      if (this.growIfNeeded(status)) continue;
      if (counts) visits.record(counts, step, step);
      break;
    }
    this.forcesCurrent = true;
  }

  /** One sample of the current state, outside any batch. */
  async sample(buffer: SampleBuffer, kind: SampleKind, step: number): Promise<ArrayBuffer> {
    await this.ensureForces(step);
    const results = buffer.begin();
    this.submit('sample', (encoder) => {
      const pass = encoder.beginComputePass({ label: 'sample' });
      this.encodeObservation(pass);
      pass.end();
      buffer.encode(encoder, results, kind);
      buffer.encodeTail(encoder, results);
    });
    const { samples } = await buffer.read(results);
    return samples[0] as ArrayBuffer;
  }

  /** Submits a batch of up to `steps` steps. At most SNAPSHOTS batches may be under way. */
  submitBatch(request: BatchRequest, buffer: SampleBuffer): Batch {
    const { encoded, step, steps, seriesEvery, frameEvery } = request;
    const { state, list } = this;
    const sampled: { step: number; kind: SampleKind }[] = [];
    const results = buffer.begin();
    const slot = this.slot++ % SNAPSHOTS;
    let taken = 0;
    let replacedList = false;
    this.submit(`steps ${step}…${step + steps}`, (encoder) => {
      state.encodeSnapshot(encoder, slot);
      let pass: GPUComputePassEncoder | undefined;
      const open = (): GPUComputePassEncoder => {
        pass ??= encoder.beginComputePass({ label: 'steps' });
        return pass;
      };
      const close = (): void => {
        pass?.end();
        pass = undefined;
      };
      while (taken < steps && buffer.hasRoom(results)) {
        encoded.encode(open, step + taken, () => {
          if (this.listAge === undefined || this.listAge >= list.interval) {
            close();
            replacedList ||= this.listAge !== undefined;
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
        buffer.encode(encoder, results, kind);
        sampled.push({ step: now, kind });
      }
      this.encodeKinetic(open());
      close();
      buffer.encodeTail(encoder, results);
    });
    return { step, taken, sampled, results, slot, replacedList };
  }

  /**
   * Waits for a batch and checks it. Undefined when it had to be rolled back: the state then stands at the batch's first
   * step again, and every batch submitted behind it is void.
   */
  async finishBatch(batch: Batch, buffer: SampleBuffer): Promise<BatchResult | undefined> {
    const { state, list } = this;
    const { status, kinetic, samples, wallVisits } = await buffer.read(batch.results);
    const largest = largestDisplacement(status);
    const tooFar = largest > list.skin / 2;
    if (this.growIfNeeded(status) || tooFar) {
      this.counters.rollbacks++;
      if (tooFar && list.interval === 1) throw await this.runaway(batch.step);
      if (tooFar) list.interval = Math.max(1, list.interval >> 1);
      this.submit('rollback', (encoder) => {
        state.encodeRollback(encoder, batch.slot);
        encoder.clearBuffer(state.status);
        // A fresh list at once: the displacements of the next attempt count from here.
        this.encodeBuild(encoder);
      });
      return undefined;
    }
    // Before a temperature can end the run: a run that has lost the physics may have lost it in a wall.
    this.forces.wallVisits?.record(wallVisits, batch.step + 1, batch.step + batch.taken);
    checkTemperatures(state, kinetic, batch.step);
    if (batch.replacedList) list.adapt(largest);
    return {
      status,
      samples: batch.sampled.map((one, i) => ({ ...one, bytes: samples[i] as ArrayBuffer })),
    };
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
