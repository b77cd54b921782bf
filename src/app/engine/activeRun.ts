/**
 * A run in progress: the same `executeRun` as the command line's, with a sink in memory, a gate before every batch where a
 * pause waits and the bath is set, and its events as messages. Owns the gate, hence a class.
 */
import { transportTables } from '../../analysis/tables.ts';
import type { Gpu } from '../../gpu/device.ts';
import type { RunControls, RunEvent } from '../../run/events.ts';
import type { PreparedRun } from '../../run/prepare.ts';
import type { ThermoRow } from '../../run/recorder.ts';
import { analyseRun, type RunRecord } from '../../run/results.ts';
import { executeRun, type RunOutcome } from '../../run/run.ts';
import { MemorySink } from '../../run/sink.ts';
import { SERIES_COLUMNS } from '../protocol.ts';
import { wrapped } from '../wrap.ts';
import { bathOf, followsBath } from './bath.ts';
import { LiveTransport } from './liveAnalysis.ts';
import type { Post } from './session.ts';

/** ms of wall clock per batch: the page shares the GPU; a software adapter pays a fixed price per batch instead. */
const BATCH = { gpu: 40, software: 100 } as const;
/** ms between two messages of a kind. */
const FRAME_EVERY = 33;
const PROGRESS_EVERY = 100;
const SERIES_EVERY = 250;
/** ms over which the speed is averaged. */
const SPEED_WINDOW = 3000;

export class ActiveRun {
  readonly done: Promise<RunOutcome>;
  readonly sink = new MemorySink();
  private readonly prepared: PreparedRun;
  private readonly post: Post;
  private readonly abort = new AbortController();
  private readonly transport: LiveTransport;
  private readonly thermo: ThermoRow[][];
  private pausing = false;
  private wake: (() => void) | undefined;
  private kelvin: number;
  /** Stage and temperature that were set last: a stage starts at its own temperature. */
  private applied: { stage: number; kelvin: number } | undefined;
  private bath: RunRecord['bath'];
  private stage = 0;
  private wantedFiles: { name: string; give: (blob: Blob | null) => void }[] = [];
  private rows: number[] = [];
  private sent = { frame: 0, progress: 0, series: 0 };
  private speed: { time: number; step: number }[] = [];
  private begun = false;
  private finished = false;
  private speedStage = 0;

  constructor(gpu: Gpu, prepared: PreparedRun, post: Post) {
    this.prepared = prepared;
    // A run that was stopped has nothing more to say.
    this.post = (message, transfer) => {
      if (!this.abort.signal.aborted) post(message, transfer);
    };
    this.kelvin = bathOf(prepared.spec).kelvin;
    this.transport = new LiveTransport(prepared, this.targetKelvin());
    this.thermo = prepared.replicas.map(() => []);
    this.done = executeRun(gpu, prepared, this.sink, {
      platform: navigator.userAgent,
      signal: this.abort.signal,
      batchMilliseconds: gpu.adapter.kind === 'gpu' ? BATCH.gpu : BATCH.software,
      beforeBatch: (controls) => this.gate(controls),
      onEvent: (event) => this.handle(event),
    }).finally(() => {
      this.finished = true;
      this.sendSeries();
      const last = this.abort.signal.aborted ? undefined : this.transport.analyse();
      if (last) this.post({ is: 'analysis', analysis: last });
      for (const { name, give } of this.wantedFiles) give(this.written(name));
    });
  }

  pause(): void {
    this.pausing = true;
  }

  resume(): void {
    this.pausing = false;
    this.speed = [];
    this.wake?.();
  }

  /** Ends the run after the current batch. */
  stop(): void {
    this.abort.abort();
    this.wake?.();
  }

  setTemperature(kelvin: number): void {
    this.kelvin = kelvin;
    this.wake?.();
  }

  /** A file as it is now: mid-run what has been recorded is handed over first. */
  file(name: string): Promise<Blob | null> {
    const isRelaxing = this.prepared.spec.stages[this.stage]?.do === 'minimize';
    if (this.finished || isRelaxing) return Promise.resolve(this.written(name));
    return new Promise((give) => {
      this.wantedFiles.push({ name, give });
      this.wake?.();
    });
  }

  /** Before every batch: a new bath, files asked for, and as long as the run is paused nothing else. */
  private async gate(controls: RunControls): Promise<void> {
    let announced = false;
    for (;;) {
      await this.applyBath(controls);
      await this.handOver(controls);
      if (!this.pausing || this.abort.signal.aborted) break;
      if (!announced) {
        this.sendSeries();
        this.post({ is: 'phase', phase: 'paused' });
      }
      announced = true;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = undefined;
    }
    if (announced) this.post({ is: 'phase', phase: 'running' });
  }

  private async applyBath(controls: RunControls): Promise<void> {
    const { spec } = this.prepared;
    const { stage, kelvin } = this;
    const own = bathOf(spec).kelvin;
    if (!followsBath(spec.stages[stage], spec) || bathOf(spec).locked) return;
    const current = this.applied?.stage === stage ? this.applied.kelvin : own;
    if (current === kelvin) return;
    await controls.setTemperature(kelvin);
    this.applied = { stage, kelvin };
    const { step = 0, time = 0 } = this.thermo[0]?.at(-1) ?? {};
    this.bath = { temperature: kelvin, step };
    this.transport.restart(this.targetKelvin());
    this.post({ is: 'restarted', kelvin, time });
  }

  /** K that conductivities are computed for; null where only the observed temperature says. */
  private targetKelvin(): number | null {
    return bathOf(this.prepared.spec).constantEnergy ? null : this.kelvin;
  }

  private async handOver(controls: RunControls): Promise<void> {
    const wanted = this.wantedFiles;
    if (wanted.length === 0) return;
    this.wantedFiles = [];
    await controls.flush();
    for (const { name, give } of wanted) give(this.interim(name) ?? this.written(name));
  }

  private written(name: string): Blob | null {
    const text = this.sink.files.get(name);
    return text === undefined ? null : new Blob([text], { type: 'text/plain' });
  }

  /** Results of a run that still goes on, by the analysis that will write the final ones. */
  private interim(name: string): Blob | undefined {
    if (name !== 'results.json' && name !== 'msd.csv') return undefined;
    const { results, pooled } = analyseRun(this.prepared, {
      series: this.transport.allSeries(),
      thermo: this.thermo,
      status: 'interrupted',
      why: 'downloaded while the run went on',
      bath: this.bath,
    });
    const first = pooled[0];
    const text =
      name === 'results.json'
        ? `${JSON.stringify(results, null, 2)}\n`
        : first && transportTables(first.analysis)['msd.csv'];
    return text === undefined ? undefined : new Blob([text], { type: 'text/plain' });
  }

  private handle(event: RunEvent): void {
    if (event.type !== 'log' && !this.begun) {
      this.begun = true;
      this.post({ is: 'phase', phase: 'running' });
    }
    if (event.type === 'progress') this.progress(event);
    else if (event.type === 'series') this.addRows(event.rows);
    else if (event.type === 'frame') this.addFrames(event);
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
    const { step, time, stage, observation: o } = first;
    this.rows.push(step, time, stage, o.temperature, o.potential, o.kinetic, o.conserved, o.pressure);
    this.transport.addRow(first);
    if (performance.now() - this.sent.series > SERIES_EVERY) this.sendSeries();
  }

  private sendSeries(): void {
    if (this.rows.length < SERIES_COLUMNS) return;
    const rows = Float64Array.from(this.rows);
    this.rows = [];
    this.sent.series = performance.now();
    this.post({ is: 'series', rows }, [rows.buffer]);
  }

  private addFrames({ frames, production }: Extract<RunEvent, { type: 'frame' }>): void {
    const [first] = frames;
    if (!first) return;
    if (production) {
      this.transport.addFrames(frames);
      const analysis = this.transport.next();
      if (analysis) this.post({ is: 'analysis', analysis });
    }
    const now = performance.now();
    if (now - this.sent.frame < FRAME_EVERY) return;
    this.sent.frame = now;
    const positions = wrapped(first.cell.h, first.positions);
    this.post({ is: 'frame', time: first.time, positions }, [positions.buffer]);
  }
}
