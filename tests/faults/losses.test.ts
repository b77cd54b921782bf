/** A run whose device is lost twenty times ends with the files of one whose device was not. Two minutes without a GPU. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openNodeGpu } from '../../src/cli/gpuNode.ts';
import { RandomSequence } from '../../src/core/rng.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { RunOptions } from '../../src/run/events.ts';
import type { RunOutcome } from '../../src/run/run.ts';
import { MemorySink } from '../../src/run/sink.ts';
import { runInto } from '../support/runs.ts';

const LOSSES = 20;

const spec = {
  title: 'lost',
  structure: join(import.meta.dirname, '../golden/lammps/03_nacl_rattled_216/system.data'),
  potential: 'nacl-fumi-tosi-1964',
  cutoff: 8,
  method: 'pppm',
  stages: [{ name: 'produce', do: 'nvt', temperature: 600, duration: 6800, timestep: 1.7, production: true }],
  record: { trajectory: { every: 7 }, series: { every: 5 }, checkpoint: { every: 50 } },
};

const execute = (sink: MemorySink, gpu: Gpu, options: Partial<RunOptions> = {}): Promise<RunOutcome> =>
  runInto(sink, spec, import.meta.filename, { batchMilliseconds: 20, ...options }, gpu);

it(`survives ${LOSSES} losses of the device`, async () => {
  const random = new RandomSequence(1);
  let gpu = await openNodeGpu();
  const whole = new MemorySink();
  await execute(whole, gpu);
  gpu.destroy();

  const sink = new MemorySink();
  gpu = await openNodeGpu();
  let [losses, step, next] = [0, 0, 60];
  await execute(sink, gpu, {
    onEvent: (event) => {
      if (event.type === 'progress') step = event.totalStep;
    },
    beforeBatch: () => {
      if (losses === LOSSES || step < next) return;
      losses++;
      // Beyond the next checkpoint: three losses at one end the run.
      next = step + 50 + Math.ceil(100 * random.uniform());
      gpu.device.destroy();
    },
    reopen: async () => {
      gpu = await openNodeGpu();
      return gpu;
    },
  });
  expect(losses).toBe(LOSSES);
  for (const file of ['trajectory.extxyz', 'thermo.csv', 'final.extxyz', 'results.json', 'msd.csv']) {
    expect(sink.files.get(file) === whole.files.get(file), file).toBe(true);
  }
  console.log(`${losses} devices lost: the files of the run that lost none`);
});
