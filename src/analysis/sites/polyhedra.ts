/**
 * Tetrahedra, octahedra and cubes of framework atoms as sites: the tetrahedra of delaunay.ts, where a number of them about
 * one centre is one polyhedron. Together they fill space, whatever the lattice and however it is shaken, so that an ion is
 * in exactly one of them.
 */
import { type Cell, toCartesian } from '../../model/cell.ts';
import { type PeriodicTetrahedra, periodicTetrahedra } from './delaunay.ts';
import { grouped } from './grouping.ts';
import type { SiteSet } from './visits.ts';
import { createWalk } from './walk.ts';

/** Kinds of polyhedra by their corners: 4, 6, 8, any other number. */
export type PolyhedronKind = 'tetrahedral' | 'octahedral' | 'cubic' | 'irregular';

/** Sites that are polyhedra, and the tetrahedra that they are made of. */
export interface Polyhedra {
  readonly sites: SiteSet;
  readonly tetrahedra: PeriodicTetrahedra;
  /** [tetrahedra] the site that each is part of; −1 where a framework atom sits in the polyhedron. */
  readonly siteOf: Int32Array;
  /** [tetrahedra×3] image of the site that a tetrahedron as it stands in the list belongs to. */
  readonly imageOf: Int32Array;
  /** Corners of site s: `cornerOf[k]` with `start[s] ≤ k < start[s+1]`. */
  readonly start: Int32Array;
  readonly cornerOf: Int32Array;
  /** [×3] lattice vectors that bring a corner to the site whose centre is in [0, 1). */
  readonly cornerImage: Int32Array;
  /** [sites] mean distance from the centre to the corners, Å. */
  readonly radius: Float64Array;
  /** [sites] distance from the centre to the nearest face, Å. */
  readonly inner: Float64Array;
  /** Polyhedra that a framework atom sits in, by kind. */
  readonly filled: Readonly<Record<PolyhedronKind, number>>;
}

/**
 * All polyhedra between points.
 * @param fractional [n×3] mean places of the corners, in [0, 1)
 * @param fillings [m×3] fractional places of framework atoms that are no corners: a polyhedron that holds one is no site
 */
export function polyhedra(cell: Cell, fractional: Float64Array, fillings: Float64Array): Polyhedra {
  const tetrahedra = periodicTetrahedra(cell, fractional);
  const groups = grouped(cell, fractional, tetrahedra);
  const groupOf = new Int32Array(tetrahedra.count);
  groups.forEach(({ parts }, g) => {
    for (const { tetrahedron } of parts) groupOf[tetrahedron] = g;
  });
  const isFilled = groups.map(() => false);
  for (let i = 0; i < fillings.length; i += 3) {
    const t = containing(tetrahedra, fractional, fillings.subarray(i, i + 3));
    if (t >= 0) isFilled[groupOf[t] as number] = true;
  }
  const siteOf = new Int32Array(tetrahedra.count).fill(-1);
  const imageOf = new Int32Array(3 * tetrahedra.count);
  const kinds: PolyhedronKind[] = [];
  const centers: number[] = [];
  const start = [0];
  const cornerOf: number[] = [];
  const cornerImage: number[] = [];
  const radius: number[] = [];
  const inner: number[] = [];
  const filled = { tetrahedral: 0, octahedral: 0, cubic: 0, irregular: 0 };
  groups.forEach(({ parts, corners }, g) => {
    const kind = kindOf(corners.length);
    if (isFilled[g]) {
      filled[kind]++;
      return;
    }
    const site = kinds.length;
    kinds.push(kind);
    const center = [0, 1, 2].map(
      (k) =>
        corners.reduce((sum, c) => sum + at(fractional, 3 * c.point + k) + at(c.image, k), 0) /
        corners.length,
    );
    // 1e-9: a centre on the face of the cell belongs to 0, not to 1 − rounding.
    const home = center.map((x) => Math.floor(x + 1e-9));
    centers.push(...center.map((x, k) => Math.max(0, x - at(home, k))));
    for (const { tetrahedron, image } of parts) {
      siteOf[tetrahedron] = site;
      // The part stands at the group's place less `image`; so does its site.
      for (let k = 0; k < 3; k++) imageOf[3 * tetrahedron + k] = at(home, k) - at(image, k);
    }
    for (const { point, image } of corners) {
      cornerOf.push(point);
      cornerImage.push(...image.map((x, k) => x - at(home, k)));
    }
    start.push(cornerOf.length);
    const from = corners.map(({ point, image }) =>
      toCartesian(
        cell,
        [0, 1, 2].map((k) => at(fractional, 3 * point + k) + at(image, k) - at(center, k)),
      ),
    );
    const mean = from.reduce((sum, v) => sum + Math.hypot(...v), 0) / from.length;
    radius.push(mean);
    // Of the regular ones R/3 and R/√3.
    inner.push(kind === 'tetrahedral' ? mean / 3 : mean / Math.sqrt(3));
  });
  return {
    sites: { cell, fractional: Float64Array.from(centers), kinds },
    tetrahedra,
    siteOf,
    imageOf,
    start: Int32Array.from(start),
    cornerOf: Int32Array.from(cornerOf),
    cornerImage: Int32Array.from(cornerImage),
    radius: Float64Array.from(radius),
    inner: Float64Array.from(inner),
    filled,
  };
}

/** How a pair of neighbouring sites is named: the second one in the image `image` (lattice vectors) of the first one's cell. */
export function faceKey(from: number, to: number, image: ArrayLike<number>): string {
  return `${from} ${to} ${image[0]} ${image[1]} ${image[2]}`;
}

/**
 * The windows between sites that share a face, both ways, by faceKey.
 * @param compositionOf of the three corners, by index
 */
export function sharedFaces(
  { siteOf, imageOf, tetrahedra }: Polyhedra,
  compositionOf: (corners: readonly number[]) => string,
): Map<string, string> {
  const { corners, neighbors, shifts } = tetrahedra;
  const windows = new Map<string, string>();
  for (let slot = 0; slot < neighbors.length; slot++) {
    const t = slot >> 2;
    const next = at(neighbors, slot);
    const [from, to] = [at(siteOf, t), at(siteOf, next)];
    const image = [0, 1, 2].map(
      (k) => at(imageOf, 3 * next + k) + at(shifts, 3 * slot + k) - at(imageOf, 3 * t + k),
    );
    const isInside = from === to && image.every((x) => x === 0);
    if (from < 0 || to < 0 || isInside) continue;
    const face = [0, 1, 2, 3].filter((k) => k !== slot % 4).map((k) => at(corners, 4 * t + k));
    windows.set(faceKey(from, to, image), compositionOf(face));
  }
  return windows;
}

function kindOf(corners: number): PolyhedronKind {
  return corners === 4 ? 'tetrahedral' : corners === 6 ? 'octahedral' : corners === 8 ? 'cubic' : 'irregular';
}

/** The tetrahedron that contains a fractional place, by a walk over faces; −1 when the walk does not end. */
function containing(all: PeriodicTetrahedra, fractional: Float64Array, place: ArrayLike<number>): number {
  const walk = createWalk(all, fractional);
  return walk.to(at(place, 0), at(place, 1), at(place, 2)) ? walk.tetrahedron : -1;
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] as number;
}
