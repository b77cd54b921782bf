/**
 * Histograms of distances of every pair of species, frame by frame: what g(r), coordination numbers, G(r) and cutoffs are
 * made from. Counts are exact, all periodic images included; smoothing is somebody else's.
 */
import { InputError } from '../../core/errors.ts';
import { type Cell, perpendicularWidths, volume } from '../../model/cell.ts';
import type { System } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import { BlockSums } from './blockSums.ts';
import { PairSearch } from './pairSearch.ts';

/** Two species, `a` before or the same as `b` in the system's order. */
export interface SpeciesPair {
  readonly a: number;
  readonly b: number;
}

/** All unordered pairs of species, in the order of the histogram. */
export function speciesPairs(species: number): SpeciesPair[] {
  return Array.from({ length: species }, (_, a) =>
    Array.from({ length: species - a }, (_, k) => ({ a, b: a + k })),
  ).flat();
}

/** Pairs of one frame that an analysis may look at for every frame of the trajectory, 7 ms. */
const PAIRS_PER_FRAME = 200_000;

/** Pairs nearer than `rMax` (Å) in a system. */
export function pairCount(system: System, rMax: number): number {
  const n = system.typeOf.length;
  return ((n * n) / 2 / volume(system.cell)) * (4 / 3) * Math.PI * rMax ** 3;
}

/** Every how many frames pairs are counted, so that a frame of the trajectory costs 2 · 10⁵ pairs at most on average. */
export function automaticStride(system: System, rMax: number): number {
  return Math.max(1, Math.ceil(pairCount(system, rMax) / PAIRS_PER_FRAME));
}

/** The smaller of `most` and half of the smallest perpendicular width, Å. */
export function defaultReach(cell: Cell, most: number): number {
  return Math.min(most, Math.min(...perpendicularWidths(cell)) / 2);
}

export interface DistanceGrid {
  /** Å */
  readonly binWidth: number;
  readonly bins: number;
  /** Frames per frame counted. */
  readonly every: number;
}

/** @param rMax Å; whole bins of it are counted */
export function distanceGrid(system: System, rMax: number, binWidth: number, every = 0): DistanceGrid {
  const bins = Math.floor(rMax / binWidth + 1e-6);
  if (!(bins >= 4)) {
    throw new InputError(`distances up to ${rMax.toFixed(2)} Å do not fill four bins of ${binWidth} Å`);
  }
  return { binWidth, bins, every: every > 0 ? Math.round(every) : automaticStride(system, rMax) };
}

/**
 * Counts of one replica. A row of `sums` is a frame: [pairs×bins] unordered pairs, [pairs×bins] the same times the cell's
 * volume (Å³), then the volume and a 1: the normalisation of every frame is its own, so a breathing cell smears nothing.
 */
export class PairDistances {
  readonly grid: DistanceGrid;
  readonly sums: BlockSums;
  private readonly search: PairSearch;
  private readonly typeOf: Uint16Array;
  private readonly species: number;
  private readonly pairOf: Int32Array;
  private readonly row: Float64Array;
  private seen = 0;

  constructor(system: System, grid: DistanceGrid) {
    this.grid = grid;
    this.typeOf = system.typeOf;
    this.species = system.species.length;
    const pairs = speciesPairs(this.species);
    this.pairOf = new Int32Array(this.species ** 2);
    pairs.forEach(({ a, b }, p) => {
      this.pairOf[a * this.species + b] = p;
      this.pairOf[b * this.species + a] = p;
    });
    this.row = new Float64Array(2 * pairs.length * grid.bins + 2);
    this.sums = new BlockSums(this.row.length);
    this.search = new PairSearch(this.typeOf.length);
  }

  /** Counts every `every`-th frame, the first one included. */
  add(frame: Frame): void {
    if (this.seen++ % this.grid.every !== 0) return;
    const { row, typeOf, species, pairOf } = this;
    const { bins, binWidth } = this.grid;
    const half = (row.length - 2) / 2;
    row.fill(0);
    const perBin = 1 / binWidth;
    this.search.forEach(frame.cell, frame.positions, bins * binWidth, (i, j, _dx, _dy, _dz, r2) => {
      const k = Math.floor(Math.sqrt(r2) * perBin);
      if (k >= bins) return;
      const pair = pairOf[(typeOf[i] as number) * species + (typeOf[j] as number)] as number;
      row[pair * bins + k] = (row[pair * bins + k] as number) + 1;
    });
    const v = volume(frame.cell);
    for (let k = 0; k < half; k++) row[half + k] = (row[k] as number) * v;
    row[2 * half] = v;
    row[2 * half + 1] = 1;
    this.sums.add(row);
  }
}

/** Curves of one pair of species out of sums. */
export interface PairCurves {
  /** [bins] */
  readonly g: Float64Array;
  /** [bins] atoms of b around one of a up to the bin's outer edge. */
  readonly aroundA: Float64Array;
  /** [bins] atoms of a around one of b. */
  readonly aroundB: Float64Array;
}

/**
 * g_ab(r) = ⟨V n_ab(r)⟩/(N_a (N_b − δ_ab) v(r)) with v = 4π(r₂³ − r₁³)/3 the exact volume of the shell, n_ab ordered pairs, and
 * n_ab(<r) = Σ n_ab/N_a. N_b − δ_ab makes g of an ideal gas one at every distance below half of the cell.
 * @param sums [2·pairs·bins + 2] of PairDistances
 */
export function pairCurves(
  sums: Float64Array,
  pair: number,
  { a, b }: SpeciesPair,
  counts: readonly number[],
  { bins, binWidth }: DistanceGrid,
): PairCurves {
  const half = (sums.length - 2) / 2;
  const rows = sums[2 * half + 1] as number;
  const [na, nb] = [counts[a] as number, counts[b] as number];
  const ordered = a === b ? 2 : 1;
  const others = a === b ? na - 1 : nb;
  const g = new Float64Array(bins);
  const aroundA = new Float64Array(bins);
  const aroundB = new Float64Array(bins);
  let inside = 0;
  for (let k = 0; k < bins; k++) {
    const shell = (4 / 3) * Math.PI * binWidth ** 3 * ((k + 1) ** 3 - k ** 3);
    const weighted = ordered * (sums[half + pair * bins + k] as number);
    g[k] = others > 0 ? weighted / (rows * na * others * shell) : 0;
    inside += ordered * (sums[pair * bins + k] as number);
    aroundA[k] = inside / (rows * na);
    aroundB[k] = inside / (rows * nb);
  }
  return { g, aroundA, aroundB };
}
