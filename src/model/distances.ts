/** Shortest distances of a structure: what tells an overlap before a run finds it. */
import { perpendicularWidths, toFractional } from './cell.ts';
import type { System } from './system.ts';

export interface ClosePair {
  readonly i: number;
  readonly j: number;
  /** Å */
  readonly distance: number;
}

/** Most cells of the search grid along one axis: empty ones cost nothing. */
const GRID_LIMIT = 2 ** 24;
/** Atoms of one grid cell that are looked at; so many of them overlap among themselves. */
const CROWD = 32;

/**
 * The closest pair of atoms nearer than `within` (Å), images included; undefined when there is none. Linear in the
 * number of atoms: a grid of cells at least `within` wide.
 * @param species only pairs of these two (indices)
 */
export function closestPair(
  system: System,
  within: number,
  species?: readonly [number, number],
): ClosePair | undefined {
  const { cell } = system;
  const n = system.typeOf.length;
  const grid = perpendicularWidths(cell).map((w) =>
    Math.max(1, Math.min(GRID_LIMIT, Math.floor(w / within))),
  ) as [number, number, number];
  const fractional = toFractional(cell, system.positions).map((x) => x - Math.floor(x));
  const places = new Int32Array(3 * n);
  for (let i = 0; i < places.length; i++) {
    const g = grid[i % 3] as number;
    places[i] = Math.min(g - 1, Math.floor((fractional[i] as number) * g));
  }
  const at = (i: number, k: number): number => places[3 * i + k] as number;
  // Atoms in chains by a hash of their grid cell: the last one, and before each the one added before it.
  const mask = 2 ** Math.ceil(Math.log2(2 * n)) - 1;
  const last = new Int32Array(mask + 1).fill(-1);
  const before = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const chain = hash(at(i, 0), at(i, 1), at(i, 2)) & mask;
    before[i] = last[chain] as number;
    last[chain] = i;
  }
  const steps = stepsAround(grid);
  let best: ClosePair | undefined;
  const [na, nb, nc] = grid;
  const wrapped = (k: number, size: number): number => (k < 0 ? k + size : k >= size ? k - size : k);
  for (let i = 0; i < n; i++) {
    const [ia, ib, ic] = [at(i, 0), at(i, 1), at(i, 2)];
    for (let step = 0; step < steps.length; step += 3) {
      const da = steps[step] as number;
      const db = steps[step + 1] as number;
      const dc = steps[step + 2] as number;
      const a = wrapped(ia + da, na);
      const b = wrapped(ib + db, nb);
      const c = wrapped(ic + dc, nc);
      const isOwn = da === 0 && db === 0 && dc === 0;
      let j = (isOwn ? before[i] : last[hash(a, b, c) & mask]) as number;
      for (let looked = 0; j >= 0 && looked < CROWD; j = before[j] as number) {
        if (at(j, 0) !== a || at(j, 1) !== b || at(j, 2) !== c) continue;
        looked++;
        if (species && !isPairOf(system, i, j, species)) continue;
        const distance = imageDistance(cell.h, fractional, i, j);
        if (distance < (best?.distance ?? within)) {
          best = { i: Math.min(i, j), j: Math.max(i, j), distance };
        }
      }
    }
  }
  return best;
}

function hash(a: number, b: number, c: number): number {
  return Math.imul(a, 73856093) ^ Math.imul(b, 19349663) ^ Math.imul(c, 83492791);
}

function isPairOf({ typeOf }: System, i: number, j: number, [a, b]: readonly [number, number]): boolean {
  return (typeOf[i] === a && typeOf[j] === b) || (typeOf[i] === b && typeOf[j] === a);
}

/** Steps to a grid cell itself and to those next to it, three numbers each; of two opposite ones one where that reaches every pair. */
function stepsAround(grid: readonly [number, number, number]): readonly number[] {
  const [along, across, up] = grid.map((size) => (size === 1 ? [0] : size === 2 ? [0, 1] : [-1, 0, 1])) as [
    number[],
    number[],
    number[],
  ];
  const all = along.flatMap((a) => across.flatMap((b) => up.map((c) => [a, b, c] as const)));
  // With two cells along an axis the one next to a cell has no opposite.
  const hasOpposites = grid.every((size) => size >= 3);
  return all.filter(([a, b, c]) => !hasOpposites || 9 * a + 3 * b + c >= 0).flat();
}

/** Distance of the nearest image among those next to the wrapped one: enough below half the smallest width. */
function imageDistance(h: Float64Array, fractional: Float64Array, i: number, j: number): number {
  const [ax, ay, az, bx, by, bz, cx, cy, cz] = h as unknown as NineNumbers;
  const wrapped = (k: number): number => {
    const d = (fractional[3 * i + k] as number) - (fractional[3 * j + k] as number);
    return d - Math.round(d);
  };
  const [u, v, w] = [wrapped(0), wrapped(1), wrapped(2)];
  let shortest = Number.POSITIVE_INFINITY;
  for (let a = u - 1; a < u + 1.5; a++) {
    for (let b = v - 1; b < v + 1.5; b++) {
      for (let c = w - 1; c < w + 1.5; c++) {
        const x = a * ax + b * bx + c * cx;
        const y = a * ay + b * by + c * cy;
        const z = a * az + b * bz + c * cz;
        shortest = Math.min(shortest, x * x + y * y + z * z);
      }
    }
  }
  return Math.sqrt(shortest);
}

type NineNumbers = readonly [number, number, number, number, number, number, number, number, number];
