/** Every example that ships starts, runs and writes its files; here for a few steps of every stage. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRunSpec } from '../../src/run/parseSpec.ts';
import { runSpec } from '../support/runs.ts';

const folder = join(import.meta.dirname, '..', '..', 'public', 'examples');
const examples = readdirSync(folder).filter((name) => name.endsWith('.json'));
/** Steps of production, and of each stage before it. */
const STEPS = 50;
const EARLY_STEPS = 10;
/**
 * GPa. A wrong cell, supercell or potential shows as a pressure. The largest is −2.5, of a crystal not yet molten at the
 * density of the melt; a cell 5 % too long in each direction adds 4 to 7.
 */
const MOST_PRESSURE = 4;

/** All that is made by default, with few resamples: six frames have no intervals. */
const ANALYSES = ['msd', 'conductivity', 'rdf', { sites: { resamples: 20, shuffles: 20 } }];

describe('examples', () => {
  it('are there', () => {
    expect(examples).toContain('li3ycl6-600K.json');
    expect(examples.length).toBeGreaterThanOrEqual(8);
  });

  it.each(examples)('%s', async (name) => {
    const file = join(folder, name);
    const spec = parseRunSpec(readFileSync(file, 'utf8'), file);
    const stages = spec.stages.map((stage) => {
      if (stage.do === 'minimize') return { ...stage, maxSteps: EARLY_STEPS };
      return { ...stage, duration: (stage.production ? STEPS : EARLY_STEPS) * stage.timestep };
    });
    const every = { every: EARLY_STEPS };
    const { outcome, files } = await runSpec(
      {
        ...spec,
        stages,
        record: { trajectory: every, series: every, checkpoint: every },
        analysis: ANALYSES,
      },
      file,
    );
    const { results } = outcome;
    expect(results.status).toBe('complete');
    expect(results.system.mobile.length).toBeGreaterThan(0);
    for (const { targetTemperature, temperature, pressure } of results.replicas) {
      expect(targetTemperature).toBeGreaterThan(0);
      expect(temperature!.value).toBeGreaterThan(0);
      expect(Math.abs(pressure!.value)).toBeLessThan(MOST_PRESSURE);
    }
    expect([...files.keys()].filter((path) => /^(final|thermo|trajectory)/.test(path))).toHaveLength(
      3 * results.replicas.length,
    );
  });
});
