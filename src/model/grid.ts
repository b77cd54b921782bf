/**
 * A field on a periodic grid: values at the fractions (i/n_a, j/n_b, k/n_c) of a cell, each standing for the voxel around it
 * that reaches half a step to either side. Uniform voxels, no layer twice; densities, energies and clearances on one grid
 * can be compared voxel by voxel, and cube and CHGCAR files have the same points.
 */
import { InputError } from '../core/errors.ts';
import { norm, row } from '../core/vec.ts';
import { type Cell, volume } from './cell.ts';

export type GridSize = readonly [number, number, number];

/** Where values stand. */
export interface Grid {
  readonly cell: Cell;
  /** Points along a, b, c. */
  readonly size: GridSize;
}

/** Values on a grid, index (i·n_b + j)·n_c + k. */
export interface GridField extends Grid {
  readonly values: Float64Array | Float32Array;
}

/** Number of points. */
export function gridPoints({ size: [na, nb, nc] }: Pick<Grid, 'size'>): number {
  return na * nb * nc;
}

/** Volume of one voxel, Å³. */
export function voxelVolume(grid: Grid): number {
  return volume(grid.cell) / gridPoints(grid);
}

/** Most points of a grid: 2²⁴ values are 128 MiB in f64. */
const MOST_POINTS = 2 ** 24;

/**
 * The size whose steps along a, b, c come nearest to `spacing` (Å) from below.
 * @throws for a spacing that is not positive, or that would take more than 2²⁴ points
 */
export function gridSize(cell: Cell, spacing: number): GridSize {
  if (!(spacing > 0)) throw new InputError(`grid: expected a positive spacing in Å, found ${spacing}`);
  // 1e-9: an edge that is a whole number of steps up to rounding takes that many.
  const size = ([0, 1, 2] as const).map((i) =>
    Math.max(1, Math.ceil(norm(row(cell.h, i)) / spacing - 1e-9)),
  ) as unknown as GridSize;
  const points = gridPoints({ size });
  if (!(points <= MOST_POINTS)) {
    throw new InputError(
      `grid: ${size.join(' × ')} points at ${spacing} Å; expected at most ${MOST_POINTS}: give a wider spacing`,
    );
  }
  return size;
}

/** True for two grids with the same points in (nearly) the same cell. */
export function isSameGrid(a: Grid, b: Grid): boolean {
  return (
    a.size.every((n, i) => n === b.size[i]) &&
    a.cell.h.every((x, i) => Math.abs(x - (b.cell.h[i] as number)) < 1e-6 * (1 + Math.abs(x)))
  );
}

/** Whole number n ≥ 0 below `count` that differs from i by a multiple of it. */
export function wrapIndex(i: number, count: number): number {
  const remainder = i % count;
  return remainder < 0 ? remainder + count : remainder;
}
