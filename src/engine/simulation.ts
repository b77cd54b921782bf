/**
 * Simulation: the only stateful object of the engine and the only loop of the project. It advances all replicas of a
 * batch together, many steps per submission, and never waits for the GPU inside a batch: what happens between two
 * read-backs is decided by kernels, checked afterwards, and repeated from a snapshot when a check fails.
 */
import { GpuError, InputError, PhysicsError } from '../core/errors.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Cell } from '../model/cell.ts';
import type { Frame } from '../model/trajectory.ts';
import { CELL_SLACK, CellFollower } from './cellFollower.ts';
import { failureIn, type LateFrame } from './diagnosis.ts';
import type { Forces } from './forces.ts';
import type { IntegratorSettings } from './integrators.ts';
import { compileMinimizer, type MinimizeSettings } from './minimize.ts';
import { checkCutoff, NeighborList } from './neighborList.ts';
import { type Observation, observe, type RawObservation } from './observables.ts';
import { BATCH_MILLISECONDS, Pace } from './pace.ts';
import type { Phase } from './phases.ts';
import type {
  Relaxed,
  RunRequest,
  SimulationOptions,
  SimulationState,
  SimulationStatistics,
  TimeOrigin,
} from './requests.ts';
import { framesOf, SampleBuffer, type SampleKind, type UnpackedSample } from './samples.ts';
import { type ReplicaSetup, SNAPSHOTS, StateBuffers } from './stateBuffers.ts';
import { largestForces, stressDeviations } from './status.ts';
import { type Batch, type BatchResult, type RawSample, Stepper } from './stepper.ts';
import { compileSentence, createKinetic, type EncodedStep, type KineticSums } from './steps.ts';
import { tuneForces } from './tuneForces.ts';
import type { TuningRecord } from './tuning.ts';
import type { WallVisit } from './wallVisits.ts';

/** Å; 13 824 ions of LiCl on llvmpipe: 5.4 µs per ion and step, 5.8 with 0.8 Å and 5.9 with 1.2 Å. */
const DEFAULT_SKIN = 1;

/** Steps before a failure that are kept, and their memory at most. */
const LATE_FRAMES = 50;
const LATE_BYTES = 64 * 2 ** 20;
const FRAME = { series: false, frame: true } as const;

export class Simulation {
  readonly gpu: Gpu;
  readonly replicas: readonly ReplicaSetup[];
  readonly forceField: ForceField;
  readonly cutoff: number;
  readonly forces: Forces;
  readonly state: StateBuffers;
  /** What was chosen, for provenance. */
  readonly tuning: TuningRecord;
  /** Steps done since creation. */
  step = 0;
  /** Since the integrator was set. */
  private origin: TimeOrigin = { step: 0, time: 0, timestep: 0 };
  private readonly stepper: Stepper;
  private readonly kinetic: KineticSums;
  private readonly follower: CellFollower | undefined;
  private readonly pace: Pace;
  private integrator: { readonly settings: IntegratorSettings; readonly encoded: EncodedStep } | undefined;
  /** The integrator without forces and with no time to act in, for phases(). */
  private idle: EncodedStep | undefined;
  /** Without and with velocities; a callback may ask for a frame while a run without them goes on. */
  private readonly samples = new Map<boolean, SampleBuffer>();

  private constructor(
    gpu: Gpu,
    options: SimulationOptions,
    cutoff: number,
    state: StateBuffers,
    list: NeighborList,
    forces: Forces,
    kinetic: KineticSums,
    tuning: TuningRecord,
    follower: CellFollower | undefined,
  ) {
    this.gpu = gpu;
    this.replicas = options.replicas;
    this.forceField = options.forceField;
    this.cutoff = cutoff;
    this.state = state;
    this.stepper = new Stepper(state, list, forces, kinetic.kernel, follower);
    this.follower = follower;
    this.forces = forces;
    this.tuning = tuning;
    this.kinetic = kinetic;
    this.pace = new Pace(options.batchMilliseconds ?? BATCH_MILLISECONDS, state.nAtoms);
  }

  /** Uploads the replicas and compiles every kernel; no step is taken. */
  static async create(gpu: Gpu, options: SimulationOptions): Promise<Simulation> {
    const { forceField, replicas } = options;
    if (replicas.length === 0) throw new InputError('a simulation needs at least one replica');
    const cutoff = options.cutoff ?? forceField.cutoff;
    for (const { system } of replicas) checkCutoff(system.cell, cutoff, system.title);
    const state = new StateBuffers(gpu, replicas);
    const slack = options.variableCell ? CELL_SLACK : 1;
    const skin = options.skin ?? DEFAULT_SKIN;
    const list = await NeighborList.create(state, cutoff, skin, gpu.mostBytes, slack);
    const kinetic = await createKinetic(state);
    const tune = options.tune ?? 'off';
    const { forces, tuning } = await tuneForces(state, list, kinetic.kernel, forceField, tune);
    const follower = options.variableCell ? await CellFollower.create(state, list, forces) : undefined;
    const simulation = new Simulation(
      ...([gpu, options, cutoff, state, list, forces, kinetic, tuning, follower] as const),
    );
    simulation.setTemperatures(replicas.map(({ temperature }) => temperature));
    return simulation;
  }

  /** fs since creation. A product, not a sum over batches, whose lengths the clock decides. */
  get time(): number {
    return this.timeAt(this.step);
  }

  /** fs at a step since the integrator was set. */
  timeAt(step: number): number {
    const { origin } = this;
    return origin.time + (step - origin.step) * origin.timestep;
  }

  /** Å by which neighbor lists reach beyond the cutoff. */
  get skin(): number {
    return this.stepper.list.skin;
  }

  get statistics(): SimulationStatistics {
    const { building, pruning } = this.stepper.list;
    const { sincePruning, sinceBuild } = this.stepper.largest;
    return {
      ...this.stepper.counters,
      ...{ interval: building.steps, pruningInterval: pruning.steps },
      displacements: {
        pruning: { largest: sincePruning, allowed: pruning.allowed },
        building: { largest: sinceBuild, allowed: building.allowed },
      },
    };
  }

  /** Sets what the thermostats aim at, K per replica. */
  setTemperatures(kelvin: readonly number[]): void {
    this.forces.writeReplicas(kelvin);
    this.stepper.followCells();
  }

  /** Compiles an integrator for the steps to come. */
  async setIntegrator(settings: IntegratorSettings): Promise<void> {
    this.integrator?.encoded.destroy();
    if (settings.barostat && !this.follower)
      throw new GpuError('a barostat needs a simulation of variable cells');
    const { state, forces, kinetic, skin, follower } = this;
    const encoded = await compileSentence(state, forces, kinetic, settings, skin, follower);
    state.resetRamps();
    state.rest();
    this.origin = { step: this.step, time: this.time, timestep: settings.timestep };
    this.integrator = { settings, encoded };
  }

  /** Everything that the steps to come depend on, beside the integrator and the bath. Not while a request runs. */
  async saveState(): Promise<SimulationState> {
    return { step: this.step, origin: this.origin, words: await this.state.readWords() };
  }

  /**
   * Goes on from a saved state of the same replicas, with the integrator that has been set: the same steps follow, to the same
   * bits on the same adapter.
   */
  restoreState({ step, origin, words }: SimulationState): void {
    this.state.writeWords(words);
    this.step = step;
    this.origin = origin;
    this.stepper.followCells();
    this.stepper.forget();
  }

  /**
   * Atoms of these species (labels) stand still from now on, all others move. Set velocities and integrator afterwards.
   */
  async setFrozen(species: readonly string[]): Promise<void> {
    await this.state.setFrozen(species);
    this.setTemperatures(this.state.temperatures);
  }

  /** Replaces the velocities of a replica: [n×3] Å/fs. Frozen ones remain zero. */
  setVelocities(r: number, velocities: ArrayLike<number>): void {
    this.state.writeVelocities(r, velocities);
  }

  /** Steps between two prunings and two builds of the neighbor list from now on; displacements will move both again. */
  setListIntervals(pruning: number, building: number): void {
    const { list } = this.stepper;
    list.pruning.steps = pruning;
    list.building.steps = building;
  }

  /** The cell of every replica at the current step. */
  async cells(): Promise<Cell[]> {
    const lattices = new Uint8Array(await this.gpu.read(this.state.buffer('lattices')));
    return this.replicas.map((_, r) => this.state.cell(r, lattices));
  }

  /** Energies, temperature and virial of every replica at the current step. */
  async observe(): Promise<Observation[]> {
    const raw = await this.sampleNow({ series: true, frame: false });
    return this.replicas.map((_, r) => observe(this.state, this.forces, raw.raw as RawObservation, r));
  }

  /** Pairs met inside their walls (forcefield/wall.ts) since the last call, by replica and pair of species. */
  takeWallVisits(): WallVisit[] {
    return this.forces.wallVisits?.take() ?? [];
  }

  /** Forces of a replica [n×3], eV/Å. */
  async readForces(r = 0): Promise<Float64Array> {
    await this.stepper.ensureForces(this.step);
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
    return framesOf(this.state, sample, this.step, this.time);
  }

  /**
   * Advances all replicas; resolves when the last sample has been delivered. While the host delivers what one batch
   * brought, the GPU runs the next.
   */
  async run(request: RunRequest): Promise<void> {
    const { integrator, stepper } = this;
    if (!integrator) throw new GpuError('no integrator was set');
    await stepper.ensureForces(this.step);
    const buffer = this.sampleBuffer(request.withVelocities ?? false);
    const first = this.step;
    const end = first + request.steps;
    let flying: Batch[] = [];
    let stop = false;
    this.pace.begin();
    for (;;) {
      await request.beforeBatch?.();
      stop ||= request.signal?.aborted ?? false;
      let next = flying.reduce((step, { taken }) => step + taken, this.step);
      while (!stop && next < end && flying.length < SNAPSHOTS) {
        const steps = Math.min(this.pace.steps, end - next);
        const { seriesEvery, frameEvery, recordFrom = 0 } = request;
        const batch = stepper.submitBatch(
          { encoded: integrator.encoded, step: next, steps, seriesEvery, frameEvery, recordFrom },
          buffer,
        );
        flying.push(batch);
        next += batch.taken;
      }
      const batch = flying.shift();
      if (!batch) return;
      await this.gpu.rest(this.pace.expected(batch.taken));
      let result: BatchResult | undefined;
      try {
        result = await stepper.finishBatch(batch, buffer);
        this.pace.done(batch.taken);
        for (const sample of result?.samples ?? []) await this.deliver(buffer, sample, request);
      } catch (error) {
        throw error instanceof PhysicsError ? await this.diagnose(batch, error) : error;
      }
      if (!result) {
        flying = [];
        continue;
      }
      this.step += batch.taken;
      request.onBatch?.(this.step - first);
      stop ||= request.until?.(largestForces(result.status), stressDeviations(result.status)) ?? false;
    }
  }

  /**
   * Relaxes the atoms of every replica, and the cells if asked for; velocities are zero afterwards. Steps and time do not
   * count on.
   * @returns steps taken, and of each replica the largest force left (eV/Å) and deviation of the stress (GPa)
   */
  async minimize(
    settings: MinimizeSettings & { readonly maxSteps: number },
    onBatch?: (steps: number, largestForces: readonly number[]) => void,
    signal?: AbortSignal,
  ): Promise<Relaxed> {
    const { step, origin, integrator } = this;
    this.replicas.forEach(({ system }, r) => {
      this.setVelocities(r, new Float64Array(system.positions.length));
    });
    const encoded = await compileMinimizer(this.state, this.forces, settings, this.follower);
    this.integrator = { settings: { integrator: 'nve', timestep: 0 }, encoded };
    this.origin = { step, time: this.time, timestep: 0 };
    let left: readonly number[] = [];
    let deviations: readonly number[] = [];
    const { fmax, cell } = settings;
    const converged = (): boolean =>
      left.every((f) => f <= fmax) && (!cell || deviations.every((s) => s <= cell.smax));
    let steps = 0;
    try {
      await this.run({
        steps: settings.maxSteps,
        seriesEvery: 0,
        frameEvery: 0,
        until: (largest, stresses) => {
          left = largest;
          deviations = stresses;
          steps = this.step - step;
          onBatch?.(steps, largest);
          return converged();
        },
        ...(signal && { signal }),
      });
    } finally {
      encoded.destroy();
      this.integrator = integrator;
      this.step = step;
      this.origin = origin;
    }
    this.replicas.forEach(({ system }, r) => {
      this.setVelocities(r, new Float64Array(system.positions.length));
    });
    return { steps, largestForces: left, stressDeviations: deviations, converged: converged() };
  }

  /** The parts of a step one by one, for timing; the state means nothing once one was encoded. */
  async phases(): Promise<readonly Phase[]> {
    const { integrator, stepper } = this;
    if (!integrator) throw new GpuError('no integrator was set');
    const { list } = stepper;
    // Atoms stay where they are, so that every repetition costs the same.
    const { barostat: _, ramp: __, ...rest } = integrator.settings;
    const settings = { ...rest, timestep: 0 };
    const { pair, longRange } = this.forces;
    const idleForces = { pair, longRange, encode() {}, encodeEnergies() {} };
    this.idle ??= await compileSentence(this.state, idleForces, this.kinetic, settings, this.skin);
    const { idle } = this;
    return [
      ...this.forces.phases(),
      ...list.phases(),
      {
        name: 'integration',
        perStep: 1,
        encode: (pass) =>
          idle.encode(
            () => pass,
            0,
            () => {},
          ),
      },
    ];
  }

  destroy(): void {
    this.integrator?.encoded.destroy();
    this.idle?.destroy();
    for (const buffer of this.samples.values()) buffer.destroy();
    this.gpu.destroyBuffer(this.kinetic.blocks);
    this.follower?.destroy();
    this.forces.destroy();
    this.stepper.list.destroy();
    this.state.destroy();
  }

  /** Throws when the current state has forces or velocities that no integrator survives. Before the first step of a stage. */
  async checkStart(): Promise<void> {
    const failure = failureIn([await this.lateFrames(this.step)], 'before the first step', this, this.origin);
    if (failure) throw failure;
  }

  /** Takes a failed batch again step by step, for the atoms that were first to leave physics; the state is void afterwards. */
  private async diagnose(batch: Batch, noticed: PhysicsError): Promise<PhysicsError> {
    const { stepper, integrator } = this;
    if (!integrator || integrator.settings.timestep === 0) return noticed;
    const buffer = this.sampleBuffer(true);
    const most = Math.max(2, Math.min(LATE_FRAMES, Math.floor(LATE_BYTES / (72 * this.state.nAtoms))));
    const late: (readonly LateFrame[])[] = [];
    stepper.rollBack(batch);
    for (let step = batch.step; step <= batch.step + batch.taken; step++) {
      if (step > batch.step) await stepper.stepUnchecked(integrator.encoded, step - 1, buffer);
      late.push(await this.lateFrames(step));
      if (late.length > most) late.shift();
      const failure = failureIn(late, noticed.message, this, this.origin);
      if (failure) return failure;
    }
    return noticed;
  }

  /** Frames and forces of all replicas at the current state. */
  private async lateFrames(step: number): Promise<readonly LateFrame[]> {
    const buffer = this.sampleBuffer(true);
    const sample = buffer.unpack(FRAME, await this.stepper.sample(buffer, FRAME, step));
    const packed = new Float32Array(await this.gpu.read(this.state.buffer('forces')));
    const frames = framesOf(this.state, sample, step, this.timeAt(step));
    return frames.map((frame, r) => ({ frame, forces: this.state.unpackVectors(r, packed) }));
  }

  private sampleBuffer(withVelocities: boolean): SampleBuffer {
    const known = this.samples.get(withVelocities);
    if (known) return known;
    const buffer = new SampleBuffer(this.state, this.forces, this.kinetic.blocks, withVelocities);
    this.samples.set(withVelocities, buffer);
    return buffer;
  }

  private async sampleNow(kind: SampleKind): Promise<UnpackedSample> {
    const buffer = this.sampleBuffer(true);
    return buffer.unpack(kind, await this.stepper.sample(buffer, kind, this.step));
  }

  private async deliver(buffer: SampleBuffer, sample: RawSample, request: RunRequest): Promise<void> {
    const unpacked = buffer.unpack(sample.kind, sample.bytes);
    const { raw } = unpacked;
    if (raw) {
      const observations = this.replicas.map((_, r) => observe(this.state, this.forces, raw, r));
      await request.onSeries?.(sample.step, observations);
    }
    if (sample.kind.frame) {
      const time = this.timeAt(sample.step);
      await request.onFrame?.(framesOf(this.state, unpacked, sample.step, time));
    }
  }
}
