/**
 * A prepared run → its folder: stages one after the other, frames and series recorded as they come, results at the end.
 * Whatever ends it early (interrupt, physics, a full disk) leaves a folder that can be read.
 */
import { DisplacementCollector } from '../analysis/displacements.ts';
import { transportTables } from '../analysis/tables.ts';
import { PhysicsError } from '../core/errors.ts';
import { type AchievedError, achievedError, describeError } from '../engine/achievedError.ts';
import { describeChoice } from '../engine/coulombChoice.ts';
import { DYNAMICS } from '../engine/integrators.ts';
import type { Observation } from '../engine/observables.ts';
import { Simulation } from '../engine/simulation.ts';
import type { TuneRequest } from '../engine/tuning.ts';
import { maxwellVelocities } from '../engine/velocities.ts';
import { interactionsOf, wallTexts } from '../forcefield/interactions.ts';
import type { Gpu } from '../gpu/device.ts';
import { writeStructure } from '../io/index.ts';
import type { System } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import type { PreparedRun } from './prepare.ts';
import { type Provenance, provenanceOf } from './provenance.ts';
import { Recorder, type ThermoRow, withSuffix } from './recorder.ts';
import { analyseRun, type RunAnalysis, type RunRecord } from './results.ts';
import type { RunSink } from './sink.ts';
import { type DynamicStage, isDynamic, type MinimizeStage, stageSteps } from './spec.ts';
import { visitWarnings } from './walls.ts';

/** What a run tells while it goes on. */
export type RunEvent =
  | { readonly type: 'log'; readonly text: string }
  | {
      readonly type: 'progress';
      readonly stage: string;
      readonly stageIndex: number;
      readonly stages: number;
      /** Steps of this stage, and of all stages together. */
      readonly step: number;
      readonly steps: number;
      readonly totalStep: number;
      readonly totalSteps: number;
      /** fs of dynamics so far */
      readonly time: number;
      /** Of the first replica, at the last recorded step. */
      readonly temperature: number | null;
      readonly potential: number | null;
    }
  | { readonly type: 'series'; readonly rows: readonly ThermoRow[] }
  | { readonly type: 'frame'; readonly frames: readonly Frame[]; readonly production: boolean };

/** What a user may do to a run while it goes on. */
export interface RunControls {
  /** A new bath temperature (K) for all replicas; displacements and means are counted afresh from here. */
  setTemperature(kelvin: number): Promise<void>;
  /** Hands everything recorded so far to the sink: its files are complete up to this step. */
  flush(): Promise<void>;
}

export interface RunOptions {
  readonly platform: string;
  /** Awaited before every batch of steps: a pause is a promise that is not yet resolved. */
  readonly beforeBatch?: (controls: RunControls) => void | Promise<void>;
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: AbortSignal;
  readonly batchMilliseconds?: number;
  /** How choices that the spec leaves open are made; default: by a short measurement. */
  readonly tune?: TuneRequest;
}

export interface RunOutcome extends RunAnalysis {
  readonly provenance: Provenance;
  readonly thermo: readonly (readonly ThermoRow[])[];
  readonly final: readonly System[];
  /** What ended the run early, to be thrown on once the folder is complete. */
  readonly failure?: unknown;
}

/** Makes the report of a finished run, file name → text; given by the front door so that this floor knows no HTML. */
export type ReportWriter = (
  prepared: PreparedRun,
  outcome: RunOutcome,
  dynamics: typeof DYNAMICS,
) => Readonly<Record<string, string>>;

/** Runs all stages and writes every file of the run folder. */
export async function executeRun(
  gpu: Gpu,
  given: PreparedRun,
  sink: RunSink,
  options: RunOptions,
  report?: ReportWriter,
): Promise<RunOutcome> {
  await sink.write('spec.json', `${JSON.stringify(given.spec, null, 2)}\n`);
  const simulation = await Simulation.create(gpu, {
    forceField: given.forceField,
    replicas: given.replicas,
    tune: options.tune ?? 'measure',
    ...(options.batchMilliseconds !== undefined && { batchMilliseconds: options.batchMilliseconds }),
  });
  try {
    const achieved = await previewError(simulation, given);
    const prepared = achieved ? warned(given, achieved) : given;
    const provenance = await provenanceOf(prepared, simulation, options.platform, new Date(), achieved);
    await sink.write('provenance.json', `${JSON.stringify(provenance, null, 2)}\n`);
    const execution = new Execution(simulation, prepared, sink, options);
    const ended = await execution.stages();
    const record: RunRecord = { ...ended, ...execution.record() };
    const analysis = analyseRun(prepared, record);
    const outcome: RunOutcome = {
      ...analysis,
      provenance,
      thermo: record.thermo,
      final: execution.final,
      ...(ended.failure !== undefined && { failure: ended.failure }),
    };
    await execution.log(`${ended.status}${ended.why ? `: ${ended.why}` : ''}`);
    await writeResults(sink, prepared, outcome);
    for (const [file, text] of Object.entries(report?.(prepared, outcome, DYNAMICS) ?? {})) {
      await sink.write(file, text);
    }
    return outcome;
  } finally {
    simulation.destroy();
  }
}

/** The force error of a damped shifted force: nobody runs one without being told. */
async function previewError(
  simulation: Simulation,
  { forceField }: PreparedRun,
): Promise<AchievedError | undefined> {
  const { longRange } = simulation.forces;
  return longRange?.method === 'dsf' ? achievedError(simulation, forceField) : undefined;
}

function warned(prepared: PreparedRun, achieved: AchievedError): PreparedRun {
  const warning = `dsf is a preview: on the first frame its ${describeError(achieved)}`;
  return { ...prepared, warnings: [...prepared.warnings, warning] };
}

async function writeResults(sink: RunSink, prepared: PreparedRun, outcome: RunOutcome): Promise<void> {
  await sink.write('results.json', `${JSON.stringify(outcome.results, null, 2)}\n`);
  const groups = outcome.pooled.map(({ temperature, analysis }) => ({
    suffix: outcome.pooled.length > 1 ? `.${temperature}K` : '',
    analysis,
  }));
  for (const { suffix, analysis } of groups) {
    for (const [file, text] of Object.entries(transportTables(analysis))) {
      await sink.write(withSuffix(file, suffix), text);
    }
  }
  if (prepared.replicas.length === 1) return;
  for (const [r, analysis] of outcome.single.entries()) {
    if (!analysis) continue;
    for (const [file, text] of Object.entries(transportTables(analysis))) {
      await sink.write(withSuffix(file, `.${r}`), text);
    }
  }
}

/** The course of one run. Owns its recorders and collectors, hence a class. */
class Execution {
  /** Last state of every replica. */
  final: readonly System[] = [];
  private readonly simulation: Simulation;
  private readonly prepared: PreparedRun;
  private readonly sink: RunSink;
  private readonly options: RunOptions;
  private readonly recorders: readonly Recorder[];
  private collectors: readonly DisplacementCollector[];
  private readonly totalSteps: number;
  private stepsBefore = 0;
  private velocitiesReady = false;
  private bath: RunRecord['bath'];
  private latest: Observation | undefined;
  private readonly warnings: string[] = [];

  constructor(simulation: Simulation, prepared: PreparedRun, sink: RunSink, options: RunOptions) {
    this.simulation = simulation;
    this.prepared = prepared;
    this.sink = sink;
    this.options = options;
    const { replicas, spec } = prepared;
    this.recorders = replicas.map(
      ({ system }, r) => new Recorder(sink, system, spec.record.trajectory.file, this.suffix(r)),
    );
    this.collectors = replicas.map(({ system }) => new DisplacementCollector(system));
    this.totalSteps = spec.stages.reduce((sum, stage) => sum + (isDynamic(stage) ? stageSteps(stage) : 0), 0);
  }

  /** Runs the stages; an early end is a status, not an exception, so that results follow. */
  async stages(): Promise<Pick<RunRecord, 'status' | 'why'> & { failure?: unknown }> {
    const { spec, warnings, system, forceField } = this.prepared;
    let ended: Pick<RunRecord, 'status' | 'why'> & { failure?: unknown } = { status: 'complete' };
    try {
      for (const warning of warnings) await this.log(`warning: ${warning}`);
      await this.log(
        `${system.typeOf.length} atoms × ${this.prepared.replicas.length} replica(s), potential ${forceField.name}, ` +
          `cutoff ${forceField.cutoff} Å, adapter ${this.simulation.gpu.adapter.name} (${this.simulation.gpu.adapter.kind})`,
      );
      const { coulomb } = this.simulation.tuning;
      if (coulomb) await this.log(`long-range Coulomb by ${describeChoice(coulomb)}`);
      const walls = wallTexts(interactionsOf(forceField, system.species, forceField.cutoff));
      if (walls.length > 0) await this.log(`walls inside inner maxima of the potential: ${walls.join(', ')}`);
      for (const [index, stage] of spec.stages.entries()) {
        try {
          if (isDynamic(stage)) await this.dynamics(stage, index);
          else await this.minimize(stage, index);
        } finally {
          await this.reportWallVisits(stage.name);
        }
        if (this.options.signal?.aborted) {
          ended = { status: 'interrupted', why: `stopped by the user in stage ${stage.name}` };
          break;
        }
      }
    } catch (error) {
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

  async log(text: string): Promise<void> {
    this.options.onEvent?.({ type: 'log', text });
    await this.sink.append('log.txt', `${text}\n`);
  }

  private async minimize(stage: MinimizeStage, index: number): Promise<void> {
    const result = await this.simulation.minimize(
      stage,
      (steps) => this.progress(stage.name, index, steps, stage.maxSteps),
      this.options.signal,
    );
    const worst = Math.max(...result.largestForces);
    await this.log(
      `stage ${stage.name}: ${result.converged ? 'converged' : 'not converged'} after ${result.steps} steps, largest force ${worst.toPrecision(3)} eV/Å (asked for ${stage.fmax})`,
    );
    this.velocitiesReady = false;
  }

  private async dynamics(stage: DynamicStage, index: number): Promise<void> {
    const { simulation, prepared } = this;
    const { record, replicas } = prepared.spec;
    const temperatures = prepared.replicas.map((replica) =>
      replicas.temperature ? replica.temperature : (stage.temperature ?? replica.temperature),
    );
    simulation.setTemperatures(temperatures);
    this.bath = undefined;
    if (!this.velocitiesReady) this.drawVelocities(temperatures);
    await simulation.setIntegrator(
      stage.do === 'nvt'
        ? { integrator: stage.thermostat, timestep: stage.timestep, tau: stage.tau }
        : { integrator: 'nve', timestep: stage.timestep },
    );
    const steps = stageSteps(stage);
    await this.log(
      `stage ${stage.name}: ${stage.do}, ${steps} steps of ${stage.timestep} fs${stage.do === 'nvt' ? `, ${stage.thermostat} at ${[...new Set(temperatures)].join(', ')} K` : ''}`,
    );
    // The state a stage starts from belongs to it: the first row, and the time origin of its trajectory.
    await this.addSeries(simulation.step, simulation.time, index, await simulation.observe());
    if (stage.production && this.collectors[0]?.frameCount === 0) {
      await this.addFrames(await simulation.frames(), true);
    }
    const firstTime = simulation.time;
    const firstStep = simulation.step;
    const controls: RunControls = {
      setTemperature: (kelvin) => this.setTemperature(kelvin),
      flush: () => this.flush(),
    };
    let done = 0;
    while (done < steps && !this.options.signal?.aborted) {
      const chunk = Math.min(record.checkpoint.every, steps - done);
      await simulation.run({
        steps: chunk,
        seriesEvery: record.series.every,
        frameEvery: record.trajectory.every,
        onSeries: (step, observations) =>
          this.addSeries(step, firstTime + (step - firstStep) * stage.timestep, index, observations),
        onFrame: (frames) => this.addFrames(frames, stage.production),
        onBatch: (batch) => this.progress(stage.name, index, done + batch, steps),
        beforeBatch: () => this.options.beforeBatch?.(controls),
        ...(this.options.signal && { signal: this.options.signal }),
      });
      done = simulation.step - firstStep;
      await this.flush();
      if (done < steps) await this.writeStates('checkpoint.extxyz');
    }
    this.stepsBefore += done;
  }

  /** Velocities of the first dynamic stage, and after every minimisation: from the file or drawn at the temperature. */
  private drawVelocities(temperatures: readonly number[]): void {
    const fromFile = this.prepared.spec.velocities === 'file' && this.simulation.step === 0;
    const minimised = this.prepared.spec.stages[0]?.do === 'minimize';
    if (!fromFile || minimised) {
      this.prepared.replicas.forEach(({ system, seed }, r) => {
        this.simulation.setVelocities(r, maxwellVelocities(system, temperatures[r] as number, seed));
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
    const rows = observations.map((observation): ThermoRow => ({ step, time, stage, observation }));
    const lost = observations.findIndex(({ potential, kinetic }) => !Number.isFinite(potential + kinetic));
    if (lost >= 0) {
      throw new PhysicsError(
        `step ${step}: the energy of replica ${lost} is not a number; two atoms may have fallen into each other`,
      );
    }
    this.latest = observations[0];
    // The last row of one stage is the first of the next.
    if (this.recorders[0]?.thermo.at(-1)?.step === step) return;
    for (const [r, recorder] of this.recorders.entries()) await recorder.addRow(rows[r] as ThermoRow);
    this.options.onEvent?.({ type: 'series', rows });
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
  private async setTemperature(kelvin: number): Promise<void> {
    const { replicas } = this.prepared;
    const { step } = this.simulation;
    this.simulation.setTemperatures(replicas.map(() => kelvin));
    this.collectors = replicas.map(({ system }) => new DisplacementCollector(system));
    this.bath = { temperature: kelvin, step };
    await this.log(`bath set to ${kelvin} K at step ${step}: displacements and means count from here`);
  }

  /** Distances at which not the published potential but a wall has acted. */
  private async reportWallVisits(stage: string): Promise<void> {
    const visits = this.simulation.takeWallVisits();
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
      totalStep: this.stepsBefore + (dynamic ? step : 0),
      totalSteps: this.totalSteps,
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

  private suffix(r: number): string {
    return this.prepared.replicas.length > 1 ? `.${r}` : '';
  }
}
