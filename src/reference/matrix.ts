/** 3×3 matrices of the f64 integrators: nine numbers, row by row. */
import { multiply } from '../core/vec.ts';

export type Matrix = Float64Array;

export const IDENTITY: Matrix = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);

export function outer(a: ArrayLike<number>, b: ArrayLike<number>): Matrix {
  return Float64Array.from({ length: 9 }, (_, i) => (a[Math.floor(i / 3)] as number) * (b[i % 3] as number));
}

/** Nine numbers of xx yy zz yz xz xy. */
export function tensor(t: ArrayLike<number>): Matrix {
  return Float64Array.from([0, 5, 4, 5, 1, 3, 4, 3, 2], (i) => t[i] as number);
}

export function exponential(m: Matrix): Matrix {
  let [sum, term] = [Float64Array.from(IDENTITY), Float64Array.from(IDENTITY)];
  for (let n = 1; n < 12; n++) {
    term = Float64Array.from(scaled(multiply(term, m), 1 / n));
    sum = Float64Array.from(add(sum, term));
  }
  return sum;
}

export function add(a: Matrix, b: Matrix): Matrix {
  return a.map((x, i) => x + (b[i] as number));
}

export function scaled(a: Matrix, factor: number): Matrix {
  return a.map((x) => x * factor);
}

export function transposed(a: Matrix): Matrix {
  return Float64Array.from([0, 3, 6, 1, 4, 7, 2, 5, 8], (i) => a[i] as number);
}

export function trace(a: Matrix): number {
  return (a[0] as number) + (a[4] as number) + (a[8] as number);
}

export function contraction(a: Matrix, b: Matrix): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
}
