/**
 * Vectors and 3×3 matrices on plain f64 arrays. A matrix is nine numbers in row-major order; a cell matrix has the
 * lattice vectors a, b, c as its rows, so Cartesian = fractional (as a row) × h.
 * (gl-matrix serves the viewer's camera; it works in f32 and would cost the physics nine digits.)
 */

export type Vec3 = readonly [number, number, number];
/** Row-major 3×3. */
export type Mat3 = ArrayLike<number>;

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return at(a, 0) * at(b, 0) + at(a, 1) * at(b, 1) + at(a, 2) * at(b, 2);
}

export function cross(a: ArrayLike<number>, b: ArrayLike<number>): Vec3 {
  return [
    at(a, 1) * at(b, 2) - at(a, 2) * at(b, 1),
    at(a, 2) * at(b, 0) - at(a, 0) * at(b, 2),
    at(a, 0) * at(b, 1) - at(a, 1) * at(b, 0),
  ];
}

export function norm(a: ArrayLike<number>): number {
  return Math.hypot(at(a, 0), at(a, 1), at(a, 2));
}

export function determinant(m: Mat3): number {
  return dot(row(m, 0), cross(row(m, 1), row(m, 2)));
}

/** Row `i` of a matrix. */
export function row(m: Mat3, i: 0 | 1 | 2): Vec3 {
  return [at(m, 3 * i), at(m, 3 * i + 1), at(m, 3 * i + 2)];
}

/** Inverse of a 3×3 matrix; the caller makes sure that the determinant is not zero. */
export function inverse(m: Mat3): Float64Array {
  const volume = determinant(m);
  const bc = cross(row(m, 1), row(m, 2));
  const ca = cross(row(m, 2), row(m, 0));
  const ab = cross(row(m, 0), row(m, 1));
  return Float64Array.of(
    bc[0] / volume,
    ca[0] / volume,
    ab[0] / volume,
    bc[1] / volume,
    ca[1] / volume,
    ab[1] / volume,
    bc[2] / volume,
    ca[2] / volume,
    ab[2] / volume,
  );
}

/** Row vector times matrix: (x·m)_j = Σ_i x_i m_ij. */
export function rowTimes(x: ArrayLike<number>, m: Mat3): Vec3 {
  return [
    at(x, 0) * at(m, 0) + at(x, 1) * at(m, 3) + at(x, 2) * at(m, 6),
    at(x, 0) * at(m, 1) + at(x, 1) * at(m, 4) + at(x, 2) * at(m, 7),
    at(x, 0) * at(m, 2) + at(x, 1) * at(m, 5) + at(x, 2) * at(m, 8),
  ];
}

/** Rows [n×3] times a matrix, into `out`, which may be `rows`. The one loop over atoms of many: no arrays are made in it. */
export function rowsTimes(
  rows: ArrayLike<number>,
  m: Mat3,
  out = new Float64Array(rows.length),
): Float64Array<ArrayBuffer> {
  const [a, b, c] = row(m, 0);
  const [d, e, f] = row(m, 1);
  const [g, h, i] = row(m, 2);
  for (let k = 0; k < rows.length; k += 3) {
    const x = rows[k] as number;
    const y = rows[k + 1] as number;
    const z = rows[k + 2] as number;
    out[k] = x * a + y * d + z * g;
    out[k + 1] = x * b + y * e + z * h;
    out[k + 2] = x * c + y * f + z * i;
  }
  return out;
}

/** Matrix product a·b, row-major. */
export function multiply(a: Mat3, b: Mat3): Float64Array {
  const out = new Float64Array(9);
  for (const i of [0, 1, 2] as const) out.set(rowTimes(row(a, i), b), 3 * i);
  return out;
}

function at(a: ArrayLike<number>, i: number): number {
  return a[i] as number;
}
