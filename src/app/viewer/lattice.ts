/** The cell as the viewer's layers need it: nearest images, corners, and how it stands in the room. */
import { Matrix4, Vector3 } from 'three';
import { cross, dot, inverse, norm, row, rowTimes, type Vec3 } from '../../core/vec.ts';

export class Lattice {
  readonly h: Float64Array;
  private readonly inverse: Float64Array;

  constructor(h: Float64Array) {
    this.h = h;
    this.inverse = inverse(h);
  }

  /**
   * Shift by which `to` comes nearest to `from`, in whole cells; the vector between them goes to `out`.
   * @returns the shift as one number, 0 for none
   */
  nearest(from: ArrayLike<number>, i: number, to: ArrayLike<number>, j: number, out: Float32Array): number {
    const { h, inverse: g } = this;
    const x = (to[3 * j] as number) - (from[3 * i] as number);
    const y = (to[3 * j + 1] as number) - (from[3 * i + 1] as number);
    const z = (to[3 * j + 2] as number) - (from[3 * i + 2] as number);
    let shift = 0;
    let [sx, sy, sz] = [x, y, z];
    for (let k = 0; k < 3; k++) {
      const n = Math.round(x * (g[k] as number) + y * (g[3 + k] as number) + z * (g[6 + k] as number));
      if (n === 0) continue;
      sx -= n * (h[3 * k] as number);
      sy -= n * (h[3 * k + 1] as number);
      sz -= n * (h[3 * k + 2] as number);
      shift += n * 5 ** k;
    }
    out[0] = sx;
    out[1] = sy;
    out[2] = sz;
    return shift;
  }

  /** The eight corners, Å; the bits of the index are the fractional coordinates. */
  get corners(): readonly Vec3[] {
    return Array.from({ length: 8 }, (_, i) => rowTimes([i & 1, (i >> 1) & 1, (i >> 2) & 1], this.h));
  }

  /** The way to the room of what stands in this cell, once the cell has become another; turned as before, its middle at the origin. */
  strained(now: Float64Array): Matrix4 {
    // Columns of F = Σ h_k ⊗ g_k, g the reciprocal vectors of this cell.
    const element = (i: number, j: number): number =>
      [0, 1, 2].reduce((sum, k) => sum + (now[3 * k + i] as number) * (this.inverse[3 * j + k] as number), 0);
    const change = new Matrix4().set(
      ...([element(0, 0), element(0, 1), element(0, 2), 0] as const),
      ...([element(1, 0), element(1, 1), element(1, 2), 0] as const),
      ...([element(2, 0), element(2, 1), element(2, 2), 0] as const),
      ...([0, 0, 0, 1] as const),
    );
    const matrix = this.stand.setPosition(0, 0, 0).multiply(change);
    const middle = new Vector3(...rowTimes([0.5, 0.5, 0.5], this.h)).applyMatrix4(matrix);
    return matrix.setPosition(-middle.x, -middle.y, -middle.z);
  }

  /** From Å to the room: the middle of the cell at the origin, c upwards, a to the right as far as c allows. */
  get stand(): Matrix4 {
    const [a, , c] = [row(this.h, 0), row(this.h, 1), row(this.h, 2)];
    const up = scaled(c, 1 / norm(c));
    const sideways = minus(a, scaled(up, dot(a, up)));
    const right = scaled(sideways, 1 / norm(sideways));
    const towards = cross(right, up);
    const center = rowTimes([0.5, 0.5, 0.5], this.h);
    const place = (axis: Vec3): number => -dot(axis, center);
    return new Matrix4().set(
      ...right,
      place(right),
      ...up,
      place(up),
      ...towards,
      place(towards),
      0,
      0,
      0,
      1,
    );
  }
}

function scaled(v: Vec3, factor: number): Vec3 {
  return [v[0] * factor, v[1] * factor, v[2] * factor];
}

function minus(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}
