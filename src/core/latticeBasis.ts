/**
 * Lattices of integer vectors: which translations a periodic network closes upon. Exact: whole numbers throughout.
 */
import { dot, type Mat3, rowTimes, type Vec3 } from './vec.ts';

/** Independent integer vectors, at most three, in row echelon form with positive leading entries. */
export type LatticeBasis = readonly Vec3[];

/**
 * The lattice spanned by `basis` and one more vector, again in echelon form (Hermite's reduction by Euclid's algorithm on the
 * leading entries). Its rank is the number of rows.
 */
export function withVector(basis: LatticeBasis, vector: Vec3): LatticeBasis {
  const rows: Vec3[] = [];
  let rest: Vec3 = vector;
  for (let column = 0; column < 3; column++) {
    const own = basis.find((candidate) => leading(candidate) === column);
    if (leading(rest) !== column) {
      if (own) rows.push(own);
      continue;
    }
    if (own === undefined) {
      rows.push(at(rest, column) < 0 ? minus([0, 0, 0], rest, 1) : rest);
      rest = [0, 0, 0];
      continue;
    }
    // Euclid: what is left over has a zero in this column and goes on to the next one; a vector of the lattice changes nothing.
    let [a, b] = [rest, own];
    while (at(b, column) !== 0) {
      const quotient = Math.trunc(at(a, column) / at(b, column));
      [a, b] = [b, minus(a, b, quotient)];
    }
    rows.push(at(a, column) < 0 ? minus([0, 0, 0], a, 1) : a);
    rest = b;
  }
  return rows;
}

/** The lattice that both span together. */
export function joined(a: LatticeBasis, b: LatticeBasis): LatticeBasis {
  return b.reduce(withVector, a);
}

/**
 * The same lattice by short vectors: pairs are reduced (Lagrange) in the metric of the cell until none gets shorter, which
 * finds the shortest basis in one and two dimensions and a compact one in three. First non-zero entry positive.
 * @param h rows are the lattice vectors of the cell, Å
 */
export function shortBasis(basis: LatticeBasis, h: Mat3): Vec3[] {
  const rows = basis.map((vector) => [...vector] as [number, number, number]);
  const length2 = (v: Vec3): number => {
    const x = rowTimes(v, h);
    return dot(x, x);
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const a of rows) {
      for (const b of rows) {
        if (a === b) continue;
        const quotient = Math.round(dot(rowTimes(a, h), rowTimes(b, h)) / length2(b));
        const shorter = minus(a, b, quotient);
        if (quotient !== 0 && length2(shorter) < length2(a) * (1 - 1e-12)) {
          [a[0], a[1], a[2]] = shorter;
          changed = true;
        }
      }
    }
  }
  return rows
    .map((v): Vec3 => (at(v, leading(v)) < 0 ? minus([0, 0, 0], v, 1) : v))
    .sort((a, b) => length2(a) - length2(b));
}

/** Column of the first entry that is not zero; 3 for the zero vector. */
function leading(v: Vec3): number {
  return v[0] !== 0 ? 0 : v[1] !== 0 ? 1 : v[2] !== 0 ? 2 : 3;
}

/** a − q·b, without negative zeros. */
function minus(a: Vec3, b: Vec3, q: number): Vec3 {
  return [a[0] - q * b[0] + 0, a[1] - q * b[1] + 0, a[2] - q * b[2] + 0];
}

function at(v: Vec3, k: number): number {
  return v[k] as number;
}
