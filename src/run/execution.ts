/**
 * The course of a run: stages one after the other, frames and series recorded as they come, checkpoints in between. Whatever
 * ends it early (interrupt, physics, a full disk) leaves a folder that can be read, and a state to go on from.
 */
import { describeChoice } from '../engine/coulombChoice.ts';
import { Failure } from '../engine/diagnosis.ts';
import type { Relaxed, SimulationState } from '../engine/requests.ts';
import type { Simulation } from '../engine/simulation.ts';
import type { ReplicaSetup } from '../engine/stateBuffers.ts';
import { maxwellVelocities } from '../engine/velocities.ts';
import type { WallVisit } from '../engine/wallVisits.ts';
import { interactionsOf, wallTexts } from '../forcefield/interactions.ts';
import { isSoftbv } from '../forcefield/softbv.ts';
import { trajectoryWriter, writeStructure } from '../io/index.ts';
import type { Cell } from '../model/cell.ts';
import type { System } from '../model/system.ts';
import { type Checkpoint, continuationWarning, type RunPoint, writeCheckpoint } from './checkpoint.ts';
import type { RunControls, RunOptions } from './events.ts';
import { type Precision, phaseShares } from './precision.ts';
import { frozenLabels, type PreparedRun } from './prepare.ts';
import type { Provenance } from './provenance.ts';
import { withSuffix } from './recorder.ts';
import { Recording, replicaSuffix } from './recording.ts';
import { type RunRecord, targetTemperatures } from './results.ts';
import type { RunSink } from './sink.ts';
import { collapseTexts } from './softCells.ts';
import {
  type DynamicStage,
  ends,
  isDynamic,
  type MinimizeStage,
  mostSteps,
  movesCell,
  type Stage,
  stageSteps,
} from './spec.ts';
import {
  CELL_CHECK_STEPS,
  cellChange,
  checkWidths,
  integratorOf,
  openSimulation,
  REST_CHANGE,
  stageText,
} from './stages.ts';
import { firstStepOf } from './timeline.ts';
import { type Look, look, lookSteps, lookWords } from './until.ts';
import { insideTexts, visitWarnings } from './walls.ts';

/** ‖F − 1‖ that is worth another plan: 2 % of every edge. */
const REPLAN_CHANGE = 0.035;

const FAILURE_FILE = 'failure.extxyz';

/** Owns its simulation and its recording, hence a class. */
export class Execution {
  /** Last state of every replica. */
  final: readonly System[] = [];
  private simulation: Simulation;
  private readonly prepared: PreparedRun;
  private readonly sink: RunSink;
  private readonly options: RunOptions;
  private readonly provenance: Provenance;
  private readonly recording: Recording;
  private velocitiesReady = false;
  private bath: RunRecord['bath'];
  /** The user's last order for the bath; what counts, counts from there, also in stages that have their own temperature. */
  private ordered: RunPoint['bath'];
  private readonly warnings: string[] = [];
  /** Of this stage, up to the last checkpoint. */
  private wallVisits: WallVisit[] = [];
  /** Where production goes on until it knows enough: what the last look at it found. */
  private look: Look | undefined;
  /** Steps that production is expected to end before the longest it may be. */
  private spared = 0;

  constructor(
    simulation: Simulation,
    prepared: PreparedRun,
    sink: RunSink,
    options: RunOptions,
    provenance: Provenance,
  ) {
    this.simulation = simulation;
    this.prepared = prepared;
    this.sink = sink;
    this.options = options;
    this.provenance = provenance;
    this.recording = new Recording(sink, prepared, options.onEvent);
    const { spec } = prepared;
    const last = spec.stages.at(-1);
    if (last && isDynamic(last)) this.spared = mostSteps(spec, last) - stageSteps(last);
  }

  /** Runs the stages; an early end is a status, not an exception, so that results follow. */
  async stages(): Promise<Pick<RunRecord, 'status' | 'why'> & { failure?: unknown }> {
    const { spec } = this.prepared;
    const { resume, signal } = this.options;
    let ended: Pick<RunRecord, 'status' | 'why'> & { failure?: unknown } = { status: 'complete' };
    try {
      if (resume) await this.takeUp(resume);
      else {
        await this.introduce();
        await this.checkpoint(0);
      }
      for (const [index, stage] of spec.stages.entries()) {
        if (resume && index < resume.point.stage) continue;
        const from = index === resume?.point.stage ? resume : undefined;
        if (from && !this.isMidway(from)) this.simulation.restoreState(from.state);
        try {
          if (isDynamic(stage)) await this.dynamics(stage, index, from);
          else await this.minimize(stage, index);
        } finally {
          await this.reportWallVisits(stage.name);
          await this.reportCollapse(stage.name);
        }
        if (signal?.aborted) {
          ended = { status: 'interrupted', why: `stopped by the user in stage ${stage.name}` };
          break;
        }
        if (index + 1 < spec.stages.length) await this.checkpoint(index + 1);
      }
    } catch (error) {
      // Not the run's end: another device goes on with it.
      if (this.options.reopen && (await this.simulation.gpu.wasLost())) throw error;
      if (error instanceof Failure) await this.writeFailure(error);
      ended = { status: 'failed', why: (error as Error).message, failure: error };
    }
    await this.close(ended.status);
    return ended;
  }

  record(): Pick<RunRecord, 'series' | 'frames' | 'thermo' | 'bath' | 'warnings' | 'look'> {
    return {
      warnings: this.warnings,
      ...(this.bath && { bath: this.bath }),
      ...(this.look && { look: this.look }),
      series: this.recording.series,
      ...(this.recording.analyses && { frames: this.recording.analyses }),
      thermo: this.recording.thermo,
    };
  }

  /** What is going to be run, to the log. */
  private async introduce(): Promise<void> {
    const { warnings, built, system, forceField } = this.prepared;
    const { adapter } = this.simulation.gpu;
    for (const change of built) await this.log(`built: ${change}`);
    for (const warning of warnings) await this.log(`warning: ${warning}`);
    await this.log(
      `${system.typeOf.length} atoms × ${this.prepared.replicas.length} replica(s), potential ${forceField.name}, ` +
        `cutoff ${forceField.cutoff} Å, adapter ${adapter.name} (${adapter.kind})`,
    );
    const { coulomb } = this.simulation.tuning;
    if (coulomb) await this.log(`long-range Coulomb by ${describeChoice(coulomb)}`);
    const walls = wallTexts(interactionsOf(forceField, system.species, forceField.cutoff));
    if (walls.length > 0) await this.log(`walls inside inner maxima of the potential: ${walls.join(', ')}`);
  }

  /** The files of a run as they were at its checkpoint, and what was known of them. */
  private async takeUp(checkpoint: Checkpoint): Promise<void> {
    const { point, state } = checkpoint;
    this.ordered = point.bath;
    await this.recording.takeUp(point);
    this.velocitiesReady = point.velocitiesReady;
    this.warnings.push(...point.warnings);
    this.wallVisits.push(...point.wallVisits);
    await this.log(`resumed at step ${state.step}`);
    const warning = continuationWarning(checkpoint, this.simulation.gpu.adapter);
    if (warning) await this.log(`warning: ${warning}`);
  }

  /** True when the stage of a checkpoint had begun: what it begins with is done. */
  private isMidway({ point, state }: Checkpoint): boolean {
    return state.step > firstStepOf(this.recording.spans, point.stage);
  }

  /** Everything up to here on its way to the sink, and the state to go on from. */
  private async checkpoint(stage: number): Promise<void> {
    const { simulation, sink, provenance } = this;
    const fileBytes = await this.recording.fileBytes();
    this.wallVisits.push(...simulation.takeWallVisits());
    const { velocitiesReady, warnings, wallVisits, ordered } = this;
    await writeCheckpoint(sink, {
      identity: provenance,
      adapter: provenance.adapter,
      tuning: simulation.tuning.choices,
      point: {
        ...{ stage, velocitiesReady, warnings, wallVisits, fileBytes },
        ...(ordered && { bath: ordered }),
        plannedCells: simulation.replicas.map(({ system }) => [...system.cell.h]),
      },
      state: await simulation.saveState(),
    });
  }

  async log(text: string): Promise<void> {
    this.options.onEvent?.({ type: 'log', text });
    await this.sink.append('log.txt', `${text}\n`);
  }

  private async minimize(stage: MinimizeStage, index: number): Promise<void> {
    const { cell, pressure, fmax, smax, maxSteps } = stage;
    await this.freeze(stage);
    const settings = { fmax, ...(cell !== 'fixed' && { cell: { shape: cell, pressure, smax } }) };
    let result: Relaxed | undefined;
    let converged = false;
    let steps = 0;
    while (!converged && steps < maxSteps && !this.options.signal?.aborted) {
      const before = steps;
      const some = Math.min(maxSteps - steps, cell === 'fixed' ? maxSteps : CELL_CHECK_STEPS);
      const onBatch = (done: number): void => this.progress(stage.name, index, before + done, maxSteps);
      result = await this.simulation.minimize({ ...settings, maxSteps: some }, onBatch, this.options.signal);
      steps += result.steps;
      // Sums that were planned for another cell are not yet those of this one.
      const replanned =
        cell !== 'fixed' && (await this.replan(result.converged ? REST_CHANGE : REPLAN_CHANGE));
      converged = result.converged && !replanned;
      if (replanned) await this.freeze(stage);
    }
    const { largestForces = [Number.NaN], stressDeviations = [Number.NaN] } = result ?? {};
    const stress =
      cell === 'fixed'
        ? ''
        : `, stress off by ${Math.max(...stressDeviations).toPrecision(2)} GPa (asked for ${smax})`;
    await this.log(
      `stage ${stage.name}: ${converged ? 'converged' : 'not converged'} after ${steps} steps, largest force ` +
        `${Math.max(...largestForces).toPrecision(3)} eV/Å (asked for ${fmax})${stress}`,
    );
    this.velocitiesReady = false;
  }

  private async dynamics(stage: DynamicStage, index: number, from?: Checkpoint): Promise<void> {
    const { recording } = this;
    const { record } = this.prepared.spec;
    const [temperatures] = this.bathOf(stage);
    const resumed = from !== undefined && this.isMidway(from);
    this.bath = resumed && this.ordered?.stage === index ? this.ordered : undefined;
    if (!resumed) {
      // Sums are planned for the cell that a stage begins with, whoever moved it there.
      await this.replan(0);
      await this.freeze(stage);
      if (!this.velocitiesReady) this.drawVelocities(temperatures);
    }
    await this.setDynamics(stage, resumed ? from.state : undefined);
    const { spec } = this.prepared;
    const steps = mostSteps(spec, stage);
    const looksAt = spec.until && stage.production ? lookSteps(spec, stage, record.trajectory.every) : [];
    const firstStep = firstStepOf(this.recording.spans, index);
    await this.log(stageText(stage, this.bathOf(stage), spec.until));
    recording.beginStage(stage, index);
    if (!resumed) {
      const { simulation } = this;
      await this.checkStart();
      // The state a stage starts from belongs to it: the first row, and the time origin of its trajectory.
      await recording.addSeries(simulation.step, simulation.time, index, await simulation.observe());
      if (stage.production && recording.hasNoFrames) {
        await recording.addFrames(await simulation.frames(), true);
      }
    }
    const controls: RunControls = {
      setTemperature: (kelvin) => this.setTemperature(kelvin, index),
      flush: () => recording.flush(),
    };
    const patience = this.options.checkpointMilliseconds ?? Number.POSITIVE_INFINITY;
    let due = performance.now() + patience;
    let done = this.simulation.step - firstStep;
    while (!this.options.signal?.aborted) {
      // Before anything else, so that a run that was stopped here looks when it is taken up.
      if (looksAt.includes(done) && (await this.knowsEnough(stage, index))) break;
      if (done >= steps) break;
      const { simulation } = this;
      const { every } = record.checkpoint;
      const nextLook = looksAt.find((at) => at > done) ?? steps;
      const looks = movesCell(stage) ? [nextMultiple(done, CELL_CHECK_STEPS)] : [];
      await simulation.run({
        steps: Math.min(nextLook, nextMultiple(done, every), ...looks) - done,
        seriesEvery: record.series.every,
        frameEvery: record.trajectory.every,
        recordFrom: recording.recordFrom(index),
        onSeries: (step, observations) =>
          recording.addSeries(step, simulation.timeAt(step), index, observations),
        onFrame: (frames) => recording.addFrames(frames, stage.production),
        onBatch: (batch) => this.progress(stage.name, index, done + batch, steps - this.sparedOf(stage)),
        beforeBatch: () => this.options.beforeBatch?.(controls),
        until: () => performance.now() > due,
        ...(this.options.signal && { signal: this.options.signal }),
      });
      done = simulation.step - firstStep;
      await recording.flush();
      const isCheckpoint = done % every === 0 || performance.now() > due || this.options.signal?.aborted;
      // At steps that do not depend on how fast the machine is, for another mesh has other last digits.
      if (looks.includes(done) && done < steps && (await this.replan(REPLAN_CHANGE))) {
        await this.setDynamics(stage, await this.simulation.saveState());
      }
      if (done < steps && isCheckpoint) {
        await this.checkpoint(index);
        await this.writeStates('checkpoint.extxyz');
        this.options.onEvent?.({ type: 'precision', precision: await this.precision(false) });
        due = performance.now() + patience;
      }
    }
  }

  /** Of a stage: only production may end early. */
  private sparedOf(stage: DynamicStage): number {
    return stage.production ? this.spared : 0;
  }

  /** Looks whether the conductivity is known as well as was asked for, and says so. */
  private async knowsEnough(stage: DynamicStage, index: number): Promise<boolean> {
    const { prepared, recording } = this;
    const { spec, mobile } = prepared;
    if (!spec.until) return false;
    await recording.flush();
    const record = { ...this.record(), status: 'complete' } as const;
    const targets = targetTemperatures(prepared, record, new Set([index]));
    const found = look(
      spec.until,
      [...new Set(targets)].map((temperature) => ({
        temperature,
        series: record.series.filter((_, r) => targets[r] === temperature),
      })),
      mobile,
    );
    this.look = found;
    const { duration, more, reached } = found;
    const expected = reached ? duration : Math.min(spec.until.maxDuration, duration + (more ?? Infinity));
    this.spared = Math.max(0, mostSteps(spec, stage) - Math.ceil(expected / stage.timestep));
    const at = `stage ${stage.name}, ${Number((duration / 1000).toPrecision(4))} ps`;
    await this.log(`${at}: ${lookWords(spec.until, found)}`);
    return reached;
  }

  /** K at the first and the last step of a stage, of each replica. */
  private bathOf(stage: DynamicStage): readonly [number[], number[]] {
    const { spec, replicas } = this.prepared;
    const of = (end: 0 | 1): number[] =>
      replicas.map(({ temperature }) =>
        spec.replicas.temperature || stage.temperature === undefined
          ? temperature
          : ends(stage.temperature)[end],
      );
    return [of(0), of(1)];
  }

  /** Atoms that begin on top of each other are named before they fly apart. */
  private async checkStart(): Promise<void> {
    const { simulation, prepared } = this;
    await simulation.checkStart();
    const visits = simulation.takeWallVisits();
    this.wallVisits.push(...visits);
    if (simulation.step > 0 || visits.length === 0) return;
    for (const [r, { cell, positions }] of (await simulation.frames()).entries()) {
      const where = prepared.replicas.length > 1 ? ` of replica ${r}` : '';
      const system = { ...prepared.system, cell, positions };
      for (const text of insideTexts(system, prepared.forceField, simulation.step, where)) {
        await this.log(`warning: ${text}`);
      }
    }
  }

  /** Lets stand still what a stage asks for, and nothing else. */
  private async freeze(stage: Stage): Promise<void> {
    const { simulation } = this;
    const labels = frozenLabels(stage, this.prepared.system);
    if (labels.join() !== simulation.state.frozen.join()) await simulation.setFrozen(labels);
  }

  /** Compiles the integrator of a stage; with a state, goes on from it. */
  private async setDynamics(stage: DynamicStage, state?: SimulationState): Promise<void> {
    const { simulation } = this;
    await this.freeze(stage);
    const [first] = this.bathOf(stage);
    simulation.setTemperatures(first.map((kelvin) => this.bath?.temperature ?? kelvin));
    await simulation.setIntegrator(integratorOf(stage));
    if (state) simulation.restoreState(state);
  }

  /**
   * Plans meshes, waves and the cell grid for the cells as they are, when any has changed by more than `least` since they were
   * planned. The state stays the same to the last bit; the integrator must be set again.
   * @returns whether anything was planned
   */
  private async replan(least: number): Promise<boolean> {
    const { simulation } = this;
    const cells = await simulation.cells();
    const changes = cells.map((cell, r) => cellChange(simulation.replicas[r]?.system.cell as Cell, cell));
    if (changes.every((change) => change <= least)) return false;
    const state = await simulation.saveState();
    this.wallVisits.push(...simulation.takeWallVisits());
    const { cutoff } = this.prepared.forceField;
    simulation.replicas.forEach(({ system }, r) => {
      checkWidths(cells[r] as Cell, cutoff, system.title, simulation.step);
    });
    simulation.destroy();
    this.simulation = await openSimulation(simulation.gpu, this.prepared, this.options, {
      tune: simulation.tuning.choices,
      cells: cells.map(({ h }) => [...h]),
    });
    this.simulation.setTemperatures(simulation.state.temperatures);
    this.simulation.restoreState(state);
    if (least > 0) {
      const most = (100 * Math.max(...changes)).toFixed(1);
      await this.log(
        `step ${state.step}: a cell has changed by ${most} %, long-range sums were planned anew`,
      );
    }
    return true;
  }

  /** How well it was integrated; of a run that has ended, whose state is void afterwards when shares are asked for. */
  async precision(withShares: boolean): Promise<Precision> {
    const { simulation } = this;
    return {
      stages: this.recording.precision(),
      neighborList: simulation.statistics.displacements,
      ...(withShares && { shares: await phaseShares(simulation.gpu, await simulation.phases()) }),
    };
  }

  destroy(): void {
    this.simulation.destroy();
  }

  /** Velocities of the first dynamic stage, and after every minimisation: from the file or drawn at the temperature. */
  private drawVelocities(temperatures: readonly number[]): void {
    const fromFile = this.prepared.spec.velocities === 'file' && this.simulation.step === 0;
    const { frozen } = this.simulation.state;
    const minimised = this.prepared.spec.stages[0]?.do === 'minimize';
    if (!fromFile || minimised) {
      this.prepared.replicas.forEach(({ system, seed }, r) => {
        this.simulation.setVelocities(r, maxwellVelocities(system, temperatures[r] as number, seed, frozen));
      });
    }
    this.velocitiesReady = true;
  }

  /** Displacements at one temperature say nothing about another: collection starts again. */
  private async setTemperature(kelvin: number, stage: number): Promise<number> {
    const { replicas } = this.prepared;
    const { step } = this.simulation;
    this.simulation.setTemperatures(replicas.map(() => kelvin));
    this.recording.countAnew();
    this.bath = { temperature: kelvin, step };
    this.ordered = { stage, ...this.bath };
    await this.log(`bath set to ${kelvin} K at step ${step}: displacements and means count from here`);
    return step;
  }

  /** Distances at which not the published potential but a wall has acted. */
  private async reportWallVisits(stage: string): Promise<void> {
    const visits = [...this.wallVisits, ...this.simulation.takeWallVisits()];
    this.wallVisits = [];
    for (const warning of visitWarnings(stage, visits, this.prepared.replicas.length)) {
      this.warnings.push(warning);
      await this.log(`warning: ${warning}`);
    }
  }

  /** Whether softBV has kept the crystal that the run began with. */
  private async reportCollapse(stage: string): Promise<void> {
    const { forceField, replicas } = this.prepared;
    // A lost device has no state to look at, and another one goes on.
    if (!isSoftbv(forceField) || (await this.simulation.gpu.wasLost())) return;
    const frames = await this.simulation.frames();
    for (const [r, frame] of frames.entries()) {
      const { system } = replicas[r] as ReplicaSetup;
      const where = replicas.length > 1 ? `replica ${r}, stage ${stage}` : `stage ${stage}`;
      for (const warning of collapseTexts(where, system, frame, forceField)) {
        this.warnings.push(warning);
        await this.log(`warning: ${warning}`);
      }
    }
  }

  private progress(stage: string, stageIndex: number, step: number, steps: number): void {
    const { spec } = this.prepared;
    const dynamic = spec.stages[stageIndex]?.do !== 'minimize';
    this.options.onEvent?.({
      type: 'progress',
      stage,
      stageIndex,
      stages: spec.stages.length,
      step,
      steps,
      totalStep: firstStepOf(this.recording.spans, stageIndex) + (dynamic ? step : 0),
      totalSteps: (this.recording.spans.at(-1)?.lastStep ?? 0) - this.spared,
      ...(this.look && { until: this.look }),
      time: this.simulation.time,
      temperature: this.recording.latest?.temperature ?? null,
      potential: this.recording.latest?.potential ?? null,
    });
  }

  /** The last state of every replica with velocities, as a structure that a new run can start from. */
  private async writeStates(file: string): Promise<void> {
    const frames = await this.simulation.frames();
    this.recording.addState(frames);
    this.final = frames.map((frame, r): System => {
      const { system } = this.prepared.replicas[r] as PreparedRun['replicas'][number];
      const { cell, positions, velocities } = frame;
      return { ...system, cell, positions, ...(velocities && { velocities }) };
    });
    for (const [r, state] of this.final.entries()) {
      await this.sink.write(
        withSuffix(file, replicaSuffix(this.prepared, r)),
        writeStructure(state, 'extxyz'),
      );
    }
  }

  /** Everything recorded reaches the sink; a failed run keeps its last checkpoint and says nothing of a final state. */
  private async close(status: RunRecord['status']): Promise<void> {
    await this.recording.flush();
    if (status !== 'failed') await this.writeStates('final.extxyz');
  }

  /** The steps that led to a failure, for whoever wants to see it. */
  private async writeFailure({ replica, frames }: Failure): Promise<void> {
    const { system } = this.prepared.replicas[replica] as PreparedRun['replicas'][number];
    const file = withSuffix(FAILURE_FILE, replicaSuffix(this.prepared, replica));
    const writer = trajectoryWriter(system, file);
    await this.sink.write(file, frames.map((frame) => writer.frame(frame)).join(''));
    await this.log(`the last ${frames.length === 1 ? 'step is' : `${frames.length} steps are`} in ${file}`);
  }
}

function nextMultiple(step: number, every: number): number {
  return (Math.floor(step / every) + 1) * every;
}
