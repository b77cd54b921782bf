import { expect, it } from 'vitest';
import { sites } from '../../../../src/analysis/sites/sites.ts';
import { PUBLICATIONS } from '../../../../src/core/publications.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { toCartesian } from '../../../../src/model/cell.ts';
import { accumulate, DEFAULTS, type Instant, packing } from './synthetic.ts';

const { cell, anions, octahedra, tetrahedra } = packing(2);
const random = new RandomSequence(5);
const places = [...octahedra, ...tetrahedra];

/** Six ions that change place now and then. */
function instants(frames: number): Instant[] {
  const at = Array.from({ length: 6 }, () => places[random.below(places.length)] as number[]);
  return Array.from({ length: frames }, () => {
    if (random.uniform() < 0.3) at[random.below(6)] = places[random.below(places.length)] as number[];
    return { ions: at.map((x) => x.map((s) => s + 0.015 * random.normal())) };
  });
}

it('says what was done, cites only what is known, and writes its tables for every definition', () => {
  for (const definition of ['polyhedra', 'crystallographic', 'density']) {
    const { accumulator, context, settings } = accumulate(cell, anions, instants(80), { definition }, 0.1);
    const report = sites.report([accumulator], context, settings);
    for (const [, key] of report.methods.join(' ').matchAll(/\{(\w+)\}/g)) {
      expect(Object.keys(PUBLICATIONS)).toContain(key);
    }
    const result = report.results['sites'] as { definition: string; filter: string };
    expect(result.definition).toBe(definition);
    expect(report.methods.join(' ')).toContain(result.filter);
    expect(Object.keys(report.tables)).toEqual(
      expect.arrayContaining(['site_occupancy.csv', 'site_environments.csv', 'hops.csv', 'residence.csv']),
    );
    for (const text of Object.values(report.tables)) {
      const lines = text.trim().split('\n');
      const columns = (lines[0] as string).split(',').length;
      for (const line of lines) expect(line.split(',')).toHaveLength(columns);
    }
    for (const { series } of report.figures) expect(series.length).toBeLessThanOrEqual(6);
  }
});

it('replicas are pooled: hops and occupied time of both', () => {
  const parts = [1, 2].map((seed) => accumulate(cell, anions, instants(60), {}, 0.1, seed));
  const hopsOf = (report: ReturnType<typeof sites.report>): number =>
    (report.results['sites'] as { hops: { hops: number }[] }).hops.reduce((sum, { hops }) => sum + hops, 0);
  const [a, b] = parts.map(({ accumulator, context, settings }) =>
    hopsOf(sites.report([accumulator], context, settings)),
  ) as [number, number];
  const first = parts[0] as (typeof parts)[number];
  const both = sites.report(
    parts.map(({ accumulator }) => accumulator),
    first.context,
    first.settings,
  );
  expect(hopsOf(both)).toBe(a + b);
  expect(a).toBeGreaterThan(10);
});

it('warns of sites that ions are not at', () => {
  const wandering = Array.from({ length: 60 }, () => ({
    ions: [[random.uniform(), random.uniform(), random.uniform()]],
  }));
  const { accumulator, context, settings } = accumulate(cell, anions, wandering, {
    definition: 'crystallographic',
    radius: 1,
  });
  const { notes } = sites.report([accumulator], context, settings);
  expect(notes.some((note) => note.includes('at no site'))).toBe(true);
});

it('without a rigid framework sites are those of density, unless asked otherwise', () => {
  const { accumulator } = accumulate(cell, anions, instants(40), {}, 0.8);
  expect(accumulator.summary().definition).toBe('density');
  const asked = accumulate(cell, anions, instants(40), { definition: 'polyhedra' }, 0.8);
  const { notes } = sites.report([asked.accumulator], asked.context, asked.settings);
  expect(notes.some((note) => note.includes('not rigid'))).toBe(true);
});

it('takes the shortest stay from the mass of the ion and the interval of frames', () => {
  const { accumulator } = accumulate(cell, anions, instants(5), { stayFrames: 0 });
  // 100 fs a frame, a period of 100 fs.
  expect(accumulator.history().filter).toContain('in the first frame');
  const long = accumulate(cell, anions, instants(5), { stayFrames: 0, stay: 250, core: 0.5 });
  expect(long.accumulator.history().filter).toContain('3 consecutive frames (300 fs)');
  expect(DEFAULTS.stay).toBe(0);
});

it('names corners by what they are bound to where that differs', () => {
  // One octahedron in four has a framework cation: the anions around it are bound, some others are free.
  const ion = tetrahedra[0] as number[];
  const yttrium = octahedra.slice(0, 2);
  const system = {
    title: 'bound',
    cell,
    species: [
      { label: 'Li', element: 'Li', mass: 6.94 },
      { label: 'Cl', element: 'Cl', mass: 35.45 },
      { label: 'Y', element: 'Y', mass: 88.9 },
    ],
    typeOf: Uint16Array.from([0, ...anions.map(() => 1), ...yttrium.map(() => 2)]),
    positions: toCartesian(cell, [...ion, ...anions.flat(), ...yttrium.flat()]),
  };
  const context = { system, mobile: [0], temperature: 300, charges: [1, -1, 3], frameInterval: 100 };
  const accumulator = sites.begin(context, DEFAULTS);
  accumulator.add({ step: 0, time: 0, cell, positions: system.positions });
  const { sites: around, windows } = accumulator.environments();
  const { kinds } = accumulator.history().sites;
  expect(kinds.filter((kind) => kind === 'octahedral')).toHaveLength(30);
  const count = (s: string, name: string): number =>
    Number(new RegExp(`(^| )${name.replace(/[()]/g, '\\$&')}(\\d)`).exec(s)?.[2] ?? 0);
  // Eleven anions touch one of the two octahedra (they share one); each is a corner of 8 tetrahedra and 6 octahedra.
  const bound = new Set(anions.flatMap((a, i) => (yttrium.some((y) => isNear(a, y)) ? [i] : [])));
  const inTetrahedra = around.filter((_, s) => kinds[s] === 'tetrahedral');
  expect(inTetrahedra.reduce((sum, s) => sum + count(s, 'Cl(Y)'), 0)).toBe(8 * bound.size);
  expect(inTetrahedra.reduce((sum, s) => sum + count(s, 'Cl'), 0)).toBe(8 * (32 - bound.size));
  // Faces of the filled octahedra lead nowhere: 8 of each are missing, both ways.
  expect(windows.size).toBe(2 * (8 * 32 - 8 * 2));
});

function isNear(a: readonly number[], b: readonly number[]): boolean {
  const d = a.map((x, k) => x - (b[k] as number) - Math.round(x - (b[k] as number)));
  return Math.hypot(...toCartesian(cell, d)) < 2.7;
}
