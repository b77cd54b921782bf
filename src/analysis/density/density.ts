/**
 * Probability density of the mobile ions on a grid: where they are, what the places between cost (F = −kT ln ρ/ρ_max), and
 * at which free energy their isosurface becomes a chain, a sheet, a network through the crystal. With temperature this is the
 * dynamic partner of a bond-valence map (bvse.ts), on the same kind of grid.
 */
import { BOLTZMANN_EV_PER_K } from '../../core/constants.ts';
import { InputError } from '../../core/errors.ts';
import { norm, row } from '../../core/vec.ts';
import { gridPoints, voxelVolume } from '../../model/grid.ts';
import type { Repeats } from '../../model/supercell.ts';
import type { Species } from '../../model/system.ts';
import {
  type AnalysisContext,
  type AnalysisOptions,
  type AnalysisReport,
  frameAnalysis,
  type OptionValues,
  type ReportRow,
} from '../analysis.ts';
import { type Estimate, resolved, unresolved } from '../estimate.ts';
import type { Figure } from '../figure.ts';
import { DensityCounts } from './counts.ts';
import { curveFigure, curveTable, fileLabel, profileFigure, profileTable } from './drawn.ts';
import {
  type Density,
  densitiesOf,
  type FreeEnergyMap,
  freeEnergyMap,
  LEAST_COUNTS,
  type PercolationEnergy,
  percolationEnergies,
} from './freeEnergy.ts';
import { frameworkOf } from './grids.ts';
import type { Neighbours } from './percolation.ts';
import { percolationCurve } from './profiles.ts';

export const DENSITY_OPTIONS = {
  spacing: { default: 0.2, unit: 'Å', range: [0.05, 2], help: 'widest step of the grid along each edge' },
  smoothing: {
    default: 0.25,
    unit: 'Å',
    range: [0, 2],
    help: 'width σ of the Gaussian that the density is smoothed with; 0 for none',
  },
  fold: {
    default: 'auto',
    help: 'repeats of the unit cell in the cell of the run, such as `3 3 2`: all are laid on one; auto: the supercell of the run, none where it is not known',
  },
  neighbours: {
    default: '26',
    choices: ['26', '6'],
    help: 'neighbouring voxels a path may step to: all around, or across faces only (never a lower barrier)',
  },
} as const satisfies AnalysisOptions;

export type DensityOptions = OptionValues<typeof DENSITY_OPTIONS>;

/** In words, for messages. */
const DIMENSIONS = ['one dimension', 'two dimensions', 'three dimensions'] as const;

export const density = frameAnalysis<DensityCounts, typeof DENSITY_OPTIONS>({
  title: 'Density of the mobile ions, free energy and its percolation',
  inputs: ['mobile', 'temperature'],
  options: DENSITY_OPTIONS,
  resultUnits: {
    'density.species.<species>.F1': 'eV',
    'density.species.<species>.F2': 'eV',
    'density.species.<species>.F3': 'eV',
    'density.species.<species>.largest': 'Å⁻³',
    'density.species.<species>.integral': '1',
    'density.species.<species>.visited': '1',
    'density.grid.spacing': 'Å',
    'density.largestDrift': 'Å',
  },
  cost:
    'time per frame linear in the atoms; memory 17 counts of 4 bytes per voxel and mobile species, at most 71 MB each (2²⁰ voxels; ' +
    'the grid is widened to that); a report smooths 9 to 17 grids (0.3 s each for 10⁶ voxels) and percolates 16 to 200 resamples ' +
    '(0.3 s each for 10⁶ voxels): 1 s for a unit cell, 10 s for the largest grid',
  begin: (context, options) =>
    new DensityCounts(context, {
      spacing: options.spacing,
      fold: options.fold === 'auto' ? (context.supercell ?? [1, 1, 1]) : repeatsOf(options.fold),
    }),
  report: reportDensity,
});

/** `3 3 2` or `3x3x2` → repeats. */
function repeatsOf(text: string): Repeats {
  const numbers = text
    .trim()
    .split(/[\s,x×]+/)
    .map(Number);
  if (numbers.length !== 3 || !numbers.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new InputError(`density: fold: expected three whole numbers such as "3 3 2", found "${text}"`);
  }
  return numbers as unknown as Repeats;
}

function reportDensity(
  parts: readonly DensityCounts[],
  context: AnalysisContext,
  options: DensityOptions,
): AnalysisReport {
  const [first] = parts;
  const filled = parts.filter(({ frames }) => frames > 0);
  if (!first || filled.length === 0) {
    return { results: {}, tables: {}, figures: [], methods: [], notes: ['density: no frames yet'] };
  }
  const densities = densitiesOf(filled, options.smoothing);
  const species: Record<string, unknown> = {};
  const tables: Record<string, string> = {};
  const figures: Figure[] = [];
  const rows: ReportRow[] = [];
  for (const one of densities) {
    const { label } = context.system.species[one.species] as Species;
    const map = freeEnergyMap(one);
    const energies = percolationEnergies(one, Number(options.neighbours) as Neighbours);
    const estimates = energies.map((energy, d) => estimateOf(energy, d, one, context.temperature));
    const curve = percolationCurve(map);
    species[label] = speciesResults(one, map, energies, estimates);
    tables[`density_${fileLabel(label)}_percolation.csv`] = curveTable(curve, energies, context.temperature);
    tables[`density_${fileLabel(label)}_profiles.csv`] = profileTable(one);
    figures.push(
      curveFigure(label, curve, energies, estimates, context.temperature),
      profileFigure(label, one),
    );
    rows.push(...rowsOf(label, estimates));
  }
  const grid = densities[0] as Density;
  const edges = ([0, 1, 2] as const).map((i) => norm(row(grid.cell.h, i)));
  const drift = Math.max(
    ...filled.flatMap(({ largestDrift, fold }) =>
      [...largestDrift].map((x, i) => x * (edges[i] as number) * (fold[i as 0 | 1 | 2] as number)),
    ),
  );
  const blockTime = first.blockFrames * context.frameInterval;
  const results = {
    density: {
      species,
      grid: {
        size: grid.size,
        spacing: Math.max(...edges.map((edge, i) => edge / (grid.size[i as 0 | 1 | 2] as number))),
        cell: [...grid.cell.h],
        fold: first.fold,
      },
      smoothing: options.smoothing,
      neighbours: Number(options.neighbours),
      blocks: { count: grid.blocks.length, duration: blockTime },
      largestDrift: drift,
    },
  };
  return {
    results,
    tables,
    figures,
    rows,
    grids: densities.map(({ species: s, cell, size, values }) => {
      const { label } = context.system.species[s] as Species;
      return {
        name: `density_${fileLabel(label)}`,
        title: `${label} density`,
        unit: 'Å⁻³',
        field: { cell, size, values },
        system: frameworkOf(filled[0] as DensityCounts, context, cell),
      };
    }),
    methods: methodsOf(first, grid, options, blockTime, context.frameInterval),
    notes: notesOf(first, densities, options),
  };
}

function speciesResults(
  one: Density,
  map: FreeEnergyMap,
  energies: readonly PercolationEnergy[],
  [F1, F2, F3]: readonly Estimate[],
): Record<string, unknown> {
  const integral = one.values.reduce((sum, rho) => sum + rho, 0) * voxelVolume(one);
  return {
    ions: one.ions,
    integral,
    largest: one.largest,
    visited: map.visited,
    F1,
    F2,
    F3,
    percolatingVolume: energies.map(({ level }) => level?.fraction ?? null),
    percolatingDensity: energies.map(({ level }) => (level ? one.largest * Math.exp(-level.level) : null)),
  };
}

/** F_d as an estimate in eV: with an interval, or why there is none. */
export function estimateOf(
  { level, halfWidth, percolated, resamples }: PercolationEnergy,
  d: number,
  one: Density,
  temperature: number | null,
): Estimate {
  if (temperature === null) return unresolved('eV', 'no temperature was given');
  const kT = BOLTZMANN_EV_PER_K * temperature;
  if (level === null) {
    const reach = Math.log((one.largest * one.countsPerDensity) / LEAST_COUNTS);
    const beyond = reach > 0 ? `; a path would need more than ${(kT * reach).toPrecision(3)} eV` : '';
    return unresolved(
      'eV',
      `the voxels with ${LEAST_COUNTS} counts or more do not percolate in ${DIMENSIONS[d]}${beyond}`,
    );
  }
  const value = kT * level.level;
  if (!Number.isFinite(halfWidth) || percolated < 0.975 * resamples) {
    const why =
      resamples === 0
        ? 'there are fewer than two blocks of time'
        : `only ${percolated} of ${resamples} resamples of the blocks percolate: the path was seen in few of them`;
    return unresolved('eV', `${value.toPrecision(3)} eV over the whole run, but ${why}`);
  }
  return resolved(value, [Math.max(0, value - kT * halfWidth), value + kT * halfWidth], 'eV');
}

function rowsOf(label: string, estimates: readonly Estimate[]): ReportRow[] {
  return estimates.map((value, d) => ({
    label: `Percolation free energy of ${label}, ${DIMENSIONS[d]}`,
    value,
    ...(value.why !== undefined && { detail: value.why }),
  }));
}

function methodsOf(
  first: DensityCounts,
  grid: Density,
  { smoothing, neighbours }: DensityOptions,
  blockTime: number,
  frameInterval: number,
): string[] {
  const folded = first.fold.some((n) => n > 1)
    ? `, folded into one of ${first.fold.join(' × ')} unit cells,`
    : '';
  const smooth =
    smoothing > 0
      ? ` It was smoothed with a Gaussian of σ = ${smoothing} Å, which widens a well of variance s² to s² + σ².`
      : '';
  return [
    `Positions of the mobile ions, less the mean displacement of the framework, were counted${folded} on a grid of ${grid.size.join(' × ')} voxels every ${frameInterval} fs.${smooth}`,
    `Percolation free energies are the lowest F = −kT ln(ρ/ρ_max) at which the region below is connected to its own periodic image in 1, 2 and 3 independent directions (union–find with image offsets over the voxels with ${LEAST_COUNTS} counts or more, ${neighbours} neighbours each, {newman2001}); intervals are from resamples of ${grid.blocks.length} blocks of ${blockTime} fs.`,
  ];
}

function notesOf(first: DensityCounts, densities: readonly Density[], options: DensityOptions): string[] {
  const notes: string[] = [];
  if (first.spacing > options.spacing) {
    notes.push(
      `density: the grid was widened from ${options.spacing} to ${first.spacing.toFixed(3)} Å to bound its memory (${gridPoints(first)} voxels); fold the cell to keep it fine`,
    );
  }
  if (densities.some(({ blocks }) => blocks.length < 4)) {
    notes.push('density: fewer than four blocks of time; intervals of free energies mean little');
  }
  return notes;
}
