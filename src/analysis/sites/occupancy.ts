/** How much each site and each kind of site is occupied, and the free energies that this means. */
import { BOLTZMANN_EV_PER_K } from '../../core/constants.ts';
import { poissonInterval, studentQuantile, variance } from '../../core/stats.ts';
import { volume } from '../../model/cell.ts';
import { bounded, type Estimate, resolved, unresolved } from '../estimate.ts';
import type { OccupancyCounts } from './recorder.ts';
import type { SiteSet } from './visits.ts';

/** One replica's sites and what was seen at them. */
export interface Occupied {
  readonly sites: SiteSet;
  readonly occupancies: OccupancyCounts;
  /** Visits in all. */
  readonly visits: number;
}

export interface KindOccupancy {
  /** Sites of the kind, all replicas together. */
  readonly sites: number;
  /** Of the ions that are at a site the share at sites of this kind. */
  readonly share: Estimate;
  /** Ions per site. */
  readonly occupancy: Estimate;
}

/** Fewest blocks that an error is taken from. */
const FEWEST_BLOCKS = 8;

/**
 * Shares and occupancies by kind, pooled over replicas. Errors from blocks of the run: of 64 to 32 blocks and their joins in
 * pairs down to 8 the largest standard error, since neighbouring blocks may be correlated (Flyvbjerg & Petersen, J. Chem.
 * Phys. 91, 461 (1989), doi:10.1063/1.457480), with Student's t for that number of blocks.
 */
export function occupancyByKind(parts: readonly Occupied[]): Record<string, KindOccupancy> {
  const kinds = [...new Set(parts.flatMap(({ sites }) => sites.kinds))].sort();
  const blocks = kindBlocks(parts, kinds);
  const total = kinds.map((_, k) => sumOf(blocks.map((block) => block[k] as number)));
  const all = sumOf(total);
  const visits = sumOf(parts.map((part) => part.visits));
  return Object.fromEntries(
    kinds.map((kind, k) => {
      const count = sumOf(parts.map(({ sites }) => sites.kinds.filter((other) => other === kind).length));
      // Ion-frames at the kind over site-frames: replicas may differ in length.
      const siteFrames = sumOf(
        parts.map(
          ({ sites, occupancies }) =>
            sites.kinds.filter((other) => other === kind).length * occupancies.frames,
        ),
      );
      const mean = (total[k] as number) / all;
      const perSite = all / siteFrames;
      const share =
        total[k] === 0
          ? bounded(
              Math.min(1, poissonInterval(0)[1] / Math.max(1, visits)),
              '1',
              `never seen in ${visits} visits of sites`,
            )
          : withBlocks(mean, '1', blocks, (chosen) => ratio(chosen, k));
      return [
        kind,
        {
          sites: count,
          share,
          occupancy: {
            ...share,
            value: share.value === null ? null : share.value * perSite,
            ci95: share.ci95 === null ? null : ([share.ci95[0] * perSite, share.ci95[1] * perSite] as const),
          },
        },
      ];
    }),
  );
}

/**
 * ΔG = −k_BT ln[(p_T/n_T)/(p_O/n_O)], eV: of a tetrahedral over an octahedral site, each site counted once; negative where
 * tetrahedra are preferred. The interval is a jackknife over the blocks of occupancyByKind.
 */
export function tetrahedralOverOctahedral(parts: readonly Occupied[], temperature: number | null): Estimate {
  if (temperature === null) return unresolved('eV', 'no temperature is known');
  const kinds = ['tetrahedral', 'octahedral'];
  const [nT, nO] = kinds.map((kind) =>
    sumOf(
      parts.map(
        ({ sites, occupancies }) => sites.kinds.filter((k) => k === kind).length * occupancies.frames,
      ),
    ),
  ) as [number, number];
  if (nT === 0 || nO === 0) {
    return unresolved('eV', `the framework has no free ${nT === 0 ? 'tetrahedra' : 'octahedra'}`);
  }
  const blocks = kindBlocks(parts, kinds);
  const [t, o] = [0, 1].map((k) => sumOf(blocks.map((block) => block[k] as number))) as [number, number];
  if (t === 0 || o === 0)
    return unresolved('eV', `no ion was seen in ${t === 0 ? 'a tetrahedron' : 'an octahedron'}`);
  const kT = BOLTZMANN_EV_PER_K * temperature;
  const energy = (a: number, b: number): number => -kT * Math.log(a / nT / (b / nO));
  return withBlocks(energy(t, o), 'eV', blocks, (chosen) =>
    energy(sumOf(chosen.map((b) => b[0] as number)), sumOf(chosen.map((b) => b[1] as number))),
  );
}

/** Free energies of the sites of one replica. */
export interface SiteEnergies {
  /** [sites] −k_BT ln(p_i/p_max), eV; NaN of sites never visited. */
  readonly energies: Float64Array;
  /** eV; of visited sites about their mean. */
  readonly spread: number;
  /** Sites less than k_BT above the lowest one, nm⁻³. */
  readonly densityWithinKT: number;
  readonly visited: number;
}

/** @param temperature K */
export function siteEnergies({ sites, occupancies }: Occupied, temperature: number): SiteEnergies {
  const kT = BOLTZMANN_EV_PER_K * temperature;
  const counts = siteTotals(occupancies, sites.kinds.length);
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  const energies = counts.map((n) => (n > 0 ? -kT * Math.log(n / most) : Number.NaN));
  const known = energies.filter((x) => !Number.isNaN(x));
  return {
    energies,
    spread: known.length > 1 ? Math.sqrt(variance(known)) : Number.NaN,
    densityWithinKT: known.filter((x) => x < kT).length / (volume(sites.cell) * 1e-3),
    visited: known.length,
  };
}

/** Mean ions at each site, and its standard error from blocks (NaN with fewer than 8). */
export function siteOccupancies({ sites, occupancies }: Occupied): {
  readonly mean: Float64Array;
  readonly error: Float64Array;
} {
  const n = sites.kinds.length;
  const { length } = occupancies;
  const full = wholeBlocks(occupancies);
  const mean = siteTotals(occupancies, n).map((x) => x / Math.max(1, occupancies.frames));
  const error = Float64Array.from({ length: n }, (_, s) =>
    full.length < FEWEST_BLOCKS
      ? Number.NaN
      : worstError(full.length, (join) =>
          joined(
            full.map((block) => (block[s] as number) / length),
            join,
          ).map((x) => x / join),
        ).error,
  );
  return { mean, error };
}

function siteTotals({ blocks }: OccupancyCounts, n: number): Float64Array {
  const counts = new Float64Array(n);
  for (const block of blocks)
    for (let s = 0; s < n; s++) counts[s] = (counts[s] as number) + (block[s] as number);
  return counts;
}

/** Blocks that are complete; the last one is being filled. */
function wholeBlocks({ blocks }: OccupancyCounts): readonly Uint32Array[] {
  return blocks.slice(0, -1);
}

/** Per block of every replica, the ion-frames at each kind; the frames of an incomplete block join the block before. */
function kindBlocks(parts: readonly Occupied[], kinds: readonly string[]): number[][] {
  return parts.flatMap(({ sites, occupancies }) => {
    const kindOf = sites.kinds.map((kind) => kinds.indexOf(kind));
    const sums = occupancies.blocks.map((block) => {
      const sum = kinds.map(() => 0);
      kindOf.forEach((k, s) => {
        if (k >= 0) sum[k] = (sum[k] as number) + (block[s] as number);
      });
      return sum;
    });
    const last = sums.pop();
    const before = sums[sums.length - 1];
    if (last && before) for (const k of kinds.keys()) before[k] = (before[k] as number) + (last[k] as number);
    return sums.length > 0 ? sums : last ? [last] : [];
  });
}

/**
 * A function of pooled blocks with its jackknife interval: error² = (n−1)/n Σ(y_(−b) − ȳ)², the largest over block lengths.
 */
function withBlocks(
  value: number,
  unit: string,
  blocks: readonly number[][],
  of: (chosen: readonly number[][]) => number,
): Estimate {
  if (blocks.length < FEWEST_BLOCKS) {
    return { value, ci95: null, unit, why: `${blocks.length} blocks of frames are too few for an interval` };
  }
  const { error, count } = worstError(blocks.length, (join) => {
    const joins = groupsOf(blocks, join);
    // Pseudo-values: n·y − (n−1)·y without the block.
    const n = joins.length;
    const whole = of(joins);
    return joins.map((_, b) => n * whole - (n - 1) * of(joins.filter((_, other) => other !== b)));
  });
  if (!Number.isFinite(error)) {
    return {
      value,
      ci95: null,
      unit,
      why: 'some blocks of the run have no ions of one kind: too rare for an interval',
    };
  }
  const half = studentQuantile(0.975, count - 1) * error;
  return resolved(value, [value - half, value + half], unit, `${count} blocks of the run`);
}

function worstError(
  blocks: number,
  valuesAt: (join: number) => readonly number[],
): { error: number; count: number } {
  let worst = { error: 0, count: blocks };
  for (let join = 1; Math.floor(blocks / join) >= FEWEST_BLOCKS; join *= 2) {
    const values = valuesAt(join);
    const error = Math.sqrt(variance(values) / values.length);
    if (!(error <= worst.error)) worst = { error, count: values.length };
  }
  return worst;
}

function groupsOf(blocks: readonly number[][], join: number): number[][] {
  const n = Math.floor(blocks.length / join);
  return Array.from({ length: n }, (_, g) => {
    const own = blocks.slice(g * join, g === n - 1 ? blocks.length : (g + 1) * join);
    return (own[0] as number[]).map((_, k) => sumOf(own.map((block) => block[k] as number)));
  });
}

function joined(values: readonly number[], join: number): number[] {
  return Array.from({ length: Math.floor(values.length / join) }, (_, g) =>
    sumOf(values.slice(g * join, (g + 1) * join)),
  );
}

function ratio(blocks: readonly number[][], k: number): number {
  return sumOf(blocks.map((b) => b[k] as number)) / sumOf(blocks.map(sumOf));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
