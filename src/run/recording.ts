/** What a run records as it goes: rows and frames of every replica into its files, and what analysis and meters keep of them. */

import { FrameSet } from '../analysis/frameSet.ts';
import { DisplacementCollector, type DisplacementSeries } from '../analysis/frames/displacements.ts';
import { formalCharges } from '../analysis/transport/transport.ts';
import { PhysicsError } from '../core/errors.ts';
import type { Observation } from '../engine/observables.ts';
import { cellParameters, toCartesian, toFractional } from '../model/cell.ts';
import type { Frame } from '../model/trajectory.ts';
import type { RunPoint } from './checkpoint.ts';
import type { RunOptions } from './events.ts';
import { StageMeter, type StagePrecision } from './precision.ts';
import type { PreparedRun } from './prepare.ts';
import { Recorder, type ThermoRow } from './recorder.ts';
import type { RunSink } from './sink.ts';
import { frameRequests, isDynamic, movesCell, type Stage } from './spec.ts';
import { firstStepOf, type StageSpan, spanOf, timeline } from './timeline.ts';

/** Owns recorders, collectors and meters, hence a class. */
export class Recording {
  readonly spans: readonly StageSpan[];
  /** Of the first replica. */
  latest: Observation | undefined;
  private readonly prepared: PreparedRun;
  private readonly sink: RunSink;
  private readonly onEvent: RunOptions['onEvent'];
  private readonly recorders: readonly Recorder[];
  private collectors: readonly DisplacementCollector[] = [];
  private set: FrameSet | undefined;
  private readonly meters: StageMeter[] = [];

  constructor(sink: RunSink, prepared: PreparedRun, onEvent: RunOptions['onEvent']) {
    this.sink = sink;
    this.prepared = prepared;
    this.onEvent = onEvent;
    const { replicas, spec } = prepared;
    this.recorders = replicas.map(
      ({ system }, r) => new Recorder(sink, system, spec.record.trajectory.file, replicaSuffix(prepared, r)),
    );
    this.spans = timeline(spec);
    this.countAnew();
  }

  /** Rows by replica, as they stand in the files. */
  get thermo(): readonly (readonly ThermoRow[])[] {
    return this.recorders.map(({ thermo }) => thermo);
  }

  /** Displacements by replica. */
  get series(): readonly DisplacementSeries[] {
    return this.collectors.map((collector) => collector.series());
  }

  /** Analyses of the frames of production, as they stand. */
  get analyses(): FrameSet | undefined {
    return this.set;
  }

  /** True until the first frame of production. */
  get hasNoFrames(): boolean {
    return this.collectors[0]?.frameCount === 0;
  }

  /** Displacements count from now on. */
  countAnew(): void {
    const { replicas } = this.prepared;
    this.collectors = replicas.map(({ system }) => new DisplacementCollector(system));
    this.set = frameSetOf(this.prepared);
    if (this.set) this.onEvent?.({ type: 'analyses', set: this.set });
  }

  /** The files of a run as they were at its checkpoint, and what was known of them. */
  async takeUp({ fileBytes, bath }: RunPoint): Promise<void> {
    for (const [file, bytes] of Object.entries(fileBytes)) {
      if ((await this.sink.size(file)) !== undefined) await this.sink.truncate(file, bytes);
    }
    for (const [r, recorder] of this.recorders.entries()) {
      await recorder.takeUp(
        (step) => this.stageOfRow(step),
        (found) => {
          if (bath && found.step <= bath.step) return;
          const frame = this.recorded(found);
          this.collectors[r]?.add(frame);
          this.set?.add(r, frame);
          this.onEvent?.({ type: 'pastFrame', replica: r, frame });
        },
      );
    }
    this.onEvent?.({ type: 'pastRows', rows: this.thermo });
  }

  /** Bytes of every file, once all of them are safe. */
  async fileBytes(): Promise<Record<string, number>> {
    await this.flush();
    const sizes: Record<string, number> = {};
    for (const file of this.recorders.flatMap(({ files }) => files)) {
      await this.sink.sync?.(file);
      sizes[file] = (await this.sink.size(file)) ?? 0;
    }
    return sizes;
  }

  async flush(): Promise<void> {
    for (const recorder of this.recorders) await recorder.flush();
  }

  /** A stage of dynamics begins, or goes on. */
  beginStage({ name }: Stage, index: number): void {
    const systems = this.prepared.replicas.map(({ system }) => system);
    this.meters.push(new StageMeter(name, index, systems));
  }

  /** Step that rows and frames of a stage are counted from: frames of production must be equally spaced. */
  recordFrom(index: number): number {
    const { stages } = this.prepared.spec;
    const produces = (stage: Stage | undefined): boolean => !!stage && isDynamic(stage) && stage.production;
    const counted = produces(stages[index]) ? stages.findIndex(produces) : index;
    return firstStepOf(this.spans, counted);
  }

  async addSeries(
    step: number,
    time: number,
    stage: number,
    observations: readonly Observation[],
  ): Promise<void> {
    const lost = observations.findIndex(({ potential, kinetic }) => !Number.isFinite(potential + kinetic));
    if (lost >= 0) {
      throw new PhysicsError(
        `step ${step}: the energy of replica ${lost} is not a number; two atoms may have fallen into each other`,
      );
    }
    this.latest = observations[0];
    this.meters.at(-1)?.addRow(observations);
    // The last row of one stage is the first of the next.
    if (this.thermo[0]?.at(-1)?.step === step) return;
    for (const [r, recorder] of this.recorders.entries()) {
      const one = observations[r] as Observation;
      await recorder.addRow({
        step,
        time,
        stage,
        observation: { ...one, lattice: cellParameters(one.cell) },
      });
    }
    // As they stand in the file: told again of a run that is taken up, they are the same.
    this.onEvent?.({ type: 'series', rows: this.thermo.map((rows) => rows.at(-1) as ThermoRow) });
  }

  async addFrames(frames: readonly Frame[], production: boolean): Promise<void> {
    this.onEvent?.({ type: 'frame', frames, production });
    if (!production) return;
    for (const [r, frame] of frames.entries()) {
      this.collectors[r]?.add(frame);
      this.set?.add(r, frame);
      await this.recorders[r]?.addFrame(frame);
    }
  }

  /** Frames with velocities, for the meters. */
  addState(frames: readonly Frame[]): void {
    this.meters.at(-1)?.addState(frames);
  }

  precision(): StagePrecision[] {
    return this.meters.map((meter) =>
      meter.result(this.thermo.map((rows) => rows.filter(({ stage }) => stage === meter.index))),
    );
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
}

/** The analyses of frames that a run asks for; undefined when there are none, or no production to analyse. */
function frameSetOf({ spec, replicas, mobile }: PreparedRun): FrameSet | undefined {
  const production = spec.stages.filter(isDynamic).find((stage) => stage.production);
  const requests = spec.analysis.flatMap(frameRequests);
  if (!production || requests.length === 0) return undefined;
  return new FrameSet(
    requests,
    replicas.map(({ system, temperature }) => ({
      system,
      mobile: system.species.flatMap(({ label }, s) => (mobile.includes(label) ? [s] : [])),
      temperature,
      charges: formalCharges(system, {}),
      frameInterval: spec.record.trajectory.every * production.timestep,
      supercell: spec.supercell,
    })),
  );
}

/** What stands before the extension of per-replica files. */
export function replicaSuffix({ replicas }: PreparedRun, r: number): string {
  return replicas.length > 1 ? `.${r}` : '';
}
