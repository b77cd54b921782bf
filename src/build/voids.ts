/**
 * Voids between anions: places as far as can be from all of them. Corners of the anions' Voronoi cells are the centres of
 * spheres with at least four anions on them and none inside; corners that nearly coincide are one void. Four anions make a
 * tetrahedron, six an octahedron, eight a cube. (G. F. Voronoi, J. reine angew. Math. 134, 198 (1908),
 * doi:10.1515/crll.1908.134.198.)
 */
import { determinant, type Vec3 } from '../core/vec.ts';
import { surroundings } from '../model/around.ts';
import { type Cell, toFractional, volume } from '../model/cell.ts';
import { voronoiCorners } from './voronoi.ts';

export type VoidKind = 'tetrahedron' | 'octahedron' | 'cube' | 'other';

export interface Void {
  readonly kind: VoidKind;
  /** Fractional coordinates in [0, 1). */
  readonly center: readonly [number, number, number];
  /** Mean distance to the centres of its anions, Å. */
  readonly radius: number;
  /** Index of each anion (several images of one count each). */
  readonly anions: readonly number[];
}

/**
 * Corners nearer than this fraction of their radius are one void. Face-sharing tetrahedra of a hexagonal packing are 0.67
 * radii apart, tetrahedra of a body-centred one 0.63; corners of an octahedron whose anions are displaced by 4 % of their
 * distance stay within 0.2.
 */
const SAME_VOID = 0.35;

/**
 * Tetrahedra with less than this volume, in cubes of their radius, are no voids but the shared squares of cubes, bent
 * (0.04 for displacements of 0.1 Å). The regular tetrahedron has 0.51, that of a body-centred packing 0.48.
 */
const FLAT = 0.15;

/** All voids of an anion lattice. @param anions Cartesian positions [n×3], Å */
export function voidsOf(cell: Cell, anions: Float64Array): Void[] {
  const corners = voronoiCorners(cell, anions);
  if (corners.length === 0) return [];
  const positions = Float64Array.from(
    corners.flatMap(({ anion, from }) => [0, 1, 2].map((k) => at(anions, 3 * anion + k) + at(from, k))),
  );
  const { around } = surroundings(cell, positions);
  const parent = Int32Array.from(corners, (_, i) => i);
  const root = (i: number): number => {
    let top = i;
    while (parent[top] !== top) top = parent[top] as number;
    for (let k = i; parent[k] !== top; ) {
      const next = parent[k] as number;
      parent[k] = top;
      k = next;
    }
    return top;
  };
  corners.forEach(({ radius }, i) => {
    around(
      at(positions, 3 * i),
      at(positions, 3 * i + 1),
      at(positions, 3 * i + 2),
      SAME_VOID * radius,
      (j) => {
        const [a, b] = [root(i), root(j)];
        if (a !== b) parent[Math.max(a, b)] = Math.min(a, b);
      },
    );
  });
  const groups = new Map<number, number[]>();
  corners.forEach((_, i) => {
    const top = root(i);
    groups.set(top, [...(groups.get(top) ?? []), i]);
  });
  const fractional = toFractional(cell, positions);
  const edge = Math.cbrt(volume(cell) / (anions.length / 3));
  return [...groups.values()].flatMap((group): Void[] => {
    const first = group[0] as number;
    // Of each corner the way from the first one, by its nearest image.
    const ways = group.map((i) => {
      const s = [0, 1, 2].map((k) => {
        const d = at(fractional, 3 * i + k) - at(fractional, 3 * first + k);
        return d - Math.round(d);
      });
      return [0, 1, 2].map(
        (k) => at(s, 0) * at(cell.h, k) + at(s, 1) * at(cell.h, 3 + k) + at(s, 2) * at(cell.h, 6 + k),
      ) as unknown as Vec3;
    });
    const mean = [0, 1, 2].map((k) => ways.reduce((sum, way) => sum + at(way, k), 0) / ways.length);
    const around: { readonly anion: number; readonly from: Vec3 }[] = [];
    group.forEach((i, m) => {
      const { anion, from } = corners[i] as (typeof corners)[number];
      const way = ways[m] as Vec3;
      const place = [0, 1, 2].map((k) => at(way, k) - at(from, k) - at(mean, k)) as unknown as Vec3;
      const isKnown = around.some(
        (other) => other.anion === anion && Math.hypot(...difference(other.from, place)) < 0.1 * edge,
      );
      if (!isKnown) around.push({ anion, from: place });
    });
    const radius = around.reduce((sum, { from }) => sum + Math.hypot(...from), 0) / around.length;
    if (around.length === 4 && Math.abs(sixfoldVolume(around)) < 6 * FLAT * radius ** 3) return [];
    const center = toFractional(
      cell,
      [0, 1, 2].map((k) => at(positions, 3 * first + k) + at(mean, k)),
    );
    const found: Void = {
      kind: kindOf(around.length),
      center: [0, 1, 2].map((k) => {
        const x = at(center, k) - Math.floor(at(center, k));
        return x > 1 - 1e-9 ? 0 : x;
      }) as [number, number, number],
      radius,
      anions: around.map(({ anion }) => anion),
    };
    return [found];
  });
}

function sixfoldVolume(corners: readonly { readonly from: Vec3 }[]): number {
  const [a, b, c, d] = corners.map(({ from }) => from) as [Vec3, Vec3, Vec3, Vec3];
  return determinant([...difference(b, a), ...difference(c, a), ...difference(d, a)]);
}

function kindOf(corners: number): VoidKind {
  return corners === 4 ? 'tetrahedron' : corners === 6 ? 'octahedron' : corners === 8 ? 'cube' : 'other';
}

function difference(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] as number;
}
