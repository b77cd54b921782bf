/**
 * Particle–particle particle–mesh (PPPM) in f64, slow and obvious: what the mesh kernels and their plan are held
 * against, step by step. Hockney & Eastwood, Computer Simulation Using Particles (1988), chapter 8; Deserno & Holm,
 * J. Chem. Phys. 109, 7678 (1998), doi:10.1063/1.477414. Written apart from the engine's plan on purpose: Σ_b U² here is
 * the closed form, there a sum.
 *
 * Arrays over the grid have the point (h, k, l) at (h·n2 + k)·n3 + l, the whole spectrum included.
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { type Cell, reciprocalVectors, toFractional, volume } from '../model/cell.ts';
import type { System } from '../model/system.ts';
import { addConstants, addRealSpace, chargesOf } from './ewald.ts';
import { emptyResult, type ForceResult } from './pairSum.ts';

export type Triple = readonly [number, number, number];

export interface Mesh {
  /** 1/Å */
  readonly alpha: number;
  readonly grid: Triple;
  /** Order of the B-spline, odd: 3, 5 or 7. */
  readonly order: number;
}

/** The mesh part alone (no self energy, no background) and every step on the way to it. */
export interface MeshResult extends ForceResult {
  /** ρ(m), e */
  readonly density: Float64Array;
  /** ρ̂(k), e */
  readonly spectrum: Spectrum;
  /** G(k), eV/e² */
  readonly influence: Float64Array;
  /** Along x, y and z at every point, V/Å: real parts. */
  readonly fields: readonly [Float64Array, Float64Array, Float64Array];
  /** Largest imaginary part of a field, V/Å: rounding, unless derivatives lack their mirror symmetry. */
  readonly imaginary: number;
}

export interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Coulomb energy, forces and virial of all charges by PPPM, for comparison with ewaldSum: the same parts (real space,
 * self energy, background of a net charge) with the waves on a mesh.
 * @param cutoff Å, of the real-space sum; default: all of it, so that the error is the mesh's alone
 */
export function pppmSum(system: System, mesh: Mesh, cutoff?: number): ForceResult {
  const charges = chargesOf(system);
  const result: ForceResult = pppmMesh(system, mesh);
  addRealSpace(result, system, charges, mesh.alpha, cutoff);
  addConstants(result, charges, mesh.alpha, volume(system.cell));
  return result;
}

/**
 * E = ½ Σ_k G |ρ̂|², F_i = q_i Σ_m W(u_i − m) f(m) with f = Σ_k −iκ G ρ̂ e^{2πi k·m/n}, and the virial
 * ½ Σ_k G |ρ̂|² (δ − 2 κκ (1/κ² + 1/4α²)).
 */
export function pppmMesh(system: System, { alpha, grid, order }: Mesh): MeshResult {
  const { cell } = system;
  const charges = chargesOf(system);
  const density = spreadCharges(system, grid, order);
  const spectrum = { re: density.slice(), im: new Float64Array(density.length) };
  transform(spectrum, grid, -1);
  const influence = meshInfluence(cell, { alpha, grid, order });

  const reciprocal = reciprocalVectors(cell);
  const result = emptyResult(charges.length);
  const fieldSpectra = [0, 1, 2].map(() => ({
    re: new Float64Array(density.length),
    im: new Float64Array(density.length),
  })) as [Spectrum, Spectrum, Spectrum];
  forEachPoint(grid, (p, index) => {
    const wave = waveVector(reciprocal, folded(index, grid));
    const [re, im, g] = [spectrum.re[p] as number, spectrum.im[p] as number, influence[p] as number];
    const energy = 0.5 * g * (re * re + im * im);
    result.energy += energy;
    fieldSpectra.forEach((field, c) => {
      // −i κ G (re + i im)
      field.re[p] = (wave[c] as number) * g * im;
      field.im[p] = -(wave[c] as number) * g * re;
    });
    const [x, y, z] = wave;
    const k2 = x * x + y * y + z * z;
    if (k2 === 0) return;
    const weight = 2 * energy * (1 / k2 + 1 / (4 * alpha * alpha));
    [x * x, y * y, z * z, y * z, x * z, x * y].forEach((product, c) => {
      result.virial[c] = (result.virial[c] as number) + (c < 3 ? energy : 0) - weight * product;
    });
  });

  let imaginary = 0;
  for (const field of fieldSpectra) {
    transform(field, grid, 1);
    for (const value of field.im) imaginary = Math.max(imaginary, Math.abs(value));
  }
  const fields = fieldSpectra.map(({ re }) => re) as [Float64Array, Float64Array, Float64Array];
  forEachSpread(system, grid, order, (atom, p, weight) => {
    fields.forEach((field, c) => {
      result.forces[3 * atom + c] =
        (result.forces[3 * atom + c] as number) + (charges[atom] as number) * weight * (field[p] as number);
    });
  });
  return { ...result, density, spectrum, influence, fields, imaginary };
}

/**
 * Cardinal B-spline of the given order at u: P boxes of width 1 convolved, so nothing beyond |u| = P/2. By the recursion
 * of de Boor, W_P(u) = [(P/2 + u) W_{P−1}(u + ½) + (P/2 − u) W_{P−1}(u − ½)] / (P − 1).
 */
export function cardinalBSpline(order: number, u: number): number {
  if (Math.abs(u) > order / 2) return 0;
  if (order === 1) return u >= -0.5 && u < 0.5 ? 1 : 0;
  const left = (order / 2 + u) * cardinalBSpline(order - 1, u + 0.5);
  const right = (order / 2 - u) * cardinalBSpline(order - 1, u - 0.5);
  return (left + right) / (order - 1);
}

/** ρ(m) = Σ_i q_i Π_a W(u_ia − m_a), u = x·n. */
export function spreadCharges(system: System, grid: Triple, order: number): Float64Array {
  const charges = chargesOf(system);
  const density = new Float64Array(grid[0] * grid[1] * grid[2]);
  forEachSpread(system, grid, order, (atom, p, weight) => {
    density[p] = (density[p] as number) + (charges[atom] as number) * weight;
  });
  return density;
}

/** Visits the order³ points that an atom spreads to, with their weights. */
function forEachSpread(
  system: System,
  grid: Triple,
  order: number,
  visit: (atom: number, point: number, weight: number) => void,
): void {
  const fractional = toFractional(system.cell, system.positions);
  for (let atom = 0; atom < system.typeOf.length; atom++) {
    const [a, b, c] = grid.map((n, axis) => {
      const u = (fractional[3 * atom + axis] as number) * n;
      return Array.from({ length: order }, (_, j) => {
        const m = Math.round(u) + j - (order - 1) / 2;
        return { index: m - n * Math.floor(m / n), weight: cardinalBSpline(order, u - m) };
      });
    }) as [SplinePoint[], SplinePoint[], SplinePoint[]];
    for (const h of a) {
      for (const k of b) {
        for (const l of c) {
          const point = (h.index * grid[1] + k.index) * grid[2] + l.index;
          visit(atom, point, h.weight * k.weight * l.weight);
        }
      }
    }
  }
}

interface SplinePoint {
  readonly index: number;
  readonly weight: number;
}

/**
 * The optimal influence function for ik differentiation, every alias of every wave in turn:
 *
 *   G(k) = κ·Σ_b U²(k+b) R(k+b) / [κ² (Σ_b U²(k+b))²],  R = (4πk_e/V) κ/κ² e^{−κ²/4α²},  U = Π sinc^P
 *
 * zero at k = 0 and wherever an index is half an even grid: +n/2 and −n/2 are one index there, so a derivative has no
 * sign and a field made with either would not be real.
 * @param aliases largest |b| along each axis
 */
export function meshInfluence(cell: Cell, { alpha, grid, order }: Mesh, aliases = 2): Float64Array {
  const out = new Float64Array(grid[0] * grid[1] * grid[2]);
  const reciprocal = reciprocalVectors(cell);
  const prefactor = (4 * Math.PI * COULOMB_EV_ANGSTROM) / volume(cell);
  const sums = grid.map((n) => splineSums(order, n));
  const steps = Array.from({ length: 2 * aliases + 1 }, (_, i) => i - aliases);
  forEachPoint(grid, (p, index) => {
    if (p === 0 || index.some((i, axis) => 2 * i === grid[axis])) return;
    const own = folded(index, grid);
    const kappa = waveVector(reciprocal, own);
    const [a, b, c] = own.map((i, axis) => {
      const n = grid[axis] as number;
      return steps.map((step) => ({ index: i + step * n, u2: sinc(i / n + step) ** (2 * order) }));
    }) as [Alias[], Alias[], Alias[]];
    let numerator = 0;
    for (const h of a) {
      for (const k of b) {
        for (const l of c) {
          const [x, y, z] = waveVector(reciprocal, [h.index, k.index, l.index]);
          const k2 = x * x + y * y + z * z;
          const projection = kappa[0] * x + kappa[1] * y + kappa[2] * z;
          const force = ((prefactor * projection) / k2) * Math.exp(-k2 / (4 * alpha * alpha));
          numerator += h.u2 * k.u2 * l.u2 * force;
        }
      }
    }
    const denominator = index.reduce((product, i, axis) => product * (sums[axis]?.[i] as number), 1);
    out[p] = numerator / ((kappa[0] ** 2 + kappa[1] ** 2 + kappa[2] ** 2) * denominator ** 2);
  });
  return out;
}

interface Alias {
  readonly index: number;
  /** sinc^{2P} */
  readonly u2: number;
}

/** Σ_b U² at every index of an axis: by Poisson's sum formula the spectrum of W_2P's values at the integers. */
function splineSums(order: number, n: number): Float64Array {
  const values = Array.from({ length: order }, (_, m) => cardinalBSpline(2 * order, m));
  return Float64Array.from({ length: n }, (_, k) =>
    values.reduce((sum, w, m) => sum + (m === 0 ? 1 : 2) * w * Math.cos((2 * Math.PI * k * m) / n), 0),
  );
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Cartesian wave vector of three integers, 1/Å. */
function waveVector(reciprocal: Float64Array, [h, k, l]: Triple): Triple {
  const component = (c: number): number =>
    2 *
    Math.PI *
    (h * (reciprocal[c] as number) + k * (reciprocal[3 + c] as number) + l * (reciprocal[6 + c] as number));
  return [component(0), component(1), component(2)];
}

/** Indices of the grid as signed ones, in (−n/2, n/2]. */
function folded(index: Triple, grid: Triple): Triple {
  return index.map((i, axis) =>
    2 * i > (grid[axis] as number) ? i - (grid[axis] as number) : i,
  ) as unknown as Triple;
}

function forEachPoint(grid: Triple, visit: (point: number, index: Triple) => void): void {
  for (let h = 0, p = 0; h < grid[0]; h++) {
    for (let k = 0; k < grid[1]; k++) for (let l = 0; l < grid[2]; l++, p++) visit(p, [h, k, l]);
  }
}

/** In place Σ_m x(m) e^{sign·2πi k·m/n}, one axis after the other, every line by its plain sum. */
function transform({ re, im }: Spectrum, grid: Triple, sign: 1 | -1): void {
  grid.forEach((n, axis) => {
    const stride = grid.slice(axis + 1).reduce((product, m) => product * m, 1);
    const cosine = Float64Array.from({ length: n }, (_, j) => Math.cos((2 * Math.PI * j) / n));
    const sine = Float64Array.from({ length: n }, (_, j) => sign * Math.sin((2 * Math.PI * j) / n));
    const lineRe = new Float64Array(n);
    const lineIm = new Float64Array(n);
    for (let line = 0; line < re.length / n; line++) {
      const start = Math.floor(line / stride) * stride * n + (line % stride);
      for (let m = 0; m < n; m++) {
        lineRe[m] = re[start + m * stride] as number;
        lineIm[m] = im[start + m * stride] as number;
      }
      for (let k = 0; k < n; k++) {
        let [sumRe, sumIm] = [0, 0];
        for (let m = 0; m < n; m++) {
          const turn = (k * m) % n;
          const [c, s] = [cosine[turn] as number, sine[turn] as number];
          sumRe += (lineRe[m] as number) * c - (lineIm[m] as number) * s;
          sumIm += (lineRe[m] as number) * s + (lineIm[m] as number) * c;
        }
        re[start + k * stride] = sumRe;
        im[start + k * stride] = sumIm;
      }
    }
  });
}
