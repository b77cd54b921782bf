/** Whole runs inside a test: a spec and its files in, the outcome out. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { TuneRequest } from '../../src/engine/tuning.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { RunEvent, RunOptions } from '../../src/run/events.ts';
import { parseRunSpec } from '../../src/run/parseSpec.ts';
import { prepareRun } from '../../src/run/prepare.ts';
import { executeRun, type RunOutcome } from '../../src/run/run.ts';
import { MemorySink } from '../../src/run/sink.ts';
import { testGpu } from './gpu.ts';

/**
 * Runs a spec into a sink; paths in it are relative to `from` (a file). No choice is made by a clock unless asked for.
 * @param gpu the tests' own when left out
 */
export async function runInto(
  sink: MemorySink,
  spec: object,
  from: string,
  options: Partial<RunOptions> = {},
  gpu?: Gpu,
): Promise<RunOutcome> {
  const at = (path: string): string => resolve(dirname(from), path);
  const prepared = await prepareRun(parseRunSpec(JSON.stringify(spec), from), {
    bytes: async (path) => new Uint8Array(readFileSync(at(path))),
    text: async (path) => readFileSync(at(path), 'utf8'),
  });
  const outcome = await executeRun(gpu ?? (await testGpu()), prepared, sink, {
    platform: `node ${process.version}`,
    tune: 'off',
    ...options,
  });
  if (outcome.failure !== undefined) throw outcome.failure;
  return outcome;
}

/** @returns the outcome of a run and the files of its folder */
export async function runSpec(
  spec: object,
  from: string,
  onEvent?: (event: RunEvent) => void,
  tune: TuneRequest = 'off',
): Promise<{ outcome: RunOutcome; files: ReadonlyMap<string, string> }> {
  const sink = new MemorySink();
  const outcome = await runInto(sink, spec, from, { tune, ...(onEvent && { onEvent }) });
  return { outcome, files: sink.files };
}
