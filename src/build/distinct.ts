/** Which arrangements are the same but for a symmetry: equal energies and equal distances between their ions. */
import { norm, rowTimes } from '../core/vec.ts';
import { type Cell, perpendicularWidths, toFractional } from '../model/cell.ts';
import { type Arena, EMPTY } from './arrangement.ts';

/** Energies of symmetric copies differ by rounding, eV. */
export const SAME_ENERGY = 1e-6;
/** Sums over distances of symmetric copies differ by rounding. */
const SAME_SUM = 1e-6;
/** Å; each distance enters as e^{−r²/2s²} for these s. */
const SCALES = [2, 4, 8] as const;

/** An arrangement that was kept. */
export interface Draw {
  readonly content: Int16Array;
  /** eV, of the supercell; absent when none was calculated. */
  readonly energy?: number;
  /** How often it was met, symmetric copies counted. */
  met: number;
}

/** The lowest arrangements so far, no two of them symmetric copies. */
export class LowestDraws {
  readonly draws: (Draw & { readonly energy: number })[] = [];
  readonly #arena: Arena;
  readonly #positions: Float64Array;
  readonly #cell: Cell;
  readonly #most: number;
  readonly #sums = new Map<Draw, Float64Array>();

  /** @param positions [total × 3] Å, of the sites of the supercell */
  constructor(arena: Arena, cell: Cell, positions: Float64Array, most: number) {
    this.#arena = arena;
    this.#cell = cell;
    this.#positions = toFractional(cell, positions);
    this.#most = most;
  }

  offer(content: Int16Array, energy: number): void {
    const { draws } = this;
    const worst = draws[this.#most - 1];
    if (worst && energy > worst.energy + SAME_ENERGY) return;
    const near = draws.filter((draw) => Math.abs(draw.energy - energy) < SAME_ENERGY);
    const draw = { content: Int16Array.from(content), energy, met: 1 };
    const twin =
      near.find((one) => one.content.every((option, s) => option === content[s])) ??
      near.find((one) =>
        this.#sumsOf(one).every((x, i) => Math.abs(x - (this.#sumsOf(draw)[i] as number)) < SAME_SUM),
      );
    this.#sums.delete(draw);
    if (twin) {
      twin.met++;
      return;
    }
    const at = draws.findIndex((one) => one.energy > energy);
    draws.splice(at < 0 ? draws.length : at, 0, draw);
    for (const lost of draws.splice(this.#most)) this.#sums.delete(lost);
  }

  #sumsOf(draw: Draw): Float64Array {
    const known = this.#sums.get(draw);
    if (known) return known;
    const sums = fingerprint(this.#arena, this.#cell, this.#positions, draw.content);
    this.#sums.set(draw, sums);
    return sums;
  }
}

/**
 * Sums over the pairs of ions, for every two kinds of content: Σ e^{−r²/2s²}, r to the nearest image. The commonest content
 * of a group is left out: where the others stand says where it does.
 */
function fingerprint(arena: Arena, { h }: Cell, fractional: Float64Array, content: Int16Array): Float64Array {
  const kinds = kindsOf(arena);
  const sites: number[] = [];
  for (let s = 0; s < arena.total; s++) if (kindAt(arena, kinds, content, s) >= 0) sites.push(s);
  const n = kinds.size;
  const sums = new Float64Array(n * n * SCALES.length);
  const reach = searchReach({ h });
  for (let a = 0; a < sites.length; a++) {
    for (let b = 0; b < a; b++) {
      const [i, j] = [sites[a] as number, sites[b] as number];
      const r2 = nearestSquare(h, fractional, i, j, reach);
      const pair = [kindAt(arena, kinds, content, i), kindAt(arena, kinds, content, j)] as const;
      const at = (Math.min(...pair) * n + Math.max(...pair)) * SCALES.length;
      SCALES.forEach((scale, k) => {
        sums[at + k] = (sums[at + k] as number) + Math.exp(-r2 / (2 * scale * scale));
      });
    }
  }
  return sums;
}

interface Kinds {
  /** [groups] content that is left out. */
  readonly common: readonly number[];
  /** [groups] number of the kind of its first content (EMPTY). */
  readonly first: readonly number[];
  readonly size: number;
}

function kindsOf({ counts, members }: Arena): Kinds {
  const common = counts.map((of, g) => {
    const empty = (members[g] as Int32Array).length - of.reduce((sum, n) => sum + n, 0);
    return of.reduce((best, n, option) => (n > (of[best] ?? empty) ? option : best), EMPTY);
  });
  let size = 0;
  const first = counts.map((of) => {
    const at = size;
    size += of.length + 1;
    return at;
  });
  return { common, first, size };
}

function kindAt({ groupOf }: Arena, { common, first }: Kinds, content: Int16Array, s: number): number {
  const group = groupOf[s] as number;
  const option = content[s] as number;
  return option === common[group] ? -1 : (first[group] as number) + option + 1;
}

/** Images that can be nearer than the wrapped one: more than its neighbours in a cell of acute angles. */
function searchReach(cell: Cell): number {
  const longest = Math.max(...[0, 3, 6].map((i) => norm(cell.h.subarray(i, i + 3))));
  return Math.min(...perpendicularWidths(cell)) * 2 < longest ? 2 : 1;
}

function nearestSquare(
  h: Float64Array,
  fractional: Float64Array,
  i: number,
  j: number,
  reach: number,
): number {
  const d = (k: number): number => {
    const x = (fractional[3 * i + k] as number) - (fractional[3 * j + k] as number);
    return x - Math.round(x);
  };
  const [u, v, w] = [d(0), d(1), d(2)];
  let shortest = Number.POSITIVE_INFINITY;
  for (let a = -reach; a <= reach; a++) {
    for (let b = -reach; b <= reach; b++) {
      for (let c = -reach; c <= reach; c++) {
        const [x, y, z] = rowTimes([u + a, v + b, w + c], h);
        shortest = Math.min(shortest, x * x + y * y + z * z);
      }
    }
  }
  return shortest;
}
