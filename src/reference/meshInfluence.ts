/**
 * Optimal influence functions of a particle mesh, the error they leave, and what an ion does to itself through it, in f64 and by brute force:
 * every alias of every wave in turn. Hockney & Eastwood, Computer Simulation Using Particles (1988), chapter 8; Ballenegger,
 * Cerdà & Holm, J. Chem. Theory Comput. 8, 936 (2012), doi:10.1021/ct2001792.
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { type Cell, reciprocalVectors, volume } from '../model/cell.ts';

export type Triple = readonly [number, number, number];

/** How the field comes out of the mesh: by i·k in reciprocal space, or by the splines' slopes in gathering. */
export type Differentiation = 'ik' | 'ad';

export interface Mesh {
  /** 1/Å */
  readonly alpha: number;
  readonly grid: Triple;
  /** Order of the B-spline, odd: 3, 5 or 7. */
  readonly order: number;
  /** Default: ik. */
  readonly differentiation?: Differentiation;
}

/**
 * The G that makes the rms error of the force between two unit charges, averaged over all places of both, least:
 *
 *   ik   G(k) = Σ_b U² κ·R / [κ² (Σ_b U²)²]                R(k+b) = (4πk_e/V) κ_b/κ_b² e^{−κ_b²/4α²}
 *   ad   G(k) = Σ_b U² κ_b·R / [Σ_b U² · Σ_b U² κ_b²]      U(k+b) = Π sinc^P
 *
 * zero at k = 0 and wherever an index is half an even grid: +n/2 and −n/2 are one index there, so a derivative (ik), and
 * half of the virial, has no sign and a field made with either would not be real.
 * @param aliases largest |b| along each axis of the sums with R
 */
export function meshInfluence(cell: Cell, mesh: Mesh, aliases = 2): Float64Array {
  const out = new Float64Array(mesh.grid[0] * mesh.grid[1] * mesh.grid[2]);
  forEachWave(cell, mesh, aliases, (p, { numerator, denominator }) => {
    if (denominator > 0) out[p] = numerator / denominator;
  });
  return out;
}

/**
 * Q, the squared error of the force between two unit charges that is left with that G: Σ_k {Σ_b |R|² − N²/D} for G = N/D,
 * (eV/Å)²/e⁴. A difference of nearly equal numbers: of use on coarse meshes.
 */
export function meshSquaredError(cell: Cell, mesh: Mesh, aliases = 2): number {
  let sum = 0;
  forEachWave(cell, mesh, aliases, (_, { numerator, denominator, squares }) => {
    sum += squares - (denominator > 0 ? (numerator * numerator) / denominator : 0);
  });
  return sum;
}

/** Of one wave: G is numerator over denominator (0: G is zero), squares Σ_b |R|². */
interface WaveSums {
  numerator: number;
  denominator: number;
  squares: number;
}

function forEachWave(
  cell: Cell,
  { alpha, grid, order, differentiation = 'ik' }: Mesh,
  aliases: number,
  visit: (point: number, sums: WaveSums) => void,
): void {
  const reciprocal = reciprocalVectors(cell);
  const prefactor = (4 * Math.PI * COULOMB_EV_ANGSTROM) / volume(cell);
  const moments = grid.map((n) => splineMoments(order, n));
  const steps = Array.from({ length: 2 * aliases + 1 }, (_, i) => i - aliases);
  forEachPoint(grid, (p, index) => {
    const own = folded(index, grid);
    const kappa = waveVector(reciprocal, own);
    const [a, b, c] = own.map((i, axis) => {
      const n = grid[axis] as number;
      return steps.map((step) => ({ index: i + step * n, u2: sinc(i / n + step) ** (2 * order) }));
    }) as [Alias[], Alias[], Alias[]];
    const sums: WaveSums = { numerator: 0, denominator: 0, squares: 0 };
    for (const h of a) {
      for (const k of b) {
        for (const l of c) {
          const wave = waveVector(reciprocal, [h.index, k.index, l.index]);
          const k2 = dot(wave, wave);
          if (k2 === 0) continue;
          const strength = (prefactor / k2) * Math.exp(-k2 / (4 * alpha * alpha));
          const projection = dot(differentiation === 'ik' ? kappa : wave, wave);
          sums.numerator += h.u2 * k.u2 * l.u2 * strength * projection;
          sums.squares += strength * strength * k2;
        }
      }
    }
    if (p > 0 && !index.some((i, axis) => 2 * i === grid[axis])) {
      const at = (axis: number): Moments => (moments[axis] as Moments[])[index[axis] as number] as Moments;
      const sum = at(0).zeroth * at(1).zeroth * at(2).zeroth;
      const square = differentiation === 'ik' ? sum * dot(kappa, kappa) : meanSquareWave(reciprocal, at);
      sums.denominator = sum * square;
    }
    visit(p, sums);
  });
}

interface Alias {
  readonly index: number;
  /** sinc^{2P} */
  readonly u2: number;
}

/** Σ_b U², Σ_b U² j and Σ_b U² j² over the aliases j = i + b·n of an index of an axis. */
interface Moments {
  readonly zeroth: number;
  readonly first: number;
  readonly second: number;
}

/** Σ_b U² κ_b² = Σ_a Σ_b g_a·g_b ⟨j_a j_b⟩ out of the moments of the three axes. */
function meanSquareWave(reciprocal: Float64Array, at: (axis: number) => Moments): number {
  const edges = [0, 1, 2].map((axis) => waveVector(reciprocal, unit(axis)));
  let sum = 0;
  for (const a of [0, 1, 2]) {
    for (const b of [0, 1, 2]) {
      const moment = [0, 1, 2].reduce((product, axis) => {
        const { zeroth, first, second } = at(axis);
        const power = Number(axis === a) + Number(axis === b);
        return product * ([zeroth, first, second][power] as number);
      }, 1);
      sum += dot(edges[a] as Triple, edges[b] as Triple) * moment;
    }
  }
  return sum;
}

/**
 * Sums over all aliases in closed form. Σ_b U² is by Poisson's sum formula the spectrum of W_2P's values at the integers;
 * j² U² is that of W's slope, (n sin(πx)/π)² sinc^{2P−2}; j U² that of W's slope with W, whose values at the integers are
 * half of W_2P's slope there.
 */
function splineMoments(order: number, n: number): Moments[] {
  const values = Array.from({ length: order }, (_, m) => cardinalBSpline(2 * order, m));
  const slopes = Array.from({ length: order }, (_, m) => cardinalBSplineSlope(2 * order, m));
  const finer = Array.from({ length: order - 1 }, (_, m) => cardinalBSpline(2 * order - 2, m));
  const cosines = (terms: readonly number[], k: number): number =>
    terms.reduce((sum, w, m) => sum + (m === 0 ? 1 : 2) * w * Math.cos((2 * Math.PI * k * m) / n), 0);
  return Array.from({ length: n }, (_, k) => ({
    zeroth: cosines(values, k),
    // Ŵ'(j) = (2πi j/n) Ŵ(j), so that Σ j U² = −n/π Σ_{m>0} W_2P'(m) sin(2πkm/n).
    first: (-n / Math.PI) * slopes.reduce((sum, w, m) => sum + w * Math.sin((2 * Math.PI * k * m) / n), 0),
    second: ((n * Math.sin((Math.PI * k) / n)) / Math.PI) ** 2 * cosines(finer, k),
  }));
}

/**
 * Coefficients C(d) of the energy that a unit charge has with itself through the mesh, ½ Σ_d C(d) e^{2πi d·u} at mesh
 * coordinates u: C(d) = Σ_k G(k) Σ_b U(k+b) U(k+b+d), for a step d of one mesh along one axis, eV/e².
 * @param step 1, 2, …: multiple of the mesh's own wave number
 */
export function selfCoefficient(influence: Float64Array, mesh: Mesh, axis: number, step: number): number {
  const { grid, order } = mesh;
  const overlap = (n: number, i: number, shift: number): number => {
    let sum = 0;
    for (let b = -40; b <= 40; b++) sum += sinc(i / n + b) ** order * sinc(i / n + b + shift) ** order;
    return sum;
  };
  const tables = grid.map((n, a) =>
    Float64Array.from({ length: n }, (_, i) => overlap(n, i, a === axis ? step : 0)),
  );
  let sum = 0;
  forEachPoint(grid, (p, index) => {
    sum += index.reduce((product, i, a) => product * (tables[a]?.[i] as number), influence[p] as number);
  });
  return sum;
}

/**
 * Cardinal B-spline of the given order at u: P boxes of width 1 convolved, so nothing beyond |u| = P/2. By the recursion
 * of de Boor, W_P(u) = [(P/2 + u) W_{P−1}(u + ½) + (P/2 − u) W_{P−1}(u − ½)] / (P − 1).
 */
export function cardinalBSpline(order: number, u: number): number {
  if (Math.abs(u) > order / 2) return 0;
  // Two boxes: from their edges a u that rounds to either side would be counted twice, or not at all.
  if (order === 2) return 1 - Math.abs(u);
  const left = (order / 2 + u) * cardinalBSpline(order - 1, u + 0.5);
  const right = (order / 2 - u) * cardinalBSpline(order - 1, u - 0.5);
  return (left + right) / (order - 1);
}

/** W_P'(u) = W_{P−1}(u + ½) − W_{P−1}(u − ½). */
export function cardinalBSplineSlope(order: number, u: number): number {
  return cardinalBSpline(order - 1, u + 0.5) - cardinalBSpline(order - 1, u - 0.5);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Cartesian wave vector of three integers, 1/Å. */
export function waveVector(reciprocal: Float64Array, [h, k, l]: Triple): Triple {
  const component = (c: number): number =>
    2 *
    Math.PI *
    (h * (reciprocal[c] as number) + k * (reciprocal[3 + c] as number) + l * (reciprocal[6 + c] as number));
  return [component(0), component(1), component(2)];
}

/** Indices of the grid as signed ones, in (−n/2, n/2]. */
export function folded(index: Triple, grid: Triple): Triple {
  return index.map((i, axis) =>
    2 * i > (grid[axis] as number) ? i - (grid[axis] as number) : i,
  ) as unknown as Triple;
}

export function forEachPoint(grid: Triple, visit: (point: number, index: Triple) => void): void {
  for (let h = 0, p = 0; h < grid[0]; h++) {
    for (let k = 0; k < grid[1]; k++) for (let l = 0; l < grid[2]; l++, p++) visit(p, [h, k, l]);
  }
}

function unit(axis: number): Triple {
  return [Number(axis === 0), Number(axis === 1), Number(axis === 2)];
}

function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
