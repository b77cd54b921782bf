/** Coordination polyhedra of the metals, for the picture: which anions stand around each, and the hull over them. */
import { cross, dot, inverse, rowTimes, type Vec3 } from '../core/vec.ts';
import type { System } from '../model/system.ts';

export interface Vertex {
  /** Index of the anion. */
  readonly atom: number;
  /** Å, of the image next to the centre. */
  readonly position: Vec3;
}

export interface Polyhedron {
  readonly center: Vec3;
  readonly vertices: readonly Vertex[];
  /** Triangles of vertices, seen counter-clockwise from outside. */
  readonly faces: readonly (readonly [number, number, number])[];
}

/** Anions within this factor of the shortest distance belong to the shell. */
const SHELL = 1.25;
const FEWEST = 4;
const MOST = 12;

/**
 * Hulls around `centers`; centres without a closed shell of 4 to 12 anions have none.
 * @param positions [n×3] Å, wrapped or not: the nearest image of every anion is taken
 */
export function polyhedra(
  { cell: { h } }: Pick<System, 'cell'>,
  positions: Float64Array,
  centers: readonly number[],
  anions: readonly number[],
): Polyhedron[] {
  const toFractional = inverse(h);
  // In a cell as thin as a polyhedron one anion can belong to a shell twice, by two images.
  const images = anions.length <= 100 ? NEIGHBORS : NEIGHBORS.slice(0, 1);
  return centers.flatMap((index): Polyhedron[] => {
    const center = atomAt(positions, index);
    const around = anions.flatMap((atom) => {
      const s = rowTimes(between(center, atomAt(positions, atom)), toFractional).map(
        (x) => x - Math.round(x),
      ) as unknown as Vec3;
      return images.map((image) => {
        const d = rowTimes([s[0] + image[0], s[1] + image[1], s[2] + image[2]], h);
        return { atom, d, r2: dot(d, d) };
      });
    });
    const nearest = around.reduce((least, { r2 }) => Math.min(least, r2), Number.POSITIVE_INFINITY);
    const shell = around.filter(({ r2 }) => r2 <= SHELL ** 2 * nearest);
    if (shell.length < FEWEST || shell.length > MOST) return [];
    const faces = hull(shell.map(({ d }) => d));
    if (faces === undefined) return [];
    const vertices = shell.map(({ atom, d }) => ({
      atom,
      position: [center[0] + d[0], center[1] + d[1], center[2] + d[2]] as const,
    }));
    return [{ center, vertices, faces }];
  });
}

/** The image itself first, then those beside it. */
const NEIGHBORS: readonly Vec3[] = [-1, 0, 1]
  .flatMap((a) => [-1, 0, 1].flatMap((b) => [-1, 0, 1].map((c) => [a, b, c] as const)))
  .sort((p, q) => Math.hypot(...p) - Math.hypot(...q));

export function atomAt(positions: Float64Array, i: number): Vec3 {
  return [positions[3 * i] as number, positions[3 * i + 1] as number, positions[3 * i + 2] as number];
}

/** Triangles of the convex hull of a few points by trying all; undefined unless the origin lies inside. */
function hull(points: readonly Vec3[]): [number, number, number][] | undefined {
  const faces: [number, number, number][] = [];
  const n = points.length;
  const point = (i: number): Vec3 => points[i] as Vec3;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      for (let k = j + 1; k < n; k++) {
        const normal = cross(between(point(i), point(j)), between(point(i), point(k)));
        const height = dot(normal, point(i));
        const beyond = points.map((p, m) => (m === i || m === j || m === k ? 0 : dot(normal, p) - height));
        const outside = beyond.every((x) => x <= 1e-9);
        if (!outside && !beyond.every((x) => x >= -1e-9)) continue;
        // The origin has to lie on the inner side of every face.
        if (outside ? height <= 0 : height >= 0) return undefined;
        faces.push(outside ? [i, j, k] : [i, k, j]);
      }
    }
  }
  return faces.length >= FEWEST ? faces : undefined;
}

function between(from: Vec3, to: Vec3): Vec3 {
  return [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
}
