/**
 * Following a point through a division of space into tetrahedra whose corners move: over the face that the point lies behind,
 * until it lies behind none. Barycentric coordinates do not change under affine maps, so all is done in fractional ones, in
 * any cell.
 */
import type { PeriodicTetrahedra } from './delaunay.ts';

/** Faces remembered of one walk. */
const MEMORY = 64;
/** Outside by this much of the tetrahedron's height still counts as inside: points on faces. */
const ON_FACE = 1e-9;

/** A place in the division, and the way to it. Reused from ion to ion: set `tetrahedron` and the image before each walk. */
export interface Walk {
  tetrahedron: number;
  /** Lattice vectors by which that tetrahedron is moved from where it stands in the list. */
  imageX: number;
  imageY: number;
  imageZ: number;
  /** Faces crossed by the last walk: 4·tetrahedron + corner opposite; the first `crossed` are filled. */
  readonly path: Int32Array;
  crossed: number;
  /** Goes to the tetrahedron that holds a fractional place; false when none does, and then stays where it was. */
  to(x: number, y: number, z: number): boolean;
}

/**
 * A walk over tetrahedra whose corners are at `fractional` [points×3] now (the array is read at every step). A step costs
 * about 0.1 µs; where the walk does not end, all tetrahedra are searched.
 * @param groupOf [tetrahedra] the polyhedron each is part of: which of its parts a place is in does not matter
 */
export function createWalk(all: PeriodicTetrahedra, fractional: Float64Array, groupOf?: Int32Array): Walk {
  const { corners, images, neighbors, shifts, count } = all;
  const longest = 50 + 20 * Math.ceil(Math.cbrt(count));
  const v = new Float64Array(12);
  const parts = new Float64Array(4);
  const path = new Int32Array(MEMORY);

  /** Six times the volumes of the tetrahedra that the place makes with each face, in sign of the whole one's; returns the whole. */
  const divide = (t: number, x: number, y: number, z: number): number => {
    for (let k = 0; k < 4; k++) {
      const point = 3 * (corners[4 * t + k] as number);
      const image = 12 * t + 3 * k;
      v[3 * k] = (fractional[point] as number) + (images[image] as number) - x;
      v[3 * k + 1] = (fractional[point + 1] as number) + (images[image + 1] as number) - y;
      v[3 * k + 2] = (fractional[point + 2] as number) + (images[image + 2] as number) - z;
    }
    const p0 = triple(v, 3, 6, 9);
    const p1 = -triple(v, 0, 6, 9);
    const p2 = triple(v, 0, 3, 9);
    const p3 = -triple(v, 0, 3, 6);
    const whole = p0 + p1 + p2 + p3;
    const sign = whole < 0 ? -1 : 1;
    parts[0] = sign * p0;
    parts[1] = sign * p1;
    parts[2] = sign * p2;
    parts[3] = sign * p3;
    return Math.abs(whole);
  };

  const walk: Walk = {
    tetrahedron: 0,
    imageX: 0,
    imageY: 0,
    imageZ: 0,
    path,
    crossed: 0,
    to(x, y, z) {
      let t = walk.tetrahedron;
      let ox = walk.imageX;
      let oy = walk.imageY;
      let oz = walk.imageZ;
      let entry = -1;
      let before = -1;
      walk.crossed = 0;
      for (let step = 0; step < longest; step++) {
        const whole = divide(t, x - ox, y - oy, z - oz);
        let worst = -1;
        let least = -ON_FACE * whole;
        for (let k = 0; k < 4; k++) {
          // Behind the face it came through a point lies only by rounding, or in a tetrahedron without volume.
          if (k === entry) continue;
          if ((parts[k] as number) < least) {
            least = parts[k] as number;
            worst = k;
          }
        }
        if (worst < 0 && entry >= 0 && (parts[entry] as number) < -1e-6 * whole) {
          // The tetrahedron has turned inside out: the place is behind the face from either side. Flat ones within an
          // octahedron do so at every other vibration, and both sides are that octahedron.
          if (groupOf === undefined || groupOf[t] !== groupOf[before]) break;
        }
        if (worst < 0) {
          walk.tetrahedron = t;
          walk.imageX = ox;
          walk.imageY = oy;
          walk.imageZ = oz;
          return true;
        }
        const slot = 4 * t + worst;
        if (walk.crossed < MEMORY) path[walk.crossed++] = slot;
        const next = neighbors[slot] as number;
        ox += shifts[3 * slot] as number;
        oy += shifts[3 * slot + 1] as number;
        oz += shifts[3 * slot + 2] as number;
        // Of the neighbour's faces the one it shares: its neighbour is t, by the opposite shift.
        entry = -1;
        for (let k = 0; k < 4; k++) {
          const back = 4 * next + k;
          if (
            neighbors[back] === t &&
            shifts[3 * back] === -(shifts[3 * slot] as number) &&
            shifts[3 * back + 1] === -(shifts[3 * slot + 1] as number) &&
            shifts[3 * back + 2] === -(shifts[3 * slot + 2] as number)
          ) {
            entry = k;
            break;
          }
        }
        before = t;
        t = next;
      }
      return search(x, y, z);
    },
  };

  /** All tetrahedra, each with the images that can hold the place. */
  const search = (x: number, y: number, z: number): boolean => {
    walk.crossed = 0;
    for (let t = 0; t < count; t++) {
      const low = [0, 0, 0];
      const high = [0, 0, 0];
      const place = [x, y, z];
      for (let a = 0; a < 3; a++) {
        let least = Number.POSITIVE_INFINITY;
        let most = Number.NEGATIVE_INFINITY;
        for (let k = 0; k < 4; k++) {
          const s =
            (fractional[3 * (corners[4 * t + k] as number) + a] as number) +
            (images[12 * t + 3 * k + a] as number);
          least = Math.min(least, s);
          most = Math.max(most, s);
        }
        low[a] = Math.ceil((place[a] as number) - most - 1e-9);
        high[a] = Math.floor((place[a] as number) - least + 1e-9);
      }
      for (let ox = low[0] as number; ox <= (high[0] as number); ox++) {
        for (let oy = low[1] as number; oy <= (high[1] as number); oy++) {
          for (let oz = low[2] as number; oz <= (high[2] as number); oz++) {
            const whole = divide(t, x - ox, y - oy, z - oz);
            if (whole > 0 && parts.every((p) => p >= -1e-9 * whole)) {
              walk.tetrahedron = t;
              walk.imageX = ox;
              walk.imageY = oy;
              walk.imageZ = oz;
              return true;
            }
          }
        }
      }
    }
    return false;
  };
  return walk;
}

function triple(v: Float64Array, a: number, b: number, c: number): number {
  return (
    (v[a] as number) *
      ((v[b + 1] as number) * (v[c + 2] as number) - (v[b + 2] as number) * (v[c + 1] as number)) +
    (v[a + 1] as number) *
      ((v[b + 2] as number) * (v[c] as number) - (v[b] as number) * (v[c + 2] as number)) +
    (v[a + 2] as number) * ((v[b] as number) * (v[c + 1] as number) - (v[b + 1] as number) * (v[c] as number))
  );
}
