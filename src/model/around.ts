/** What stands around a point of a periodic cell, all images included: time linear in the number of points looked at. */
import { InputError } from '../core/errors.ts';
import { type Cell, perpendicularWidths, toFractional } from './cell.ts';

/** Gets a point within the radius: its index, the vector from the centre to it (Å), and the distance (Å). */
export type Visit = (index: number, dx: number, dy: number, dz: number, distance: number) => void;

/** Points sorted into bins. */
export interface Surroundings {
  /** Calls `visit` for every image of every point within `radius` (Å) of a place, the place's own point (distance 0) included. */
  readonly around: (x: number, y: number, z: number, radius: number, visit: Visit) => void;
}

/** Å; a bin of condensed matter holds two or three atoms. */
const BIN_WIDTH = 3;
/** So many points in a bin lie on each other; pairs of all with all would take for ever. */
const CROWD = 512;
/** Bins along an axis; empty ones cost nothing. */
const MOST_BINS = 2 ** 17;
/** Bins that one question may look into. */
const MOST_LOOKS = 2 ** 21;

/** Sorts points (Cartesian, Å, wrapped or not) for questions about their surroundings. Throws when they are heaped. */
export function surroundings(cell: Cell, positions: ArrayLike<number>): Surroundings {
  const { h } = cell;
  const n = positions.length / 3;
  const widths = perpendicularWidths(cell);
  const bins = widths.map((width) => Math.max(1, Math.min(MOST_BINS, Math.floor(width / BIN_WIDTH))));
  const [na, nb, nc] = bins as [number, number, number];
  const fractional = toFractional(cell, positions).map((x) => x - Math.floor(x));
  const key = (a: number, b: number, c: number): number => (a * nb + b) * nc + c;
  const binAt = (fraction: number, count: number): number =>
    Math.min(count - 1, Math.floor(fraction * count));
  const members = new Map<number, number[]>();
  for (let i = 0; i < n; i++) {
    const [a, b, c] = [0, 1, 2].map((k) => binAt(fractional[3 * i + k] as number, bins[k] as number)) as [
      number,
      number,
      number,
    ];
    const own = members.get(key(a, b, c));
    if (own) own.push(i);
    else members.set(key(a, b, c), [i]);
  }
  for (const { length } of members.values()) {
    if (length > CROWD) {
      throw new InputError(
        `${length} points within ${BIN_WIDTH} Å of each other are no structure: expected at most ${CROWD}`,
      );
    }
  }
  const around = (x: number, y: number, z: number, radius: number, visit: Visit): void => {
    const centre = toFractional(cell, [x, y, z]).map((s) => s - Math.floor(s)) as Float64Array;
    const home = [0, 1, 2].map((k) => binAt(centre[k] as number, bins[k] as number));
    const spans = [0, 1, 2].map((k) => Math.ceil((radius * (bins[k] as number)) / (widths[k] as number)));
    const looks = spans.reduce((product, span) => product * (2 * span + 1), 1);
    if (looks > MOST_LOOKS) {
      throw new InputError(
        `the cell is too thin for distances up to ${radius.toFixed(1)} Å; repeat it first`,
      );
    }
    const square = radius * radius;
    const [sa, sb, sc] = spans as [number, number, number];
    const [ha, hb, hc] = home as [number, number, number];
    for (let ia = ha - sa; ia <= ha + sa; ia++) {
      const shiftA = Math.floor(ia / na);
      for (let ib = hb - sb; ib <= hb + sb; ib++) {
        const shiftB = Math.floor(ib / nb);
        for (let ic = hc - sc; ic <= hc + sc; ic++) {
          const shiftC = Math.floor(ic / nc);
          const there = members.get(key(ia - shiftA * na, ib - shiftB * nb, ic - shiftC * nc));
          if (!there) continue;
          for (const j of there) {
            const u = (fractional[3 * j] as number) + shiftA - (centre[0] as number);
            const v = (fractional[3 * j + 1] as number) + shiftB - (centre[1] as number);
            const w = (fractional[3 * j + 2] as number) + shiftC - (centre[2] as number);
            const dx = u * (h[0] as number) + v * (h[3] as number) + w * (h[6] as number);
            const dy = u * (h[1] as number) + v * (h[4] as number) + w * (h[7] as number);
            const dz = u * (h[2] as number) + v * (h[5] as number) + w * (h[8] as number);
            const r2 = dx * dx + dy * dy + dz * dz;
            if (r2 <= square) visit(j, dx, dy, dz, Math.sqrt(r2));
          }
        }
      }
    }
  };
  return { around };
}
