/**
 * At which level does a field on a periodic grid percolate? Points are taken in rising order of their value and joined to
 * the neighbours taken before; the value at which a connected region first reaches its own image in one, two and three
 * independent directions is the percolation level of that dimension. One pass, exact for the grid: no bisection
 * (BVlain's ends 0.01 eV or 0.1 Å wide), no search of a path.
 *
 * Neighbours are the 26 around a point or the 6 that share a face. With 6 a path must turn corners, so that levels are
 * never lower than with 26: the 1D barrier of LiFePO4 by 0.05 eV at 0.2 Å, by 0.01 eV at 0.1 Å.
 */
import { PeriodicUnionFind } from '../../core/periodicUnionFind.ts';
import { type GridField, gridPoints, wrapIndex } from '../../model/grid.ts';

export type Neighbours = 6 | 26;

/** One dimension's threshold. */
export interface PercolationLevel {
  /** The highest value on the way. */
  readonly level: number;
  /** Index of the point that has it: the bottleneck. */
  readonly point: number;
  /** Share of all points at or below the level. */
  readonly fraction: number;
}

/** Levels of 1, 2 and 3 dimensions; null where the points below the limit do not percolate. */
export type PercolationLevels = readonly [
  PercolationLevel | null,
  PercolationLevel | null,
  PercolationLevel | null,
];

/**
 * Lowest levels at which a field percolates.
 * @param limit points with higher values (and NaN, ∞) are never taken
 */
export function percolationLevels(
  field: GridField,
  neighbours: Neighbours = 26,
  limit = Number.MAX_VALUE,
): PercolationLevels {
  const found: (PercolationLevel | null)[] = [null, null, null];
  const points = gridPoints(field);
  let highest = Number.NEGATIVE_INFINITY;
  visitRising(field, neighbours, limit, (point, taken, regions) => {
    // Order is that of single precision: equal there, values may fall by their last digits.
    highest = Math.max(highest, field.values[point] as number);
    for (let d = 0; d < regions.dimension; d++) {
      found[d] ??= { level: highest, point, fraction: taken / points };
    }
    return regions.dimension < 3;
  });
  return found as unknown as PercolationLevels;
}

/** True for the points of the regions that percolate in at least `dimensions` dimensions at a level. */
export function percolatingRegion(
  field: GridField,
  level: number,
  dimensions: 1 | 2 | 3,
  neighbours: Neighbours = 26,
): Uint8Array {
  const region = new Uint8Array(gridPoints(field));
  let last: PeriodicUnionFind | undefined;
  visitRising(field, neighbours, level, (_point, _taken, regions) => {
    last = regions;
    return true;
  });
  if (last === undefined || last.dimension < dimensions) return region;
  for (let i = 0; i < region.length; i++) {
    if ((field.values[i] as number) <= level && last.dimensionOf(i) >= dimensions) region[i] = 1;
  }
  return region;
}

/** Takes points in rising order, joins each to those before, and tells `taken` until it says no. */
function visitRising(
  { size, values }: GridField,
  neighbours: Neighbours,
  limit: number,
  tell: (point: number, taken: number, regions: PeriodicUnionFind) => boolean,
): void {
  const [na, nb, nc] = size;
  const steps = stepsTo(neighbours);
  const isTaken = new Uint8Array(values.length);
  const regions = new PeriodicUnionFind(values.length);
  const order = risingOrder(values, limit);
  for (let t = 0; t < order.length; t++) {
    const point = order[t] as number;
    isTaken[point] = 1;
    const k = point % nc;
    const j = ((point - k) / nc) % nb;
    const i = (point - k - j * nc) / (nb * nc);
    // Away from the faces of the cell a step is one number; most points are there.
    const isInside = i > 0 && i < na - 1 && j > 0 && j < nb - 1 && k > 0 && k < nc - 1;
    for (let s = 0; s < steps.length; s += 3) {
      const a = i + (steps[s] as number);
      const b = j + (steps[s + 1] as number);
      const c = k + (steps[s + 2] as number);
      if (isInside) {
        const other = (a * nb + b) * nc + c;
        if (isTaken[other] === 1) regions.join(point, other, 0, 0, 0);
        continue;
      }
      const [wa, wb, wc] = [wrapIndex(a, na), wrapIndex(b, nb), wrapIndex(c, nc)];
      const other = (wa * nb + wb) * nc + wc;
      if (isTaken[other] === 1) regions.join(point, other, (a - wa) / na, (b - wb) / nb, (c - wc) / nc);
    }
    if (!tell(point, t + 1, regions)) return;
  }
}

function stepsTo(neighbours: Neighbours): readonly number[] {
  const steps: number[] = [];
  for (const a of [-1, 0, 1]) {
    for (const b of [-1, 0, 1]) {
      for (const c of [-1, 0, 1]) {
        const along = Math.abs(a) + Math.abs(b) + Math.abs(c);
        if (along === 1 || (neighbours === 26 && along > 1)) steps.push(a, b, c);
      }
    }
  }
  return steps;
}

/**
 * Indices of the values up to `limit` in rising order of their single-precision value, ties by index: a radix sort of the
 * bit patterns, linear in the number of points (a sort with a comparison took a second per million).
 */
export function risingOrder(values: ArrayLike<number>, limit: number): Uint32Array {
  let count = 0;
  for (let i = 0; i < values.length; i++) if ((values[i] as number) <= limit) count++;
  const single = new Float32Array(1);
  const bits = new Uint32Array(single.buffer);
  let keys: Uint32Array = new Uint32Array(count);
  let order: Uint32Array = new Uint32Array(count);
  for (let i = 0, n = 0; i < values.length; i++) {
    if (!((values[i] as number) <= limit)) continue;
    single[0] = values[i] as number;
    const word = bits[0] as number;
    // Patterns of negative numbers fall where numbers rise.
    keys[n] = word & 0x80000000 ? ~word : word | 0x80000000;
    order[n++] = i;
  }
  let nextKeys: Uint32Array = new Uint32Array(count);
  let nextOrder: Uint32Array = new Uint32Array(count);
  for (const shift of [0, 11, 22]) {
    const begins = new Uint32Array(2049);
    for (let n = 0; n < count; n++) {
      const digit = ((keys[n] as number) >>> shift) & 2047;
      begins[digit + 1] = (begins[digit + 1] as number) + 1;
    }
    for (let d = 0; d < 2048; d++) begins[d + 1] = (begins[d + 1] as number) + (begins[d] as number);
    for (let n = 0; n < count; n++) {
      const digit = ((keys[n] as number) >>> shift) & 2047;
      const to = begins[digit] as number;
      begins[digit] = to + 1;
      nextKeys[to] = keys[n] as number;
      nextOrder[to] = order[n] as number;
    }
    [keys, nextKeys] = [nextKeys, keys];
    [order, nextOrder] = [nextOrder, order];
  }
  return order;
}
