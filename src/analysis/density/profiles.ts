/** What is drawn of a grid: its means along the edges, its densest plane, and how much of it lies below a level. */
import type { Vec3 } from '../../core/vec.ts';
import { row } from '../../core/vec.ts';
import { type GridField, gridPoints } from '../../model/grid.ts';
import { risingOrder } from './percolation.ts';

/** How much volume lies at or below each level. */
export interface PercolationCurve {
  readonly levels: readonly number[];
  readonly fractions: readonly number[];
}

/** Points of a curve. */
const CURVE_POINTS = 200;

/** Share of all points whose value is at most a level, at 200 levels that are equally spaced in value; NaN is left out. */
export function percolationCurve(field: GridField): PercolationCurve {
  const order = risingOrder(field.values, Number.MAX_VALUE);
  const at = (i: number): number => field.values[order[i] as number] as number;
  if (order.length === 0) return { levels: [], fractions: [] };
  const [low, high] = [at(0), at(order.length - 1)];
  const levels = Array.from(
    { length: CURVE_POINTS },
    (_, i) => low + ((high - low) * i) / (CURVE_POINTS - 1),
  );
  let below = 0;
  const fractions = levels.map((level) => {
    while (below < order.length && at(below) <= level) below++;
    return below / gridPoints(field);
  });
  fractions[CURVE_POINTS - 1] = order.length / gridPoints(field);
  return { levels, fractions };
}

/** Mean of a field over the plane of the two other edges, at each point along one edge. */
export function axisProfile({ size, values }: GridField, axis: 0 | 1 | 2): Float64Array {
  const [, nb, nc] = size;
  const profile = new Float64Array(size[axis]);
  for (let v = 0; v < values.length; v++) {
    const k = v % nc;
    const j = ((v - k) / nc) % nb;
    const at = axis === 2 ? k : axis === 1 ? j : (v - k - j * nc) / (nb * nc);
    profile[at] = (profile[at] as number) + (values[v] as number);
  }
  return profile.map((sum) => (sum * size[axis]) / values.length);
}

/** A plane through a grid, ready to be drawn: values in rows of `columns`. */
export interface DensitySlice {
  /** Edge that the plane cuts, and the fraction of it where it does. */
  readonly across: 'a' | 'b' | 'c';
  readonly fraction: number;
  readonly rows: number;
  readonly columns: number;
  /** Vectors that the rows and the columns span in all, Å: the two other edges of the cell. */
  readonly rowEdge: Vec3;
  readonly columnEdge: Vec3;
  /** [rows × columns] */
  readonly values: Float64Array;
}

/** The plane, parallel to two edges of the cell, whose mean is largest. */
export function densestSlice(field: GridField): DensitySlice {
  let best: { axis: 0 | 1 | 2; at: number; mean: number } = {
    axis: 0,
    at: 0,
    mean: Number.NEGATIVE_INFINITY,
  };
  for (const axis of [0, 1, 2] as const) {
    axisProfile(field, axis).forEach((mean, at) => {
      if (mean > best.mean) best = { axis, at, mean };
    });
  }
  return sliceAt(field, best.axis, best.at);
}

/** The plane of points number `at` along an edge. */
export function sliceAt({ cell, size, values }: GridField, axis: 0 | 1 | 2, at: number): DensitySlice {
  const [down, along] = ([0, 1, 2] as const).filter((k) => k !== axis) as [0 | 1 | 2, 0 | 1 | 2];
  const [rows, columns] = [size[down], size[along]];
  const strides = [size[1] * size[2], size[2], 1] as const;
  const out = Float64Array.from({ length: rows * columns }, (_, n) => {
    const r = Math.floor(n / columns);
    return values[at * strides[axis] + r * strides[down] + (n - r * columns) * strides[along]] as number;
  });
  return {
    across: 'abc'[axis] as 'a' | 'b' | 'c',
    fraction: at / size[axis],
    rows,
    columns,
    rowEdge: row(cell.h, down),
    columnEdge: row(cell.h, along),
    values: out,
  };
}
