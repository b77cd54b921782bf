/**
 * Batches of steps: many steps are encoded and submitted at once, and what only the GPU knows (displacements, lists that
 * overflow) is checked when the batch has ended, while the next one already runs. A batch that fails is rolled back to its
 * snapshot, whatever was submitted behind it is void, and both are repeated with a shorter rebuild interval or longer
 * lists, to the same bits.
 */
import type { Gpu } from '../gpu/device.ts';
import type { BoundKernel } from '../gpu/kernel.ts';
import type { CellFollower } from './cellFollower.ts';
import { checkCells, checkTemperatures, runawayError } from './faults.ts';
import type { Forces } from './forces.ts';
import { BLOCK, WORKGROUP } from './layouts.ts';
import type { NeighborList } from './neighborList.ts';
import type { BatchReadback, SampleBuffer, SampleKind } from './samples.ts';
import { SNAPSHOTS, type StateBuffers } from './stateBuffers.ts';
import { largestCellChange, largestDisplacements, neededCapacity } from './status.ts';
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
  /** Counted from the step `recordFrom`; 0 means never. */
  readonly seriesEvery: number;
  readonly frameEvery: number;
  readonly recordFrom: number;
}

/** A batch that has been submitted. */
export interface Batch {
  readonly step: number;
  readonly taken: number;
  readonly sampled: readonly { readonly step: number; readonly kind: SampleKind }[];
  readonly results: BatchReadback;
  /** Snapshot slot of the state it began from. */
  readonly slot: number;
  /** True when a list, or candidates, older than the batch were replaced in it: their age was a full interval. */
  readonly replacedList: boolean;
  readonly replacedCandidates: boolean;
  /** Steps between two prunings in it. */
  readonly pruningSteps: number;
}

export interface BatchResult {
  readonly samples: readonly RawSample[];
  readonly status: Uint32Array;
}

/** A list grows to what one attempt asked for; the next may ask for more. */
const MOST_ATTEMPTS = 4;

export class Stepper {
  readonly list: NeighborList;
  readonly counters = { rebuilds: 0, prunings: 0, rollbacks: 0, submissions: 0 };
  /** Largest displacements between two prunings and two builds in batches that held, Å. */
  readonly largest = { sincePruning: 0, sinceBuild: 0 };
  private readonly gpu: Gpu;
  private readonly state: StateBuffers;
  private readonly forces: Forces;
  private readonly kinetic: BoundKernel;
  private readonly follower: CellFollower | undefined;
  /** Steps since the list was pruned and since it was built; undefined when it must be built before anything else. */
  private ages: { list: number; candidates: number } | undefined;
  private forcesCurrent = false;
  private slot = 0;

  constructor(
    state: StateBuffers,
    list: NeighborList,
    forces: Forces,
    kinetic: BoundKernel,
    follower?: CellFollower,
  ) {
    this.gpu = state.gpu;
    this.state = state;
    this.list = list;
    this.forces = forces;
    this.kinetic = kinetic;
    this.follower = follower;
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
        this.encodeForces(encoder);
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

  /** The state was replaced: lists and forces are those of another. */
  forget(): void {
    this.ages = undefined;
    this.forcesCurrent = false;
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
    const { encoded, step, steps, seriesEvery, frameEvery, recordFrom } = request;
    const { state, list } = this;
    const sampled: { step: number; kind: SampleKind }[] = [];
    const pruningSteps = list.pruning.steps;
    const results = buffer.begin();
    const slot = this.slot++ % SNAPSHOTS;
    let taken = 0;
    let [replacedList, replacedCandidates] = [false, false];
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
          const { ages } = this;
          if (!ages || ages.candidates >= list.building.steps) {
            close();
            replacedCandidates ||= ages !== undefined;
            this.encodeBuild(encoder);
            return;
          }
          if (ages.list >= list.pruning.steps) {
            close();
            replacedList = true;
            this.counters.prunings++;
            list.encodePruning(encoder);
            ages.list = 0;
          }
          ages.list++;
          ages.candidates++;
        });
        taken++;
        const now = step + taken;
        const kind = {
          series: seriesEvery > 0 && (now - recordFrom) % seriesEvery === 0,
          frame: frameEvery > 0 && (now - recordFrom) % frameEvery === 0,
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
    return { step, taken, sampled, results, slot, replacedList, replacedCandidates, pruningSteps };
  }

  /**
   * Waits for a batch and checks it. Undefined when it had to be rolled back: the state then stands at the batch's first
   * step again, and every batch submitted behind it is void.
   */
  async finishBatch(batch: Batch, buffer: SampleBuffer): Promise<BatchResult | undefined> {
    const { state, list } = this;
    const { status, kinetic, samples, wallVisits } = await buffer.read(batch.results);
    const { sincePruning, sinceBuild } = largestDisplacements(status, list);
    const beyondSkin = sincePruning > list.pruning.allowed;
    const beyondMargin = sinceBuild > list.building.allowed;
    if (this.growIfNeeded(status) || beyondSkin || beyondMargin) {
      this.counters.rollbacks++;
      // With the interval of its own time: another batch may have shortened it since.
      if (beyondSkin && batch.pruningSteps === 1) throw await this.runaway(batch.step);
      if (beyondSkin) list.pruning.shorten(0.5);
      if (beyondMargin) list.building.shorten(0.5);
      this.rollBack(batch);
      return undefined;
    }
    // Before a temperature can end the run: a run that has lost the physics may have lost it in a wall.
    this.forces.wallVisits?.record(wallVisits, batch.step + 1, batch.step + batch.taken);
    checkTemperatures(state, kinetic, batch.step);
    checkCells(largestCellChange(status), batch.step, batch.taken);
    this.largest.sincePruning = Math.max(this.largest.sincePruning, sincePruning);
    this.largest.sinceBuild = Math.max(this.largest.sinceBuild, sinceBuild);
    if (batch.replacedList) list.pruning.adapt(sincePruning);
    if (batch.replacedCandidates) list.building.adapt(sinceBuild);
    return {
      status,
      samples: batch.sampled.map((one, i) => ({ ...one, bytes: samples[i] as ArrayBuffer })),
    };
  }

  /** Puts the state back to where a batch began; whatever was submitted behind it is void. */
  rollBack({ slot }: Batch): void {
    const { state } = this;
    this.submit('rollback', (encoder) => {
      state.encodeRollback(encoder, slot);
      this.encodeCells(encoder);
      encoder.clearBuffer(state.status);
      // A fresh list at once: the displacements of the next attempt count from here.
      this.encodeBuild(encoder);
      // The forces come back to the same bits; what they leave behind for virials (structure factors, meshes) is of a state that
      // is void.
      this.encodeForces(encoder);
      if (this.forces.wallVisits) encoder.clearBuffer(this.forces.wallVisits.buffer);
    });
  }

  /** Takes one step with a fresh list, whatever comes of it. */
  async stepUnchecked(encoded: EncodedStep, step: number, buffer: SampleBuffer): Promise<void> {
    const request = { encoded, step, steps: 1, seriesEvery: 0, frameEvery: 0, recordFrom: 0 };
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      this.ages = undefined;
      const batch = this.submitBatch(request, buffer);
      const { status } = await buffer.read(batch.results);
      if (!this.growIfNeeded(status)) return;
      this.rollBack(batch);
    }
  }

  /** The cells, or what stands in the replica table, were replaced: all that follows from cells is made anew. */
  followCells(): void {
    if (this.follower) this.submit('cells', (encoder) => this.encodeCells(encoder));
  }

  private encodeCells(encoder: GPUCommandEncoder): void {
    if (!this.follower) return;
    const pass = encoder.beginComputePass({ label: 'cells' });
    this.follower.encode(pass);
    pass.end();
  }

  private encodeForces(encoder: GPUCommandEncoder): void {
    const pass = encoder.beginComputePass({ label: 'forces' });
    this.forces.encode(pass);
    pass.end();
  }

  private submit(label: string, encode: (encoder: GPUCommandEncoder) => void): void {
    this.gpu.check();
    this.counters.submissions++;
    this.gpu.submit(label, encode);
  }

  /** A build at the positions that the last forces, or those to come, belong to: in the next step it is one step old. */
  private encodeBuild(encoder: GPUCommandEncoder): void {
    this.list.encodeBuild(encoder);
    this.ages = { list: 1, candidates: 1 };
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
    this.ages = undefined;
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
