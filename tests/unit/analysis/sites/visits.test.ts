import { describe, expect, it } from 'vitest';
import { type RecrossingFilter, VisitRecorder } from '../../../../src/analysis/sites/recorder.ts';
import type { SiteHistory } from '../../../../src/analysis/sites/visits.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { cellFromVectors, toCartesian } from '../../../../src/model/cell.ts';
import { accumulate, type Instant, packing } from './synthetic.ts';

const { cell, anions, octahedra, tetrahedra } = packing(2, 0.1);

/** A known path: from void to void along +a and +b, many cells far, each stay of a known length, with a rattle within the void. */
function path(seed: number): { stays: { at: number[]; frames: number }[]; instants: Instant[] } {
  const random = new RandomSequence(seed);
  const stays: { at: number[]; frames: number }[] = [];
  // Octahedron (½,0,0)/2 to tetrahedron (¼,¼,¼)/2 … in steps of ±(⅛,⅛,⅛) of the 2×2×2 cell: neighbours over a face.
  let at = octahedra[0] as number[];
  let isOctahedron = true;
  for (let n = 0; n < 60; n++) {
    stays.push({ at, frames: 1 + random.below(6) });
    const step = [0, 1, 2].map((k) => (k < 2 || random.uniform() < 0.5 ? 1 : -1) / 8);
    // Face-sharing tetrahedra of an octahedron lie along all eight diagonals, octahedra of a tetrahedron along four.
    const found = isOctahedron ? step : octahedronStep(at, step);
    at = at.map((x, k) => x + (found[k] as number));
    isOctahedron = !isOctahedron;
  }
  const instants = stays.flatMap(({ at: place, frames }) =>
    Array.from({ length: frames }, () => ({
      ions: [place.map((x) => x + 0.02 * (random.uniform() - 0.5))],
    })),
  );
  return { stays, instants };
}

function octahedronStep(at: readonly number[], step: readonly number[]): number[] {
  for (const flip of [0, 1, 2, 3]) {
    const tried = step.map((x, k) => (flip === k + 1 ? -x : x));
    const to = at.map((x, k) => x + (tried[k] as number));
    const isOne = octahedra.some((o) =>
      o.every((x, k) => Math.abs(x - (to[k] as number) - Math.round(x - (to[k] as number))) < 1e-6),
    );
    if (isOne) return tried;
  }
  throw new Error('no octahedron next to a tetrahedron');
}

/** Places of an ion's visits, from site and image, fractional. */
function placesOf({ sites, visits }: SiteHistory): number[][] {
  return visits.map(({ site, image }) =>
    [0, 1, 2].map((k) => (sites.fractional[3 * site + k] as number) + (image[k] as number)),
  );
}

describe('a known path over many cells gives exactly its visits and images', () => {
  const { stays, instants } = path(3);
  const listed = [
    ...octahedra.map((x) => `O ${x.join(' ')}`),
    ...tetrahedra.map((x) => `T ${x.join(' ')}`),
  ].join(';');
  const lengths = stays.map(({ frames }) => frames);
  const expected = stays.map(({ at }) => at);

  const check = (history: SiteHistory, within: number): void => {
    expect(history.visits.map(({ begin, end }) => end - begin)).toEqual(lengths);
    placesOf(history).forEach((place, v) => {
      place.forEach((x, k) => {
        expect(Math.abs(x - ((expected[v] as number[])[k] as number))).toBeLessThan(within);
      });
    });
    expect(history.unassigned).toBe(0);
  };

  it('polyhedra, anions rattling', () => {
    const { accumulator } = accumulate(cell, anions, instants, {}, 0.1);
    const history = accumulator.history();
    // Mean places over 20 frames of 0.1 Å: centres good to 0.03 Å of 10.4 Å.
    check(history, 0.01);
    expect(history.sites.kinds.filter((kind) => kind === 'octahedral')).toHaveLength(32);
  });

  it('spheres about listed sites', () => {
    const { accumulator } = accumulate(cell, anions, instants, {
      definition: 'crystallographic',
      sites: listed,
      radius: 1.1,
    });
    // The starting structure's own site is 0.01·10 Å off the first octahedron, as the ion rattles.
    check(accumulator.history(), 0.02);
  });

  it('while the whole crystal drifts over many cells and the box breathes', () => {
    const moving = instants.map((instant, t) => ({
      ...instant,
      drift: [0.013 * t, -0.02 * t, 0.004 * t],
      cell: cellFromVectors(cell.h.map((x, k) => x * (1 + 0.03 * Math.sin(t / 5) * (k < 3 ? 1 : -0.5)))),
    }));
    for (const definition of ['polyhedra', 'crystallographic']) {
      const { accumulator } = accumulate(cell, anions, moving, { definition, sites: listed, radius: 1.1 });
      check(accumulator.history(), 0.02);
    }
  });

  it('the same while it goes on as at the end', () => {
    const early = accumulate(cell, anions, instants.slice(0, 12), {}, 0.1).accumulator.history();
    expect(early.frames).toBe(12);
    // Fewer frames than the reference takes: sites are there all the same.
    expect(early.visits.map(({ begin }) => begin)).toEqual(
      accumulate(cell, anions, instants, {}, 0.1)
        .accumulator.history()
        .visits.map(({ begin }) => begin)
        .filter((begin) => begin < 12),
    );
  });
});

it('two ions in one site are counted', () => {
  const [a, b] = [tetrahedra[0] as number[], tetrahedra[5] as number[]];
  const instants = Array.from({ length: 10 }, (_, t) => ({ ions: [a, t < 3 ? a.map((x) => x + 0.005) : b] }));
  const { accumulator } = accumulate(cell, anions, instants);
  // 3 of the 17 site-frames with an ion: 3·1 + 7·2.
  expect(accumulator.summary().doubleOccupancy).toBeCloseTo(3 / 17, 12);
});

/** The filter by its words, slowly: walk over raw sites, look ahead. */
function filtered(
  raw: readonly number[],
  { frames }: RecrossingFilter,
  cores: readonly boolean[],
): [number, number][] {
  const visits: [number, number][] = [[raw[0] as number, 0]];
  for (let t = 1; t < raw.length; t++) {
    const current = (visits[visits.length - 1] as [number, number])[0];
    const site = raw[t] as number;
    if (site === current || site < 0 || site === raw[t - 1]) continue;
    let length = 0;
    let isCore = false;
    while (raw[t + length] === site && !isCore && length < frames) isCore = cores[t + length++] as boolean;
    if (isCore || length >= frames) visits.push([site, t]);
  }
  return visits;
}

it.each([
  [1, 0],
  [2, 0],
  [3, 0],
  [4, 0.2],
])(
  'the filter of %i frames (core share %f) does what its words say on random histories',
  (frames, coreShare) => {
    const random = new RandomSequence(11);
    const filter = { frames, core: coreShare };
    const sites = {
      cell: cellFromVectors([9, 0, 0, 0, 9, 0, 0, 0, 9]),
      fractional: new Float64Array(12),
      kinds: ['a', 'b', 'c', 'd'],
    };
    for (let n = 0; n < 200; n++) {
      const recorder = new VisitRecorder(sites, 1, filter);
      const raw: number[] = [];
      const cores: boolean[] = [];
      let site = 0;
      for (let t = 0; t < 60; t++) {
        if (t > 0 && random.uniform() < 0.5) site = random.below(5) - 1;
        raw.push(site);
        cores.push(random.uniform() < coreShare);
        recorder.put(0, site, 0, 0, 0, cores[t] as boolean);
        recorder.endFrame();
      }
      const { visits, unassigned } = recorder.history(1);
      expect(visits.map((v) => [v.site, v.begin])).toEqual(filtered(raw, filter, cores));
      visits.forEach((v, k) => {
        expect(v.end).toBe(visits[k + 1]?.begin ?? 60);
      });
      expect(unassigned).toBeCloseTo(raw.filter((s) => s < 0).length / 60, 12);
    }
  },
);

it('places that lie in no sphere are unassigned and stay with the site left last', () => {
  const at = octahedra[0] as number[];
  const off = at.map((x, k) => x + (k === 0 ? 0.11 : 0));
  const instants = Array.from({ length: 8 }, (_, t) => ({ ions: [t === 3 || t === 4 ? off : at] }));
  const { accumulator } = accumulate(cell, anions, instants, { definition: 'crystallographic', radius: 1 });
  const history = accumulator.history();
  expect(history.unassigned).toBe(0.25);
  expect(history.visits).toHaveLength(1);
  // 1.14 Å off the centre, where a metric of the wrong cell would have found it inside.
  expect(Math.hypot(...toCartesian(cell, [0.11, 0, 0]))).toBeGreaterThan(1);
});
