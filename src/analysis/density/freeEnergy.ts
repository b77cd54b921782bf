/**
 * Density and free energy of a mobile species out of its counts: ρ(r) = counts/(frames · voxel), smoothed; F(r) =
 * −kT ln(ρ/ρ_max); and the free energies at which its isosurface percolates. Errors from whole blocks of time, because
 * frames, and ions that hop in company, are not independent.
 */
import { RandomSequence } from '../../core/rng.ts';
import { studentQuantile, variance } from '../../core/stats.ts';
import { type Cell, cellFromVectors } from '../../model/cell.ts';
import { type Grid, type GridField, gridPoints, voxelVolume } from '../../model/grid.ts';
import type { DensityCounts } from './counts.ts';
import { type Neighbours, type PercolationLevel, percolationLevels } from './percolation.ts';
import { convolve, gaussianKernels } from './smooth.ts';

/** Counts below which a voxel says nothing. */
export const LEAST_COUNTS = 5;

/** The density of one mobile species, replicas pooled. */
export interface Density extends GridField {
  readonly species: number;
  /** Ions in the cell of the grid. */
  readonly ions: number;
  /** Å⁻³, smoothed. */
  readonly values: Float64Array;
  /** Densities of the blocks of all replicas, Å⁻³, smoothed alike. */
  readonly blocks: readonly Float32Array[];
  /** Counts that a voxel rests on, the smoothing's reach included, per Å⁻³ of its density. */
  readonly countsPerDensity: number;
  readonly largest: number;
  /** Voxel of the largest density. */
  readonly peak: number;
}

/**
 * Densities of each mobile species.
 * @param parts one per replica, with the same grid
 * @param width σ of the smoothing, Å
 */
export function densitiesOf(parts: readonly DensityCounts[], width: number): Density[] {
  const [first] = parts;
  if (!first) return [];
  const frames = parts.reduce((sum, part) => sum + part.frames, 0);
  const grid: Grid = { cell: meanCell(parts, frames), size: first.size };
  const voxel = voxelVolume(grid);
  const folds = first.fold[0] * first.fold[1] * first.fold[2];
  const kernels = gaussianKernels(grid, width);
  // A Gaussian of width σ averages over (4πσ²)^(3/2), 0.70 Å³ at 0.25 Å, but over no less than a voxel.
  const reach = Math.max(voxel, (4 * Math.PI * width * width) ** 1.5);
  const density = (counts: ArrayLike<number>, ofFrames: number): Float64Array =>
    convolve(counts, grid.size, kernels).map((c) => c / (ofFrames * voxel * folds));
  return first.species.map(({ species, atoms }, s): Density => {
    const total = new Float64Array(gridPoints(grid));
    const blocks: Float32Array[] = [];
    for (const part of parts) {
      const counts = part.species[s];
      if (!counts) continue;
      for (let v = 0; v < total.length; v++) total[v] = (total[v] as number) + (counts.total[v] as number);
      for (const block of counts.blocks) blocks.push(Float32Array.from(density(block, part.blockFrames)));
    }
    const values = density(total, frames);
    let peak = 0;
    for (let v = 1; v < values.length; v++) if ((values[v] as number) > (values[peak] as number)) peak = v;
    return {
      ...grid,
      species,
      ions: atoms / folds,
      values,
      blocks,
      countsPerDensity: frames * folds * reach,
      largest: values[peak] as number,
      peak,
    };
  });
}

function meanCell(parts: readonly DensityCounts[], frames: number): Cell {
  const h = new Float64Array(9);
  for (const { cell, frames: n } of parts) {
    for (let k = 0; k < 9; k++) h[k] = (h[k] as number) + ((cell.h[k] as number) * n) / frames;
  }
  return cellFromVectors(h);
}

/** F/kT = −ln(ρ/ρ_max) and its standard error by voxel; NaN where fewer than five counts are. */
export interface FreeEnergyMap extends GridField {
  readonly values: Float64Array;
  /** NaN with fewer than two blocks. */
  readonly errors: Float64Array;
  /** Share of voxels with five counts or more. */
  readonly visited: number;
}

/** The free energy of every voxel over that of the densest one, in kT. */
export function freeEnergyMap(density: Density): FreeEnergyMap {
  const { cell, size, values, blocks, countsPerDensity, largest, peak } = density;
  const free = new Float64Array(values.length).fill(Number.NaN);
  const errors = new Float64Array(values.length).fill(Number.NaN);
  const n = blocks.length;
  let visited = 0;
  for (let v = 0; v < values.length; v++) {
    const rho = values[v] as number;
    if (rho * countsPerDensity < LEAST_COUNTS) continue;
    visited++;
    free[v] = -Math.log(rho / largest);
    if (n < 2) continue;
    // First order of ln ρ(v) − ln ρ(peak), so that what both share cancels.
    let [sum, squares] = [0, 0];
    for (const block of blocks) {
      const x = (block[v] as number) / rho - (block[peak] as number) / largest;
      sum += x;
      squares += x * x;
    }
    errors[v] = Math.sqrt(Math.max(0, squares - (sum * sum) / n) / (n * (n - 1)));
  }
  return { cell, size, values: free, errors, visited: visited / values.length };
}

/** A percolation free energy in kT with what its blocks say of it. */
export interface PercolationEnergy {
  readonly level: PercolationLevel | null;
  /** Half width of the 95 % interval, kT; NaN when the blocks do not tell. */
  readonly halfWidth: number;
  /** Resamples of the blocks in which it percolated, and all of them. */
  readonly percolated: number;
  readonly resamples: number;
}

/** Visited voxels that all resamples together may join: a few seconds, at 1.5 µs each. */
const VOXEL_BUDGET = 2e6;
const FEWEST_RESAMPLES = 16;
const MOST_RESAMPLES = 200;
const SEED = 20_611;

/**
 * Lowest F/kT whose region percolates in 1, 2 and 3 dimensions, over voxels with five counts or more. The error is the
 * spread over resamples of the blocks with replacement (√(K/(K−1)) and Student's t make up for the few blocks there are).
 */
export function percolationEnergies(density: Density, neighbours: Neighbours): PercolationEnergy[] {
  const { values, blocks, countsPerDensity } = density;
  const least = LEAST_COUNTS / countsPerDensity;
  const whole = freeLevels(
    density,
    values.map((rho) => -rho),
    least,
    neighbours,
  );
  const n = blocks.length;
  const reached = whole.filter((level) => level !== null).length;
  const active = Uint32Array.from(values.keys()).filter((v) => blocks.some((b) => (b[v] as number) >= least));
  const count =
    n < 2 || reached === 0
      ? 0
      : Math.min(MOST_RESAMPLES, Math.max(FEWEST_RESAMPLES, Math.floor(VOXEL_BUDGET / active.length)));
  const random = new RandomSequence(SEED);
  const found: number[][] = [[], [], []];
  const resampled = new Float64Array(values.length);
  for (let r = 0; r < count; r++) {
    const times = new Float64Array(n);
    for (let b = 0; b < n; b++) {
      const drawn = random.below(n);
      times[drawn] = (times[drawn] as number) + 1 / n;
    }
    for (let a = 0; a < active.length; a++) {
      const v = active[a] as number;
      let sum = 0;
      for (let b = 0; b < n; b++) sum += (times[b] as number) * ((blocks[b] as Float32Array)[v] as number);
      resampled[v] = -sum;
    }
    freeLevels(density, resampled, least, neighbours).forEach((level, d) => {
      if (level) (found[d] as number[]).push(level.level);
    });
  }
  return whole.map((level, d): PercolationEnergy => {
    const levels = found[d] as number[];
    const spread = levels.length > 1 ? Math.sqrt((variance(levels) * n) / (n - 1)) : Number.NaN;
    const halfWidth = n > 1 ? studentQuantile(0.975, n - 1) * spread : Number.NaN;
    return { level, halfWidth, percolated: levels.length, resamples: count };
  });
}

/** Percolation levels of F/kT out of the density with its sign turned: it rises as F does, without a logarithm per voxel. */
function freeLevels(
  { cell, size }: Grid,
  negative: Float64Array,
  least: number,
  neighbours: Neighbours,
): (PercolationLevel | null)[] {
  let lowest = 0;
  for (let v = 0; v < negative.length; v++) lowest = Math.min(lowest, negative[v] as number);
  return percolationLevels({ cell, size, values: negative }, neighbours, -least).map((level) =>
    level ? { ...level, level: -Math.log(level.level / lowest) } : null,
  );
}
