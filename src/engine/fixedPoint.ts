/**
 * Positions on the GPU: fraction of the cell × 2³² in a signed word (−½ … ½) plus a count of whole cells. Resolution
 * 2⁻³² of an edge (5e-9 Å at 20 Å); conversions are exact up to that rounding.
 */
import { type Cell, toFractional } from '../model/cell.ts';

const PERIOD = 4294967296;

export interface FixedPositions {
  /** [n×4] x, y, z in fixed point, species. */
  readonly positions: Int32Array<ArrayBuffer>;
  /** [n×4] whole cells along a, b, c, and the atom's count of random draws. */
  readonly images: Int32Array<ArrayBuffer>;
}

/** Fixed-point positions of unwrapped Cartesian ones [n×3] (Å). */
export function toFixed(cell: Cell, positions: ArrayLike<number>, typeOf: ArrayLike<number>): FixedPositions {
  const n = typeOf.length;
  const fractional = toFractional(cell, positions);
  const out = { positions: new Int32Array(4 * n), images: new Int32Array(4 * n) };
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < 3; k++) {
      const fraction = fractional[3 * i + k] as number;
      let image = Math.floor(fraction + 0.5);
      let word = Math.round((fraction - image) * PERIOD);
      if (word === PERIOD / 2) {
        word = -PERIOD / 2;
        image += 1;
      }
      out.positions[4 * i + k] = word;
      out.images[4 * i + k] = image;
    }
    out.positions[4 * i + 3] = typeOf[i] as number;
  }
  return out;
}

/** Unwrapped Cartesian positions [n×3] (Å) of fixed-point ones. */
export function fromFixed(cell: Cell, fixed: FixedPositions): Float64Array {
  const n = fixed.positions.length / 4;
  const out = new Float64Array(3 * n);
  const h = cell.h as ArrayLike<number>;
  for (let i = 0; i < n; i++) {
    const fraction = (k: number): number =>
      (fixed.images[4 * i + k] as number) + (fixed.positions[4 * i + k] as number) / PERIOD;
    const [x, y, z] = [fraction(0), fraction(1), fraction(2)];
    for (let k = 0; k < 3; k++) {
      out[3 * i + k] = x * (h[k] as number) + y * (h[3 + k] as number) + z * (h[6 + k] as number);
    }
  }
  return out;
}
