/**
 * How far a set of neighbours is from a regular tetrahedron or octahedron: the continuous symmetry measure, 0 for the shape
 * itself to 100 (M. Pinsky & D. Avnir, Inorg. Chem. 37, 5575 (1998), doi:10.1021/ic9804925), the ion in the middle included.
 */

/**
 * S = 100 · min Σ|q_k − s·R p_k|²/Σ|q_k|² over rotations and reflections R, scale s and pairings of points with corners; q
 * from the centroid of ion and neighbours. With M = Σ q_k p_kᵀ it is 100·[1 − (σ₁+σ₂+σ₃)²/(Σ|q|² Σ|p|²)], σ the singular
 * values of M. A tetrahedron looks the same under every renumbering: one pairing.
 * @param from [12] vectors from the ion to four neighbours
 */
export function tetrahedralMeasure(from: ArrayLike<number>): number {
  centre(from, 4);
  for (let k = 0; k < 9; k++) m[k] = 0;
  for (let k = 0; k < 4; k++) {
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++)
        add(3 * a + b, (q[3 * k + a] as number) * (TETRAHEDRON[3 * k + b] as number));
    }
  }
  return 100 * (1 - nuclearNorm() ** 2 / (spread * 12));
}

/** The same for six neighbours and an octahedron: its numberings differ in which corners are opposite, 15 ways. @param from [18] */
export function octahedralMeasure(from: ArrayLike<number>): number {
  centre(from, 6);
  let best = 0;
  for (const pairs of PAIRINGS) {
    for (let axis = 0; axis < 3; axis++) {
      const plus = 3 * (pairs[2 * axis] as number);
      const minus = 3 * (pairs[2 * axis + 1] as number);
      for (let a = 0; a < 3; a++) m[3 * a + axis] = (q[plus + a] as number) - (q[minus + a] as number);
    }
    best = Math.max(best, nuclearNorm());
  }
  return 100 * (1 - best ** 2 / (spread * 6));
}

const TETRAHEDRON = [1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1];
const PAIRINGS: readonly (readonly number[])[] = [1, 2, 3, 4, 5].flatMap((a) => {
  const rest = [1, 2, 3, 4, 5].filter((x) => x !== a) as [number, number, number, number];
  const [p, s, t, u] = rest;
  return [
    [0, a, p, s, t, u],
    [0, a, p, t, s, u],
    [0, a, p, u, s, t],
  ];
});

// Scratch of this module: a measure is taken of every ion of every frame, and allocates nothing.
const q = new Float64Array(18);
const m = new Float64Array(9);
let spread = 0;

function add(k: number, x: number): void {
  m[k] = (m[k] as number) + x;
}

/** Takes the centroid of the ion (at the origin) and its neighbours off; `spread` is Σ|q|², the ion's own included. */
function centre(from: ArrayLike<number>, n: number): void {
  spread = 0;
  for (let a = 0; a < 3; a++) {
    let mean = 0;
    for (let k = 0; k < n; k++) mean += from[3 * k + a] as number;
    mean /= n + 1;
    spread += mean * mean;
    for (let k = 0; k < n; k++) {
      const x = (from[3 * k + a] as number) - mean;
      q[3 * k + a] = x;
      spread += x * x;
    }
  }
}

/** Sum of the singular values of m: the roots of the eigenvalues of mᵀm, which a cubic gives in closed form. */
function nuclearNorm(): number {
  const g = (i: number, j: number): number =>
    (m[i] as number) * (m[j] as number) +
    (m[3 + i] as number) * (m[3 + j] as number) +
    (m[6 + i] as number) * (m[6 + j] as number);
  const [xx, yy, zz, xy, xz, yz] = [g(0, 0), g(1, 1), g(2, 2), g(0, 1), g(0, 2), g(1, 2)];
  const third = (xx + yy + zz) / 3;
  const off = xy * xy + xz * xz + yz * yz;
  const [a, b, c] = [xx - third, yy - third, zz - third];
  const p = Math.sqrt((a * a + b * b + c * c + 2 * off) / 6);
  if (p < 1e-14 * third) return 3 * Math.sqrt(Math.max(0, third));
  const half = (a * (b * c - yz * yz) - xy * (xy * c - yz * xz) + xz * (xy * yz - b * xz)) / (2 * p ** 3);
  const angle = Math.acos(Math.max(-1, Math.min(1, half))) / 3;
  const first = third + 2 * p * Math.cos(angle);
  const last = third + 2 * p * Math.cos(angle + (2 * Math.PI) / 3);
  const middle = 3 * third - first - last;
  return Math.sqrt(Math.max(0, first)) + Math.sqrt(Math.max(0, middle)) + Math.sqrt(Math.max(0, last));
}
