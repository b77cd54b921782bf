/**
 * Tetrahedral or octahedral: asked of the same ion in three ways that know nothing of each other. The number of corners
 * within a cutoff, the polyhedron that holds it, and the shape of its nearest neighbours.
 */
import { perpendicularWidths } from '../../model/cell.ts';
import type { Placement } from './locator.ts';
import { octahedralMeasure, tetrahedralMeasure } from './shape.ts';

/** Answers of the three ways, as counts. */
export interface ThreeWays {
  /** [13] ions with so many corners within the cutoff; the last counts 12 and more. */
  readonly numbers: Float64Array;
  /** [3×3×3] by number, polyhedron and shape: tetrahedral, octahedral, neither each. */
  readonly joint: Float64Array;
  /** [2][40] histograms of the measure to the tetrahedron and to the octahedron, 1 wide. */
  readonly measures: readonly [Float64Array, Float64Array];
  /** Ions looked at. */
  readonly samples: number;
}

/** What an ion is to one of the three ways. */
export type Verdict = 0 | 1 | 2;
export const TETRAHEDRAL: Verdict = 0;
export const OCTAHEDRAL: Verdict = 1;
export const NEITHER: Verdict = 2;

/** Ions looked at in one frame; the next frame goes on with the next ones. */
const PER_FRAME = 32;
/** Neighbours kept in order of distance: an octahedron's. */
const KEPT = 6;
/** Coordination numbers are told apart up to this. */
const MOST_NEIGHBORS = 12;
const BINS = 40;

/** Counts of one replica, growing: hence a class. At most 32 ions a frame, in turn; each costs a look at every corner. */
export class CoordinationCounts implements ThreeWays {
  readonly numbers = new Float64Array(MOST_NEIGHBORS + 1);
  readonly joint = new Float64Array(27);
  readonly measures = [new Float64Array(BINS), new Float64Array(BINS)] as const;
  samples = 0;
  private next = 0;
  private readonly ions: number;
  private readonly cutoff: number;
  private readonly shapeLimit: number;
  private readonly distances = new Float64Array(KEPT);
  private readonly vectors = new Float64Array(3 * KEPT);

  /**
   * @param cutoff Å, the first minimum of the pair distribution of ions and corners
   * @param shapeLimit measure above which a shape is neither
   */
  constructor(ions: number, cutoff: number, shapeLimit: number) {
    this.ions = ions;
    this.cutoff = cutoff;
    this.shapeLimit = shapeLimit;
  }

  /** @param polyhedronOf what the polyhedron of an ion says of it */
  add(placement: Placement, polyhedronOf: (ion: number) => Verdict): void {
    const corners = placement.corners.length / 3;
    if (corners < 6) return;
    for (let k = 0; k < Math.min(PER_FRAME, this.ions); k++) {
      const ion = this.next;
      this.next = (this.next + 1) % this.ions;
      const within = this.nearest(placement, ion);
      const number = Math.min(within, MOST_NEIGHBORS);
      this.numbers[number] = (this.numbers[number] as number) + 1;
      // Fewer than six corners within 6 Å make no shape.
      const isEnough = (this.distances[KEPT - 1] as number) < REACH * REACH;
      const tetrahedral = isEnough ? tetrahedralMeasure(this.vectors) : 100;
      const octahedral = isEnough ? octahedralMeasure(this.vectors) : 100;
      count(this.measures[0], tetrahedral);
      count(this.measures[1], octahedral);
      const byNumber = within === 4 ? TETRAHEDRAL : within === 6 ? OCTAHEDRAL : NEITHER;
      const byShape =
        Math.min(tetrahedral, octahedral) > this.shapeLimit
          ? NEITHER
          : tetrahedral <= octahedral
            ? TETRAHEDRAL
            : OCTAHEDRAL;
      const cell = 9 * byNumber + 3 * polyhedronOf(ion) + byShape;
      this.joint[cell] = (this.joint[cell] as number) + 1;
      this.samples++;
    }
  }

  /** Fills `vectors` with the ways to the nearest corners, nearest first; returns how many are within the cutoff. */
  private nearest({ h, ions, corners }: Placement, ion: number): number {
    const { distances } = this;
    distances.fill(REACH * REACH);
    // A cell thinner than twice the reach shows a corner more than once.
    const [sa, sb, sc] = perpendicularWidths({ h }).map((w) => Math.ceil(REACH / w - 0.5)) as [
      number,
      number,
      number,
    ];
    const [h0, h1, h2, h3, h4, h5, h6, h7, h8] = h as unknown as NineNumbers;
    const [x, y, z] = [ions[3 * ion] as number, ions[3 * ion + 1] as number, ions[3 * ion + 2] as number];
    const cutoff = this.cutoff * this.cutoff;
    let within = 0;
    for (let c = 0; c < corners.length; c += 3) {
      let u = (corners[c] as number) - x;
      let v = (corners[c + 1] as number) - y;
      let w = (corners[c + 2] as number) - z;
      u -= Math.floor(u + 0.5);
      v -= Math.floor(v + 0.5);
      w -= Math.floor(w + 0.5);
      for (let a = u - sa; a <= u + sa; a++) {
        for (let b = v - sb; b <= v + sb; b++) {
          for (let d = w - sc; d <= w + sc; d++) {
            const dx = a * h0 + b * h3 + d * h6;
            const dy = a * h1 + b * h4 + d * h7;
            const dz = a * h2 + b * h5 + d * h8;
            const square = dx * dx + dy * dy + dz * dz;
            if (square < cutoff) within++;
            if (square < (distances[KEPT - 1] as number)) this.keep(square, dx, dy, dz);
          }
        }
      }
    }
    return within;
  }

  private keep(square: number, dx: number, dy: number, dz: number): void {
    const { distances, vectors } = this;
    let k = KEPT - 1;
    for (; k > 0 && (distances[k - 1] as number) > square; k--) {
      distances[k] = distances[k - 1] as number;
      for (let a = 0; a < 3; a++) vectors[3 * k + a] = vectors[3 * k - 3 + a] as number;
    }
    distances[k] = square;
    vectors[3 * k] = dx;
    vectors[3 * k + 1] = dy;
    vectors[3 * k + 2] = dz;
  }
}

type NineNumbers = readonly [number, number, number, number, number, number, number, number, number];

/** Å; nearest neighbours and cutoffs lie within. */
const REACH = 6;

function count(histogram: Float64Array, value: number): void {
  const bin = Math.min(BINS - 1, Math.max(0, Math.floor(value)));
  histogram[bin] = (histogram[bin] as number) + 1;
}

/**
 * The first minimum behind the first maximum of the ion–corner pair distribution, Å, from a few instants: 0.05 Å bins smoothed
 * over 0.25 Å, counts over r². @returns undefined when there is no such minimum below 6 Å
 */
export function firstMinimum(placements: readonly Placement[]): number | undefined {
  const width = 0.05;
  const bins = new Float64Array(REACH / width);
  for (const { h, ions, corners } of placements) {
    const [sa, sb, sc] = perpendicularWidths({ h }).map((w) => Math.ceil(REACH / w - 0.5)) as [
      number,
      number,
      number,
    ];
    const stride = 3 * Math.max(1, Math.floor(ions.length / 3 / 50));
    for (let i = 0; i < ions.length; i += stride) {
      for (let c = 0; c < corners.length; c += 3) {
        let [u, v, w] = [0, 1, 2].map((k) => (corners[c + k] as number) - (ions[i + k] as number)) as [
          number,
          number,
          number,
        ];
        u -= Math.round(u);
        v -= Math.round(v);
        w -= Math.round(w);
        for (let a = -sa; a <= sa; a++) {
          for (let b = -sb; b <= sb; b++) {
            for (let d = -sc; d <= sc; d++) {
              const [p, q, r] = [u + a, v + b, w + d];
              const dx = p * (h[0] as number) + q * (h[3] as number) + r * (h[6] as number);
              const dy = p * (h[1] as number) + q * (h[4] as number) + r * (h[7] as number);
              const dz = p * (h[2] as number) + q * (h[5] as number) + r * (h[8] as number);
              const bin = Math.floor(Math.hypot(dx, dy, dz) / width);
              if (bin < bins.length) bins[bin] = (bins[bin] as number) + 1 / (bin + 0.5) ** 2;
            }
          }
        }
      }
    }
  }
  const smooth = bins.map((_, b) => {
    let sum = 0;
    for (let k = b - 2; k <= b + 2; k++) sum += bins[k] ?? 0;
    return sum;
  });
  const most = Math.max(...smooth);
  if (most === 0) return undefined;
  // The first maximum: the first bin above a third of the highest whose next fifth of an Å is lower.
  let peak = 0;
  const isHighest = (b: number): boolean => {
    for (let k = b - 6; k <= b + 6; k++) if ((smooth[k] ?? 0) > (smooth[b] as number)) return false;
    return true;
  };
  while (peak < smooth.length && !((smooth[peak] as number) > most / 3 && isHighest(peak))) peak++;
  let low = peak;
  for (let b = peak; b < smooth.length - 3; b++) {
    if ((smooth[b] as number) < (smooth[low] as number)) low = b;
    // Half an Å on and higher by a tenth: the minimum is behind.
    if ((b - low) * width > 0.5 && (smooth[b] as number) > 1.1 * (smooth[low] as number)) {
      return (low + 0.5) * width;
    }
  }
  return low > peak && low < smooth.length - 4 ? (low + 0.5) * width : undefined;
}
