/**
 * The course of a run: stages one after the other, frames and series recorded as they come, checkpoints in between. Whatever
 * ends it early (interrupt, physics, a full disk) leaves a folder that can be read, and a state to go on from.
 */
import { DisplacementCollector } from '../analysis/displacements.ts';
import { PhysicsError } from '../core/errors.ts';
import { describeChoice } from '../engine/coulombChoice.ts';
import { Failure } from '../engine/diagnosis.ts';
import type { Observation } from '../engine/observables.ts';
import type { Relaxed, Simulation, SimulationState } from '../engine/simulation.ts';
import { maxwellVelocities } from '../engine/velocities.ts';
import type { WallVisit } from '../engine/wallVisits.ts';
import { interactionsOf, wallTexts } from '../forcefield/interactions.ts';
import { trajectoryWriter, writeStructure } from '../io/index.ts';
import { type Cell, cellParameters, toCartesian, toFractional } from '../model/cell.ts';
import type { System } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import { type Checkpoint, continuationWarning, type RunPoint, writeCheckpoint } from './checkpoint.ts';
import type { RunControls, RunOptions } from './events.ts';
import { type Precision, phaseShares, StageMeter } from './precision.ts';
import { frozenLabels, type PreparedRun } from './prepare.ts';
import type { Provenance } from './provenance.ts';
import { Recorder, type ThermoRow, withSuffix } from './recorder.ts';
import type { RunRecord } from './results.ts';
import type { RunSink } from './sink.ts';
import {
  type DynamicStage,
  ends,
  isDynamic,
  type MinimizeStage,
  movesCell,
  type Stage,
  stageSteps,
} from './spec.ts';
import { cellChange, checkWidths, integratorOf, openSimulation, stageText } from './stages.ts';
import { firstStepOf, type StageSpan, spanOf, timeline } from './timeline.ts';
import { refuseInside, visitWarnings } from './walls.ts';

/** Steps between two looks at how far cells have gone from those that long-range sums were planned for. */
const CELL_CHECK_STEPS = 250;
/** ‖F − 1‖ that is worth another plan: 2 % of every edge; at the end of a relaxation 0.1 %. */
const REPLAN_CHANGE = 0.035;
const REST_CHANGE = 0.002;

const FAILURE_FILE = 'failure.extxyz';

/** Owns its simulation, recorders and collectors, hence a class. */
export class Execution {
  /** Last state of every replica. */
  final: readonly System[] = [];
  private simulation: Simulation;
  private readonly prepared: PreparedRun;
  private readonly sink: RunSink;
  private readonly options: RunOptions;
  private readonly provenance: Provenance;
  private readonly spans: readonly StageSpan[];
  private readonly recorders: readonly Recorder[];
  private collectors: readonly DisplacementCollector[];
  private velocitiesReady = false;
  private bath: RunRecord['bath'];
  /** The user's last order for the bath; what counts, counts from there, also in stages that have their own temperature. */
  private ordered: RunPoint['bath'];
  private latest: Observation | undefined;
  private readonly warnings: string[] = [];
  private readonly meters: StageMeter[] = [];
  /** Of this stage, up to the last checkpoint. */
  private wallVisits: WallVisit[] = [];

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
    const { replicas, spec } = prepared;
    this.recorders = replicas.map(
      ({ system }, r) => new Recorder(sink, system, spec.record.trajectory.file, this.suffix(r)),
    );
    this.collectors = replicas.map(({ system }) => new DisplacementCollector(system));
    this.spans = timeline(spec);
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

  record(): Pick<RunRecord, 'series' | 'thermo' | 'bath' | 'warnings'> {
    return {
      warnings: this.warnings,
      ...(this.bath && { bath: this.bath }),
      series: this.collectors.map((collector) => collector.series()),
      thermo: this.recorders.map(({ thermo }) => thermo),
    };
  }

  /** What is going to be run, to the log. */
  private async introduce(): Promise<void> {
    const { warnings, system, forceField } = this.prepared;
    const { adapter } = this.simulation.gpu;
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
    const { onEvent } = this.options;
    this.ordered = point.bath;
    for (const [file, bytes] of Object.entries(point.fileBytes)) {
      if ((await this.sink.size(file)) !== undefined) await this.sink.truncate(file, bytes);
    }
    for (const [r, recorder] of this.recorders.entries()) {
      await recorder.takeUp(
        (step) => this.stageOfRow(step),
        (found) => {
          if (point.bath && found.step <= point.bath.step) return;
          const frame = this.recorded(found);
          this.collectors[r]?.add(frame);
          onEvent?.({ type: 'pastFrame', replica: r, frame });
        },
      );
    }
    onEvent?.({ type: 'pastRows', rows: this.recorders.map(({ thermo }) => thermo) });
    this.velocitiesReady = point.velocitiesReady;
    this.warnings.push(...point.warnings);
    this.wallVisits.push(...point.wallVisits);
    await this.log(`resumed at step ${state.step}`);
    const warning = continuationWarning(checkpoint, this.simulation.gpu.adapter);
    if (warning) await this.log(`warning: ${warning}`);
  }

  /** True when the stage of a checkpoint had begun: what it begins with is done. */
  private isMidway({ point, state }: Checkpoint): boolean {
    return state.step > firstStepOf(this.spans, point.stage);
  }

  /** Step that rows and frames of a stage are counted from: frames of production must be equally spaced. */
  private recordFrom(index: number): number {
    const { stages } = this.prepared.spec;
    const produces = (stage: Stage | undefined): boolean => !!stage && isDynamic(stage) && stage.production;
    const counted = produces(stages[index]) ? stages.findIndex(produces) : index;
    return firstStepOf(this.spans, counted);
  }

  /** The stage of a row: where one stage ends and the next begins it is the former's, if that had one there. */
  private stageOfRow(step: number): number {
    const span = spanOf(this.spans, step);
    if (!span) return 0;
    const next = this.spans[this.spans.indexOf(span) + 1];
    const { every } = this.prepared.spec.record.series;
    const due = step < span.lastStep || (step - this.recordFrom(span.stage)) % every === 0;
    return due || !next ? span.stage : next.stage;
  }

  /** A frame as it was recorded, out of a file that may not tell times, or not the cell's own orientation (LAMMPS' dumps). */
  private recorded(frame: Frame): Frame {
    const span = spanOf(this.spans, frame.step);
    if (Number.isFinite(frame.time) || !span) return frame;
    const { system, spec } = this.prepared;
    // A dump turns cells; where they move, its orientation is as good as any.
    const cell = spec.stages.some(movesCell) ? frame.cell : system.cell;
    return {
      ...frame,
      cell,
      time: span.firstTime + (frame.step - span.firstStep) * span.timestep,
      positions: toCartesian(cell, toFractional(frame.cell, frame.positions)),
    };
  }

  /** Everything up to here on its way to the sink, and the state to go on from. */
  private async checkpoint(stage: number): Promise<void> {
    const { simulation, sink, provenance } = this;
    await this.flush();
    this.wallVisits.push(...simulation.takeWallVisits());
    const fileBytes: Record<string, number> = {};
    for (const file of this.recorders.flatMap(({ files }) => files))
      fileBytes[file] = (await sink.size(file)) ?? 0;
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
    const steps = stageSteps(stage);
    const firstStep = firstStepOf(this.spans, index);
    await this.log(stageText(stage, this.bathOf(stage)));
    this.meters.push(
      new StageMeter(
        stage.name,
        index,
        this.prepared.replicas.map(({ system }) => system),
      ),
    );
    if (!resumed) {
      const { simulation } = this;
      await this.checkStart();
      // The state a stage starts from belongs to it: the first row, and the time origin of its trajectory.
      await this.addSeries(simulation.step, simulation.time, index, await simulation.observe());
      if (stage.production && this.collectors[0]?.frameCount === 0) {
        await this.addFrames(await simulation.frames(), true);
      }
    }
    const recordFrom = this.recordFrom(index);
    const controls: RunControls = {
      setTemperature: (kelvin) => this.setTemperature(kelvin, index),
      flush: () => this.flush(),
    };
    const patience = this.options.checkpointMilliseconds ?? Number.POSITIVE_INFINITY;
    let due = performance.now() + patience;
    let done = this.simulation.step - firstStep;
    while (done < steps && !this.options.signal?.aborted) {
      const { simulation } = this;
      const { every } = record.checkpoint;
      const looks = movesCell(stage) ? [nextMultiple(done, CELL_CHECK_STEPS)] : [];
      await simulation.run({
        steps: Math.min(steps, nextMultiple(done, every), ...looks) - done,
        seriesEvery: record.series.every,
        frameEvery: record.trajectory.every,
        recordFrom,
        onSeries: (step, observations) => this.addSeries(step, simulation.timeAt(step), index, observations),
        onFrame: (frames) => this.addFrames(frames, stage.production),
        onBatch: (batch) => this.progress(stage.name, index, done + batch, steps),
        beforeBatch: () => this.options.beforeBatch?.(controls),
        until: () => performance.now() > due,
        ...(this.options.signal && { signal: this.options.signal }),
      });
      done = simulation.step - firstStep;
      await this.flush();
      const isCheckpoint = done % every === 0 || performance.now() > due || this.options.signal?.aborted;
      // At steps that do not depend on how fast the machine is, for another mesh has other last digits.
      if (looks.includes(done) && done < steps && (await this.replan(REPLAN_CHANGE))) {
        await this.setDynamics(stage, await this.simulation.saveState());
      }
      if (done < steps && isCheckpoint) {
        await this.checkpoint(index);
        await this.writeStates('checkpoint.extxyz');
        due = performance.now() + patience;
      }
    }
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
      refuseInside({ ...prepared.system, cell, positions }, prepared.forceField, simulation.step, where);
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
    const results = this.meters.map((meter) =>
      meter.result(this.recorders.map(({ thermo }) => thermo.filter(({ stage }) => stage === meter.index))),
    );
    return {
      stages: results,
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

  private async addSeries(
    step: number,
    time: number,
    stage: number,
    observations: readonly Observation[],
  ): Promise<void> {
    const rows = observations.map((one): ThermoRow => {
      const observation = { ...one, lattice: cellParameters(one.cell) };
      return { step, time, stage, observation };
    });
    const lost = observations.findIndex(({ potential, kinetic }) => !Number.isFinite(potential + kinetic));
    if (lost >= 0) {
      throw new PhysicsError(
        `step ${step}: the energy of replica ${lost} is not a number; two atoms may have fallen into each other`,
      );
    }
    this.latest = observations[0];
    this.meters.at(-1)?.addRow(observations);
    // The last row of one stage is the first of the next.
    if (this.recorders[0]?.thermo.at(-1)?.step === step) return;
    for (const [r, recorder] of this.recorders.entries()) await recorder.addRow(rows[r] as ThermoRow);
    // As they stand in the file: told again of a run that is taken up, they are the same.
    const told = this.recorders.map(({ thermo }) => thermo.at(-1) as ThermoRow);
    this.options.onEvent?.({ type: 'series', rows: told });
  }

  private async addFrames(frames: readonly Frame[], production: boolean): Promise<void> {
    this.options.onEvent?.({ type: 'frame', frames, production });
    if (!production) return;
    for (const [r, frame] of frames.entries()) {
      this.collectors[r]?.add(frame);
      await this.recorders[r]?.addFrame(frame);
    }
  }

  /** Displacements at one temperature say nothing about another: collection starts again. */
  private async setTemperature(kelvin: number, stage: number): Promise<number> {
    const { replicas } = this.prepared;
    const { step } = this.simulation;
    this.simulation.setTemperatures(replicas.map(() => kelvin));
    this.collectors = replicas.map(({ system }) => new DisplacementCollector(system));
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
      totalStep: firstStepOf(this.spans, stageIndex) + (dynamic ? step : 0),
      totalSteps: this.spans.at(-1)?.lastStep ?? 0,
      time: this.simulation.time,
      temperature: this.latest?.temperature ?? null,
      potential: this.latest?.potential ?? null,
    });
  }

  private async flush(): Promise<void> {
    for (const recorder of this.recorders) await recorder.flush();
  }

  /** The last state of every replica with velocities, as a structure that a new run can start from. */
  private async writeStates(file: string): Promise<void> {
    const frames = await this.simulation.frames();
    this.meters.at(-1)?.addState(frames);
    this.final = frames.map((frame, r): System => {
      const { system } = this.prepared.replicas[r] as PreparedRun['replicas'][number];
      const { cell, positions, velocities } = frame;
      return { ...system, cell, positions, ...(velocities && { velocities }) };
    });
    for (const [r, state] of this.final.entries()) {
      await this.sink.write(withSuffix(file, this.suffix(r)), writeStructure(state, 'extxyz'));
    }
  }

  /** Everything recorded reaches the sink; a failed run keeps its last checkpoint and says nothing of a final state. */
  private async close(status: RunRecord['status']): Promise<void> {
    await this.flush();
    if (status !== 'failed') await this.writeStates('final.extxyz');
  }

  /** The steps that led to a failure, for whoever wants to see it. */
  private async writeFailure({ replica, frames }: Failure): Promise<void> {
    const { system } = this.prepared.replicas[replica] as PreparedRun['replicas'][number];
    const file = withSuffix(FAILURE_FILE, this.suffix(replica));
    const writer = trajectoryWriter(system, file);
    await this.sink.write(file, frames.map((frame) => writer.frame(frame)).join(''));
    await this.log(`the last ${frames.length} steps are in ${file}`);
  }

  private suffix(r: number): string {
    return this.prepared.replicas.length > 1 ? `.${r}` : '';
  }
}

function nextMultiple(step: number, every: number): number {
  return (Math.floor(step / every) + 1) * every;
}
