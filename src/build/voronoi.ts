/** Corners of Voronoi cells by cutting a box with the planes half-way to the neighbours, nearest first. */
import { cross, dot, norm, type Vec3 } from '../core/vec.ts';
import { surroundings } from '../model/around.ts';
import { type Cell, volume } from '../model/cell.ts';

/** A corner of the Voronoi cell of a point. */
export interface Corner {
  /** Index of the point. */
  readonly anion: number;
  /** Å, from the point to the corner. */
  readonly from: Vec3;
  /** Å; no point is nearer to the corner than this. */
  readonly radius: number;
}

/** Å; emptier places are vacuum, not voids. */
const LARGEST = 8;
/** A point this near to a plane lies on it, Å. */
const ON_PLANE = 1e-7;
const SAME_CORNER = 1e-5;

/** The corners of all cells, none farther from its points than 8 Å. Corners come once for each point they belong to. */
export function voronoiCorners(cell: Cell, points: Float64Array): Corner[] {
  const n = points.length / 3;
  if (n === 0) return [];
  const { around } = surroundings(cell, points);
  const spacing = Math.cbrt(volume(cell) / n);
  const corners: Corner[] = [];
  for (let i = 0; i < n; i++) {
    const [x, y, z] = [0, 1, 2].map((k) => points[3 * i + k] as number) as [number, number, number];
    let reach = Math.min(2.2 * spacing, 2 * LARGEST);
    let own: Vec3[] = [];
    for (;;) {
      const near: { readonly v: Vec3; readonly r: number }[] = [];
      around(x, y, z, reach, (_j, dx, dy, dz, r) => {
        // Points that share a place have no plane between them.
        if (r > 0.05) near.push({ v: [dx, dy, dz], r });
      });
      own = cornersOf(near.sort((a, b) => a.r - b.r));
      const farthest = Math.min(
        LARGEST,
        own.reduce((most, p) => Math.max(most, norm(p)), 0),
      );
      if (2 * farthest <= reach || reach >= 2 * LARGEST) break;
      reach = Math.min(2 * farthest + 1e-6, 2 * LARGEST);
    }
    for (const from of own) {
      const radius = norm(from);
      if (radius <= LARGEST) corners.push({ anion: i, from, radius });
    }
  }
  return corners;
}

/** Corners of the cell around the origin. */
function cornersOf(neighbors: readonly { readonly v: Vec3; readonly r: number }[]): Vec3[] {
  let faces = box(LARGEST);
  let farthest = LARGEST * Math.sqrt(3);
  for (const { v, r } of neighbors) {
    if (r / 2 > farthest + ON_PLANE) break;
    const normal: Vec3 = [v[0] / r, v[1] / r, v[2] / r];
    const cut = clipped(faces, normal, r / 2);
    if (!cut) continue;
    faces = cut;
    farthest = faces.reduce((most, face) => face.reduce((m, p) => Math.max(m, norm(p)), most), 0);
  }
  return distinct(faces.flat());
}

type Face = readonly Vec3[];

function box(half: number): Face[] {
  const sides = [-half, half];
  return [0, 1, 2].flatMap((axis) =>
    sides.map((side): Face => {
      const turn: readonly (readonly [number, number])[] = [
        [-half, -half],
        [half, -half],
        [half, half],
        [-half, half],
      ];
      return turn.map(([p, q]) => {
        const corner: [number, number, number] = [0, 0, 0];
        corner[axis] = side;
        corner[(axis + 1) % 3] = p;
        corner[(axis + 2) % 3] = q;
        return corner;
      });
    }),
  );
}

/** What of a polyhedron has p·normal ≤ height, or undefined when that is all of it. */
function clipped(faces: readonly Face[], normal: Vec3, height: number): Face[] | undefined {
  if (faces.every((face) => face.every((p) => dot(normal, p) - height <= ON_PLANE))) return undefined;
  const rim: Vec3[] = [];
  const left = faces.flatMap((face): Face[] => {
    const beyond = face.map((p) => dot(normal, p) - height);
    const kept: Vec3[] = [];
    face.forEach((p, i) => {
      const next = (i + 1) % face.length;
      const [here, there] = [beyond[i] as number, beyond[next] as number];
      if (here <= ON_PLANE) {
        kept.push(p);
        if (here >= -ON_PLANE) rim.push(p);
      }
      if (here <= ON_PLANE === there <= ON_PLANE) return;
      const t = Math.max(0, Math.min(1, here / (here - there)));
      const q = face[next] as Vec3;
      const crossing: Vec3 = [p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1]), p[2] + t * (q[2] - p[2])];
      kept.push(crossing);
      rim.push(crossing);
    });
    const corners = distinct(kept);
    return corners.length >= 3 ? [corners] : [];
  });
  const corners = distinct(rim);
  return corners.length >= 3 ? [...left, inTurn(corners, normal)] : left;
}

/** Points of a plane in the order of their angles around their middle. */
function inTurn(points: readonly Vec3[], normal: Vec3): Vec3[] {
  const middle = [0, 1, 2].map((k) => points.reduce((sum, p) => sum + (p[k] as number), 0) / points.length);
  const away = Math.abs(normal[0]) < 0.6 ? ([1, 0, 0] as const) : ([0, 1, 0] as const);
  const u = cross(normal, away);
  const v = cross(normal, u);
  const angle = (p: Vec3): number => {
    const d = [0, 1, 2].map((k) => (p[k] as number) - (middle[k] as number));
    return Math.atan2(dot(d, v), dot(d, u));
  };
  return [...points].sort((p, q) => angle(p) - angle(q));
}

function distinct(points: readonly Vec3[]): Vec3[] {
  const out: Vec3[] = [];
  for (const p of points) {
    if (!out.some((q) => Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) < SAME_CORNER)) out.push(p);
  }
  return out;
}
