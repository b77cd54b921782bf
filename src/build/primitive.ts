/**
 * The primitive cell of a crystal: its translations found and divided out. The symmetry search of moyo takes time with a
 * high power of the number of translations (125 copies of one atom 2 s, 512 copies 290 s), so it only sees primitive cells.
 */
import { determinant, dot, inverse, multiply, rowTimes, type Vec3 } from '../core/vec.ts';
import { surroundings } from '../model/around.ts';
import { type Cell, toFractional } from '../model/cell.ts';

export interface Crystal {
  readonly cell: Cell;
  /** [n×3] Å */
  readonly positions: Float64Array;
  /** Equal numbers for points of one kind. */
  readonly kinds: readonly number[];
}

export interface PrimitiveCell extends Crystal {
  /** Index, in the given crystal, of each point kept. */
  readonly kept: readonly number[];
  /** For each given point the point of the primitive cell that it repeats. */
  readonly imageOf: Int32Array;
}

/** The primitive cell; translations hold when every point meets one of its kind within `tolerance` (Å). */
export function primitiveCell(crystal: Crystal, tolerance: number): PrimitiveCell {
  const { cell, positions, kinds } = crystal;
  const n = kinds.length;
  const whole = { ...crystal, kept: kinds.map((_, i) => i), imageOf: Int32Array.from(kinds, (_, i) => i) };
  const counts = new Map<number, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const rarest = [...counts].sort((a, b) => a[1] - b[1])[0]?.[0];
  const candidates = kinds.flatMap((kind, i) => (kind === rarest ? [i] : []));
  const [first] = candidates;
  if (first === undefined || candidates.length === 1) return whole;
  const { around } = surroundings(cell, positions);
  const at = (i: number): Vec3 => [0, 1, 2].map((k) => positions[3 * i + k] as number) as unknown as Vec3;
  /** For each point its image under a translation, or undefined when one has none. */
  const imagesUnder = (t: Vec3): Int32Array | undefined => {
    const images = new Int32Array(n).fill(-1);
    for (let i = 0; i < n; i++) {
      const [x, y, z] = at(i);
      let nearest = tolerance;
      around(x + t[0], y + t[1], z + t[2], tolerance, (j, _dx, _dy, _dz, r) => {
        if (kinds[j] !== kinds[i] || r > nearest) return;
        nearest = r;
        images[i] = j;
      });
      if (images[i] === -1) return undefined;
    }
    return images;
  };
  const origin = at(first);
  const translations: { readonly t: Vec3; readonly images: Int32Array }[] = [];
  for (const j of candidates.slice(1)) {
    const there = at(j);
    const t: Vec3 = [there[0] - origin[0], there[1] - origin[1], there[2] - origin[2]];
    const images = imagesUnder(t);
    if (images) translations.push({ t, images });
  }
  if (translations.length === 0) return whole;
  const copies = translations.length + 1;
  const small = shortestBasis(
    cell,
    translations.map(({ t }) => t),
    copies,
  );
  if (!small || n % copies !== 0) return whole;
  const imageOf = new Int32Array(n).fill(-1);
  const kept: number[] = [];
  for (let i = 0; i < n; i++) {
    if (imageOf[i] !== -1) continue;
    imageOf[i] = kept.length;
    for (const { images } of translations) {
      const j = images[i] as number;
      if (imageOf[j] === -1) imageOf[j] = kept.length;
    }
    kept.push(i);
  }
  if (kept.length * copies !== n) return whole;
  return {
    cell: { h: small },
    positions: Float64Array.from(kept.flatMap((i) => [...at(i)])),
    kinds: kept.map((i) => kinds[i] as number),
    kept,
    imageOf,
  };
}

/** Three shortest independent vectors of the lattice that the translations make (in three dimensions they are a basis). */
function shortestBasis(cell: Cell, translations: readonly Vec3[], copies: number): Float64Array | undefined {
  const { h } = cell;
  const volume = determinant(h) / copies;
  const fractions = [[0, 0, 0], ...translations.map((t) => [...toFractional(cell, t)])];
  const shifts = [-2, -1, 0, 1, 2];
  const vectors = fractions
    .flatMap((f) => {
      const [u, v, w] = f.map((x) => x - Math.round(x)) as [number, number, number];
      return shifts.flatMap((a) =>
        shifts.flatMap((b) => shifts.map((c) => rowTimes([u + a, v + b, w + c], h))),
      );
    })
    .filter((v) => dot(v, v) > 0.01)
    .sort((p, q) => dot(p, p) - dot(q, q));
  const [a] = vectors;
  if (!a) return undefined;
  const isLong = (x: number): boolean => Math.abs(x) > 0.05;
  const b = vectors.find((v) => isLong(dot(a, a) * dot(v, v) - dot(a, v) ** 2));
  const c = b && vectors.find((v) => isLong(determinant([...a, ...b, ...v]) / volume));
  if (!b || !c) return undefined;
  const basis = Float64Array.of(...a, ...b, ...c);
  const found = determinant(basis);
  if (Math.abs(Math.abs(found) / volume - 1) > 0.01) return undefined;
  if (found < 0) for (let k = 0; k < 9; k++) basis[k] = -(basis[k] as number);
  return basis;
}

/** Rows: the vectors `b` as combinations of the vectors `a`. */
export function combination(b: ArrayLike<number>, a: ArrayLike<number>): number[] {
  return [...multiply(b, inverse(a))];
}
