/**
 * Every example at its full length: it ends, the framework stays what it was, and what it computes is kept for the catalogue's
 * table (public/examples/README.md). About an hour and a half without a GPU; one of them: `-t li2mgcl4`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStructure } from '../../src/io/index.ts';
import { surroundings } from '../../src/model/around.ts';
import { volume } from '../../src/model/cell.ts';
import type { System } from '../../src/model/system.ts';
import { coordination } from '../../src/run/coordination.ts';
import { parseRunSpec } from '../../src/run/parseSpec.ts';
import { prepareRun } from '../../src/run/prepare.ts';
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

/** Anions around each cation of charge 2 and more, mean by species, within fixed distances. */
function shells(system: System, reach: ReadonlyMap<string, number>): Map<string, number> {
  const { species, typeOf, positions, cell } = system;
  const { around } = surroundings(cell, positions);
  const sums = new Map<string, { bonds: number; cations: number }>();
  typeOf.forEach((type, i) => {
    const radius = reach.get(species[type]?.label ?? '');
    if (radius === undefined) return;
    const entry = sums.get(species[type]?.label ?? '') ?? { bonds: 0, cations: 0 };
    let bonds = 0;
    const [x = 0, y = 0, z = 0] = positions.subarray(3 * i, 3 * i + 3);
    around(x, y, z, radius, (j) => {
      if ((species[typeOf[j] as number]?.formalCharge ?? 0) < 0) bonds++;
    });
    sums.set(species[type]?.label ?? '', { bonds: entry.bonds + bonds, cations: entry.cations + 1 });
  });
  return new Map([...sums].map(([label, { bonds, cations }]) => [label, bonds / cations]));
}

/** Volume of the cell in the second half of a stage over that of the start; nothing without the stage. */
function meanVolume(thermo: string, from: number, to: number): number | undefined {
  const [head = '', ...rows] = thermo.trim().split('\n');
  const columns = head.split(',');
  const column = (row: string, name: string): number => Number(row.split(',')[columns.indexOf(name)]);
  const inside = rows.filter((row) => {
    const time = column(row, 'time_fs');
    return time > (from + to) / 2 && time <= to;
  });
  return inside.length === 0
    ? undefined
    : inside.reduce((sum, row) => sum + column(row, 'volume_A3'), 0) / inside.length;
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
    const reach = new Map(
      coordination(start)
        .filter(({ between: [cation] }) =>
          start.species.some(({ label, formalCharge = 0 }) => label === cation && formalCharge >= 2),
        )
        .map(({ between: [cation], length }) => [cation, SHELL * length]),
    );
    const before = shells(start, reach);
    const after = shells({ ...start, cell: last.cell, positions: last.positions }, reach);

    const at = spec.stages.findIndex((stage) => stage.name === 'cell');
    const ends = (upTo: number): number =>
      spec.stages
        .slice(0, upTo)
        .reduce((sum, stage) => sum + (stage.do === 'minimize' ? 0 : stage.duration), 0);
    const atRoom = at < 0 ? undefined : meanVolume(files.get('thermo.csv') as string, ends(at), ends(at + 1));

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
      coordination: Object.fromEntries(
        [...before].map(([label, count]) => [label, [count, after.get(label) ?? 0]]),
      ),
      seconds,
    });
    expect(results.status).toBe('complete');
    for (const [label, { verdict }] of Object.entries(replica?.diffusion ?? {})) {
      if (isLiquid(name) || results.system.mobile.includes(label)) continue;
      expect(verdict, `${label} of the framework`).not.toBe('diffusive');
    }
    for (const [label, count] of before) {
      expect(Math.abs((after.get(label) ?? 0) - count), `anions around ${label}`).toBeLessThan(CHANGED);
    }
  });
});
