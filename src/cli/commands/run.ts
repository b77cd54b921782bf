/** `run SPEC`: a headless run from a specification to a run folder. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { InputError } from '../../core/errors.ts';
import { parseTuning, type TuneRequest } from '../../engine/tuning.ts';
import { renderReport } from '../../report/report.ts';
import { type Checkpoint, readCheckpoint } from '../../run/checkpoint.ts';
import type { RunOptions } from '../../run/events.ts';
import { parseRunSpec } from '../../run/parseSpec.ts';
import { type PreparedRun, prepareRun } from '../../run/prepare.ts';
import { executeRun, type RunOutcome } from '../../run/run.ts';
import type { Command } from '../command.ts';
import { FolderSink } from '../folderSink.ts';
import { openNodeGpu } from '../gpuNode.ts';
import { keepInputs } from '../inputs.ts';
import { type Arguments, parseOptions } from '../options.ts';
import { callerFolder, examplesFolder, filesBeside, readUserText, userPath } from '../paths.ts';
import { ProgressPrinter } from '../progress.ts';
import { adapterChoice, withGpu } from '../respawn.ts';
import { summarize } from '../summary.ts';

/** Ctrl-C on a terminal reaches this process once directly and once through its parent: one request, not two. */
const SAME_INTERRUPT_MILLISECONDS = 500;

export const run: Command = {
  help: `halide-md run SPEC [options]
halide-md run --resume DIR
  SPEC is a JSON or YAML file, or the name of an example (halide-md list examples).
  --out DIR          run folder; default runs/<title>-<n>. Its path is the last line on stdout.
  --set path=value   changes the spec, e.g. --set stages.1.temperature=700; may be repeated
  --resume DIR       goes on with the run in this folder from its last checkpoint, to the same bits on the same adapter
  --json             progress as JSON lines on stdout
  --tune off|FILE    choices that the spec leaves open (method auto): off makes them without a clock, by a cost
                     model; FILE repeats those of a run's provenance.json. Default: a short measurement
Ctrl-C ends a run after its current batch and leaves a readable folder that --resume goes on from; a second one ends it
at once.`,
  async run(args) {
    const options = parseOptions(
      'run',
      args,
      {
        out: { type: 'string' },
        set: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        resume: { type: 'string' },
        tune: { type: 'string' },
      },
      args.some((arg) => /^--resume(=|$)/.test(arg)) ? [] : ['SPEC'],
    );
    const resume = options.text('resume');
    const begin = resume === undefined ? await newRun(options) : await oldRun(userPath(resume), options);
    return withGpu(adapterChoice(options.text('adapter')), async (gpu) => {
      const { prepared, sink, more } = await begin();
      const unlock = await sink.lock();
      const printer = new ProgressPrinter(options.flag('json'));
      const interrupt = catchInterrupts(printer);
      let outcome: RunOutcome;
      try {
        outcome = await executeRun(
          gpu,
          prepared,
          sink,
          {
            platform: `node ${process.version}`,
            signal: interrupt,
            reopen: openNodeGpu,
            ...more,
            onEvent: (event) => printer.handle(event),
          },
          renderReport,
        );
      } finally {
        printer.done();
        unlock();
      }
      if (!options.flag('json')) process.stderr.write(`${summarize(outcome.results)}\n`);
      process.stdout.write(`${relative(callerFolder(), sink.folder) || sink.folder}\n`);
      if (outcome.failure !== undefined) throw outcome.failure;
      return outcome.results.status === 'interrupted' ? 130 : 0;
    });
  },
};

/** A run that is ready but for its folder, which is not made before there is a device. */
type Begin = () => Promise<{
  readonly prepared: PreparedRun;
  readonly sink: FolderSink;
  readonly more: Pick<RunOptions, 'tune' | 'resume'>;
}>;

async function newRun(options: Arguments): Promise<Begin> {
  const tune = await tuneRequest(options.text('tune'));
  const path = specPath(options.positionals[0] as string);
  const spec = parseRunSpec(await readUserText(path), path, options.texts('set'));
  const folder = dirname(path);
  const prepared = await prepareRun(spec, filesBeside(folder));
  const out = options.text('out');
  return async () => {
    const sink =
      out === undefined
        ? await FolderSink.next(callerFolder(), spec.title)
        : await FolderSink.create(userPath(out));
    return { prepared: await keepInputs(prepared, folder, sink.folder), sink, more: { tune } };
  };
}

/** The run in a folder, at its last checkpoint. */
async function oldRun(folder: string, options: Arguments): Promise<Begin> {
  const idle = ['out', 'set', 'tune'].find((name) => options.texts(name).length > 0);
  if (idle !== undefined || options.positionals.length > 0) {
    const what = idle === undefined ? options.positionals[0] : `--${idle}`;
    throw new InputError(`run --resume goes on with the run as it began; ${what} has no place beside it`);
  }
  const sink = await FolderSink.open(folder);
  const path = join(folder, 'spec.json');
  const spec = parseRunSpec(await readUserText(path), path);
  const results = await readFile(join(folder, 'results.json'), 'utf8').catch(() => '{}');
  if (statusIn(results) === 'complete') {
    throw new InputError(`${folder}: this run is complete, there is nothing to resume`);
  }
  let resume: Checkpoint;
  try {
    resume = await readCheckpoint(sink);
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${folder}: ${error.message}`) : error;
  }
  const prepared = await prepareRun(spec, filesBeside(folder));
  return async () => ({ prepared, sink, more: { resume } });
}

/** The status that results.json tells; undefined for one that was damaged, which says nothing. */
function statusIn(results: string): unknown {
  try {
    return (JSON.parse(results) as { status?: unknown } | null)?.status;
  } catch {
    return undefined;
  }
}

/** What `--tune` asks for. */
async function tuneRequest(given: string | undefined): Promise<TuneRequest> {
  if (given === undefined) return 'measure';
  return given === 'off' ? 'off' : parseTuning(await readUserText(userPath(given)), given);
}

/** A file of the user's, or an example by name. */
function specPath(given: string): string {
  const path = userPath(given);
  if (existsSync(path)) return path;
  const example = join(examplesFolder(), `${given}.json`);
  return existsSync(example) ? example : path;
}

function catchInterrupts(printer: ProgressPrinter): AbortSignal {
  const controller = new AbortController();
  let asked = 0;
  const stop = (): void => {
    const now = performance.now();
    if (!controller.signal.aborted) {
      asked = now;
      printer.done();
      process.stderr.write('stopping after this batch; once more to stop at once\n');
      controller.abort();
    } else if (now - asked > SAME_INTERRUPT_MILLISECONDS) process.exit(130);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}
