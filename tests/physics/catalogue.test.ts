/**
 * Every example at its full length: it ends, the framework stays what it was, and what it computes is kept for the catalogue's
 * table (public/examples/README.md). About an hour and a half without a GPU; one of them: `-t li2mgcl4`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStructure } from '../../src/io/index.ts';
import { volume } from '../../src/model/cell.ts';
import { coordination, meanNeighbors } from '../../src/run/coordination.ts';
import { parseRunSpec } from '../../src/run/parseSpec.ts';
import { prepareRun } from '../../src/run/prepare.ts';
import { timeline } from '../../src/run/timeline.ts';
import { columnOf } from '../support/csv.ts';
import { runSpec } from '../support/runs.ts';
import { record } from './record.ts';

const folder = join(import.meta.dirname, '..', '..', 'public', 'examples');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace(/\.json$/, ''));
/** Several temperatures at once are what li3ycl6.test.ts runs. */
const single = names.filter((name) => !/replicas/.test(name));
/** What is molten has no framework. */
const isLiquid = (name: string): boolean => /melt|quench/.test(name);
/** Anions within so many mean bond lengths of the start are bound: octahedra of 2.6 Å have the next ones at 4.5 Å. */
const SHELL = 1.3;
/** Change of a mean coordination number that is another framework. */
const CHANGED = 0.5;

/** Volume of the cell in the second half of a time, fs; nothing where no rows are. */
function meanVolume(thermo: string, from: number, to: number): number | undefined {
  const volumes = columnOf(thermo, 'volume_A3');
  const inside = columnOf(thermo, 'time_fs').flatMap((time, i) =>
    time > (from + to) / 2 && time <= to ? [volumes[i] as number] : [],
  );
  return inside.length === 0 ? undefined : inside.reduce((sum, v) => sum + v, 0) / inside.length;
}

describe('examples at full length', () => {
  it.each(single)('%s', async (name) => {
    const file = join(folder, `${name}.json`);
    const text = readFileSync(file, 'utf8');
    const spec = parseRunSpec(text, file);
    const { system: start } = await prepareRun(spec, {
      bytes: async (path) => new Uint8Array(readFileSync(join(folder, path))),
      text: async (path) => readFileSync(join(folder, path), 'utf8'),
    });
    const began = performance.now();
    const { outcome, files } = await runSpec(JSON.parse(text), file);
    const seconds = (performance.now() - began) / 1000;
    const { results } = outcome;
    const [replica] = results.replicas;

    const { system: last } = await readStructure(
      new TextEncoder().encode(files.get('final.extxyz')),
      'final.extxyz',
    );
    const bonds = coordination(start);
    const radii = start.species.map(({ label, formalCharge = 0 }) => {
      const bond = formalCharge < 2 ? undefined : bonds.findLast(({ between: [cation] }) => cation === label);
      return bond && start.species.map((other) => ((other.formalCharge ?? 0) < 0 ? SHELL * bond.length : 0));
    });
    const before = meanNeighbors(start, radii);
    const after = meanNeighbors({ ...start, cell: last.cell, positions: last.positions }, radii);
    const shells = start.species.flatMap(({ label }, type) => {
      const count = before[type];
      return count === undefined ? [] : [[label, [count, after[type] ?? 0]] as const];
    });

    const spans = timeline(spec);
    const at = spans.findIndex(({ stage }) => spec.stages[stage]?.name === 'cell');
    const [span, next] = [spans[at], spans[at + 1]];
    const atRoom =
      span && next && meanVolume(files.get('thermo.csv') as string, span.firstTime, next.firstTime);

    await record(`catalogue/${name}`, {
      title: results.title,
      potential: results.potential,
      atoms: start.typeOf.length,
      composition: results.system.formula,
      temperature_K: replica?.targetTemperature,
      productionTime: results.productionTime,
      ...(atRoom && { edgeAt300K: Math.cbrt(atRoom / volume(start.cell)) }),
      pressure: replica?.pressure,
      mobile: results.system.mobile,
      diffusion: Object.fromEntries(
        Object.entries(replica?.diffusion ?? {}).map(([label, { D, verdict, hopsPerIon }]) => [
          label,
          { D, verdict, hopsPerIon },
        ]),
      ),
      conductivity: results.conductivity,
      coordination: Object.fromEntries(shells),
      seconds,
    });
    expect(results.status).toBe('complete');
    for (const [label, { verdict }] of Object.entries(replica?.diffusion ?? {})) {
      if (isLiquid(name) || results.system.mobile.includes(label)) continue;
      expect(verdict, `${label} of the framework`).not.toBe('diffusive');
    }
    for (const [label, [count, later]] of shells) {
      expect(Math.abs(later - count), `anions around ${label}`).toBeLessThan(CHANGED);
    }
  });
});
