/**
 * Gaussian smoothing of a field on a periodic grid in any cell. An isotropic Gaussian of width σ is, in steps of the grid, one
 * with the covariance C = σ² (M Mᵀ)⁻¹ (rows of M: the steps along a, b, c), which in a skewed cell is no product of three
 * along the axes. But C = Σ λ_k d_k d_kᵀ with λ_k ≥ 0 and at most six whole-numbered directions d_k (Selling's decomposition
 * of a quadratic form; E. Selling, J. Reine Angew. Math. 77, 143 (1874); as a stencil J. Fehrenbach & J.-M. Mirebeau, J. Math.
 * Imaging Vis. 49, 123 (2014)), so that at most six convolutions along lines of the grid do it: no transform, no padding,
 * every weight positive, the sum of the field kept.
 */
import { inverse, multiply, row } from '../../core/vec.ts';
import { type Grid, type GridSize, wrapIndex } from '../../model/grid.ts';

/** One convolution: a whole-numbered direction in steps of the grid, and weights of 0, ±1, ±2 … times it. */
export interface LineKernel {
  readonly direction: readonly [number, number, number];
  readonly weights: Float64Array;
}

/**
 * The convolutions that make up an isotropic Gaussian.
 * @param width σ, Å; zero gives none
 */
export function gaussianKernels(grid: Grid, width: number): LineKernel[] {
  if (!(width > 0)) return [];
  const steps = grid.cell.h.map((x, i) => x / (grid.size[Math.floor(i / 3) as 0 | 1 | 2] as number));
  const metric = new Float64Array(9);
  for (const i of [0, 1, 2] as const) {
    for (const j of [0, 1, 2] as const) {
      const [u, v] = [row(steps, i), row(steps, j)];
      metric[3 * i + j] = u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
    }
  }
  const covariance = inverse(metric).map((x) => x * width * width);
  return decompose(covariance).map(({ direction, variance }) => ({
    direction,
    weights: weightsOf(variance),
  }));
}

/** The field after all convolutions. */
export function convolve(
  values: ArrayLike<number>,
  size: GridSize,
  kernels: readonly LineKernel[],
): Float64Array {
  let from = Float64Array.from(values);
  for (const kernel of kernels) from = convolveLine(from, size, kernel);
  return from;
}

function convolveLine(
  values: Float64Array<ArrayBuffer>,
  [na, nb, nc]: GridSize,
  { direction: [da, db, dc], weights }: LineKernel,
): Float64Array<ArrayBuffer> {
  const out = new Float64Array(values.length);
  for (let n = 1 - weights.length; n < weights.length; n++) {
    const weight = weights[Math.abs(n)] as number;
    const shift = wrapIndex(n * dc, nc);
    for (let a = 0; a < na; a++) {
      const from = wrapIndex(a + n * da, na) * nb;
      for (let b = 0; b < nb; b++) {
        const target = (a * nb + b) * nc;
        const source = (from + wrapIndex(b + n * db, nb)) * nc;
        const turn = nc - shift;
        for (let c = 0; c < turn; c++) {
          out[target + c] = (out[target + c] as number) + weight * (values[source + c + shift] as number);
        }
        for (let c = turn; c < nc; c++) {
          out[target + c] = (out[target + c] as number) + weight * (values[source + c - turn] as number);
        }
      }
    }
  }
  return out;
}

/** Below this variance (steps²) a sampled Gaussian is narrower than its steps and has not the variance asked for. */
const SAMPLED = 0.5;
/** Variances that add nothing. */
const NEGLIGIBLE = 1e-12;

/**
 * Weights of 0, 1, 2 … steps with unit sum over both sides and the given variance: a sampled Gaussian (variance right to
 * 1e-3 at ½, to 1e-12 at 1.5), or for narrow ones the Gaussian of the lattice, e^(−v) I_n(v), exact at any v
 * (T. Lindeberg, IEEE Trans. Pattern Anal. Mach. Intell. 12, 234 (1990), doi:10.1109/34.49051).
 */
function weightsOf(variance: number): Float64Array {
  const reach = Math.ceil(variance >= SAMPLED ? 6 * Math.sqrt(variance) : 10);
  const weights = Float64Array.from({ length: reach + 1 }, (_, n) =>
    variance >= SAMPLED ? Math.exp((-n * n) / (2 * variance)) : besselI(n, variance),
  );
  const sum = weights.reduce((total, w, n) => total + (n === 0 ? w : 2 * w), 0);
  return weights.map((w) => w / sum);
}

/** Modified Bessel function I_n(x) of a small x by its series. */
function besselI(n: number, x: number): number {
  let term = 1;
  for (let k = 1; k <= n; k++) term *= x / 2 / k;
  let sum = term;
  for (let m = 1; m < 20; m++) {
    term *= (x * x) / 4 / (m * (m + n));
    sum += term;
  }
  return sum;
}

type Whole = readonly [number, number, number];

/** Selling's decomposition of a positive definite form: at most six directions with positive weights. */
function decompose(form: Float64Array): { direction: Whole; variance: number }[] {
  let base: Whole[] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [-1, -1, -1],
  ];
  const product = (u: Whole, v: Whole): number => {
    let sum = 0;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) sum += (u[i] as number) * (form[3 * i + j] as number) * (v[j] as number);
    }
    return sum;
  };
  const trace = (form[0] as number) + (form[4] as number) + (form[8] as number);
  for (;;) {
    // Two vectors of the base that point the same way; each replacement shortens the base, so there is an end.
    const pair = PAIRS.find(([i, j]) => product(base[i] as Whole, base[j] as Whole) > NEGLIGIBLE * trace);
    if (!pair) break;
    const [i, j] = pair;
    const turned = base[i] as Whole;
    base = base.map((v, k) =>
      k === i ? scale(turned, -1) : k === j ? v : [v[0] + turned[0], v[1] + turned[1], v[2] + turned[2]],
    );
  }
  return PAIRS.flatMap(([i, j]) => {
    const variance = -product(base[i] as Whole, base[j] as Whole);
    if (!(variance > NEGLIGIBLE * trace)) return [];
    const [k, l] = [0, 1, 2, 3].filter((m) => m !== i && m !== j) as [number, number];
    return [{ direction: crossWhole(base[k] as Whole, base[l] as Whole), variance }];
  });
}

const PAIRS = [
  [0, 1],
  [0, 2],
  [0, 3],
  [1, 2],
  [1, 3],
  [2, 3],
] as const;

function scale(v: Whole, factor: number): Whole {
  return [v[0] * factor, v[1] * factor, v[2] * factor];
}

function crossWhole(u: Whole, v: Whole): Whole {
  return [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
}

/** The covariance (Å²) that convolutions add, for checks: Mᵀ (Σ λ d dᵀ) M. */
export function addedCovariance(grid: Grid, kernels: readonly LineKernel[]): Float64Array {
  const steps = grid.cell.h.map((x, i) => x / (grid.size[Math.floor(i / 3) as 0 | 1 | 2] as number));
  const inSteps = new Float64Array(9);
  for (const { direction, weights } of kernels) {
    const variance = weights.reduce((sum, w, n) => sum + 2 * w * n * n, 0);
    for (let k = 0; k < 9; k++) {
      const [i, j] = [Math.floor(k / 3), k % 3] as [0 | 1 | 2, 0 | 1 | 2];
      inSteps[k] = (inSteps[k] as number) + variance * direction[i] * direction[j];
    }
  }
  const transposed = Float64Array.from(steps, (_, k) => steps[3 * (k % 3) + Math.floor(k / 3)] as number);
  return multiply(multiply(transposed, inSteps), steps);
}
