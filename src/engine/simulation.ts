/**
 * Simulation: the only stateful object of the engine and the only loop of the project. It advances all replicas of a
 * batch together, many steps per submission, and never waits for the GPU inside a batch: what happens between two
 * read-backs is decided by kernels, checked afterwards, and repeated from a snapshot when a check fails.
 */
import { GpuError, InputError, PhysicsError } from '../core/errors.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import type { Gpu } from '../gpu/device.ts';
import type { BoundKernel } from '../gpu/kernel.ts';
import type { Frame } from '../model/trajectory.ts';
import { Forces } from './forces.ts';
import type { IntegratorSettings } from './integrators.ts';
import { BLOCK, STATUS, WORKGROUP } from './layouts.ts';
import { compileMinimizer, type MinimizeSettings } from './minimize.ts';
import { checkCutoff, NeighborList } from './neighborList.ts';
import { type Observation, observe, type RawObservation } from './observables.ts';
import { SampleBuffer, type SampleKind } from './samples.ts';
import { type ReplicaSetup, StateBuffers } from './stateBuffers.ts';
import { compileSentence, createKinetic, type EncodedStep } from './steps.ts';
import { temperature } from './velocities.ts';

export interface SimulationOptions {
  readonly forceField: ForceField;
  /** At least one; systems with species assigned from the force field, all with the same species table. */
  readonly replicas: readonly ReplicaSetup[];
  /** Å; default: the force field's */
  readonly cutoff?: number;
  /** Å by which neighbor lists reach beyond the cutoff. */
  readonly skin?: number;
  /** Wall-clock milliseconds a batch of steps should take: short in a browser, which shares the GPU with the page. */
  readonly batchMilliseconds?: number;
}

/** What is recorded while the steps run; 0 means never. Counted in absolute steps. */
export interface RunRequest {
  readonly steps: number;
  readonly seriesEvery: number;
  readonly frameEvery: number;
  readonly withVelocities?: boolean;
  readonly onSeries?: (step: number, observations: readonly Observation[]) => void | Promise<void>;
  readonly onFrame?: (frames: readonly Frame[]) => void | Promise<void>;
  /** Awaited before every batch: where a pause waits and a new temperature is set. */
  readonly beforeBatch?: () => void | Promise<void>;
  /** Called after every batch with the steps done so far in this request. */
  readonly onBatch?: (stepsDone: number) => void;
  /** Stops the request early, asked after every batch; `largestForces` (eV/Å per replica) are the minimiser's. */
  readonly until?: (largestForces: readonly number[]) => boolean;
  readonly signal?: AbortSignal;
}

/** Counters for log and provenance. */
export interface SimulationStatistics {
  readonly rebuilds: number;
  readonly rollbacks: number;
  readonly interval: number;
  readonly submissions: number;
}

const DEFAULT_SKIN = 1.5;
/** A temperature no simulated ion survives; beyond it the run has blown up whatever the target was. */
const RUNAWAY_KELVIN = 1e6;

export class Simulation {
  readonly gpu: Gpu;
  readonly replicas: readonly ReplicaSetup[];
  readonly cutoff: number;
  readonly forces: Forces;
  readonly state: StateBuffers;
  /** Steps done since creation. */
  step = 0;
  /** fs since creation. */
  time = 0;
  private readonly list: NeighborList;
  private readonly kinetic: { readonly kernel: BoundKernel; readonly blocks: GPUBuffer };
  private readonly batchMilliseconds: number;
  private integrator: { readonly settings: IntegratorSettings; readonly encoded: EncodedStep } | undefined;
  private samples: SampleBuffer | undefined;
  /** Steps since the list was built; undefined when it must be built before anything else. */
  private listAge: number | undefined;
  private forcesCurrent = false;
  private batchLength = 8;
  private millisecondsPerStep = 0;
  private counters = { rebuilds: 0, rollbacks: 0, submissions: 0 };

  private constructor(
    gpu: Gpu,
    options: SimulationOptions,
    cutoff: number,
    state: StateBuffers,
    list: NeighborList,
    forces: Forces,
    kinetic: { kernel: BoundKernel; blocks: GPUBuffer },
  ) {
    this.gpu = gpu;
    this.replicas = options.replicas;
    this.cutoff = cutoff;
    this.state = state;
    this.list = list;
    this.forces = forces;
    this.kinetic = kinetic;
    this.batchMilliseconds = options.batchMilliseconds ?? 150;
  }

  /** Uploads the replicas and compiles every kernel; no step is taken. */
  static async create(gpu: Gpu, options: SimulationOptions): Promise<Simulation> {
    const { forceField, replicas } = options;
    if (replicas.length === 0) throw new InputError('a simulation needs at least one replica');
    const cutoff = options.cutoff ?? forceField.cutoff;
    for (const { system } of replicas) checkCutoff(system.cell, cutoff, system.title);
    const state = new StateBuffers(gpu, replicas);
    const list = await NeighborList.create(state, cutoff, options.skin ?? DEFAULT_SKIN);
    const forces = await Forces.create(state, list, forceField, cutoff);
    const kinetic = await createKinetic(state);
    const simulation = new Simulation(gpu, options, cutoff, state, list, forces, kinetic);
    simulation.setTemperatures(replicas.map(({ temperature }) => temperature));
    return simulation;
  }

  /** Å by which neighbor lists reach beyond the cutoff. */
  get skin(): number {
    return this.list.skin;
  }

  get statistics(): SimulationStatistics {
    return { ...this.counters, interval: this.list.interval };
  }

  /** Sets what the thermostats aim at, K per replica. */
  setTemperatures(kelvin: readonly number[]): void {
    const { list, forces } = this;
    const plans = this.replicas.map((_, r) => forces.longRange?.plans[r]);
    this.state.writeReplicas(kelvin, list.grids, list.cutoff, list.cutoff + list.skin, plans);
  }

  /** Compiles an integrator for the steps to come. */
  async setIntegrator(settings: IntegratorSettings): Promise<void> {
    this.integrator?.encoded.destroy();
    const encoded = await compileSentence(this.state, this.forces, this.kinetic, settings, this.list.skin);
    this.integrator = { settings, encoded };
  }

  /** Replaces the velocities of a replica: [n×3] Å/fs. */
  setVelocities(r: number, velocities: ArrayLike<number>): void {
    this.state.writeVelocities(r, velocities);
  }

  /** Steps between two neighbor-list builds from now on; the displacements seen will move it again. */
  setRebuildInterval(steps: number): void {
    this.list.interval = Math.max(1, Math.floor(steps));
  }

  /** Energies, temperature and virial of every replica at the current step. */
  async observe(): Promise<Observation[]> {
    const raw = await this.sampleNow({ series: true, frame: false });
    return this.replicas.map((_, r) => observe(this.state, this.forces, raw.raw as RawObservation, r));
  }

  /** Forces of a replica [n×3], eV/Å. */
  async readForces(r = 0): Promise<Float64Array> {
    await this.ensureForces();
    return this.state.unpackVectors(r, new Float32Array(await this.gpu.read(this.state.buffer('forces'))));
  }

  /** Velocities of a replica [n×3], Å/fs. */
  async readVelocities(r = 0): Promise<Float64Array> {
    return this.state.unpackVectors(
      r,
      new Float32Array(await this.gpu.read(this.state.buffer('velocities'))),
    );
  }

  /** The current frame of every replica, with velocities. */
  async frames(): Promise<Frame[]> {
    const sample = await this.sampleNow({ series: false, frame: true });
    return this.framesOf(sample, this.step, this.time, true);
  }

  /** Advances all replicas; resolves when the last sample has been delivered. */
  async run(request: RunRequest): Promise<void> {
    const { integrator } = this;
    if (!integrator) throw new GpuError('no integrator was set');
    await this.ensureForces();
    const buffer = this.sampleBuffer(request.withVelocities ?? false);
    const end = this.step + request.steps;
    const first = this.step;
    while (this.step < end) {
      await request.beforeBatch?.();
      if (request.signal?.aborted) return;
      const steps = Math.min(this.batchLength, end - this.step);
      const began = performance.now();
      const { taken, samples, status } = await this.batch(integrator, steps, request, buffer);
      this.adaptBatch(taken, performance.now() - began, buffer);
      for (const sample of samples) await this.deliver(sample, request, integrator.settings.timestep);
      this.step += taken;
      this.time += taken * integrator.settings.timestep;
      request.onBatch?.(this.step - first);
      if (request.until?.(largestForces(status))) return;
    }
  }

  /**
   * Relaxes the atoms of every replica at fixed cell; velocities are zero afterwards. Steps and time do not count on.
   * @returns steps taken and the largest force left in each replica, eV/Å
   */
  async minimize(
    settings: MinimizeSettings & { readonly maxSteps: number },
    onBatch?: (steps: number, largestForces: readonly number[]) => void,
    signal?: AbortSignal,
  ): Promise<{ steps: number; largestForces: readonly number[]; converged: boolean }> {
    const { step, time, integrator } = this;
    this.replicas.forEach(({ system }, r) => {
      this.setVelocities(r, new Float64Array(system.positions.length));
    });
    const encoded = await compileMinimizer(this.state, this.forces, settings);
    this.integrator = { settings: { integrator: 'nve', timestep: 0, tau: 1 }, encoded };
    let left: readonly number[] = [];
    let steps = 0;
    try {
      await this.run({
        steps: settings.maxSteps,
        seriesEvery: 0,
        frameEvery: 0,
        until: (largest) => {
          left = largest;
          steps = this.step - step;
          onBatch?.(steps, largest);
          return largest.every((f) => f <= settings.fmax);
        },
        ...(signal && { signal }),
      });
    } finally {
      encoded.destroy();
      this.integrator = integrator;
      this.step = step;
      this.time = time;
    }
    this.replicas.forEach(({ system }, r) => {
      this.setVelocities(r, new Float64Array(system.positions.length));
    });
    return { steps, largestForces: left, converged: left.every((f) => f <= settings.fmax) };
  }

  /** Runs the kernels of one force evaluation at the current positions, with a fresh list. */
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

  destroy(): void {
    this.integrator?.encoded.destroy();
    this.samples?.destroy();
    this.gpu.destroyBuffer(this.kinetic.blocks);
    this.forces.destroy();
    this.list.destroy();
    this.state.destroy();
  }

  /** A batch of up to `steps` steps; repeats it from the snapshot until lists and displacements were in order. */
  private async batch(
    integrator: { settings: IntegratorSettings; encoded: EncodedStep },
    steps: number,
    request: RunRequest,
    buffer: SampleBuffer,
  ): Promise<{
    taken: number;
    samples: { step: number; kind: SampleKind; bytes: ArrayBuffer }[];
    status: Uint32Array;
  }> {
    const { state, list } = this;
    for (;;) {
      const rebuildsBefore = this.listAge === undefined ? Number.POSITIVE_INFINITY : this.counters.rebuilds;
      const taken: { step: number; kind: SampleKind }[] = [];
      let done = 0;
      this.submit(`steps ${this.step}…${this.step + steps}`, (encoder) => {
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
        for (; done < steps; done++) {
          integrator.encoded.encode(open, this.step + done, () => {
            if (this.listAge === undefined || this.listAge >= list.interval) {
              close();
              this.encodeBuild(encoder);
            }
            this.listAge = (this.listAge as number) + 1;
          });
          const now = this.step + done + 1;
          const kind = {
            series: request.seriesEvery > 0 && now % request.seriesEvery === 0,
            frame: request.frameEvery > 0 && now % request.frameEvery === 0,
          };
          if (kind.series || kind.frame) {
            if (kind.series) this.encodeObservation(open());
            close();
            buffer.encode(encoder, kind);
            taken.push({ step: now, kind });
            if (!buffer.hasRoom) {
              done++;
              break;
            }
          }
        }
        this.encodeKinetic(open());
        close();
        buffer.encodeTail(encoder);
      });
      await this.gpu.rest(this.millisecondsPerStep * done);
      const read = await buffer.read();
      const status = read.status;
      const largest = largestDisplacement(status);
      if (this.growIfNeeded(status) || largest > list.skin / 2) {
        this.counters.rollbacks++;
        if (largest > list.skin / 2 && list.interval === 1) throw await this.runaway();
        if (largest > list.skin / 2) list.interval = Math.max(1, list.interval >> 1);
        this.submit('rollback', (encoder) => {
          state.encodeRollback(encoder);
          // A fresh list at once: the displacements of the next attempt count from here.
          this.encodeBuild(encoder);
        });
        continue;
      }
      this.checkTemperatures(read.kinetic);
      if (this.counters.rebuilds > rebuildsBefore) list.adapt(largest);
      return {
        taken: done,
        status,
        samples: taken.map((one, i) => ({ ...one, bytes: read.samples[i] as ArrayBuffer })),
      };
    }
  }

  /** Batches grow or shrink towards the wall-clock time asked for. */
  private adaptBatch(steps: number, milliseconds: number, buffer: SampleBuffer): void {
    // The shortest seen, a little less each time it was slept through: a wait guessed too long would be time lost.
    const perStep = Math.max(1e-3, milliseconds / steps);
    this.millisecondsPerStep = Math.min(perStep, this.millisecondsPerStep || perStep * 0.5);
    const wanted = this.batchMilliseconds / perStep;
    const next = Math.min(2 * this.batchLength, Math.max(this.batchLength / 2, wanted));
    this.batchLength = Math.max(1, Math.min(buffer.maximumSteps, Math.round(next)));
  }

  private submit(label: string, encode: (encoder: GPUCommandEncoder) => void): void {
    this.gpu.check();
    this.counters.submissions++;
    this.gpu.submit(label, encode);
  }

  private encodeBuild(encoder: GPUCommandEncoder): void {
    const { state } = this;
    const pass = encoder.beginComputePass({ label: 'neighbor list' });
    this.list.encode(pass);
    pass.end();
    const positions = state.buffer('positions');
    encoder.copyBufferToBuffer(positions, 0, state.anchors, 0, positions.size);
    this.listAge = 0;
    this.counters.rebuilds++;
  }

  private encodeKinetic(pass: GPUComputePassEncoder): void {
    const blocks = Math.ceil(this.state.largest / BLOCK / WORKGROUP);
    this.kinetic.kernel.dispatch(pass, blocks, this.replicas.length);
  }

  private encodeObservation(pass: GPUComputePassEncoder): void {
    this.encodeKinetic(pass);
    this.forces.encodeEnergies(pass);
  }

  /** Enlarges the list when a build reported that it did not fit. */
  private growIfNeeded(status: Uint32Array): boolean {
    let needed = 0;
    for (let i = STATUS.neighbors; i < status.length; i += STATUS.words) {
      needed = Math.max(needed, status[i] as number);
    }
    if (needed === 0) return false;
    this.list.grow(needed);
    this.forces.rebind();
    this.listAge = undefined;
    return true;
  }

  private checkTemperatures(kinetic: Float32Array): void {
    this.replicas.forEach((_, r) => {
      const { firstBlock, nBlocks, nAtoms } = this.state.slice(r);
      let sum = 0;
      for (let b = firstBlock; b < firstBlock + nBlocks; b++) {
        for (let k = 0; k < 3; k++) sum += kinetic[12 * b + k] as number;
      }
      const kelvin = temperature(sum, nAtoms);
      if (!(kelvin < RUNAWAY_KELVIN)) {
        throw new PhysicsError(
          `replica ${r}: the temperature reached ${kelvin.toPrecision(3)} K near step ${this.step}; ` +
            'a shorter timestep, or minimising first, would help',
        );
      }
    });
  }

  /** The error of an atom that crosses half the skin within one step: who, how fast. */
  private async runaway(): Promise<PhysicsError> {
    let worst = { r: 0, atom: 0, speed: -1 };
    for (let r = 0; r < this.replicas.length; r++) {
      const velocities = await this.readVelocities(r);
      for (let i = 0; i < velocities.length / 3; i++) {
        const speed = Math.hypot(...velocities.subarray(3 * i, 3 * i + 3));
        if (!(speed <= worst.speed)) worst = { r, atom: i, speed };
      }
    }
    const { system } = this.replicas[worst.r] as ReplicaSetup;
    const label = system.species[system.typeOf[worst.atom] as number]?.label;
    return new PhysicsError(
      `step ${this.step}: atom ${worst.atom + 1} (${label}, replica ${worst.r}) moves at ${worst.speed.toPrecision(3)} Å/fs; ` +
        'the run has lost the physics (overlapping atoms or too long a timestep)',
    );
  }

  private sampleBuffer(withVelocities: boolean): SampleBuffer {
    if (this.samples?.withVelocities !== withVelocities) {
      this.samples?.destroy();
      this.samples = new SampleBuffer(this.state, this.forces, this.kinetic.blocks, withVelocities);
    }
    return this.samples as SampleBuffer;
  }

  /** One sample outside a batch of steps. */
  private async sampleNow(kind: SampleKind): Promise<{
    raw?: RawObservation;
    positions?: Int32Array;
    images?: Int32Array;
    velocities?: Float32Array;
  }> {
    await this.ensureForces();
    const buffer = this.sampleBuffer(true);
    this.submit('sample', (encoder) => {
      buffer.rewind();
      const pass = encoder.beginComputePass({ label: 'sample' });
      this.encodeObservation(pass);
      pass.end();
      buffer.encode(encoder, kind);
      buffer.encodeTail(encoder);
    });
    const { samples } = await buffer.read();
    return buffer.unpack(kind, samples[0] as ArrayBuffer);
  }

  private async deliver(
    sample: { step: number; kind: SampleKind; bytes: ArrayBuffer },
    request: RunRequest,
    timestep: number,
  ): Promise<void> {
    const buffer = this.samples as SampleBuffer;
    const unpacked = buffer.unpack(sample.kind, sample.bytes);
    const { raw } = unpacked;
    if (raw) {
      const observations = this.replicas.map((_, r) => observe(this.state, this.forces, raw, r));
      await request.onSeries?.(sample.step, observations);
    }
    if (sample.kind.frame) {
      const time = this.time + (sample.step - this.step) * timestep;
      await request.onFrame?.(this.framesOf(unpacked, sample.step, time, request.withVelocities ?? false));
    }
  }

  private framesOf(
    sample: { positions?: Int32Array; images?: Int32Array; velocities?: Float32Array },
    step: number,
    time: number,
    withVelocities: boolean,
  ): Frame[] {
    const { positions, images, velocities } = sample;
    if (!positions || !images) throw new GpuError('a sample without positions was asked for its frame');
    return this.replicas.map(({ system }, r) => ({
      step,
      time,
      cell: system.cell,
      positions: this.state.unpackPositions(r, positions, images),
      ...(withVelocities && velocities && { velocities: this.state.unpackVectors(r, velocities) }),
    }));
  }
}

/** Largest force of each replica in eV/Å, as the minimiser reported it. */
function largestForces(status: Uint32Array): number[] {
  const floats = new Float32Array(status.buffer, status.byteOffset, status.length);
  const out: number[] = [];
  for (let i = STATUS.force; i < status.length; i += STATUS.words) out.push(Math.sqrt(floats[i] as number));
  return out;
}

/** Largest displacement since the list was built, Å, over all replicas. */
function largestDisplacement(status: Uint32Array): number {
  const floats = new Float32Array(status.buffer, status.byteOffset, status.length);
  let largest2 = 0;
  for (let i = STATUS.displacement; i < status.length; i += STATUS.words) {
    largest2 = Math.max(largest2, floats[i] as number);
  }
  return Math.sqrt(largest2);
}
