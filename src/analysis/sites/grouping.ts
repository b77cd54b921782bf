/** Which tetrahedra of a division of space are one polyhedron: those about one centre. */
import { type Cell, toCartesian } from '../../model/cell.ts';
import type { PeriodicTetrahedra } from './delaunay.ts';

/**
 * Tetrahedra whose spheres have centres nearer to each other than this fraction of their radius are parts of one polyhedron.
 * Face-sharing tetrahedra of a hexagonal packing are 0.67 radii apart, of a body-centred one 0.63; the parts of an octahedron
 * stay within 0.2 when anions are displaced by 4 % of their distance.
 */
const SAME_CENTER = 0.35;
/** Tetrahedra of less volume than this, in cubes of their radius, are flat: 0.51 is regular, 0.48 that of a body-centred packing. */
const FLAT = 0.1;

/** A part of a polyhedron and the lattice vectors that bring it there. */
export interface Part {
  readonly tetrahedron: number;
  readonly image: readonly [number, number, number];
}

/** A polyhedron: its parts and its corners, all in the frame of its first part. */
export interface Group {
  readonly parts: readonly Part[];
  readonly corners: readonly { readonly point: number; readonly image: readonly [number, number, number] }[];
}

/** Which tetrahedra are one polyhedron. Groups that are none of 4, 6 or 8 corners fall apart again, their tetrahedra stand alone. */
export function grouped(cell: Cell, fractional: Float64Array, all: PeriodicTetrahedra): Group[] {
  const taken = new Uint8Array(all.count);
  const groups: Group[] = [];
  const isFlat = Array.from({ length: all.count }, (_, t) => {
    const volume = Math.abs(volumeOf(cell, fractional, all, t));
    return volume < FLAT * at(all.radii, t) ** 3;
  });
  const single = (tetrahedron: number): Group => withCorners(all, [{ tetrahedron, image: [0, 0, 0] }]);
  const isClose = (t: number, slot: number): boolean => {
    const other = at(all.neighbors, slot);
    const d = centerDistance(cell, all, t, slot);
    const limit = SAME_CENTER * Math.min(at(all.radii, t), at(all.radii, other));
    return d < limit;
  };
  for (let t = 0; t < all.count; t++) {
    if (taken[t]) continue;
    const group = withCorners(all, collected(all, t, taken, isClose));
    const n = group.corners.length;
    if (group.parts.length === 1 || n === 6 || n === 8) {
      for (const { tetrahedron } of group.parts) taken[tetrahedron] = 1;
      groups.push(group);
      continue;
    }
    for (const ring of octahedraWithin(cell, all, group, taken)) groups.push(ring);
    for (const { tetrahedron } of group.parts) {
      if (taken[tetrahedron]) continue;
      taken[tetrahedron] = 1;
      groups.push(single(tetrahedron));
    }
  }
  return absorbed(cell, all, groups, isFlat);
}

/** Everything reached from a tetrahedron over faces between close centres. */
function collected(
  all: PeriodicTetrahedra,
  from: number,
  taken: Uint8Array,
  isClose: (t: number, slot: number) => boolean,
): Part[] {
  const parts: Part[] = [{ tetrahedron: from, image: [0, 0, 0] }];
  const seen = new Set([from]);
  for (const { tetrahedron: t, image } of parts) {
    for (let slot = 4 * t; slot < 4 * t + 4; slot++) {
      const next = at(all.neighbors, slot);
      if (taken[next] || seen.has(next) || !isClose(t, slot)) continue;
      seen.add(next);
      parts.push({ tetrahedron: next, image: moved(all, image, slot) });
    }
  }
  return parts;
}

/**
 * Octahedra in a group that is too large: four tetrahedra around an edge, six corners in all, the ones with the most common
 * centre first.
 */
function octahedraWithin(cell: Cell, all: PeriodicTetrahedra, group: Group, taken: Uint8Array): Group[] {
  const members = new Set(group.parts.map(({ tetrahedron }) => tetrahedron));
  const rings: { readonly ring: Group; readonly spread: number }[] = [];
  for (const t of members) {
    for (let i = 0; i < 4; i++) {
      for (let j = i + 1; j < 4; j++) {
        const parts = ringAround(all, t, i, j);
        if (parts?.length !== 4 || !parts.every((p) => members.has(p.tetrahedron))) continue;
        if (Math.min(...parts.map((p) => p.tetrahedron)) !== t) continue;
        const ring = withCorners(all, parts);
        if (ring.corners.length !== 6) continue;
        let spread = 0;
        for (const p of parts) {
          for (let slot = 4 * p.tetrahedron; slot < 4 * p.tetrahedron + 4; slot++) {
            if (parts.some((q) => q.tetrahedron === at(all.neighbors, slot))) {
              spread = Math.max(spread, centerDistance(cell, all, p.tetrahedron, slot));
            }
          }
        }
        rings.push({ ring, spread });
      }
    }
  }
  rings.sort((a, b) => a.spread - b.spread);
  return rings.flatMap(({ ring }) => {
    if (ring.parts.some(({ tetrahedron }) => taken[tetrahedron])) return [];
    for (const { tetrahedron } of ring.parts) taken[tetrahedron] = 1;
    return [ring];
  });
}

/** The tetrahedra around the edge of corners i and j, or undefined when there are more than eight. */
function ringAround(all: PeriodicTetrahedra, t: number, i: number, j: number): Part[] | undefined {
  const parts: Part[] = [{ tetrahedron: t, image: [0, 0, 0] }];
  const ends = [i, j].map((k) => cornerKey(all, t, k, [0, 0, 0]));
  const [p] = [0, 1, 2, 3].filter((k) => k !== i && k !== j) as [number, number];
  let across = p;
  for (let step = 0; step < 8; step++) {
    const last = parts[parts.length - 1] as Part;
    const slot = 4 * last.tetrahedron + across;
    const next: Part = { tetrahedron: at(all.neighbors, slot), image: moved(all, last.image, slot) };
    if (next.tetrahedron === t && next.image.every((x) => x === 0)) return parts;
    // The next face to cross is the one opposite to the corner shared with the tetrahedron before, off the edge.
    const shared = [0, 1, 2, 3]
      .filter((k) => k !== across)
      .map((k) => cornerKey(all, last.tetrahedron, k, last.image));
    const keys = [0, 1, 2, 3].map((k) => cornerKey(all, next.tetrahedron, k, next.image));
    across = keys.findIndex((key) => shared.includes(key) && !ends.includes(key));
    parts.push(next);
  }
  return undefined;
}

/** Flat groups of four corners join the neighbour whose centre is nearest: they are bent squares between polyhedra, not places. */
function absorbed(
  cell: Cell,
  all: PeriodicTetrahedra,
  groups: readonly Group[],
  isFlat: readonly boolean[],
): Group[] {
  const groupOf = new Int32Array(all.count);
  const imageIn = new Array<readonly [number, number, number]>(all.count);
  groups.forEach(({ parts }, g) => {
    for (const { tetrahedron, image } of parts) {
      groupOf[tetrahedron] = g;
      imageIn[tetrahedron] = image;
    }
  });
  const extra = groups.map((): Part[] => []);
  const kept = groups.map(({ parts }) => {
    const t = (parts[0] as Part).tetrahedron;
    if (parts.length > 1 || !isFlat[t]) return true;
    let nearest = Number.POSITIVE_INFINITY;
    let home = -1;
    for (let slot = 4 * t; slot < 4 * t + 4; slot++) {
      const other = at(all.neighbors, slot);
      const distance = centerDistance(cell, all, t, slot);
      if (isFlat[other] || distance >= nearest) continue;
      nearest = distance;
      home = slot;
    }
    if (home < 0) return true;
    const other = at(all.neighbors, home);
    const there = imageIn[other] as readonly [number, number, number];
    (extra[groupOf[other] as number] as Part[]).push({
      tetrahedron: t,
      image: [0, 1, 2].map((k) => at(there, k) - at(all.shifts, 3 * home + k)) as [number, number, number],
    });
    return false;
  });
  return groups.flatMap((group, g) => {
    if (!kept[g]) return [];
    const more = extra[g] as Part[];
    return more.length === 0 ? [group] : [{ ...group, parts: [...group.parts, ...more] }];
  });
}

function withCorners(all: PeriodicTetrahedra, parts: readonly Part[]): Group {
  const corners = new Map<string, Group['corners'][number]>();
  for (const { tetrahedron: t, image } of parts) {
    for (let k = 0; k < 4; k++) {
      const there = [0, 1, 2].map((a) => at(all.images, 12 * t + 3 * k + a) + at(image, a));
      corners.set(cornerKey(all, t, k, image), {
        point: at(all.corners, 4 * t + k),
        image: there as [number, number, number],
      });
    }
  }
  return { parts, corners: [...corners.values()] };
}

function cornerKey(all: PeriodicTetrahedra, t: number, k: number, image: readonly number[]): string {
  const there = [0, 1, 2].map((a) => at(all.images, 12 * t + 3 * k + a) + at(image, a));
  return `${at(all.corners, 4 * t + k)}:${there.join(',')}`;
}

function moved(
  all: PeriodicTetrahedra,
  image: readonly number[],
  slot: number,
): readonly [number, number, number] {
  return [0, 1, 2].map((k) => at(image, k) + at(all.shifts, 3 * slot + k)) as [number, number, number];
}

/** Between the centres of a tetrahedron and of its neighbour across a face, Å. */
function centerDistance(cell: Cell, all: PeriodicTetrahedra, t: number, slot: number): number {
  const other = at(all.neighbors, slot);
  const shift = toCartesian(cell, all.shifts.subarray(3 * slot, 3 * slot + 3));
  return Math.hypot(
    ...[0, 1, 2].map((k) => at(all.centers, 3 * other + k) + at(shift, k) - at(all.centers, 3 * t + k)),
  );
}

function volumeOf(cell: Cell, fractional: ArrayLike<number>, all: PeriodicTetrahedra, t: number): number {
  const place = (k: number): Float64Array =>
    toCartesian(
      cell,
      [0, 1, 2].map(
        (a) => at(fractional, 3 * at(all.corners, 4 * t + k) + a) + at(all.images, 12 * t + 3 * k + a),
      ),
    );
  const o = place(0);
  const [u, v, w] = [1, 2, 3].map((k) => place(k).map((x, a) => x - at(o, a))) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return (
    (at(u, 0) * (at(v, 1) * at(w, 2) - at(v, 2) * at(w, 1)) +
      at(u, 1) * (at(v, 2) * at(w, 0) - at(v, 0) * at(w, 2)) +
      at(u, 2) * (at(v, 0) * at(w, 1) - at(v, 1) * at(w, 0))) /
    6
  );
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] as number;
}
