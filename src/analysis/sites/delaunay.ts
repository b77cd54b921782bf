/**
 * The tetrahedra between points of a periodic cell (Delaunay): they fill space once, and each one's neighbours across its
 * four faces are known, so that a point that moves can be followed from tetrahedron to tetrahedron.
 * (B. Delaunay, Izv. Akad. Nauk SSSR, Otd. Mat. Estestv. Nauk 7, 793 (1934).)
 */
import { InputError } from '../../core/errors.ts';
import { RandomSequence } from '../../core/rng.ts';
import { cross, determinant, dot, multiply, norm, type Vec3 } from '../../core/vec.ts';
import { surroundings } from '../../model/around.ts';
import { type Cell, toCartesian, volume } from '../../model/cell.ts';

/** Tetrahedra of one cell; corner k of tetrahedron t is the point `corners[4t+k]` moved by the lattice vectors `images[12t+3k …]`. */
export interface PeriodicTetrahedra {
  readonly count: number;
  readonly corners: Int32Array;
  readonly images: Int32Array;
  /** [4n] tetrahedron across the face opposite to corner k. */
  readonly neighbors: Int32Array;
  /** [12n] lattice vectors that bring that neighbour, as it stands in this list, to the face. */
  readonly shifts: Int32Array;
  /** [3n] centres of the spheres through the corners, Å, as the tetrahedra stand in this list. */
  readonly centers: Float64Array;
  /** [n] radii of these spheres, Å. */
  readonly radii: Float64Array;
}

interface Corner {
  readonly point: number;
  readonly image: Vec3;
  readonly place: Vec3;
}

/**
 * Six anions of a perfect octahedron lie on one sphere, which has no single division into tetrahedra. Any will do, as long as
 * neighbours agree: points are moved by up to this, Å …
 */
const JITTER = 1e-3;
/** … and the cell is strained a little, because the images of one point all move together. */
const STRAIN = [1 + 1.3e-4, 2.1e-4, -3.7e-4, 0, 1 - 2.9e-4, 1.7e-4, 0, 0, 1 + 4.1e-4];
/** Å; emptier places are vacuum. */
const LARGEST_RADIUS = 15;

/**
 * All tetrahedra, by wrapping face after face: of all spheres through a face, the one whose centre lies least far out and
 * that meets another point gives the next corner. About 7 tetrahedra per point; 0.1 ms each.
 * @param fractional [n×3] in [0, 1)
 */
export function periodicTetrahedra(given: Cell, fractional: Float64Array): PeriodicTetrahedra {
  const cell: Cell = { h: multiply(given.h, STRAIN) };
  const n = fractional.length / 3;
  if (n === 0) throw new InputError('sites between anions: the structure has none');
  const random = new RandomSequence(1);
  const places = toCartesian(cell, fractional).map((x) => x + JITTER * (random.uniform() - 0.5));
  const around = gatherer(cell, fractional, places);
  const list: Corner[][] = [];
  const neighbors: number[] = [];
  const shifts: number[] = [];
  const known = new Map<string, number>();

  const enter = (found: readonly Corner[]): { readonly id: number; readonly shift: Vec3 } => {
    const sorted = [...found].sort(
      (a, b) =>
        a.point - b.point || a.image[0] - b.image[0] || a.image[1] - b.image[1] || a.image[2] - b.image[2],
    );
    const shift = (sorted[0] as Corner).image;
    const back: Vec3 = [-shift[0], -shift[1], -shift[2]];
    const moved = sorted.map((corner) => translated(cell, corner, back));
    const key = moved.map(({ point, image }) => `${point}:${image.join(',')}`).join(' ');
    let id = known.get(key);
    if (id === undefined) {
      id = list.length;
      known.set(key, id);
      list.push(moved);
      for (let k = 0; k < 4; k++) neighbors.push(-1);
      for (let k = 0; k < 12; k++) shifts.push(0);
    }
    return { id, shift };
  };

  enter(firstTetrahedron(around, places));
  // A triangulation of a periodic set has fewer than 8 n tetrahedra for anything like condensed matter.
  for (let t = 0; t < list.length && t < 40 * n + 100; t++) {
    for (let k = 0; k < 4; k++) {
      if (neighbors[4 * t + k] !== -1) continue;
      const own = list[t] as Corner[];
      const face = own.filter((_, i) => i !== k);
      const next = outerCorner(around, face, (own[k] as Corner).place);
      const { id, shift } = enter([...face, next]);
      const other = list[id] as Corner[];
      const opposite = other.findIndex(
        ({ point, image }) =>
          point === next.point && image.every((x, a) => x + (shift[a] as number) === next.image[a]),
      );
      link(4 * t + k, id, shift);
      link(4 * id + opposite, t, [-shift[0], -shift[1], -shift[2]]);
    }
  }
  return finish(cell, list, neighbors, shifts);

  function link(slot: number, id: number, shift: Vec3): void {
    neighbors[slot] = id;
    for (let a = 0; a < 3; a++) shifts[3 * slot + a] = shift[a] as number;
  }
}

type Gather = (center: Vec3, radius: number) => Corner[];

function gatherer(cell: Cell, fractional: Float64Array, places: Float64Array): Gather {
  const { around } = surroundings(cell, places);
  const inverseRows = toFractionalOf(cell);
  return (center, radius) => {
    const found: Corner[] = [];
    around(center[0], center[1], center[2], radius, (point, dx, dy, dz) => {
      const place: Vec3 = [center[0] + dx, center[1] + dy, center[2] + dz];
      const s = inverseRows(place);
      found.push({
        point,
        image: [0, 1, 2].map((k) =>
          Math.round((s[k] as number) - (fractional[3 * point + k] as number)),
        ) as unknown as Vec3,
        place,
      });
    });
    return found;
  };
}

function toFractionalOf(cell: Cell): (r: Vec3) => Vec3 {
  const { h } = cell;
  const a = h.subarray(0, 3);
  const b = h.subarray(3, 6);
  const c = h.subarray(6, 9);
  const v = volume(cell);
  const [p, q, s] = [cross(b, c), cross(c, a), cross(a, b)];
  return (r) => [dot(r, p) / v, dot(r, q) / v, dot(r, s) / v];
}

function translated({ h }: Cell, { point, image, place }: Corner, by: Vec3): Corner {
  const at = (k: number): number =>
    (place[k] as number) +
    by[0] * (h[k] as number) +
    by[1] * (h[3 + k] as number) +
    by[2] * (h[6 + k] as number);
  return {
    point,
    image: [image[0] + by[0], image[1] + by[1], image[2] + by[2]],
    place: [at(0), at(1), at(2)],
  };
}

/** A tetrahedron at the first point whose sphere is empty: all triples of near points, the nearest first. */
function firstTetrahedron(around: Gather, places: Float64Array): Corner[] {
  const origin: Vec3 = [places[0] as number, places[1] as number, places[2] as number];
  for (let reach = 4; reach <= 2 * LARGEST_RADIUS; reach *= 1.5) {
    const near = around(origin, reach).sort(
      (a, b) => norm(difference(a.place, origin)) - norm(difference(b.place, origin)),
    );
    const first = near[0] as Corner;
    const others = near.slice(1, 60);
    for (let c = 2; c < others.length; c++) {
      for (let b = 1; b < c; b++) {
        for (let a = 0; a < b; a++) {
          const four = [first, others[a] as Corner, others[b] as Corner, others[c] as Corner];
          const sphere = circumsphere(four.map(({ place }) => place));
          if (sphere.radius > reach / 2) continue;
          const inside = near.some(
            (other) => !four.includes(other) && norm(difference(other.place, sphere.center)) < sphere.radius,
          );
          if (!inside) return four;
        }
      }
    }
  }
  throw new InputError(
    `sites between anions: no four of them enclose a place nearer than ${LARGEST_RADIUS} Å; use sites from density`,
  );
}

/** The corner that belongs to a face on the side away from `inner`. */
function outerCorner(around: Gather, face: readonly Corner[], inner: Vec3): Corner {
  const [a, b, c] = face.map(({ place }) => place) as [Vec3, Vec3, Vec3];
  const { center, radius } = circumcircle(a, b, c);
  const plain = cross(difference(b, a), difference(c, a));
  const sign = dot(plain, difference(inner, a)) > 0 ? -1 / norm(plain) : 1 / norm(plain);
  const normal: Vec3 = [plain[0] * sign, plain[1] * sign, plain[2] * sign];
  for (let reach = 2 * radius; ; reach *= 1.6) {
    let least = Number.POSITIVE_INFINITY;
    let best: Corner | undefined;
    for (const other of around(center, Math.min(reach, 4 * LARGEST_RADIUS))) {
      const d = difference(other.place, center);
      const height = dot(d, normal);
      // Corners of the face itself have a height of rounding.
      if (height < 1e-9 || face.some((f) => norm(difference(f.place, other.place)) < 1e-9)) continue;
      const t = (dot(d, d) - radius * radius) / (2 * height);
      if (t < least) {
        least = t;
        best = other;
      }
    }
    // Every point of a sphere about center + t·normal lies within |t| + its radius of the face's centre.
    if (best && Math.abs(least) + Math.hypot(least, radius) <= reach) return best;
    if (reach > 4 * LARGEST_RADIUS) {
      throw new InputError(
        `sites between anions: an empty place wider than ${LARGEST_RADIUS} Å; use sites from density`,
      );
    }
  }
}

function circumcircle(a: Vec3, b: Vec3, c: Vec3): { readonly center: Vec3; readonly radius: number } {
  const [u, v] = [difference(b, a), difference(c, a)];
  const w = cross(u, v);
  const [vw, wu] = [cross(v, w), cross(w, u)];
  const scale = 2 * dot(w, w);
  const d = [0, 1, 2].map(
    (k) => (dot(u, u) * (vw[k] as number) + dot(v, v) * (wu[k] as number)) / scale,
  ) as unknown as Vec3;
  return { center: [a[0] + d[0], a[1] + d[1], a[2] + d[2]], radius: norm(d) };
}

function circumsphere(corners: readonly Vec3[]): { readonly center: Vec3; readonly radius: number } {
  const [o, a, b, c] = corners as [Vec3, Vec3, Vec3, Vec3];
  const [u, v, w] = [difference(a, o), difference(b, o), difference(c, o)];
  const sixfold = 2 * determinant([...u, ...v, ...w]);
  const [p, q, r] = [cross(v, w), cross(w, u), cross(u, v)];
  const d = [0, 1, 2].map(
    (k) =>
      (dot(u, u) * (p[k] as number) + dot(v, v) * (q[k] as number) + dot(w, w) * (r[k] as number)) / sixfold,
  ) as unknown as Vec3;
  return { center: [o[0] + d[0], o[1] + d[1], o[2] + d[2]], radius: norm(d) };
}

function finish(
  cell: Cell,
  list: readonly (readonly Corner[])[],
  neighbors: number[],
  shifts: number[],
): PeriodicTetrahedra {
  const spheres = list.map((corners) => circumsphere(corners.map(({ place }) => place)));
  const filled = list.reduce((sum, corners) => {
    const [o, a, b, c] = corners.map(({ place }) => place) as [Vec3, Vec3, Vec3, Vec3];
    return sum + Math.abs(determinant([...difference(a, o), ...difference(b, o), ...difference(c, o)])) / 6;
  }, 0);
  if (!(Math.abs(filled / volume(cell) - 1) < 1e-6)) {
    throw new InputError(
      `sites between anions: tetrahedra fill ${(filled / volume(cell)).toFixed(6)} of the cell instead of all of it; ` +
        'use sites from density',
    );
  }
  return {
    count: list.length,
    corners: Int32Array.from(list.flatMap((corners) => corners.map(({ point }) => point))),
    images: Int32Array.from(list.flatMap((corners) => corners.flatMap(({ image }) => image))),
    neighbors: Int32Array.from(neighbors),
    shifts: Int32Array.from(shifts),
    centers: Float64Array.from(spheres.flatMap(({ center }) => center)),
    radii: Float64Array.from(spheres, ({ radius }) => radius),
  };
}

function difference(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}
