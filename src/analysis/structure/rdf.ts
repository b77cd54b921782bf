/**
 * Radial distribution functions and coordination numbers: g_ab(r) of every pair of species, running coordination both ways,
 * first shells with their distances.
 */
import { type Species, type System, speciesCounts } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import { type Accumulator, type AnalysisContext, frameAnalysis, type ReportRow } from '../analysis.ts';
import { csv } from '../csv.ts';
import type { Estimate } from '../estimate.ts';
import type { Figure } from '../figure.ts';
import { blockEstimate, blockSpread, inWords, type PooledBlocks, pooledBlocks } from './blockSums.ts';
import { apex, firstShell, LOCATING_WIDTH, smoothed } from './firstShell.ts';
import {
  type DistanceGrid,
  defaultReach,
  distanceGrid,
  type PairCurves,
  PairDistances,
  pairCurves,
  type SpeciesPair,
  speciesPairs,
} from './pairDistances.ts';

const OPTIONS = {
  binWidth: { default: 0.05, unit: 'Å', range: [0.005, 1], help: 'width of the bins of g(r)' },
  rMax: {
    default: 0,
    unit: 'Å',
    range: [0, 60],
    help: 'largest distance; 0: 10 Å or half of the smallest perpendicular width. Larger ones count periodic images',
  },
  every: { default: 0, range: [0, 1e6], help: 'counts every n-th frame; 0: chosen by the number of pairs' },
  smear: {
    default: 0.05,
    unit: 'Å',
    range: [0, 1],
    help: 'standard deviation of the Gaussian that smooths drawn curves; tables and results are not smoothed',
  },
} as const;

/** Å; the range of `rMax` 0. */
const USUAL_REACH = 10;
/** Curves of a figure. */
const MOST_CURVES = 6;

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

/** The running counts of one replica. */
export class RdfAccumulator implements Accumulator {
  readonly distances: PairDistances;

  constructor(system: System, grid: DistanceGrid) {
    this.distances = new PairDistances(system, grid);
  }

  add(frame: Frame): void {
    this.distances.add(frame);
  }
}

export const rdf = frameAnalysis<RdfAccumulator, typeof OPTIONS>({
  title: 'Radial distribution functions and coordination numbers',
  inputs: [],
  options: OPTIONS,
  resultUnits: {
    'rdf.<pair>.firstPeak.r': 'Å',
    'rdf.<pair>.firstPeak.g': '1',
    'rdf.<pair>.cutoff': 'Å',
    'rdf.<pair>.coordination.<around-of>': '1',
    'rdf.<pair>.distances.mean': 'Å',
    'rdf.<pair>.distances.sigma': 'Å',
    'rdf.<pair>.distances.skewness': '1',
  },
  cost: 'about 35 ns per pair within reach, at most 7 ms per frame on average by leaving frames out; 16 histograms are held',
  begin({ system }, { binWidth, rMax, every }) {
    const reach = rMax > 0 ? rMax : defaultReach(system.cell, USUAL_REACH);
    return new RdfAccumulator(system, distanceGrid(system, reach, binWidth, every));
  },
  report(parts, context, { smear }) {
    const { system } = context;
    const pool = pooledBlocks(parts.map(({ distances }) => distances.sums));
    const grid = (parts[0] as RdfAccumulator).distances.grid;
    const pairs = pool.rows > 0 ? analysePairs(system, pool, grid) : [];
    const reach = grid.bins * grid.binWidth;
    const half = defaultReach(system.cell, Number.POSITIVE_INFINITY);
    const notes: string[] = [];
    if (reach > half + grid.binWidth) {
      notes.push(
        `g(r) beyond ${half.toFixed(2)} Å, half of the cell's smallest width, meets periodic images: in a liquid or a glass the order there is the cell's own`,
      );
    }
    return {
      results: { rdf: Object.fromEntries(pairs.map(({ name, result }) => [name, result])) },
      tables: { 'rdf.csv': table(system, pairs, grid) },
      figures: pairs.length > 0 ? figures(context, pairs, grid, smear, pool.what) : [],
      rows: rows(context, pairs),
      methods: [
        `Partial radial distribution functions were counted in bins of ${grid.binWidth} Å up to ${reach.toFixed(2)} Å, with exact shell volumes and the cell of each frame, over ${pool.rows} frames${grid.every > 1 ? ` (every ${grid.every}. frame)` : ''}; standard errors are from ${pool.what}.`,
        `Coordination numbers count neighbours up to the first minimum behind the first peak of g(r), both located on a curve smoothed by ${LOCATING_WIDTH} Å and read off the unsmoothed one.`,
      ],
      notes,
    };
  },
});

function table(system: System, pairs: readonly PairAnalysis[], { bins, binWidth }: DistanceGrid): string {
  const label = (s: number): string => (system.species[s] as Species).label;
  const columns = pairs.flatMap(({ pair: { a, b }, curves, error }): [string, Float64Array][] => [
    [`${label(a)}_${label(b)}_g`, curves.g],
    [`${label(a)}_${label(b)}_g_standard_error`, error],
    [`${label(b)}_around_${label(a)}`, curves.aroundA],
    ...(a === b ? [] : [[`${label(a)}_around_${label(b)}`, curves.aroundB] as [string, Float64Array]]),
  ]);
  return csv(
    ['r_A', ...columns.map(([name]) => name)],
    Array.from({ length: bins }, (_, k) => [
      (k + 0.5) * binWidth,
      ...columns.map(([, values]) => values[k] as number),
    ]),
  );
}

/** Mobile species with the others first: those are what the structure does to an ion. */
function byInterest({ mobile, charges }: AnalysisContext, pairs: readonly PairAnalysis[]): PairAnalysis[] {
  const rank = ({ pair: { a, b } }: PairAnalysis): number => {
    const isContact = (charges[a] ?? 0) * (charges[b] ?? 0) < 0;
    return (isContact ? 0 : 2) + (mobile.includes(a) || mobile.includes(b) ? 0 : 1);
  };
  return [...pairs].sort((x, y) => rank(x) - rank(y));
}

function rows(context: AnalysisContext, pairs: readonly PairAnalysis[]): ReportRow[] {
  return byInterest(context, pairs)
    .filter(({ pair: { a, b }, result }) => a !== b && result.cutoff.value !== null)
    .slice(0, MOST_CURVES)
    .map(({ name, labels: [a, b], result: { firstPeak, cutoff, coordination } }) => ({
      label: `${a}–${b} first peak`,
      value: inWords(firstPeak.r),
      detail: `g ${inWords(firstPeak.g)}; within ${cutoff.value} Å ${inWords(coordination[name] as Estimate)} ${b} around ${a}, ${inWords(coordination[`${b}-${a}`] as Estimate)} ${a} around ${b}`,
    }));
}

function figures(
  context: AnalysisContext,
  pairs: readonly PairAnalysis[],
  { bins, binWidth }: DistanceGrid,
  smear: number,
  what: string,
): Figure[] {
  const shown = byInterest(context, pairs).slice(0, MOST_CURVES);
  const r = Float64Array.from({ length: bins }, (_, k) => (k + 0.5) * binWidth);
  const edges = r.map((x) => x + binWidth / 2);
  const left = pairs.length - shown.length;
  const more = left > 0 ? `; ${left} more pairs in rdf.csv` : '';
  return [
    {
      name: 'rdf',
      title: 'Radial distribution functions',
      xLabel: 'r, Å',
      yLabel: 'g(r)',
      series: shown.map(({ name, curves, error }, i) => {
        const y = smoothed(curves.g, binWidth, smear);
        const band = smoothed(error, binWidth, smear).map((e) => (Number.isFinite(e) ? 1.96 * e : 0));
        return {
          label: name,
          x: r,
          y,
          band: {
            low: y.map((v, k) => v - (band[k] as number)),
            high: y.map((v, k) => v + (band[k] as number)),
          },
          hue: i,
        };
      }),
      lines: [{ y: 1, label: '' }],
      note: `curves smoothed by ${smear} Å for drawing; bands: 95 % from ${what}${more}`,
    },
    {
      name: 'coordination',
      title: 'Running coordination numbers',
      xLabel: 'r, Å',
      yLabel: 'atoms within r',
      yRange: [0, 20],
      series: shown.map(({ labels: [a, b], curves }, i) => ({
        label: `${b} around ${a}`,
        x: edges,
        y: curves.aroundA,
        hue: i,
      })),
      note: `not smoothed${more}`,
    },
  ];
}
