/** Small made-up trajectories: a rattling anion lattice and ions that are put where a test wants them. */
import type { AnalysisContext } from '../../../../src/analysis/analysis.ts';
import type { SiteAccumulator } from '../../../../src/analysis/sites/accumulator.ts';
import type { SiteSettings } from '../../../../src/analysis/sites/settings.ts';
import { sites } from '../../../../src/analysis/sites/sites.ts';
import type { SiteHistory, SiteSet, Visit } from '../../../../src/analysis/sites/visits.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { type Cell, cellFromVectors, toCartesian } from '../../../../src/model/cell.ts';
import type { System } from '../../../../src/model/system.ts';

export const DEFAULTS: SiteSettings = {
  definition: 'auto',
  sites: '',
  radius: 0,
  stay: 0,
  stayFrames: 1,
  core: 0,
  reference: 20,
  spacing: 0.2,
  smoothing: 0.25,
  leastOccupancy: 0.01,
  shapeLimit: 10,
};

/** Cubic close packing of `n`³ cubes of edge 5.2 Å in a sheared cell: fractional places, and those of its voids. */
export function packing(
  n: number,
  shear = 0,
): { cell: Cell; anions: number[][]; octahedra: number[][]; tetrahedra: number[][] } {
  const a = 5.2 * n;
  const cell = cellFromVectors([a, 0, 0, shear * a, a, 0, -0.5 * shear * a, shear * a, a]);
  const fill = (base: number[][]): number[][] => {
    const out: number[][] = [];
    for (let i = 0; i < n ** 3; i++) {
      const at = [i % n, Math.floor(i / n) % n, Math.floor(i / n / n)];
      for (const b of base) out.push(b.map((x, k) => (x + (at[k] as number)) / n));
    }
    return out;
  };
  const fcc = [
    [0, 0, 0],
    [0, 0.5, 0.5],
    [0.5, 0, 0.5],
    [0.5, 0.5, 0],
  ];
  return {
    cell,
    anions: fill(fcc),
    octahedra: fill(fcc.map(([x, y, z]) => [((x as number) + 0.5) % 1, y as number, z as number])),
    tetrahedra: fill(
      fcc.flatMap(([x, y, z]) => [0.25, 0.75].map((d) => [x, y, z].map((s) => ((s as number) + d) % 1))),
    ),
  };
}

/** Li at the given fractional places, then Cl. */
export function lithiumChloride(cell: Cell, ions: readonly number[][], anions: readonly number[][]): System {
  return {
    title: 'synthetic',
    cell,
    species: [
      { label: 'Li', element: 'Li', mass: 6.94 },
      { label: 'Cl', element: 'Cl', mass: 35.45 },
    ],
    typeOf: Uint16Array.from([...ions.map(() => 0), ...anions.map(() => 1)]),
    positions: toCartesian(cell, [...ions, ...anions].flat()),
  };
}

/** One frame: fractional places of ions and anions in a cell, all moved by `drift` (fractional), anions shaken by `sigma` Å. */
export interface Instant {
  readonly ions: readonly (readonly number[])[];
  readonly cell?: Cell;
  readonly drift?: readonly number[];
}

/** An accumulator fed with instants 100 fs apart. */
export function accumulate(
  cell: Cell,
  anions: readonly number[][],
  instants: readonly Instant[],
  settings: Partial<SiteSettings> = {},
  sigma = 0,
  seed = 1,
): { accumulator: SiteAccumulator; context: AnalysisContext; settings: SiteSettings } {
  const first = instants[0] as Instant;
  const system = lithiumChloride(
    cell,
    first.ions.map((x) => [...x]),
    anions,
  );
  const context: AnalysisContext = {
    system,
    mobile: [0],
    temperature: 600,
    charges: [1, -1],
    frameInterval: 100,
  };
  const all = { ...DEFAULTS, ...settings };
  const accumulator = sites.begin(context, all);
  const random = new RandomSequence(seed);
  instants.forEach((instant, t) => {
    const now = instant.cell ?? cell;
    const drift = instant.drift ?? [0, 0, 0];
    const moved = (x: readonly number[]): number[] => x.map((s, k) => s + (drift[k] as number));
    const positions = toCartesian(now, [...instant.ions.map(moved), ...anions.map(moved)].flat());
    for (let k = 3 * instant.ions.length; k < positions.length; k++) {
      positions[k] = (positions[k] as number) + sigma * random.normal();
    }
    accumulator.add({ step: t, time: 100 * t, cell: now, positions });
  });
  return { accumulator, context, settings: all };
}

/** A history out of what each ion did: for each, [site, frames] one after the other. */
export function historyOf(
  stays: readonly (readonly (readonly [number, number])[])[],
  kinds: readonly string[],
  frameInterval = 100,
): SiteHistory {
  const cell = cellFromVectors([20, 0, 0, 0, 20, 0, 0, 0, 20]);
  const sitesOf: SiteSet = {
    cell,
    fractional: Float64Array.from(kinds.flatMap((_, i) => [i / kinds.length, 0, 0])),
    kinds,
  };
  const visits: Visit[] = [];
  let frames = 0;
  stays.forEach((own, ion) => {
    let begin = 0;
    for (const [site, length] of own) {
      visits.push({ ion, site, image: [0, 0, 0], begin, end: begin + length });
      begin += length;
    }
    frames = begin;
  });
  return { sites: sitesOf, ions: stays.length, frames, frameInterval, visits, unassigned: 0, filter: '' };
}
