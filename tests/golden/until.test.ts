/** A run that goes on until its conductivity is known: where it ends, and that an interruption does not move the end. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../src/run/checkpoint.ts';
import { MemorySink } from '../../src/run/sink.ts';
import { runInto } from '../support/runs.ts';

const structure = join(import.meta.dirname, 'lammps', '03_nacl_rattled_216', 'system.data');

/** Molten: ions of 216 diffuse within a picosecond or two. */
const spec = {
  title: 'NaCl',
  structure,
  potential: 'nacl-fumi-tosi-1964',
  cutoff: 7,
  method: 'dsf',
  stages: [
    { name: 'melt', do: 'nvt', temperature: 4000, duration: 400, timestep: 2 },
    { name: 'produce', do: 'nvt', temperature: 3000, duration: 400, timestep: 2, production: true },
  ],
  until: {
    conductivity: { relativeError: 0.08, estimator: 'nernstEinstein', mobile: 'Na' },
    maxDuration: 8000,
  },
  record: { trajectory: { every: 10 }, series: { every: 10 }, checkpoint: { every: 180 } },
};

describe('until', () => {
  it('ends when it knows enough, interrupted or not', async () => {
    const whole = new MemorySink();
    const totals: number[] = [];
    const { results } = await runInto(whole, spec, import.meta.filename, {
      onEvent: (event) => {
        if (event.type === 'progress') totals.push(event.totalSteps);
      },
    });
    const { reached, relativeError, duration } = results.until!;
    expect(reached).toBe(true);
    expect(relativeError!).toBeLessThanOrEqual(0.08);
    expect(results.productionTime).toBe(duration);
    expect(duration).toBeGreaterThan(400);
    expect(duration).toBeLessThan(8000);
    expect(results.status).toBe('complete');
    expect(Math.min(...totals)).toBeGreaterThanOrEqual(400);
    expect(whole.files.get('log.txt')).toMatch(
      /stage produce, [\d.]+ ps: σ ± \d+ %, asked ± 8 %: about [\d.]+ ps more/,
    );

    const cut = new MemorySink();
    const stop = new AbortController();
    await runInto(cut, spec, import.meta.filename, {
      signal: stop.signal,
      batchMilliseconds: 20,
      onEvent: (event) => {
        if (event.type === 'progress' && event.stageIndex === 1 && event.step > 120) stop.abort();
      },
    });
    expect(cut.files.get('results.json')).toContain('the run ended before');
    await runInto(cut, spec, import.meta.filename, { resume: await readCheckpoint(cut) });
    for (const file of ['results.json', 'thermo.csv', 'trajectory.extxyz', 'msd.csv']) {
      expect(cut.files.get(file) === whole.files.get(file), file).toBe(true);
    }
  });
});
