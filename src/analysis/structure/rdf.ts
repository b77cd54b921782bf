/**
 * Radial distribution functions and coordination numbers: g_ab(r) of every pair of species, running coordination both ways,
 * first shells with their distances.
 */
import type { Species, System } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import { type Accumulator, type AnalysisContext, frameAnalysis, type ReportRow } from '../analysis.ts';
import { csv } from '../csv.ts';
import type { Estimate } from '../estimate.ts';
import type { Figure } from '../figure.ts';
import { inWords, pooledBlocks } from './blockSums.ts';
import { LOCATING_WIDTH, smoothed } from './firstShell.ts';
import { analysePairs, type PairAnalysis } from './pairAnalysis.ts';
import { type DistanceGrid, defaultReach, distanceGrid, PairDistances } from './pairDistances.ts';

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
      value: firstPeak.r,
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
