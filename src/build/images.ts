/** Pairs of points of a cell, with every periodic image nearer than a distance. */
import { InputError } from '../core/errors.ts';
import { rowTimes } from '../core/vec.ts';
import { type Cell, perpendicularWidths, toFractional } from '../model/cell.ts';

/** More than any crystal has. */
const MOST_PAIRS = 4e6;

/** The point `j` shifted by whole cells `image` lies `distance` (Å) from the point `i`. */
export interface NearImage {
  readonly i: number;
  readonly j: number;
  readonly image: readonly [number, number, number];
  readonly distance: number;
}

/**
 * Every pair nearer than `within` (Å), in both directions; a point and its own images too, but not itself. Quadratic in the number
 * of points, with a few operations for a pair that is far along one axis.
 */
export function nearImages(cell: Cell, positions: Float64Array, within: number): NearImage[] {
  const fractional = toFractional(cell, positions);
  const reach = perpendicularWidths(cell).map((width) => within / width) as [number, number, number];
  const n = positions.length / 3;
  const found: NearImage[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const d = (k: 0 | 1 | 2): number =>
        (fractional[3 * j + k] as number) - (fractional[3 * i + k] as number);
      const [da, db, dc] = [d(0), d(1), d(2)];
      if (isFar(da, reach[0]) || isFar(db, reach[1]) || isFar(dc, reach[2])) continue;
      for (let a = Math.ceil(-reach[0] - da); a <= reach[0] - da; a++) {
        for (let b = Math.ceil(-reach[1] - db); b <= reach[1] - db; b++) {
          for (let c = Math.ceil(-reach[2] - dc); c <= reach[2] - dc; c++) {
            if (i === j && a === 0 && b === 0 && c === 0) continue;
            const distance = Math.hypot(...rowTimes([da + a, db + b, dc + c], cell.h));
            if (distance >= within) continue;
            found.push({ i, j, image: [a, b, c], distance });
            if (found.length > MOST_PAIRS) {
              throw new InputError(`more than ${MOST_PAIRS} pairs of atoms are nearer than ${within} Å`);
            }
            if (i !== j) found.push({ i: j, j: i, image: [-a, -b, -c], distance });
          }
        }
      }
    }
  }
  return found;
}

/** No image is within reach along one axis. */
function isFar(d: number, reach: number): boolean {
  return Math.abs(d - Math.round(d)) > reach;
}
