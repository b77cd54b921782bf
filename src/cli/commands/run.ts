/** `run SPEC`: a headless run from a specification to a run folder. */

import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { InputError } from '../../core/errors.ts';
import { parseTuning, type TuneRequest } from '../../engine/tuning.ts';
import { renderReport } from '../../report/report.ts';
import { prepareRun } from '../../run/prepare.ts';
import { executeRun, type RunOutcome } from '../../run/run.ts';
import { parseRunSpec } from '../../run/spec.ts';
import type { Command } from '../command.ts';
import { FolderSink } from '../folderSink.ts';
import { parseOptions } from '../options.ts';
import { callerFolder, examplesFolder, filesBeside, readUserText, userPath } from '../paths.ts';
import { ProgressPrinter } from '../progress.ts';
import { adapterChoice, withGpu } from '../respawn.ts';
import { summarize } from '../summary.ts';

/** Ctrl-C on a terminal reaches this process once directly and once through its parent: one request, not two. */
const SAME_INTERRUPT_MILLISECONDS = 500;

export const run: Command = {
  help: `halide-md run SPEC [options]
  SPEC is a JSON or YAML file, or the name of an example (halide-md list examples).
  --out DIR          run folder; default runs/<title>-<n>. Its path is the last line on stdout.
  --set path=value   changes the spec, e.g. --set stages.1.temperature=700; may be repeated
  --json             progress as JSON lines on stdout
  --tune off|FILE    choices that the spec leaves open (method auto): off makes them without a clock, by a cost
                     model; FILE repeats those of a run's provenance.json. Default: a short measurement
Ctrl-C ends a run after its current batch and leaves a readable folder; a second one ends it at once.`,
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
      ['SPEC'],
    );
    if (options.text('resume') !== undefined)
      throw new InputError('run: --resume is not available in this version');
    const tune = await tuneRequest(options.text('tune'));
    const path = specPath(options.positionals[0] as string);
    const spec = parseRunSpec(await readUserText(path), path, options.texts('set'));
    const prepared = await prepareRun(spec, filesBeside(dirname(path)));
    return withGpu(adapterChoice(options.text('adapter')), async (gpu) => {
      const out = options.text('out');
      const sink =
        out === undefined
          ? await FolderSink.next(callerFolder(), spec.title)
          : await FolderSink.create(userPath(out));
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
            tune,
            onEvent: (event) => printer.handle(event),
          },
          renderReport,
        );
      } finally {
        printer.done();
      }
      if (!options.flag('json')) process.stderr.write(`${summarize(outcome.results)}\n`);
      process.stdout.write(`${relative(callerFolder(), sink.folder) || sink.folder}\n`);
      if (outcome.failure !== undefined) throw outcome.failure;
      return outcome.results.status === 'interrupted' ? 130 : 0;
    });
  },
};

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
