/** The place a picture of the cell is seen from: c upwards, a to the right, looking nearly along b from a little above. */
import { cross, dot, norm, rowTimes, type Vec3 } from '../core/vec.ts';
import type { Cell } from '../model/cell.ts';

/** Vertical opening of the camera and height of the place it looks from, degrees. */
const OPENING = 24;
const ELEVATION = 13;
/** How much of b is seen sideways: enough for a third face of the box, whatever the angle between a and b. */
const SIDEWAYS_B = 0.42;

/** A place on the page, px, and its depth, Å in front of the centre: the largest is nearest. */
export interface Projected {
  readonly x: number;
  readonly y: number;
  readonly depth: number;
}

export interface Camera {
  readonly project: (position: Vec3) => Projected;
  /** A direction without perspective: Å across and up. */
  readonly direction: (vector: Vec3) => readonly [number, number];
  /** px per Å in the plane of the centre, and at a depth. */
  readonly scale: number;
  readonly scaleAt: (depth: number) => number;
  /** Largest depth of the cell, Å. */
  readonly reach: number;
}

/** Fractional coordinates of the corners; the bits of an index are the coordinates c, b and a. */
export const CORNERS: readonly Vec3[] = [0, 1].flatMap((a) =>
  [0, 1].flatMap((b) => [0, 1].map((c) => [a, b, c] as const)),
);

/** The camera that makes the whole cell fill the picture, and the positions `beyond` fit in as well. */
export function cameraOf({ h }: Cell, beyond: readonly Vec3[], width: number, height: number): Camera {
  const [a, b, c] = [rowTimes([1, 0, 0], h), rowTimes([0, 1, 0], h), rowTimes([0, 0, 1], h)] as const;
  const up = unit(c);
  const along = dot(a, up);
  const right = unit(a.map((x, k) => x - along * (up[k] as number)) as unknown as Vec3);
  const inward = cross(up, right);
  const azimuth = (bestAzimuth(unit([dot(b, right), dot(b, inward), 0])) * Math.PI) / 180;
  const elevation = (ELEVATION * Math.PI) / 180;
  const mixed = (x: number, y: number, z: number): Vec3 =>
    [0, 1, 2].map(
      (k) => x * (right[k] as number) + y * (inward[k] as number) + z * (up[k] as number),
    ) as unknown as Vec3;
  const [ce, se] = [Math.cos(elevation), Math.sin(elevation)];
  const view = mixed(ce * Math.cos(azimuth), ce * Math.sin(azimuth), se);
  const across = mixed(-Math.sin(azimuth), Math.cos(azimuth), 0);
  const upwards = mixed(-se * Math.cos(azimuth), -se * Math.sin(azimuth), ce);
  const center = rowTimes([0.5, 0.5, 0.5], h);
  const corners = CORNERS.map((corner) => rowTimes(corner, h));
  const relative = (p: Vec3): Vec3 => [p[0] - center[0], p[1] - center[1], p[2] - center[2]];
  const reach = Math.max(...corners.map((p) => Math.abs(dot(relative(p), view)))) + 1;
  const distance =
    Math.max(...corners.map((p) => norm(relative(p)))) / Math.tan((OPENING * Math.PI) / 360) + reach;
  const flat = (p: Vec3): Projected => {
    const d = relative(p);
    const depth = dot(d, view);
    const nearer = distance / (distance - depth);
    return { x: nearer * dot(d, across), y: -nearer * dot(d, upwards), depth };
  };
  const seen = [...corners, ...beyond].map(flat);
  const range = (pick: (p: Projected) => number): readonly [number, number] => {
    const values = seen.map(pick);
    // Å of room for spheres and ghosts on the faces.
    return [Math.min(...values) - 1.6, Math.max(...values) + 1.6];
  };
  const [x0, x1] = range(({ x }) => x);
  const [y0, y1] = range(({ y }) => y);
  const scale = Math.min((width - 24) / (x1 - x0), (height - 20) / (y1 - y0));
  const shift = [
    width / 2 - (scale * (x0 + x1)) / 2,
    10 + (height - 20) / 2 - (scale * (y0 + y1)) / 2,
  ] as const;
  return {
    project(position) {
      const { x, y, depth } = flat(position);
      return { x: shift[0] + scale * x, y: shift[1] + scale * y, depth };
    },
    direction: (vector) => [dot(vector, across), dot(vector, upwards)],
    scale,
    scaleAt: (depth) => (scale * distance) / (distance - depth),
    reach,
  };
}

/**
 * The azimuth, degrees, that shows a nearly at full length and the part of b that SIDEWAYS_B wants.
 * @param b its direction in the plane across c: along a, and away from it
 */
function bestAzimuth(b: Vec3): number {
  const penalty = (azimuth: number): number => {
    const [sine, cosine] = [Math.sin((azimuth * Math.PI) / 180), Math.cos((azimuth * Math.PI) / 180)];
    const sideways = Math.abs(-sine * b[0] + cosine * b[1]);
    return Math.abs(sideways - SIDEWAYS_B) + 2 * Math.max(0, 0.86 + sine);
  };
  const candidates = Array.from({ length: 31 }, (_, i) => -60 - 2 * i);
  return candidates.reduce((best, azimuth) => (penalty(azimuth) < penalty(best) ? azimuth : best), -66);
}

export function unit(v: Vec3): Vec3 {
  const length = norm(v);
  return [v[0] / length, v[1] / length, v[2] / length];
}
