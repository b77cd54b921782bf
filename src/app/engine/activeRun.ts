/**
 * A run in progress: the same `executeRun` as the command line's, with a gate before every batch where a pause waits and the
 * bath is set, and its events as messages. Owns the gate, hence a class.
 */
import { transportTables } from '../../analysis/transport/tables.ts';
import type { Gpu } from '../../gpu/device.ts';
import { formatCount } from '../../report/format.ts';
import { type Checkpoint, continuationWarning } from '../../run/checkpoint.ts';
import type { RunControls, RunEvent } from '../../run/events.ts';
import type { PreparedRun } from '../../run/prepare.ts';
import { analyseRun, type RunRecord } from '../../run/results.ts';
import { executeRun, type RunOutcome } from '../../run/run.ts';
import { timeAt, timeline } from '../../run/timeline.ts';
import { bathOf, followsBath } from './bath.ts';
import { LiveReport } from './liveReport.ts';
import { copyOf } from './opfsSink.ts';
import type { Post } from './session.ts';
import type { StoredRun } from './storedRuns.ts';

/** ms of wall clock per batch: the page shares the GPU; a software adapter pays a fixed price per batch instead. */
const BATCH = { gpu: 40, software: 100 } as const;
/** ms: so much at most is done again when the tab was closed. */
const CHECKPOINT_EVERY = 15_000;

/** What a run begins with. */
export interface RunStart {
  readonly gpu: Gpu;
  readonly prepared: PreparedRun;
  readonly stored: StoredRun;
  /** K, where the slider stands. */
  readonly kelvin: number;
  /** Where to go on, in a run that is taken up. */
  readonly resume: Checkpoint | undefined;
  /** Another device in place of a lost one. */
  readonly reopen: () => Promise<Gpu>;
  readonly post: Post;
}

export class ActiveRun {
  readonly done: Promise<RunOutcome>;
  readonly stored: StoredRun;
  private readonly prepared: PreparedRun;
  private readonly post: Post;
  private readonly abort = new AbortController();
  private readonly report: LiveReport;
  /** The checkpoint that the run stands on, once it had to go back to one. */
  private base: Checkpoint | undefined;
  /** The device was lost and the run does not yet go on. */
  private isRecovering = false;
  private pausing = false;
  private wake: (() => void) | undefined;
  private kelvin: number;
  /** Stage and temperature that were set last: a stage starts at its own temperature. */
  private applied: { stage: number; kelvin: number } | undefined;
  private bath: RunRecord['bath'];
  private wantedFiles: { name: string; give: (blob: Blob | null) => void }[] = [];
  private finished = false;

  constructor({ gpu, prepared, stored, kelvin, resume, reopen, post }: RunStart) {
    this.prepared = prepared;
    this.stored = stored;
    this.kelvin = kelvin;
    // A run that was stopped has nothing more to say.
    this.post = (message, transfer) => {
      if (!this.abort.signal.aborted) post(message, transfer);
    };
    this.report = new LiveReport(prepared, this.post, this.targetKelvin(), () => this.begun());
    if (resume) {
      this.goBack(resume);
      this.compareAdapters(gpu);
    }
    this.done = executeRun(gpu, prepared, stored.sink, {
      platform: navigator.userAgent,
      signal: this.abort.signal,
      batchMilliseconds: gpu.adapter.kind === 'gpu' ? BATCH.gpu : BATCH.software,
      checkpointMilliseconds: CHECKPOINT_EVERY,
      beforeBatch: (controls) => this.gate(controls),
      onEvent: (event) => this.handle(event),
      reopen: async () => {
        const opened = await reopen();
        this.compareAdapters(opened);
        return opened;
      },
      ...(resume && { resume }),
    }).finally(async () => {
      this.finished = true;
      this.report.sendSeries();
      if (!this.abort.signal.aborted) this.report.sendAnalysis();
      for (const { name, give } of this.wantedFiles) give(await this.written(name));
    });
  }

  /** The analysis of frames that the page looks at. */
  watch(name: string | null): void {
    this.report.watch(name);
  }

  pause(): void {
    this.pausing = true;
  }

  resume(): void {
    this.pausing = false;
    this.report.forgetSpeed();
    this.wake?.();
  }

  /** Ends the run after the current batch. */
  stop(): void {
    this.abort.abort();
    this.wake?.();
  }

  setTemperature(kelvin: number): void {
    this.kelvin = kelvin;
    void this.stored.setKelvin(kelvin);
    this.wake?.();
  }

  /** A file as it is now: mid-run what has been recorded is handed over first. */
  file(name: string): Promise<Blob | null> {
    const isRelaxing = this.prepared.spec.stages[this.report.stage]?.do === 'minimize';
    if (this.finished || isRelaxing) return this.written(name);
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
        this.report.sendSeries();
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
    const { kelvin } = this;
    const { stage } = this.report;
    const own = bathOf(spec).kelvin;
    if (!followsBath(spec.stages[stage], spec) || bathOf(spec).locked) return;
    const current = this.applied?.stage === stage ? this.applied.kelvin : own;
    if (current === kelvin) return;
    const step = await controls.setTemperature(kelvin);
    this.applied = { stage, kelvin };
    this.bath = { temperature: kelvin, step };
    this.report.transport.restart(this.targetKelvin());
    this.post({ is: 'restarted', kelvin, time: timeAt(timeline(spec), step) });
  }

  /** K that conductivities are computed for; null where only the observed temperature says. */
  private targetKelvin(): number | null {
    const { kelvin, constantEnergy } = bathOf(this.prepared.spec);
    return constantEnergy ? null : (this.applied?.kelvin ?? kelvin);
  }

  private async handOver(controls: RunControls): Promise<void> {
    const wanted = this.wantedFiles;
    if (wanted.length === 0) return;
    this.wantedFiles = [];
    await controls.flush();
    for (const { name, give } of wanted) give(this.interim(name) ?? (await this.written(name)));
  }

  private async written(name: string): Promise<Blob | null> {
    const file = await this.stored.sink.source(name);
    return file ? new Blob([await copyOf(file)], { type: 'text/plain' }) : null;
  }

  /** Results of a run that still goes on, by the analysis that will write the final ones. */
  private interim(name: string): Blob | undefined {
    if (name !== 'results.json' && name !== 'msd.csv') return undefined;
    const { results, pooled } = analyseRun(this.prepared, {
      series: this.report.transport.allSeries(),
      thermo: this.report.thermo,
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
    if (event.type === 'lost') {
      this.isRecovering = true;
      this.goBack(event.checkpoint);
      this.post({ is: 'phase', phase: 'starting' });
    } else this.report.handle(event);
  }

  /** What was told after a checkpoint does not hold any more; bath and count are those of the checkpoint. */
  private goBack(checkpoint: Checkpoint | undefined): void {
    this.base = checkpoint;
    const bath = checkpoint?.point.bath;
    this.applied = bath && { stage: bath.stage, kelvin: bath.temperature };
    this.bath = bath;
    this.report.rewind(this.targetKelvin());
    this.report.stage = checkpoint?.point.stage ?? 0;
    const spans = timeline(this.prepared.spec);
    this.post({
      is: 'rewound',
      time: timeAt(spans, checkpoint?.state.step ?? 0),
      restarted: bath ? { kelvin: bath.temperature, time: timeAt(spans, bath.step) } : null,
    });
  }

  private begun(): void {
    this.post({ is: 'phase', phase: 'running' });
    if (!this.isRecovering) return;
    this.isRecovering = false;
    const step = formatCount(this.base?.state.step ?? 0);
    const sentence = `The graphics device was lost; the run went on from step ${step} on a new one.`;
    this.post({ is: 'notice', notice: { about: 'device', sentence } });
  }

  private compareAdapters({ adapter }: Gpu): void {
    const warning = this.base && continuationWarning(this.base, adapter);
    if (warning) this.post({ is: 'notice', notice: { about: 'adapter', sentence: `This is ${warning}.` } });
  }
}
