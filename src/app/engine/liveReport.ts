/**
 * What a run tells → what the page is told: never more often than it can be seen, and after a loss of the device, or in a run
 * that is taken up, all of it again as far as it still holds. Owns what the page was told, hence a class.
 */
import type { Frame } from '../../model/trajectory.ts';
import type { RunEvent } from '../../run/events.ts';
import type { PreparedRun } from '../../run/prepare.ts';
import type { ThermoRow } from '../../run/recorder.ts';
import { type FromWorker, SERIES_COLUMNS } from '../protocol.ts';
import { wrapped } from '../wrap.ts';
import { LiveTransport } from './liveAnalysis.ts';
import type { Post } from './session.ts';

/** ms between two messages of a kind. */
const FRAME_EVERY = 33;
const PROGRESS_EVERY = 100;
const SERIES_EVERY = 250;
/** ms over which the speed is averaged. */
const SPEED_WINDOW = 3000;
/** Frames of the past that are shown in a row: as many as a trail on the screen is long. */
const PAST_FRAMES = 80;

type FrameMessage = Extract<FromWorker, { is: 'frame' }>;

export class LiveReport {
  transport: LiveTransport;
  thermo: ThermoRow[][] = [];
  stage = 0;
  private readonly prepared: PreparedRun;
  private readonly post: Post;
  private readonly onBegun: () => void;
  private rows: number[] = [];
  private past: FrameMessage[] = [];
  private sent = { frame: 0, progress: 0, series: 0 };
  private speed: { time: number; step: number }[] = [];
  private speedStage = 0;
  private begun = false;

  /**
   * @param kelvin of the bath; null at constant energy
   * @param onBegun called when the atoms move for the first time, and for the first time after a rewind
   */
  constructor(prepared: PreparedRun, post: Post, kelvin: number | null, onBegun: () => void) {
    this.prepared = prepared;
    this.post = post;
    this.onBegun = onBegun;
    this.transport = new LiveTransport(prepared, kelvin);
    this.rewind(kelvin);
  }

  /** Forgets everything: it will be told again. */
  rewind(kelvin: number | null): void {
    this.transport.restart(kelvin);
    this.thermo = this.prepared.replicas.map(() => []);
    this.rows = [];
    this.past = [];
    this.begun = false;
    this.forgetSpeed();
  }

  /** After a pause the speed is measured anew. */
  forgetSpeed(): void {
    this.speed = [];
  }

  handle(event: RunEvent): void {
    if (event.type === 'pastFrame') this.addPastFrame(event);
    else if (event.type === 'pastRows') this.addPastRows(event.rows);
    else if (event.type === 'precision') this.post({ is: 'precision', precision: event.precision });
    else if (event.type === 'analyses') this.transport.frames = event.set;
    else if (event.type !== 'log' && event.type !== 'lost') {
      if (!this.begun) this.onBegun();
      this.begun = true;
      if (event.type === 'progress') this.progress(event);
      else if (event.type === 'series') this.addRows(event.rows);
      else this.addFrames(event);
    }
  }

  /** Rows that have gathered, at once. */
  sendSeries(): void {
    if (this.rows.length < SERIES_COLUMNS) return;
    const rows = Float64Array.from(this.rows);
    this.rows = [];
    this.sent.series = performance.now();
    this.post({ is: 'series', rows }, [rows.buffer]);
  }

  sendAnalysis(): void {
    const analysis = this.transport.analyse();
    if (analysis) this.post({ is: 'analysis', analysis });
    this.sendReport();
  }

  /** The analysis of frames that the page looks at, from now on; at once what there is of it. */
  watch(name: string | null): void {
    this.transport.watched = name;
    this.sendReport();
  }

  private sendReport(): void {
    const report = this.transport.report();
    if (report) this.post({ is: 'report', report });
  }

  private progress(event: Extract<RunEvent, { type: 'progress' }>): void {
    this.stage = event.stageIndex;
    const isLast = event.step === event.steps;
    const now = performance.now();
    if (now - this.sent.progress < PROGRESS_EVERY && !isLast) return;
    this.sent.progress = now;
    const { stageIndex, step, steps, totalStep, time } = event;
    const stepsPerSecond = this.stepsPerSecond(now, stageIndex, step);
    this.post({ is: 'progress', progress: { stageIndex, step, steps, totalStep, time, stepsPerSecond } });
  }

  private stepsPerSecond(now: number, stage: number, step: number): number | null {
    const before = this.speed.at(-1);
    if (before && (step < before.step || stage !== this.speedStage)) this.speed = [];
    this.speedStage = stage;
    this.speed.push({ time: now, step });
    while (this.speed.length > 2 && now - (this.speed[0]?.time ?? now) > SPEED_WINDOW) this.speed.shift();
    const first = this.speed[0];
    if (!first || now - first.time < 200) return null;
    return (1000 * (step - first.step)) / (now - first.time);
  }

  private addRows(rows: readonly ThermoRow[]): void {
    const [first] = rows;
    if (!first) return;
    this.stage = first.stage;
    rows.forEach((row, r) => {
      this.thermo[r]?.push(row);
    });
    this.showRow(first);
    if (performance.now() - this.sent.series > SERIES_EVERY) this.sendSeries();
  }

  private addPastRows(rows: readonly (readonly ThermoRow[])[]): void {
    this.thermo = rows.map((one) => [...one]);
    for (const row of rows[0] ?? []) this.showRow(row);
    this.sendSeries();
    for (const message of this.past) this.post(message, [message.positions.buffer]);
    this.past = [];
  }

  private showRow(row: ThermoRow): void {
    const { step, time, stage, observation: o } = row;
    this.rows.push(
      step,
      time,
      stage,
      o.temperature,
      o.potential,
      o.kinetic,
      o.conserved,
      o.pressure,
      o.volume,
    );
    this.transport.addRow(row);
  }

  private addFrames({ frames, production }: Extract<RunEvent, { type: 'frame' }>): void {
    const [first] = frames;
    if (!first) return;
    if (production) {
      for (const [r, frame] of frames.entries()) this.transport.addFrame(frame, r);
      const analysis = this.transport.next();
      if (analysis) this.post({ is: 'analysis', analysis });
      if (this.transport.isReportDue()) this.sendReport();
    }
    const now = performance.now();
    if (now - this.sent.frame < FRAME_EVERY) return;
    this.sent.frame = now;
    const message = this.frameMessage(first);
    this.post(message, [message.positions.buffer]);
  }

  /** The picture stands in the cell that the run began with; how that has changed since goes with it. */
  private frameMessage({ time, cell, positions }: Frame): FrameMessage {
    const { h } = this.prepared.system.cell;
    return {
      ...{ is: 'frame', time, cell: Float64Array.from(cell.h) },
      positions: wrapped(cell.h, positions, h),
    };
  }

  private addPastFrame({ replica, frame }: Extract<RunEvent, { type: 'pastFrame' }>): void {
    this.transport.addFrame(frame, replica);
    if (replica > 0) return;
    this.past.push(this.frameMessage(frame));
    if (this.past.length > PAST_FRAMES) this.past.shift();
  }
}
