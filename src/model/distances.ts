/** Shortest distances of a structure: what tells an overlap before a run finds it. */
import { perpendicularWidths, toFractional } from './cell.ts';
import type { System } from './system.ts';

export interface ClosePair {
  readonly i: number;
  readonly j: number;
  /** Å */
  readonly distance: number;
}

/** Most cells of the search grid along one axis: empty ones cost nothing, and the number of a cell stays exact. */
const GRID_LIMIT = 2 ** 17;

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
  const key = (a: number, b: number, c: number): number => (a * grid[1] + b) * grid[2] + c;
  // The atoms of a grid cell as a chain: the last one, and before each the one added before it.
  const last = new Map<number, number>();
  const before = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const k = key(at(i, 0), at(i, 1), at(i, 2));
    before[i] = last.get(k) ?? -1;
    last.set(k, i);
  }
  const [stepsA, stepsB, stepsC] = grid.map(stepsAround) as [number[], number[], number[]];
  let best: ClosePair | undefined;
  for (let i = 0; i < n; i++) {
    for (const da of stepsA) {
      const a = (at(i, 0) + da + grid[0]) % grid[0];
      for (const db of stepsB) {
        const b = (at(i, 1) + db + grid[1]) % grid[1];
        for (const dc of stepsC) {
          const c = (at(i, 2) + dc + grid[2]) % grid[2];
          for (let j = last.get(key(a, b, c)) ?? -1; j > i; j = before[j] as number) {
            if (species && !isPairOf(system, i, j, species)) continue;
            const distance = imageDistance(cell.h, fractional, i, j);
            if (distance < (best?.distance ?? within)) best = { i, j, distance };
          }
        }
      }
    }
  }
  return best;
}

function isPairOf({ typeOf }: System, i: number, j: number, [a, b]: readonly [number, number]): boolean {
  return (typeOf[i] === a && typeOf[j] === b) || (typeOf[i] === b && typeOf[j] === a);
}

/** Steps to the grid cells next to one and to itself, each cell once. */
function stepsAround(size: number): number[] {
  if (size === 1) return [0];
  return size === 2 ? [0, 1] : [-1, 0, 1];
}

/** Distance of the nearest image among those next to the wrapped one: enough below half the smallest width. */
function imageDistance(h: Float64Array, fractional: Float64Array, i: number, j: number): number {
  const wrapped = [0, 1, 2].map((k) => {
    const d = (fractional[3 * i + k] as number) - (fractional[3 * j + k] as number);
    return d - Math.round(d);
  }) as [number, number, number];
  let shortest = Number.POSITIVE_INFINITY;
  const shifts = [-1, 0, 1];
  for (const a of shifts) {
    for (const b of shifts) {
      for (const c of shifts) {
        const s = [wrapped[0] + a, wrapped[1] + b, wrapped[2] + c] as const;
        const r = [0, 1, 2].map(
          (k) => s[0] * (h[k] as number) + s[1] * (h[3 + k] as number) + s[2] * (h[6 + k] as number),
        );
        shortest = Math.min(shortest, Math.hypot(...r));
      }
    }
  }
  return shortest;
}
