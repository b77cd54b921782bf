/**
 * Distinct part of the van Hove function of one species, frame by frame: where the *other* ions are a time t after an ion
 * was at the origin. Periodic distances by linked cells; bounded memory.
 */
import { inverse } from '../../core/vec.ts';
import { type Cell, perpendicularWidths, toFractional, volume } from '../../model/cell.ts';
import type { System } from '../../model/system.ts';
import { BlockSums } from './blockSums.ts';
import { lagOf } from './multiTau.ts';

/** Closer to an ion's former place than this another ion counts as having taken it, Å (δ of Donati's strings). */
export const REPLACED_WITHIN = 1;

/** Frames between the time origins of short lags: closer ones cost much and are no more independent. */
const ORIGIN_SPACING = 16;
/** Share of half the cell's smallest width that is looked at: a barostat must not make the nearest image ambiguous. */
const SHARE_OF_HALF_WIDTH = 0.98;

/** Sums of one lag within a block: pairs within REPLACED_WITHIN, and what a uniform fluid would have there. */
const SUMS_PER_LAG = 2;

/** One species' share of one replica. Owns its histograms, hence a class. */
export class DistinctVanHove {
  /** By lag index, lags 0 and powers of two: g = counts/expected. */
  readonly counts: (Float64Array | undefined)[] = [];
  /** Pairs a uniform fluid of the same density would have in each bin. */
  readonly expected: (Float64Array | undefined)[] = [];
  readonly blocks = new BlockSums(SUMS_PER_LAG);
  readonly binWidth: number;
  /** Å */
  readonly maximum: number;
  private readonly atoms: Int32Array;
  /** [n×3] fractional coordinates in the first frame; displacements do not know the cell's own breathing. */
  private readonly first: Float64Array;
  private readonly fractional: Float64Array;
  private readonly next: Int32Array;
  private heads = new Int32Array(0);

  constructor(system: System, atoms: Int32Array, binWidth: number, maximum: number) {
    this.atoms = atoms;
    const half = Math.min(...perpendicularWidths(system.cell)) / 2;
    this.binWidth = binWidth;
    this.maximum = Math.floor(Math.min(maximum, SHARE_OF_HALF_WIDTH * half) / binWidth) * binWidth;
    this.first = toFractional(system.cell, gather(system.positions, atoms));
    this.fractional = new Float64Array(3 * atoms.length);
    this.next = new Int32Array(atoms.length);
  }

  /** True for the pairs of instants that are worth their cost: powers of two, origins half a lag apart. */
  static wants(lagIndex: number, frame: number): boolean {
    const lag = lagOf(lagIndex);
    return (lag === 0 || Number.isInteger(Math.log2(lag))) && frame % Math.max(ORIGIN_SPACING, lag / 2) === 0;
  }

  /** Adds all pairs i ≠ j of r_j(later) − r_i(earlier): the visitor of a MultiTau over [n×3] displacements. */
  add(earlier: Float64Array, later: Float64Array, lagIndex: number, cell: Cell): void {
    const bins = Math.round(this.maximum / this.binWidth);
    this.counts[lagIndex] ??= new Float64Array(bins);
    this.expected[lagIndex] ??= new Float64Array(bins);
    const counts = this.counts[lagIndex];
    const toFractions = inverse(cell.h);
    const grid = this.sort(later, toFractions, cell);
    const close = this.count(earlier, toFractions, cell, grid, counts);
    const n = this.atoms.length;
    const density = (n * (n - 1)) / volume(cell);
    const expected = this.expected[lagIndex];
    for (let b = 0; b < bins; b++) {
      expected[b] = (expected[b] as number) + density * shellVolume(b, this.binWidth);
    }
    this.blocks.reserve(SUMS_PER_LAG * (lagIndex + 1));
    const { current } = this.blocks;
    const place = SUMS_PER_LAG * lagIndex;
    current[place] = (current[place] as number) + close;
    current[place + 1] =
      (current[place + 1] as number) + density * ((4 / 3) * Math.PI * REPLACED_WITHIN ** 3);
  }

  /** G_d within REPLACED_WITHIN from sums of blocks, 1 in a uniform fluid. */
  static replaced(sums: Float64Array, lagIndex: number): number {
    return (sums[SUMS_PER_LAG * lagIndex] as number) / (sums[SUMS_PER_LAG * lagIndex + 1] as number);
  }

  /** Sorts the later places into linked cells about half of the range wide. */
  private sort(later: Float64Array, toFractions: Float64Array, cell: Cell): Grid {
    const widths = perpendicularWidths(cell);
    const bins = widths.map((w) => Math.max(1, Math.floor((2 * w) / this.maximum))) as Triple;
    const spans = widths.map((w, k) => Math.ceil((this.maximum * (bins[k] as number)) / w)) as Triple;
    const cells = bins[0] * bins[1] * bins[2];
    if (this.heads.length < cells) this.heads = new Int32Array(cells);
    this.heads.fill(-1);
    for (let i = 0; i < this.atoms.length; i++) {
      this.locate(later, toFractions, i, this.fractional, 3 * i);
      const place = binOf(this.fractional, 3 * i, bins);
      this.next[i] = this.heads[place] as number;
      this.heads[place] = i;
    }
    return { bins, spans };
  }

  /** Fractional place in [0, 1) of an ion by its displacement. */
  private locate(
    displacements: Float64Array,
    inv: Float64Array,
    i: number,
    out: Float64Array,
    place: number,
  ): void {
    const a = 3 * (this.atoms[i] as number);
    const x = displacements[a] as number;
    const y = displacements[a + 1] as number;
    const z = displacements[a + 2] as number;
    for (let k = 0; k < 3; k++) {
      const s =
        (this.first[3 * i + k] as number) +
        x * (inv[k] as number) +
        y * (inv[3 + k] as number) +
        z * (inv[6 + k] as number);
      out[place + k] = s - Math.floor(s);
    }
  }

  /** Counts pairs by distance; returns those within REPLACED_WITHIN. */
  private count(
    earlier: Float64Array,
    toFractions: Float64Array,
    cell: Cell,
    { bins, spans }: Grid,
    counts: Float64Array,
  ): number {
    const [ax, ay, az, bx, by, bz, cx, cy, cz] = cell.h as unknown as Nine;
    const square = this.maximum ** 2;
    const home = new Float64Array(3);
    let close = 0;
    for (let i = 0; i < this.atoms.length; i++) {
      this.locate(earlier, toFractions, i, home, 0);
      const [u0, u1] = range(home[0] as number, bins[0], spans[0]);
      const [v0, v1] = range(home[1] as number, bins[1], spans[1]);
      const [w0, w1] = range(home[2] as number, bins[2], spans[2]);
      for (let u = u0; u <= u1; u++) {
        for (let v = v0; v <= v1; v++) {
          for (let w = w0; w <= w1; w++) {
            const place = (mod(u, bins[0]) * bins[1] + mod(v, bins[1])) * bins[2] + mod(w, bins[2]);
            for (let j = this.heads[place] as number; j >= 0; j = this.next[j] as number) {
              if (j === i) continue;
              let du = (this.fractional[3 * j] as number) - (home[0] as number);
              let dv = (this.fractional[3 * j + 1] as number) - (home[1] as number);
              let dw = (this.fractional[3 * j + 2] as number) - (home[2] as number);
              du -= Math.round(du);
              dv -= Math.round(dv);
              dw -= Math.round(dw);
              const x = du * ax + dv * bx + dw * cx;
              const y = du * ay + dv * by + dw * cy;
              const z = du * az + dv * bz + dw * cz;
              const r2 = x * x + y * y + z * z;
              if (r2 >= square) continue;
              const bin = Math.floor(Math.sqrt(r2) / this.binWidth);
              counts[bin] = (counts[bin] as number) + 1;
              if (r2 < REPLACED_WITHIN ** 2) close++;
            }
          }
        }
      }
    }
    return close;
  }
}

type Triple = [number, number, number];
type Nine = readonly [number, number, number, number, number, number, number, number, number];

interface Grid {
  readonly bins: Triple;
  readonly spans: Triple;
}

/** First and last bin to look into, every one of them once. */
function range(fraction: number, bins: number, span: number): readonly [number, number] {
  if (2 * span + 1 >= bins) return [0, bins - 1];
  const home = Math.min(bins - 1, Math.floor(fraction * bins));
  return [home - span, home + span];
}

function binOf(fractional: Float64Array, place: number, bins: Triple): number {
  let index = 0;
  for (let k = 0; k < 3; k++) {
    const size = bins[k] as number;
    index = index * size + Math.min(size - 1, Math.floor((fractional[place + k] as number) * size));
  }
  return index;
}

function mod(k: number, size: number): number {
  return k < 0 ? k + size : k >= size ? k - size : k;
}

function shellVolume(bin: number, width: number): number {
  return (4 / 3) * Math.PI * (((bin + 1) * width) ** 3 - (bin * width) ** 3);
}

function gather(positions: Float64Array, atoms: Int32Array): Float64Array {
  const out = new Float64Array(3 * atoms.length);
  atoms.forEach((atom, i) => {
    out.set(positions.subarray(3 * atom, 3 * atom + 3), 3 * i);
  });
  return out;
}
