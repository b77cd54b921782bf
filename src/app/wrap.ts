/** Positions as the viewer has them: inside the cell, f32. The subtraction happens in f64, so that far-travelled ions do not jitter. */
import { inverse } from '../core/vec.ts';

/**
 * @param h rows a, b, c, Å
 * @param positions [n×3] Å, unwrapped
 * @param shown the cell that the same fractional coordinates are to stand in
 * @returns [n×3] Å, inside that cell
 */
export function wrapped(
  h: ArrayLike<number>,
  positions: ArrayLike<number>,
  shown: ArrayLike<number> = h,
): Float32Array<ArrayBuffer> {
  const m = Float64Array.from(shown);
  const g = inverse(h);
  const out = new Float32Array(positions.length);
  const s = [0, 0, 0] as [number, number, number];
  for (let i = 0; i < positions.length; i += 3) {
    const [x, y, z] = [positions[i] as number, positions[i + 1] as number, positions[i + 2] as number];
    for (let k = 0; k < 3; k++) {
      const f = x * (g[k] as number) + y * (g[3 + k] as number) + z * (g[6 + k] as number);
      // An atom on a face within rounding stays on the side of the origin.
      s[k] = f - Math.floor(f + 1e-6);
    }
    for (let k = 0; k < 3; k++) {
      out[i + k] = s[0] * (m[k] as number) + s[1] * (m[3 + k] as number) + s[2] * (m[6 + k] as number);
    }
  }
  return out;
}
