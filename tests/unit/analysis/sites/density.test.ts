import { describe, expect, it } from 'vitest';
import { densitySites } from '../../../../src/analysis/sites/density.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { cellFromVectors, toCartesian, toFractional } from '../../../../src/model/cell.ts';
import { accumulate, type Instant, packing } from './synthetic.ts';

const OPTIONS = { spacing: 0.2, smoothing: 0.25, leastOccupancy: 0.01 };

/** Å between two fractional places, nearest image. */
function apart(h: Float64Array, a: readonly number[], b: readonly number[]): number {
  const d = a.map((x, k) => x - (b[k] as number) - Math.round(x - (b[k] as number)));
  return Math.hypot(...toCartesian({ h }, d));
}

describe('a lattice gas in a triclinic cell', () => {
  const cell = cellFromVectors([11, 0, 0, 2.5, 10.5, 0, -1.5, 2, 9.8]);
  const truth: number[][] = [];
  for (let i = 0; i < 27; i++)
    truth.push([i % 3, Math.floor(i / 3) % 3, Math.floor(i / 9)].map((x) => (x + 0.01) / 3));
  const random = new RandomSequence(4);
  const frames = 400;
  // 18 ions on 27 sites: each frame each ion at a site of its own, 0.35 Å of rattle an axis, in an image far away.
  const places = Array.from({ length: frames }, (_, t) => {
    const order = random.shuffle([...truth.keys()]);
    const rattle = toFractional(
      cell,
      Float64Array.from({ length: 54 }, () => 0.35 * random.normal()),
    );
    return Float64Array.from({ length: 54 }, (_, k) => {
      const site = truth[order[Math.floor(k / 3)] as number] as number[];
      return (site[k % 3] as number) + (rattle[k] as number) + ((t + k) % 7) - 3;
    });
  });
  const found = densitySites(cell, places, frames, OPTIONS);

  it('gives back its sites and occupancies', () => {
    expect(found.sites.kinds).toHaveLength(27);
    for (const at of truth) {
      const distances = [...found.sites.kinds.keys()].map((s) =>
        apart(cell.h, at, [...found.sites.fractional.subarray(3 * s, 3 * s + 3)]),
      );
      // 270 visits of a site with 0.6 Å about it: its centre is good to 0.04 Å; the grid is 0.2 Å.
      expect(Math.min(...distances)).toBeLessThan(0.12);
    }
    const total = found.occupancy.reduce((a, b) => a + b, 0);
    expect(total).toBeGreaterThan(17.9);
    expect(total).toBeLessThan(18.0001);
    for (const p of found.occupancy) expect(Math.abs(p - 2 / 3)).toBeLessThan(0.1);
  });

  it('every voxel names the image of its site that is nearest to it', () => {
    const [na, nb, nc] = found.grid;
    let checked = 0;
    for (let v = 0; v < found.siteOf.length; v += 7) {
      const site = found.siteOf[v] as number;
      if (site < 0) continue;
      const c = v % nc;
      const b = Math.floor(v / nc) % nb;
      const a = Math.floor(v / nc / nb);
      const d = [(a + 0.5) / na, (b + 0.5) / nb, (c + 0.5) / nc].map(
        (x, k) => x - (found.sites.fractional[3 * site + k] as number) - (found.imageOf[3 * v + k] as number),
      );
      // Half the distance of sites is 1.8 Å; a wrong image is 10 Å away. Basins end at 3.2 Å at most (corners).
      expect(Math.hypot(...toCartesian(cell, d))).toBeLessThan(3.3);
      checked++;
    }
    expect(checked).toBeGreaterThan(5000);
  });

  it('bumps of noise are no sites: 60 frames give the same 27', () => {
    expect(densitySites(cell, places.slice(0, 60), 60, OPTIONS).sites.kinds).toHaveLength(27);
  });

  it('a site that holds less than the least occupancy is none', () => {
    const rare = places.map((p, t) => (t === 0 ? Float64Array.of(...p, 0.18, 0.18, 0.18) : p));
    expect(densitySites(cell, rare, frames, OPTIONS).sites.kinds).toHaveLength(27);
    const kept = densitySites(cell, rare, frames, { ...OPTIONS, leastOccupancy: 1e-4 });
    expect(kept.sites.kinds.length).toBeGreaterThan(27);
  });
});

it('a walker over the border of the cell, in a framework that drifts and a box that breathes, has its visits and images', () => {
  const { cell, anions, octahedra } = packing(2, 0.1);
  const random = new RandomSequence(9);
  const home = octahedra[0] as number[];
  const stays = [5, 7, 4, 9, 6, 8, 5, 7, 6, 5];
  // Along +a: octahedron to octahedron, half a cell each time; five cells in all.
  const instants = stays.flatMap((frames, n) =>
    Array.from({ length: frames }, (): Instant => {
      const ion = home.map((x, k) => x + (k === 0 ? n / 2 : 0) + 0.02 * random.normal());
      return { ions: [ion] };
    }),
  );
  const moving = instants.map((instant, t) => ({
    ...instant,
    drift: [0.01 * t, 0.03 * t, -0.02 * t],
    cell: cellFromVectors(cell.h.map((x) => x * (1 + 0.02 * Math.sin(t)))),
  }));
  const { accumulator } = accumulate(cell, anions, moving, { definition: 'density' });
  const { visits, sites, unassigned } = accumulator.history();
  expect(visits.map(({ begin, end }) => end - begin)).toEqual(stays);
  expect(unassigned).toBe(0);
  visits.forEach(({ site, image }, n) => {
    const x = (sites.fractional[3 * site] as number) + image[0];
    expect(x).toBeCloseTo((home[0] as number) + n / 2, 1);
    expect((sites.fractional[3 * site + 1] as number) + image[1]).toBeCloseTo(home[1] as number, 1);
  });
  expect(new Set(visits.map(({ site }) => site)).size).toBe(2);
});
