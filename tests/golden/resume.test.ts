/** Runs that were stopped and taken up again have the files of runs that were not. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openNodeGpu } from '../../src/cli/gpuNode.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import { CHECKPOINT_FILE, PREVIOUS_FILE, readCheckpoint } from '../../src/run/checkpoint.ts';
import type { RunOptions } from '../../src/run/events.ts';
import type { RunOutcome } from '../../src/run/run.ts';
import { MemorySink } from '../../src/run/sink.ts';
import { deviation } from '../support/deviation.ts';
import { runInto } from '../support/runs.ts';

const structure = join(import.meta.dirname, 'lammps', '03_nacl_rattled_216', 'system.data');

/** Stages of every kind, none of them a whole number of intervals long; timesteps that no f64 holds. */
const base = {
  title: 'NaCl',
  structure,
  potential: 'nacl-fumi-tosi-1964',
  cutoff: 8,
  method: 'pppm',
  stages: [
    { name: 'relax', do: 'minimize', fmax: 0.5, maxSteps: 20 },
    { name: 'warm', do: 'nvt', thermostat: 'noseHoover', temperature: 300, duration: 20, timestep: 0.7 },
    {
      name: 'first',
      do: 'nvt',
      thermostat: 'langevin',
      temperature: 900,
      duration: 80,
      timestep: 1.3,
      production: true,
    },
    { name: 'second', do: 'nve', duration: 60, timestep: 1.3, production: true },
  ],
  replicas: { seed: [1, 2] },
  record: { trajectory: { every: 4 }, series: { every: 6 }, checkpoint: { every: 10 } },
  analysis: ['msd', 'conductivity', 'rdf', { sites: { resamples: 20, shuffles: 20 } }],
};

/** In short batches: many places to stop at. */
const execute = (
  sink: MemorySink,
  options: Partial<RunOptions> = {},
  change: object = {},
  gpu?: Gpu,
): Promise<RunOutcome> =>
  runInto(sink, { ...base, ...change }, import.meta.filename, { batchMilliseconds: 5, ...options }, gpu);

function copyOf(sink: MemorySink): MemorySink {
  const copy = new MemorySink();
  for (const [name, text] of sink.files) copy.files.set(name, text);
  for (const [name, bytes] of sink.binary) copy.binary.set(name, bytes);
  return copy;
}

/** Files of a run; log, provenance and report tell when it was made, checkpoints where it last stopped. */
const OWN = /^(log\.txt|provenance\.json|precision\.json|report\.html|checkpoint\..*)$/;

/** @param except files that may differ */
function expectSameFiles(found: MemorySink, expected: MemorySink, except = /^$/): void {
  const names = ({ files }: MemorySink): string[] =>
    [...files.keys()].filter((name) => !OWN.test(name)).sort();
  expect(names(found)).toEqual(names(expected));
  const differ = names(found).filter((name) => found.files.get(name) !== expected.files.get(name));
  expect(differ.filter((name) => !except.test(name))).toEqual([]);
}

/** Means of squared displacements in a file of them. */
const displacements = ({ files }: MemorySink): number[] =>
  (files.get('msd.csv') ?? '')
    .split('\n')
    .slice(1)
    .flatMap((line) => line.split(',').slice(1, 2).filter(Boolean).map(Number));

describe.each(['extxyz', 'lammpstrj'])('a run with a trajectory.%s', (format) => {
  const change = {
    record: { ...base.record, trajectory: { file: `trajectory.${format}`, every: 4 } },
  };

  it('killed at any moment goes on to the same files', async () => {
    const whole = new MemorySink();
    // What would be on the disk had the process died at some of the moments between two batches.
    const deaths: MemorySink[] = [];
    let batches = 0;
    await execute(
      whole,
      {
        onEvent: ({ type }) => {
          if (type === 'progress' && batches++ % 16 === 15 && whole.binary.has(CHECKPOINT_FILE))
            deaths.push(copyOf(whole));
        },
      },
      change,
    );
    expect(deaths.length).toBeGreaterThan(3);
    const steps = new Set<number>();
    for (const left of deaths) {
      // Written after the checkpoint, and cut short by the end.
      for (const name of ['thermo.0.csv', `trajectory.1.${format}`]) await left.append(name, '1234,5.6,7');
      const resume = await readCheckpoint(left);
      steps.add(resume.state.step);
      await execute(left, { resume }, change);
      // A dump is written in LAMMPS' orientation: what is read back from it differs in the last bits.
      expectSameFiles(left, whole, format === 'extxyz' ? /^$/ : /^(msd.*\.csv|results\.json)$/);
      const [found, expected] = [displacements(left), displacements(whole)];
      expect(found.length).toBeGreaterThan(5);
      // Measured 0 and 3e-17.
      expect(deviation(found, expected)).toBeLessThan(format === 'extxyz' ? 1e-30 : 1e-12);
      expect(left.files.get('log.txt')).toContain(`resumed at step ${resume.state.step}`);
    }
    expect(steps.size).toBeGreaterThan(3);
  });
});

describe('a run whose cell moves', () => {
  const change = {
    cutoff: 7,
    stages: [
      { name: 'relax', do: 'minimize', cell: 'aniso', pressure: 0, fmax: 0.5, smax: 0.5, maxSteps: 20 },
      {
        ...{ name: 'press', do: 'npt', cell: 'full', tauP: 100, timestep: 2, duration: 640 },
        ...{ temperature: [300, 400], pressure: [6, 7] },
      },
      { name: 'produce', do: 'nvt', temperature: 500, timestep: 2, duration: 40, production: true },
    ],
    record: { trajectory: { every: 4 }, series: { every: 10 }, checkpoint: { every: 70 } },
    replicas: { seed: [1] },
  };

  it('killed at any moment, through new plans of its mesh, goes on to the same files', async () => {
    const whole = new MemorySink();
    const deaths = new Map<number, MemorySink>();
    let step = 0;
    await execute(
      whole,
      {
        batchMilliseconds: 40,
        onEvent: (event) => {
          if (event.type !== 'progress' || event.stageIndex !== 1) return;
          step = event.step;
          // In the middle of the ramp, between the new plan and the next checkpoint, and behind that.
          for (const at of [100, 255, 285]) if (step >= at && !deaths.has(at)) deaths.set(at, copyOf(whole));
        },
      },
      change,
    );
    expect(whole.files.get('log.txt')).toMatch(/step 250: a cell has changed by \d\.\d %, long-range sums/);
    expect(deaths.size).toBe(3);
    const steps = new Set<number>();
    for (const left of deaths.values()) {
      const resume = await readCheckpoint(left);
      steps.add(resume.state.step);
      await execute(left, { resume }, change);
      expectSameFiles(left, whole);
    }
    expect(steps.size).toBeGreaterThan(1);
    const rows = (whole.files.get('thermo.csv') ?? '').trimEnd().split('\n').slice(1);
    const volumes = rows.map((row) => Number(row.split(',')[7]));
    // 6 GPa press NaCl by 15 %; the last stage keeps the cell that it found.
    expect((volumes.at(-1) as number) / (volumes[0] as number)).toBeLessThan(0.93);
    expect(volumes.at(-1)).toBe(volumes.at(-3));
  });
});

describe('a run whose bath was set while it went on', () => {
  it('goes on at that temperature and counts from there, whenever its checkpoints are made', async () => {
    let stage = '';
    const atStart: Partial<RunOptions> = {
      onEvent: (event) => {
        if (event.type === 'log') stage = /^stage (\w+):/.exec(event.text)?.[1] ?? stage;
      },
      // Before the first batch of a stage: at a step that no clock decides.
      beforeBatch: async ({ setTemperature }) => {
        if (stage === 'first') await setTemperature(700);
        stage = '';
      },
    };
    const whole = new MemorySink();
    await execute(whole, atStart);
    expect(whole.files.get('log.txt')).toContain('bath set to 700 K at step 29');

    const left = new MemorySink();
    const controller = new AbortController();
    await execute(left, {
      ...atStart,
      checkpointMilliseconds: 0,
      signal: controller.signal,
      onEvent: (event) => {
        atStart.onEvent?.(event);
        if (event.type === 'progress' && event.stage === 'first' && event.step > 30) controller.abort();
      },
    });
    const resume = await readCheckpoint(left);
    expect(resume.point.bath).toMatchObject({ stage: 2, temperature: 700 });
    const past = { frames: 0, rows: 0 };
    await execute(left, {
      resume,
      onEvent: (event) => {
        if (event.type === 'pastFrame') past.frames++;
        if (event.type === 'pastRows') past.rows = event.rows[0]?.length ?? 0;
      },
    });
    expectSameFiles(left, whole);
    expect(past.frames).toBeGreaterThan(10);
    expect(past.rows).toBeGreaterThan(8);
  });
});

describe('a run that was interrupted', () => {
  const stopAfter = (batches: number) => {
    const controller = new AbortController();
    let seen = 0;
    return {
      signal: controller.signal,
      onEvent: ({ type }: { type: string }) => {
        if (type === 'progress' && ++seen === batches) controller.abort();
      },
    };
  };

  it('again and again goes on from where it was stopped', async () => {
    const whole = new MemorySink();
    await execute(whole);
    const sink = new MemorySink();
    const { signal, onEvent } = stopAfter(20);
    let outcome = await execute(sink, { signal, onEvent });
    let stops = 0;
    while (outcome.results.status === 'interrupted') {
      stops++;
      outcome = await execute(sink, { ...stopAfter(25), resume: await readCheckpoint(sink) });
    }
    expect(stops).toBeGreaterThan(2);
    expectSameFiles(sink, whole);
    const provenance = JSON.parse(sink.files.get('provenance.json') as string);
    expect(provenance.resumed).toHaveLength(stops);
  });

  it('is refused when spec or potential are not what they were, and goes on from the checkpoint before a damaged one', async () => {
    const sink = new MemorySink();
    await execute(sink, stopAfter(60));
    const resume = await readCheckpoint(sink);
    await expect(execute(copyOf(sink), { resume }, { cutoff: 7.5 })).rejects.toThrow(
      /its spec\.json is not what the run began with/,
    );
    await expect(
      execute(copyOf(sink), {
        resume: { ...resume, identity: { ...resume.identity, potentialSha256: '0' } },
      }),
    ).rejects.toThrow(/the potential is not what the run began with/);

    const bytes = sink.binary.get(CHECKPOINT_FILE) as Uint8Array<ArrayBuffer>;
    const damaged = copyOf(sink);
    damaged.binary.set(CHECKPOINT_FILE, bytes.slice(0, bytes.length - 40));
    const before = await readCheckpoint(damaged);
    expect(before.state.step).toBeLessThan(resume.state.step);
    damaged.binary.delete(PREVIOUS_FILE);
    await expect(readCheckpoint(damaged)).rejects.toThrow(
      /checkpoint\.bin: the checkpoint is damaged or cut short/,
    );

    const shortened = copyOf(sink);
    shortened.files.set('thermo.0.csv', 'step\n');
    await expect(readCheckpoint(shortened)).rejects.toThrow(
      /thermo\.0\.csv is 5 bytes long, it was \d+ at this checkpoint/,
    );
    expect(await readCheckpoint(new MemorySink()).catch((error) => error.message)).toMatch(
      /there is no checkpoint/,
    );
  });
});

describe('a run whose device is lost', () => {
  it('goes on with another to the same files', async () => {
    const whole = new MemorySink();
    await execute(whole);
    const sink = new MemorySink();
    const gpus = [await openNodeGpu()];
    let [batches, losses] = [0, 0];
    const outcome = await execute(
      sink,
      {
        beforeBatch: () => {
          if (++batches % 30 || losses === 3) return;
          losses++;
          gpus.at(-1)?.device.destroy();
        },
        reopen: async () => {
          gpus.push(await openNodeGpu());
          return gpus.at(-1) as Gpu;
        },
      },
      {},
      gpus[0],
    );
    expect(losses).toBe(3);
    expect(outcome.results.status).toBe('complete');
    expectSameFiles(sink, whole);
    expect(
      sink.files.get('log.txt')?.match(/device was lost.* another device goes on from step/g),
    ).toHaveLength(3);
    gpus[0]?.destroy();
  });

  it('ends when no device lasts, with its checkpoint', async () => {
    const sink = new MemorySink();
    let gpu = await openNodeGpu();
    const lost = execute(
      sink,
      {
        beforeBatch: () => gpu.device.destroy(),
        reopen: async () => {
          gpu = await openNodeGpu();
          return gpu;
        },
      },
      {},
      gpu,
    );
    await expect(lost).rejects.toThrow(
      /^3 devices in a row were lost after step 0, so no other is tried: the graphics device was lost/,
    );
    expect((await readCheckpoint(sink)).state.step).toBe(0);
  });
});
