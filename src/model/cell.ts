/**
 * The periodic cell: three lattice vectors, triclinic from the start. Cartesian = fractional row vector × h.
 */
import { InputError } from '../core/errors.ts';
import { cross, determinant, dot, inverse, norm, row, rowsTimes, type Vec3 } from '../core/vec.ts';

/** Lattice vectors a, b, c as the rows of `h` (nine numbers, Å). */
export interface Cell {
  readonly h: Float64Array;
}

/** Edge lengths in Å and angles in degrees. */
export interface CellParameters {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
}

/** Lengths of edges outside are in other units than Å, or no lengths, Å. */
const EDGES = { shortest: 0.01, longest: 1e6 } as const;

/** A cell out of nine numbers (rows a, b, c in Å); refuses flat, left-handed and non-finite ones, and absurd lengths. */
export function cellFromVectors(h: ArrayLike<number>): Cell {
  const rows = Float64Array.from(h);
  if (rows.length !== 9 || !rows.every(Number.isFinite)) {
    throw new InputError('cell: expected nine finite numbers (lattice vectors a, b, c in Å)');
  }
  const edges = ([0, 1, 2] as const).map((i) => norm(row(rows, i)));
  const odd = edges.findIndex(
    (length) => !(length <= EDGES.longest && (length >= EDGES.shortest || length === 0)),
  );
  if (odd >= 0) {
    throw new InputError(
      `cell: edge ${'abc'[odd]} is ${edges[odd]} Å long; expected ${EDGES.shortest} to ${EDGES.longest} Å`,
    );
  }
  const volume = determinant(rows);
  const scale = edges.reduce((product, length) => product * length, 1);
  if (!(Math.abs(volume) > 1e-6 * scale)) {
    throw new InputError('cell: the lattice vectors are flat (volume zero)');
  }
  if (volume < 0) {
    throw new InputError('cell: the lattice vectors are left-handed; swap two of them');
  }
  return { h: rows };
}

/**
 * A cell from edges (Å) and angles (degrees): a along x, b in the xy plane (the orientation of LAMMPS and of most
 * crystallographic programs).
 */
export function cellFromParameters({ a, b, c, alpha, beta, gamma }: CellParameters): Cell {
  for (const [name, length] of Object.entries({ a, b, c })) {
    if (!(length > 0)) throw new InputError(`cell: edge ${name} must be positive, found ${length} Å`);
  }
  for (const [name, angle] of Object.entries({ alpha, beta, gamma })) {
    if (!(angle > 0 && angle < 180)) {
      throw new InputError(`cell: angle ${name} must lie between 0 and 180°, found ${angle}`);
    }
  }
  const [cosAlpha, cosBeta, cosGamma] = [alpha, beta, gamma].map(cosineOfDegrees) as [number, number, number];
  const sinGamma = Math.sqrt(1 - cosGamma * cosGamma);
  const cx = c * cosBeta;
  const cy = (c * (cosAlpha - cosBeta * cosGamma)) / sinGamma;
  const cz2 = c * c - cx * cx - cy * cy;
  if (!(cz2 > 0)) {
    throw new InputError(`cell: angles ${alpha}, ${beta}, ${gamma}° do not close to a cell`);
  }
  return cellFromVectors([a, 0, 0, b * cosGamma, b * sinGamma, 0, cx, cy, Math.sqrt(cz2)]);
}

/** Cosine with exact values at 60, 90 and 120°, so that orthogonal cells stay exactly orthogonal. */
function cosineOfDegrees(degrees: number): number {
  if (degrees === 90) return 0;
  if (degrees === 60) return 0.5;
  if (degrees === 120) return -0.5;
  return Math.cos((degrees * Math.PI) / 180);
}

/** Edges and angles of a cell. */
export function cellParameters(cell: Cell): CellParameters {
  const [a, b, c] = [row(cell.h, 0), row(cell.h, 1), row(cell.h, 2)];
  const angle = (u: Vec3, v: Vec3): number =>
    (Math.acos(Math.max(-1, Math.min(1, dot(u, v) / (norm(u) * norm(v))))) * 180) / Math.PI;
  return { a: norm(a), b: norm(b), c: norm(c), alpha: angle(b, c), beta: angle(a, c), gamma: angle(a, b) };
}

/** Volume in Å³. */
export function volume(cell: Cell): number {
  return determinant(cell.h);
}

/** Distances between opposite faces, Å: the largest cutoff of a minimum-image sum is half the smallest. */
export function perpendicularWidths(cell: Cell): Vec3 {
  const [a, b, c] = [row(cell.h, 0), row(cell.h, 1), row(cell.h, 2)];
  const v = volume(cell);
  return [v / norm(cross(b, c)), v / norm(cross(c, a)), v / norm(cross(a, b))];
}

/** Rows are the reciprocal vectors a*, b*, c* (Å⁻¹, without 2π): r·a* is the fractional coordinate x. */
export function reciprocalVectors(cell: Cell): Float64Array {
  const inv = inverse(cell.h);
  const out = new Float64Array(9);
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) out[3 * i + j] = inv[3 * j + i] as number;
  return out;
}

/** Fractional coordinates [n×3] of Cartesian ones [n×3] (Å). */
export function toFractional(cell: Cell, positions: ArrayLike<number>): Float64Array {
  return rowsTimes(positions, inverse(cell.h));
}

/** Cartesian coordinates [n×3] (Å) of fractional ones [n×3]. */
export function toCartesian(cell: Cell, fractional: ArrayLike<number>): Float64Array {
  return rowsTimes(fractional, cell.h);
}
