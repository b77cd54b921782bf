/** Networks of sites with known answers, and walkers on them. Seeded. */
import type { SiteHistory, SiteSet, Visit } from '../../../../src/analysis/sites/visits.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { rowTimes, type Vec3 } from '../../../../src/core/vec.ts';
import { type Cell, cellFromVectors } from '../../../../src/model/cell.ts';

export interface Bond {
  readonly from: number;
  readonly to: number;
  readonly image: Vec3;
  /** One-way flux, hops per frame of an ion at a site of occupancy one. */
  readonly rate: number;
}

export interface Network {
  readonly sites: SiteSet;
  readonly bonds: readonly Bond[];
}

export const FRAME_INTERVAL = 100;

/** L×L×L sites, `spacing` apart, in a cubic cell (or one with these rows); rates by axis and place. */
export function cubic(
  edge: number,
  spacing: number,
  rate: (x: number, y: number, z: number, axis: number) => number,
  kind: (x: number, y: number, z: number) => string = () => 'site',
): Network {
  const L = edge;
  const cell = cellFromVectors([L * spacing, 0, 0, 0, L * spacing, 0, 0, 0, L * spacing]);
  const fractional: number[] = [];
  const kinds: string[] = [];
  const bonds: Bond[] = [];
  const at = (x: number, y: number, z: number): number => ((x % L) * L + (y % L)) * L + (z % L);
  for (let x = 0; x < L; x++) {
    for (let y = 0; y < L; y++) {
      for (let z = 0; z < L; z++) {
        fractional.push(x / L, y / L, z / L);
        kinds.push(kind(x, y, z));
        for (let axis = 0; axis < 3; axis++) {
          const to = [x, y, z];
          to[axis]!++;
          const image = to.map((c) => (c === L ? 1 : 0)) as unknown as Vec3;
          const r = rate(x, y, z, axis);
          if (r > 0) bonds.push({ from: at(x, y, z), to: at(to[0]!, to[1]!, to[2]!), image, rate: r });
        }
      }
    }
  }
  return { sites: { cell, fractional: Float64Array.from(fractional), kinds }, bonds };
}

/** 2·cells sites in a row along x, equally spaced, joined by k1 and k2 in turn. */
export function alternatingChain(cells: number, spacing: number, k1: number, k2: number): Network {
  const n = 2 * cells;
  const cell = cellFromVectors([n * spacing, 0, 0, 0, 10, 0, 0, 0, 10]);
  return {
    sites: {
      cell,
      fractional: Float64Array.from({ length: 3 * n }, (_, i) => (i % 3 === 0 ? i / 3 / n : 0.5)),
      kinds: new Array<string>(n).fill('chain'),
    },
    bonds: Array.from({ length: n }, (_, i) => ({
      from: i,
      to: (i + 1) % n,
      image: [i === n - 1 ? 1 : 0, 0, 0] as Vec3,
      rate: i % 2 === 0 ? k1 : k2,
    })),
  };
}

/** A history with exactly these hops: each hop an ion of its own that hops half way through, or at a frame of its own. */
export function historyOfHops(
  sites: SiteSet,
  hops: readonly { from: number; to: number; image: Vec3; count: number }[],
  frames = 100,
  frameOf: (ion: number) => number = () => frames / 2,
): SiteHistory {
  const visits: Visit[] = [];
  let ion = 0;
  for (const { from, to, image, count } of hops) {
    for (let c = 0; c < count; c++) {
      const at = frameOf(ion);
      visits.push({ ion, site: from, image: [0, 0, 0], begin: 0, end: at });
      visits.push({ ion, site: to, image, begin: at, end: frames });
      ion++;
    }
  }
  return history(sites, visits, ion, frames);
}

export function history(sites: SiteSet, visits: readonly Visit[], ions: number, frames: number): SiteHistory {
  return { sites, ions, frames, frameInterval: FRAME_INTERVAL, visits, unassigned: 0, filter: 'none' };
}

export interface Walk {
  readonly seed: number;
  readonly ions: number;
  readonly frames: number;
  /** Probability that a hop takes back the one before it, whatever the rates. */
  readonly returning?: number;
}

/**
 * Walkers in discrete time, at most one hop a frame, from a uniform start: exact for symmetric rates. Waiting times are
 * geometric, so that a draw is made per hop and not per frame.
 */
export function walk({ sites, bonds }: Network, { seed, ions, frames, returning = 0 }: Walk): SiteHistory {
  const random = new RandomSequence(seed, 11);
  const n = sites.kinds.length;
  const ways: { to: number; image: Vec3; rate: number }[][] = Array.from({ length: n }, () => []);
  for (const { from, to, image, rate } of bonds) {
    ways[from]!.push({ to, image, rate });
    ways[to]!.push({ to: from, image: [-image[0], -image[1], -image[2]], rate });
  }
  const totals = ways.map((list) => list.reduce((sum, { rate }) => sum + rate, 0));
  const visits: Visit[] = [];
  for (let ion = 0; ion < ions; ion++) {
    let site = random.below(n);
    let image: Vec3 = [0, 0, 0];
    let last: { to: number; image: Vec3 } | undefined;
    let begin = 0;
    for (;;) {
      const total = totals[site]!;
      const wait = total > 0 ? Math.ceil(Math.log(1 - random.uniform()) / Math.log(1 - total)) : frames;
      const end = Math.min(frames, begin + Math.max(1, wait));
      visits.push({ ion, site, image, begin, end });
      if (end >= frames) break;
      let step: { to: number; image: Vec3 };
      if (last && random.uniform() < returning) {
        step = last;
      } else {
        let pick = random.uniform() * total;
        const list = ways[site]!;
        let k = 0;
        while (k < list.length - 1 && pick >= list[k]!.rate) pick -= list[k++]!.rate;
        step = list[k]!;
      }
      last = { to: site, image: [-step.image[0], -step.image[1], -step.image[2]] };
      site = step.to;
      image = [image[0] + step.image[0], image[1] + step.image[1], image[2] + step.image[2]];
      begin = end;
    }
  }
  return history(sites, visits, ions, frames);
}

/** Exact D tensor diagonal (Å²/frame) by dense elimination, site 0 of each cluster held at zero: independent of the code under test. */
export function denseDiffusion({ sites, bonds }: Network): [number, number, number] {
  const n = sites.kinds.length;
  const step = bonds.map(({ from, to, image }) =>
    rowTimes(
      [0, 1, 2].map((k) => sites.fractional[3 * to + k]! + image[k]! - sites.fractional[3 * from + k]!),
      sites.cell.h,
    ),
  );
  return [0, 1, 2].map((k) => {
    const a = Array.from({ length: n }, () => new Float64Array(n + 1));
    bonds.forEach(({ from, to, rate }, e) => {
      a[from]![from]! += rate;
      a[to]![to]! += rate;
      a[from]![to]! -= rate;
      a[to]![from]! -= rate;
      a[from]![n]! += rate * step[e]![k]!;
      a[to]![n]! -= rate * step[e]![k]!;
    });
    const phi = eliminate(a);
    let sum = 0;
    bonds.forEach(({ from, to, rate }, e) => {
      sum += rate * (step[e]![k]! + phi[to]! - phi[from]!) ** 2;
    });
    // Uniform occupancy 1/n: one-way flux rate/n; (1/2)·Σ_directed = Σ_undirected.
    return sum / n;
  }) as [number, number, number];
}

/** Gauss–Jordan with full row pivoting; columns without a pivot (null space) are set to zero. */
function eliminate(a: Float64Array[]): number[] {
  const n = a.length;
  const pivotOf = new Array<number>(n).fill(-1);
  let row = 0;
  for (let column = 0; column < n; column++) {
    let best = row;
    for (let i = row; i < n; i++) if (Math.abs(a[i]![column]!) > Math.abs(a[best]![column]!)) best = i;
    if (row >= n || Math.abs(a[best]![column]!) < 1e-11) continue;
    [a[row], a[best]] = [a[best]!, a[row]!];
    const pivot = a[row]!;
    for (let i = 0; i < n; i++) {
      if (i === row) continue;
      const f = a[i]![column]! / pivot[column]!;
      if (f !== 0) for (let j = column; j <= n; j++) a[i]![j]! -= f * pivot[j]!;
    }
    pivotOf[column] = row++;
  }
  return pivotOf.map((r, column) => (r < 0 ? 0 : a[r]![n]! / a[r]![column]!));
}

export const TRICLINIC: Cell = cellFromVectors([7, 0, 0, 2.5, 6, 0, -1.5, 2, 8]);
