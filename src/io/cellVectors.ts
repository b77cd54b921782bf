/** Lattice vectors as files give them -> Cell. */
import type { SourceLocation } from '../core/errors.ts';
import { determinant } from '../core/vec.ts';
import { type Cell, cellFromVectors } from '../model/cell.ts';
import { located } from './location.ts';

/**
 * A cell out of nine numbers (rows a, b, c in Å). A left-handed set spans the same lattice with b and c swapped:
 * Cartesian positions stay as they are.
 */
export function cellOfVectors(vectors: ArrayLike<number>, location: SourceLocation): Cell {
  const h = Array.from(vectors);
  const isLeftHanded = h.length === 9 && determinant(h) < 0;
  const ordered = isLeftHanded ? [...h.slice(0, 3), ...h.slice(6, 9), ...h.slice(3, 6)] : h;
  return located(location, () => cellFromVectors(ordered));
}
