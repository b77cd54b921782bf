/** What counts of shells come to: shares against chance, sharing of anions, the network, with errors from blocks. */
import { type Species, type System, speciesCounts } from '../../model/system.ts';
import type { Estimate } from '../estimate.ts';
import { blockEstimate, pooledBlocks } from './blockSums.ts';
import {
  type Columns,
  MOST_BRIDGES,
  type Roles,
  SHARINGS,
  type ShellKind,
  type ShellTally,
} from './shellTally.ts';

/** Shells of a cation in results.json. */
const LISTED = 16;

/** Counts of all replicas, kinds of shells brought to one order. */
export interface Pool {
  readonly total: Float64Array;
  readonly blocks: readonly Float64Array[];
  readonly rows: number;
  readonly what: string;
  readonly kinds: readonly ShellKind[];
  readonly columns: Columns;
}

/** Sums of several replicas in one order. */
export function poolOf(tallies: readonly ShellTally[]): Pool {
  const [first] = tallies as readonly [ShellTally];
  const kinds: ShellKind[] = [];
  const places = new Map<string, number>();
  const nameOf = ({ cation, anions }: ShellKind): string => [cation, ...anions].join(' ');
  for (const tally of tallies) {
    for (const kind of tally.kinds) {
      if (places.has(nameOf(kind))) continue;
      places.set(nameOf(kind), kinds.length);
      kinds.push(kind);
    }
  }
  const pool = pooledBlocks(tallies.map(({ sums }) => sums));
  // Which replica a block belongs to: blocks come replica by replica, of four and more one each.
  const filled = tallies.filter(({ sums }) => sums.rows > 0);
  const owners =
    pool.blocks.length === filled.length && filled.length >= 4
      ? filled
      : filled.flatMap((tally) => tally.sums.full().map(() => tally));
  const { shells } = first.columns;
  const inOrder = (sums: Float64Array, tally: ShellTally, out: Float64Array): void => {
    for (let k = 0; k < shells; k++) out[k] = (out[k] as number) + (sums[k] as number);
    tally.kinds.forEach((kind, k) => {
      const at = shells + (places.get(nameOf(kind)) as number);
      out[at] = (out[at] as number) + (sums[shells + k] as number);
    });
  };
  const total = new Float64Array(shells + kinds.length);
  for (const tally of filled) inOrder(tally.sums.total, tally, total);
  const blocks = pool.blocks.map((sums, b) => {
    const out = new Float64Array(total.length);
    inOrder(sums, owners[b] as ShellTally, out);
    return out;
  });
  return { total, blocks, rows: pool.rows, what: pool.what, kinds, columns: first.columns };
}

/** One kind of shell beside what chance would make. */
export interface ShellRow {
  readonly cation: number;
  /** `Cl4 Br2` */
  readonly name: string;
  readonly share: Estimate;
  /** Shares if anions stood at random, as many of each as the cell has, or as this cation binds. */
  readonly randomCell: number;
  readonly randomBound: number;
}

/** Places of the kinds of one cation. */
function placesOf({ kinds, columns }: Pool, cation: number): number[] {
  return kinds.flatMap((kind, k) => (kind.cation === cation ? [columns.shells + k] : []));
}

/** The shells of a cation, commonest first. */
export function shellRows(system: System, { anions }: Roles, pool: Pool, cation: number): ShellRow[] {
  const { total, blocks, kinds, columns, what } = pool;
  const places = placesOf(pool, cation);
  const sumOf = (sums: Float64Array): number => places.reduce((sum, at) => sum + (sums[at] as number), 0);
  const all = sumOf(total);
  const counts = speciesCounts(system);
  const label = (s: number): string => (system.species[s] as Species).label;
  const kindAt = (at: number): ShellKind => kinds[at - columns.shells] as ShellKind;
  const size = (at: number): number => kindAt(at).anions.reduce((sum, n) => sum + n, 0);
  // Chance keeps the distribution of coordination numbers and mixes the anions.
  const bySize = new Map<number, number>();
  for (const at of places) bySize.set(size(at), (bySize.get(size(at)) ?? 0) + (total[at] as number) / all);
  const inCell = shares(anions.map((s) => counts[s] as number));
  const bound = shares(
    anions.map((_, k) =>
      places.reduce((sum, at) => sum + (kindAt(at).anions[k] as number) * (total[at] as number), 0),
    ),
  );
  return places
    .sort((x, y) => (total[y] as number) - (total[x] as number))
    .map((at) => {
      const numbers = kindAt(at).anions;
      const ofSize = bySize.get(size(at)) as number;
      const name = numbers.flatMap((n, k) => (n > 0 ? [`${label(anions[k] as number)}${n}`] : [])).join(' ');
      return {
        cation,
        name: name || 'none',
        share: blockEstimate(
          (total[at] as number) / all,
          blocks.map((sums) => (sums[at] as number) / sumOf(sums)),
          '1',
          what,
        ),
        randomCell: ofSize * multinomial(numbers, inCell),
        randomBound: ofSize * multinomial(numbers, bound),
      };
    });
}

function shares(amounts: readonly number[]): number[] {
  const total = amounts.reduce((sum, x) => sum + x, 0);
  return amounts.map((x) => (total > 0 ? x / total : 0));
}

/** z!/Πn_k! Π p_k^n_k with z = Σ n_k. */
export function multinomial(numbers: readonly number[], p: readonly number[]): number {
  let probability = 1;
  let placed = 0;
  numbers.forEach((n, k) => {
    for (let i = 1; i <= n; i++) {
      placed++;
      probability *= (placed / i) * (p[k] as number);
    }
  });
  return probability;
}

/** A cation's part of results.json. */
export function cationResult(
  system: System,
  { anions }: Roles,
  pool: Pool,
  cation: number,
  rows: readonly ShellRow[],
): object {
  const label = (s: number): string => (system.species[s] as Species).label;
  const places = placesOf(pool, cation);
  const numbersAt = (at: number): readonly number[] =>
    (pool.kinds[at - pool.columns.shells] as ShellKind).anions;
  return {
    coordination: coordinationOf(pool, cation),
    shells: rows
      .filter((row) => row.cation === cation)
      .slice(0, LISTED)
      .map(({ name, share, randomCell, randomBound }) => ({ shell: name, share, randomCell, randomBound })),
    ...(anions.length > 1 && {
      clustering: Object.fromEntries(
        anions.map((s, k) => [
          label(s),
          estimateOf(pool, (sums) => clusteringOf(sums, places, numbersAt, k)),
        ]),
      ),
    }),
  };
}

/**
 * Variance of the number of one anion in a shell over that of a binomial with the share this cation binds: one for a random mixture, above for
 * anions that flock around some cations, below for shells more alike than chance.
 */
function clusteringOf(
  sums: Float64Array,
  places: readonly number[],
  numbersAt: (at: number) => readonly number[],
  k: number,
): number {
  let [own, all] = [0, 0];
  for (const at of places) {
    own += (sums[at] as number) * (numbersAt(at)[k] as number);
    all += (sums[at] as number) * numbersAt(at).reduce((sum, x) => sum + x, 0);
  }
  const p = own / all;
  let [found, chance] = [0, 0];
  for (const at of places) {
    const size = numbersAt(at).reduce((sum, x) => sum + x, 0);
    found += (sums[at] as number) * ((numbersAt(at)[k] as number) - size * p) ** 2;
    chance += (sums[at] as number) * size * p * (1 - p);
  }
  return found / chance;
}

/** Neighbouring polyhedra of the second species per cation of the first, by what they share. */
export function sharingResult(system: System, pool: Pool): object {
  const { columns } = pool;
  const counts = speciesCounts(system);
  const label = (s: number): string => (system.species[s] as Species).label;
  return Object.fromEntries(
    columns.pairs.map(([a, b], p) => [
      `${label(a)}-${label(b)}`,
      Object.fromEntries(
        SHARINGS.map((sharing, k) => [
          sharing,
          estimateOf(
            pool,
            (sums) =>
              ((a === b ? 2 : 1) * (sums[columns.sharing + 3 * p + k] as number)) /
              ((sums[columns.frames] as number) * (counts[a] as number)),
          ),
        ]),
      ),
    ]),
  );
}

/** The network of the cations that do not move. */
export interface Network {
  /** Share of the anions bound to the network that bind two of its cations or more. */
  readonly bridging: Estimate;
  /** Shares of Q^n by species. */
  readonly Q: Readonly<Record<string, Readonly<Record<string, Estimate>>>>;
  /** Mean number of cations in a cluster; the same weighted by size: the cluster that a cation finds itself in. */
  readonly clusterSize: Estimate;
  readonly weightMeanClusterSize: Estimate;
  /** Share of the cations in the largest cluster. */
  readonly largestShare: Estimate;
}

/** Q^n, bridging anions and clusters; undefined without a network. */
export function networkOf(system: System, { network, anions }: Roles, pool: Pool): Network | undefined {
  const { columns, total } = pool;
  if (network.length === 0) return undefined;
  const counts = speciesCounts(system);
  const cations = network.reduce((sum, s) => sum + (counts[s] as number), 0);
  const at = (sums: Float64Array, place: number): number => sums[place] as number;
  const bound = (sums: Float64Array, k: 1 | 2): number =>
    anions.reduce((sum, _, a) => sum + at(sums, columns.bound + 3 * a + k), 0);
  return {
    bridging: estimateOf(pool, (sums) => bound(sums, 2) / (bound(sums, 1) + bound(sums, 2))),
    Q: Object.fromEntries(
      network.map((s, place) => {
        const first = columns.bridges + place * (MOST_BRIDGES + 1);
        const seen = Array.from({ length: MOST_BRIDGES + 1 }, (_, n) => n).filter(
          (n) => at(total, first + n) > 0,
        );
        return [
          (system.species[s] as Species).label,
          Object.fromEntries(
            seen.map((n) => [
              `Q${n}`,
              estimateOf(
                pool,
                (sums) => at(sums, first + n) / (at(sums, columns.frames) * (counts[s] as number)),
              ),
            ]),
          ),
        ];
      }),
    ),
    clusterSize: estimateOf(
      pool,
      (sums) => (cations * at(sums, columns.frames)) / at(sums, columns.clusters),
    ),
    weightMeanClusterSize: estimateOf(
      pool,
      (sums) => at(sums, columns.clusters + 1) / (cations * at(sums, columns.frames)),
    ),
    largestShare: estimateOf(
      pool,
      (sums) => at(sums, columns.clusters + 2) / (cations * at(sums, columns.frames)),
    ),
  };
}

/** A number of the whole and of each block. */
function estimateOf(pool: Pool, of: (sums: Float64Array) => number, unit = '1'): Estimate {
  return blockEstimate(of(pool.total), pool.blocks.map(of), unit, pool.what);
}

/** Mean number of anions around a cation. */
export function coordinationOf(pool: Pool, cation: number): Estimate {
  const places = placesOf(pool, cation);
  return estimateOf(pool, (sums) => {
    let [n, all] = [0, 0];
    for (const place of places) {
      const { anions } = pool.kinds[place - pool.columns.shells] as ShellKind;
      n += (sums[place] as number) * anions.reduce((sum, x) => sum + x, 0);
      all += sums[place] as number;
    }
    return n / all;
  });
}
