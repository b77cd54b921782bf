/**
 * A prepared run → its folder: stages one after the other, frames and series recorded as they come, results at the end.
 * Whatever ends it early (interrupt, physics, a full disk) leaves a folder that can be read.
 */
import type { Tables } from '../analysis/csv.ts';
import { transportTables } from '../analysis/transport/tables.ts';
import { arrheniusTables } from '../analysis/transport/temperatures.ts';
import { GpuError, InputError } from '../core/errors.ts';
import { type AchievedError, achievedError, describeError } from '../engine/achievedError.ts';
import { DYNAMICS } from '../engine/integrators.ts';
import { BATCH_MILLISECONDS } from '../engine/pace.ts';
import type { Simulation } from '../engine/simulation.ts';
import type { Gpu } from '../gpu/device.ts';
import { readText } from '../io/index.ts';
import type { System } from '../model/system.ts';
import { analysisFiles } from './analysisFiles.ts';
import { checkIdentity, readCheckpoint } from './checkpoint.ts';
import type { RunOptions } from './events.ts';
import { Execution } from './execution.ts';
import { PRECISION_FILE, type Precision, precisionLines } from './precision.ts';
import type { PreparedRun } from './prepare.ts';
import { type Provenance, provenanceOf } from './provenance.ts';
import { type ThermoRow, withSuffix } from './recorder.ts';
import { analyseRun, type RunAnalysis, type RunRecord } from './results.ts';
import type { RunSink } from './sink.ts';
import { isDynamic } from './spec.ts';
import { openSimulation } from './stages.ts';

export interface RunOutcome extends RunAnalysis {
  readonly precision: Precision;
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

/** Losses of the device at one checkpoint after which no other is tried, and the wait before each new device, ms. */
const MOST_LOSSES = 3;
const REOPEN_AFTER = 500;

/** Runs all stages and writes every file of the run folder; a lost device is replaced, if it can be. */
export async function executeRun(
  gpu: Gpu,
  prepared: PreparedRun,
  sink: RunSink,
  options: RunOptions,
  report?: ReportWriter,
): Promise<RunOutcome> {
  const opened: Gpu[] = [];
  const losses: (number | undefined)[] = [];
  let { resume } = options;
  try {
    for (;;) {
      const device = opened.at(-1) ?? gpu;
      try {
        // What a driver's watchdog has ended was too long a batch.
        const inRow = losses.filter((one) => one === resume?.state.step).length;
        const batchMilliseconds = (options.batchMilliseconds ?? BATCH_MILLISECONDS) / 4 ** inRow;
        return await executeOn(
          device,
          prepared,
          sink,
          { ...options, batchMilliseconds, ...(resume && { resume }) },
          report,
        );
      } catch (error) {
        if (!options.reopen || !(await device.wasLost())) throw error;
        // Lost before the first checkpoint: the run begins again.
        resume = await readCheckpoint(sink).catch(() => options.resume);
        const step = resume?.state.step;
        losses.push(step);
        const { message } = error as Error;
        if (losses.filter((one) => one === step).length >= MOST_LOSSES) {
          throw new GpuError(
            `${MOST_LOSSES} devices in a row were lost after step ${step ?? 0}, so no other is tried: ${message}`,
          );
        }
        const text = `${message}; another device goes on from step ${step ?? 0}`;
        options.onEvent?.({ type: 'log', text });
        options.onEvent?.({ type: 'lost', checkpoint: resume });
        await sink.append('log.txt', `${text}\n`);
        await new Promise((resolve) => setTimeout(resolve, REOPEN_AFTER));
        opened.push(await options.reopen());
      }
    }
  } finally {
    for (const one of opened) one.destroy();
  }
}

async function executeOn(
  gpu: Gpu,
  given: PreparedRun,
  sink: RunSink,
  options: RunOptions,
  report?: ReportWriter,
): Promise<RunOutcome> {
  const { resume } = options;
  if (!resume) await sink.write('spec.json', `${JSON.stringify(given.spec, null, 2)}\n`);
  const simulation = await openSimulation(gpu, given, options, {
    tune: resume?.tuning ?? options.tune ?? 'measure',
    cells: resume?.point.plannedCells,
  });
  let execution: Execution | undefined;
  try {
    const achieved = await previewError(simulation, given);
    const prepared = achieved ? warned(given, achieved) : given;
    const current = await provenanceOf(prepared, simulation, options.platform, new Date(), achieved);
    if (resume) checkIdentity(resume.identity, current);
    const provenance = resume ? await continued(sink, current, resume.state.step) : current;
    await sink.write('provenance.json', `${JSON.stringify(provenance, null, 2)}\n`);
    execution = new Execution(simulation, prepared, sink, options, current);
    const ended = await execution.stages();
    const record: RunRecord = { ...ended, ...execution.record() };
    const analysis = analyseRun(prepared, record);
    const withShares = ended.status === 'complete' && prepared.spec.stages.some(isDynamic);
    const precision = await execution.precision(withShares);
    options.onEvent?.({ type: 'precision', precision });
    await sink.write(PRECISION_FILE, `${JSON.stringify(precision, null, 2)}\n`);
    for (const line of precisionLines(precision)) await execution.log(line);
    const outcome: RunOutcome = {
      ...analysis,
      precision,
      provenance,
      thermo: record.thermo,
      final: execution.final,
      ...(ended.failure !== undefined && { failure: ended.failure }),
    };
    await execution.log(`${ended.status}${ended.why ? `: ${ended.why}` : ''}`);
    const files = { ...tablesOf(prepared, outcome), ...report?.(prepared, outcome, DYNAMICS) };
    const before = await writtenBefore(sink);
    for (const [file, text] of Object.entries(files)) await sink.write(file, text);
    // An earlier ending may have had other tables and figures: what is known of sites changes with the frames.
    for (const file of before) if (!(file in files)) await sink.remove(file);
    // Last: where it says "complete", every other file is there.
    const results = { ...outcome.results, files: Object.keys(files) };
    await sink.write('results.json', `${JSON.stringify(results, null, 2)}\n`);
    return outcome;
  } finally {
    if (execution) execution.destroy();
    else simulation.destroy();
  }
}

/** The provenance of the run that began, and where it was taken up. */
async function continued(sink: RunSink, current: Provenance, step: number): Promise<Provenance> {
  const source = await sink.source('provenance.json');
  const began = source ? provenanceIn(await readText(source, 'provenance.json')) : current;
  const { version, commit, platform, adapter, startedAt: at } = current;
  const here = { step, at, version, commit, platform, adapter: adapter.name };
  return { ...began, resumed: [...(began.resumed ?? []), here] };
}

function provenanceIn(text: string): Provenance {
  try {
    return JSON.parse(text) as Provenance;
  } catch (error) {
    throw new InputError(`no JSON: ${(error as Error).message}`, { file: 'provenance.json' });
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

/** Tables and figures that results.json names, of a run that ended before and was taken up. */
async function writtenBefore(sink: RunSink): Promise<string[]> {
  const source = await sink.source('results.json');
  if (!source) return [];
  let files: unknown;
  try {
    files = (JSON.parse(await readText(source, 'results.json')) as { files?: unknown }).files;
  } catch {
    return [];
  }
  // A file says what is removed: only what this program may have written, and nothing elsewhere.
  const own = /^((plots\/)?[\w.+-]+\.(csv|svg|cube)|CHGCAR_[\w.+-]+)$/;
  return Array.isArray(files) ? files.filter((file) => typeof file === 'string' && own.test(file)) : [];
}

function tablesOf(prepared: PreparedRun, outcome: RunOutcome): Tables {
  const files: Record<string, string> = {};
  const add = (tables: Tables, suffix: string): void => {
    for (const [file, text] of Object.entries(tables)) files[withSuffix(file, suffix)] = text;
  };
  for (const { temperature, analysis, reports } of outcome.pooled) {
    const suffix = outcome.pooled.length > 1 ? `.${temperature}K` : '';
    add(transportTables(analysis), suffix);
    add(analysisFiles(reports), suffix);
  }
  if (outcome.results.arrhenius) add(arrheniusTables(outcome.pooled), '');
  if (prepared.replicas.length === 1) return files;
  for (const [r, analysis] of outcome.single.entries()) {
    if (!analysis) continue;
    add(transportTables(analysis), `.${r}`);
    add(analysisFiles(outcome.singleReports[r] ?? {}), `.${r}`);
  }
  return files;
}
