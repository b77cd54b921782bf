/** Pairs of species out of their counts: curves with errors, first peaks, cutoffs, coordination and distances of the first shell. */
import { type Species, type System, speciesCounts } from '../../model/system.ts';
import type { Estimate } from '../estimate.ts';
import { blockEstimate, blockSpread, type PooledBlocks } from './blockSums.ts';
import { apex, firstShell, LOCATING_WIDTH } from './firstShell.ts';
import {
  type DistanceGrid,
  type PairCurves,
  pairCurves,
  type SpeciesPair,
  speciesPairs,
} from './pairDistances.ts';

/** A pair's part of results.json. Keys of `coordination` read `around-of`: `Na-Cl` is Cl around Na. */
export interface PairResult {
  readonly firstPeak: { readonly r: Estimate; readonly g: Estimate };
  /** Å: the first minimum behind the first peak, where the shell ends. */
  readonly cutoff: { readonly value: number | null; readonly unit: 'Å'; readonly why: string };
  readonly coordination: Readonly<Record<string, Estimate>>;
  /** Distances of the pairs in the first shell. */
  readonly distances: { readonly mean: Estimate; readonly sigma: Estimate; readonly skewness: Estimate };
}

/** One pair of species: curves, their errors and numbers. */
export interface PairAnalysis {
  readonly pair: SpeciesPair;
  /** Labels of the two species. */
  readonly labels: readonly [string, string];
  /** `Na-Cl` */
  readonly name: string;
  readonly curves: PairCurves;
  /** [bins] standard error of g; NaN without blocks. */
  readonly error: Float64Array;
  readonly result: PairResult;
}

/** All pairs of a pool of counts. Pairs without two atoms are left out. */
export function analysePairs(system: System, pool: PooledBlocks, grid: DistanceGrid): PairAnalysis[] {
  const counts = speciesCounts(system);
  return speciesPairs(system.species.length).flatMap((pair, p) => {
    const [na, nb] = [counts[pair.a] as number, counts[pair.b] as number];
    if (na * nb - (pair.a === pair.b ? na : 0) <= 0) return [];
    const label = (s: number): string => (system.species[s] as Species).label;
    const curvesOf = (sums: Float64Array): PairCurves => pairCurves(sums, p, pair, counts, grid);
    const curves = curvesOf(pool.total);
    const blocks = pool.blocks.map(curvesOf);
    const error = Float64Array.from(
      curves.g,
      (_, k) => blockSpread(blocks.map(({ g }) => g[k] as number)).standardError,
    );
    const names = [`${label(pair.a)}-${label(pair.b)}`, `${label(pair.b)}-${label(pair.a)}`] as const;
    const perCount = perCountOf(pool, counts, pair, grid);
    const result = pairResult(curves, blocks, perCount, grid, names, pool.what);
    return [{ pair, labels: [label(pair.a), label(pair.b)], name: names[0], curves, error, result }];
  });
}

/** What one counted pair adds to g, by bin. */
function perCountOf(
  pool: PooledBlocks,
  counts: readonly number[],
  { a, b }: SpeciesPair,
  { bins, binWidth }: DistanceGrid,
): Float64Array {
  const meanVolume = (pool.total[pool.total.length - 2] as number) / pool.rows;
  const norm = pool.rows * (counts[a] as number) * ((counts[b] as number) - (a === b ? 1 : 0));
  return Float64Array.from({ length: bins }, (_, k) => {
    const shell = (4 / 3) * Math.PI * binWidth ** 3 * ((k + 1) ** 3 - k ** 3);
    return ((a === b ? 2 : 1) * meanVolume) / (norm * shell);
  });
}

function pairResult(
  { g, aroundA, aroundB }: PairCurves,
  blocks: readonly PairCurves[],
  perCount: Float64Array,
  grid: DistanceGrid,
  names: readonly [string, string],
  what: string,
): PairResult {
  const { binWidth } = grid;
  const r = Float64Array.from(g, (_, k) => (k + 0.5) * binWidth);
  const shell = firstShell(g, perCount, grid);
  const nothing = (unit: string, why: string): Estimate => ({ value: null, ci95: null, unit, why });
  if (!shell) {
    const why = `no peak below ${(g.length * binWidth).toFixed(2)} Å`;
    return {
      firstPeak: { r: nothing('Å', why), g: nothing('1', why) },
      cutoff: { value: null, unit: 'Å', why },
      coordination: { [names[0]]: nothing('1', why), [names[1]]: nothing('1', why) },
      distances: { mean: nothing('Å', why), sigma: nothing('Å', why), skewness: nothing('1', why) },
    };
  }
  const near = Math.ceil(LOCATING_WIDTH / binWidth);
  const top = (curve: Float64Array): { x: number; height: number } => apex(r, curve, shell.peak, near);
  const tops = blocks.map((block) => top(block.g));
  const firstPeak = {
    r: blockEstimate(
      top(g).x,
      tops.map(({ x }) => x),
      'Å',
      what,
    ),
    g: blockEstimate(
      top(g).height,
      tops.map(({ height }) => height),
      '1',
      what,
    ),
  };
  const { end } = shell;
  if (end === undefined) {
    const why = `g(r) does not rise again below ${(g.length * binWidth).toFixed(2)} Å`;
    return {
      firstPeak,
      cutoff: { value: null, unit: 'Å', why },
      coordination: { [names[0]]: nothing('1', why), [names[1]]: nothing('1', why) },
      distances: { mean: nothing('Å', why), sigma: nothing('Å', why), skewness: nothing('1', why) },
    };
  }
  const cutoff = (end + 1) * binWidth;
  const around = (of: 'aroundA' | 'aroundB', curve: Float64Array): Estimate =>
    blockEstimate(
      curve[end] as number,
      blocks.map((block) => block[of][end] as number),
      '1',
      `within ${cutoff.toFixed(3)} Å; ${what}`,
    );
  const moments = shellMoments(aroundA, end, binWidth);
  const inBlocks = blocks.map((block) => shellMoments(block.aroundA, end, binWidth));
  const moment = (of: keyof ShellMoments, unit: string): Estimate =>
    blockEstimate(
      moments[of],
      inBlocks.map((block) => block[of]),
      unit,
      what,
    );
  return {
    firstPeak,
    cutoff: {
      value: Number(cutoff.toFixed(6)),
      unit: 'Å',
      why: 'first minimum of g(r) behind its first peak, to a bin',
    },
    coordination: { [names[0]]: around('aroundA', aroundA), [names[1]]: around('aroundB', aroundB) },
    distances: { mean: moment('mean', 'Å'), sigma: moment('sigma', 'Å'), skewness: moment('skewness', '1') },
  };
}

/** Moments of the distances in a shell. */
export interface ShellMoments {
  /** Å */
  readonly mean: number;
  /** Å */
  readonly sigma: number;
  /** Third standardised moment. */
  readonly skewness: number;
}

/**
 * Mean, standard deviation and skewness of the distances counted in bins 0 … end; the variance without the Δ²/12 that bins add
 * (Sheppard). *Valid for* σ well above the bin: a shell within one bin has σ = 0.
 * @param running [bins] running coordination number
 */
export function shellMoments(running: Float64Array, end: number, binWidth: number): ShellMoments {
  let [m0, m1] = [0, 0];
  const weight = (k: number): number => (running[k] as number) - (k > 0 ? (running[k - 1] as number) : 0);
  const distance = (k: number): number => (k + 0.5) * binWidth;
  for (let k = 0; k <= end; k++) {
    m0 += weight(k);
    m1 += weight(k) * distance(k);
  }
  const mean = m1 / m0;
  let [m2, m3] = [0, 0];
  for (let k = 0; k <= end; k++) {
    m2 += weight(k) * (distance(k) - mean) ** 2;
    m3 += weight(k) * (distance(k) - mean) ** 3;
  }
  const spread = m2 / m0 - binWidth ** 2 / 12;
  const sigma = Math.sqrt(Math.max(0, spread));
  return { mean, sigma, skewness: sigma > 0 ? m3 / m0 / sigma ** 3 : Number.NaN };
}
