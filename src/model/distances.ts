/** Shortest distances of a structure: what tells an overlap before a run finds it. */
import { perpendicularWidths, toFractional } from './cell.ts';
import type { System } from './system.ts';

export interface ClosePair {
  readonly i: number;
  readonly j: number;
  /** Å */
  readonly distance: number;
}

/** Most cells of the search grid along one axis. */
const GRID_LIMIT = 128;

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
  const members = new Map<number, number[]>();
  const cellOf = (i: number): [number, number, number] =>
    grid.map((g, k) => Math.min(g - 1, Math.floor((fractional[3 * i + k] as number) * g))) as [
      number,
      number,
      number,
    ];
  const key = (a: number, b: number, c: number): number => (a * grid[1] + b) * grid[2] + c;
  for (let i = 0; i < n; i++) {
    const k = key(...cellOf(i));
    const list = members.get(k);
    if (list) list.push(i);
    else members.set(k, [i]);
  }
  let best: ClosePair | undefined;
  for (let i = 0; i < n; i++) {
    const [a, b, c] = cellOf(i);
    for (const ka of around(a, grid[0])) {
      for (const kb of around(b, grid[1])) {
        for (const kc of around(c, grid[2])) {
          for (const j of members.get(key(ka, kb, kc)) ?? []) {
            if (j <= i || (species && !isPairOf(system, i, j, species))) continue;
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

/** Grid cells next to `k`, each once. */
function around(k: number, size: number): number[] {
  return [...new Set([k - 1, k, k + 1].map((x) => (x + size) % size))];
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
