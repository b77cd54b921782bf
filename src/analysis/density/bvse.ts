/**
 * What a bond-valence map says: the lowest energy, and the barriers E_d above it at which the isosurface percolates in d
 * dimensions; of several snapshots their distribution. Screening values of a rigid framework, not barriers of dynamics.
 */
import { InputError } from '../../core/errors.ts';
import { mean, studentQuantile, variance } from '../../core/stats.ts';
import { type GridField, isSameGrid } from '../../model/grid.ts';
import type { AnalysisReport, ReportRow } from '../analysis.ts';
import { csv } from '../csv.ts';
import { type Estimate, resolved, unresolved } from '../estimate.ts';
import type { Figure } from '../figure.ts';
import { fileLabel } from './drawn.ts';
import {
  type Neighbours,
  type PercolationLevels,
  percolatingRegion,
  percolationLevels,
} from './percolation.ts';
import { percolationCurve } from './profiles.ts';

/** Barriers of one map. */
export interface BvseBarriers {
  /** eV, and the point of the grid that has it. */
  readonly minimum: number;
  readonly minimumPoint: number;
  /** Absolute levels, eV. */
  readonly levels: PercolationLevels;
  /** Levels less the minimum, eV; null where the map does not percolate. */
  readonly barriers: readonly [number | null, number | null, number | null];
}

/** E₁, E₂, E₃ of a map (eV). */
export function bvseBarriers(map: GridField, neighbours: Neighbours = 26): BvseBarriers {
  const { values } = map;
  let lowest = 0;
  for (let v = 1; v < values.length; v++) {
    if ((values[v] as number) < (values[lowest] as number)) lowest = v;
  }
  const minimum = values[lowest] as number;
  const levels = percolationLevels(map, neighbours);
  const barriers = levels.map((level) => (level ? level.level - minimum : null));
  return {
    minimum,
    minimumPoint: lowest,
    levels,
    barriers: barriers as unknown as BvseBarriers['barriers'],
  };
}

export interface BvseReportOptions {
  /** The mobile ion, such as `Li`. */
  readonly label: string;
  readonly neighbours?: Neighbours;
  /** Widest step of the grid, Å. */
  readonly spacing: number;
  /** What the model had to say (BvseModel.notes). */
  readonly notes?: readonly string[];
}

/**
 * Results (key `bvse`), table and figure of one map or of those of several snapshots of one structure. Of one map the
 * barriers are numbers without intervals: the only errors are the grid's and the model's.
 */
export function bvseReport(maps: readonly GridField[], options: BvseReportOptions): AnalysisReport {
  const [first] = maps;
  if (!first) throw new InputError('bond-valence map: expected one map or more');
  const { label, neighbours = 26, spacing } = options;
  const found = maps.map((map) => bvseBarriers(map, neighbours));
  const dimensions = [0, 1, 2] as const;
  const several = dimensions.map((d) => found.map(({ barriers }) => barriers[d]));
  const single = found[0] as BvseBarriers;
  const results = {
    mobile: label,
    grid: { size: first.size, spacing },
    neighbours,
    snapshots: maps.length,
    minimum: { value: mean(found.map(({ minimum }) => minimum)), unit: 'eV' },
    ...(maps.length === 1
      ? Object.fromEntries(dimensions.map((d) => [`E${d + 1}`, { value: single.barriers[d], unit: 'eV' }]))
      : Object.fromEntries(
          dimensions.map((d) => [`E${d + 1}`, distributionOf(several[d] as (number | null)[])]),
        )),
  };
  return {
    results: { bvse: results },
    tables: {
      [`bvse_${fileLabel(label)}_barriers.csv`]: csv(
        ['snapshot', 'minimum_eV', 'E1_eV', 'E2_eV', 'E3_eV'],
        found.map(({ minimum, barriers }, i) => [i + 1, minimum, ...barriers]),
      ),
    },
    figures: [curveFigure(label, first, single)],
    rows: dimensions.map((d) => rowOf(label, d, several[d] as (number | null)[])),
    methods: [
      `Bond-valence site energies of ${label} ({adams2011}, {chen2019}) were computed in the framework without ${label} on a grid of ${first.size.join(' × ')} points, within 10 Å and with the depth D₀/2 and the screening 0.74; barriers are the lowest levels that percolate in 1, 2 and 3 dimensions (${neighbours} neighbours, {newman2001}) above the lowest energy.`,
    ],
    notes: [
      ...(options.notes ?? []),
      ...(spacing > FINE
        ? [`The grid of ${spacing} Å makes barriers uncertain by about 0.03 eV; 0.1 Å by 0.005 eV.`]
        : []),
      'Bond-valence barriers are of one ion in a rigid framework: they rank paths, and are no activation energies.',
    ],
  };
}

/** Å: E₁ of LiFePO4 is 0.427 at 0.2 Å, 0.402 at 0.1 Å, 0.399 eV at 0.05 Å. */
const FINE = 0.12;

/** Mean over snapshots with the interval of the mean, and how wide they spread. */
function distributionOf(barriers: readonly (number | null)[]): Record<string, unknown> {
  const known = barriers.filter((e) => e !== null);
  return {
    mean: meanOf(barriers),
    deviation: known.length > 1 ? Math.sqrt(variance(known)) : null,
    lowest: known.length > 0 ? Math.min(...known) : null,
    highest: known.length > 0 ? Math.max(...known) : null,
    percolating: known.length,
    unit: 'eV',
  };
}

function meanOf(barriers: readonly (number | null)[]): Estimate {
  const known = barriers.filter((e) => e !== null);
  const n = known.length;
  if (n < barriers.length)
    return unresolved('eV', `${barriers.length - n} of ${barriers.length} snapshots do not percolate`);
  if (n < 2) return unresolved('eV', 'one snapshot has no distribution');
  const centre = mean(known);
  const half = studentQuantile(0.975, n - 1) * Math.sqrt(variance(known) / n);
  return resolved(
    centre,
    [centre - half, centre + half],
    'eV',
    'spread of the snapshots, taken as independent',
  );
}

function rowOf(label: string, d: number, barriers: readonly (number | null)[]): ReportRow {
  const known = barriers.filter((e) => e !== null);
  const words = ['1D', '2D', '3D'][d] as string;
  const isSingle = barriers.length === 1;
  const value =
    known.length === 0
      ? 'does not percolate'
      : isSingle
        ? `${mean(known).toFixed(3)} eV`
        : `${mean(known).toFixed(3)} eV, from ${Math.min(...known).toFixed(3)} to ${Math.max(...known).toFixed(3)}`;
  const detail = isSingle ? 'rigid framework' : `${known.length} of ${barriers.length} snapshots percolate`;
  return { label: `Bond-valence barrier of ${label}, ${words}`, value, detail };
}

/** Energies above the minimum that the curve shows, eV. */
const SHOWN = 5;

function curveFigure(label: string, map: GridField, { minimum, barriers }: BvseBarriers): Figure {
  const above = map.values.map((e) => (e - minimum <= SHOWN ? e - minimum : Number.NaN));
  const { levels, fractions } = percolationCurve({ ...map, values: above });
  return {
    name: `bvse_${fileLabel(label)}_percolation`,
    title: `Volume that ${label} reaches, by bond-valence energy`,
    xLabel: 'E − E_min, eV',
    yLabel: 'share of the volume',
    series: [{ label, x: levels, y: fractions, hue: { species: label } }],
    lines: barriers.flatMap((e, d) => (e === null || e > SHOWN ? [] : [{ x: e, label: `${d + 1}D` }])),
    note: 'Lines: where the isosurface percolates.',
  };
}

/** How alike a free energy from dynamics and a bond-valence map are, on one grid. */
export interface MapComparison {
  /** Points with a free energy. */
  readonly points: number;
  /** Pearson's correlation over them, each counted once; null for fewer than three or no variation. */
  readonly correlation: number | null;
  /** dF/dE_BVSE of the least-squares line. */
  readonly slope: number | null;
  /**
   * Intersection over union of the two regions that percolate in d dimensions, each at its own percolation level; null
   * where one of them does not percolate.
   */
  readonly overlap: readonly [number | null, number | null, number | null];
}

/**
 * Compares a free energy (NaN where nothing was seen) with a bond-valence map of the same grid.
 * @throws when the grids differ: make the map in the density's cell with its size
 */
export function compareMaps(free: GridField, bvse: GridField, neighbours: Neighbours = 26): MapComparison {
  if (!isSameGrid(free, bvse)) {
    throw new InputError(
      `comparing maps: grids of ${free.size.join(' × ')} and ${bvse.size.join(' × ')} points or their cells differ`,
    );
  }
  let [n, sx, sy] = [0, 0, 0];
  const isSeen = (v: number): boolean => Number.isFinite(free.values[v]);
  for (let v = 0; v < free.values.length; v++) {
    if (!isSeen(v)) continue;
    n++;
    sx += bvse.values[v] as number;
    sy += free.values[v] as number;
  }
  let [xx, xy, yy] = [0, 0, 0];
  for (let v = 0; v < free.values.length; v++) {
    if (!isSeen(v)) continue;
    const dx = (bvse.values[v] as number) - sx / n;
    const dy = (free.values[v] as number) - sy / n;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  const varies = n >= 3 && xx > 0 && yy > 0;
  const levels = [percolationLevels(free, neighbours), percolationLevels(bvse, neighbours)] as const;
  const overlap = ([1, 2, 3] as const).map((d) => {
    const [a, b] = [levels[0][d - 1], levels[1][d - 1]];
    if (!a || !b) return null;
    return overlapOf(
      percolatingRegion(free, a.level, d, neighbours),
      percolatingRegion(bvse, b.level, d, neighbours),
    );
  });
  return {
    points: n,
    correlation: varies ? xy / Math.sqrt(xx * yy) : null,
    slope: varies ? xy / xx : null,
    overlap: overlap as unknown as MapComparison['overlap'],
  };
}

function overlapOf(a: Uint8Array, b: Uint8Array): number {
  let [both, either] = [0, 0];
  for (let v = 0; v < a.length; v++) {
    both += (a[v] as number) & (b[v] as number);
    either += (a[v] as number) | (b[v] as number);
  }
  return both / either;
}
