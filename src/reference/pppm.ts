/**
 * Particle–particle particle–mesh (PPPM) in f64, slow and obvious: what the mesh kernels and their plan are held
 * against, step by step. Hockney & Eastwood, Computer Simulation Using Particles (1988), chapter 8; Deserno & Holm,
 * J. Chem. Phys. 109, 7678 (1998), doi:10.1063/1.477414. Written apart from the engine's plan on purpose: Σ_b U² here is
 * the closed form, there a sum.
 *
 * Arrays over the grid have the point (h, k, l) at (h·n2 + k)·n3 + l, the whole spectrum included.
 */
import { type Cell, reciprocalVectors, toFractional, volume } from '../model/cell.ts';
import type { System } from '../model/system.ts';
import { addConstants, addRealSpace, chargesOf } from './ewald.ts';
import {
  cardinalBSpline,
  cardinalBSplineSlope,
  folded,
  forEachPoint,
  type Mesh,
  meshInfluence,
  selfCoefficient,
  type Triple,
  waveVector,
} from './meshInfluence.ts';
import { emptyResult, type ForceResult } from './pairSum.ts';

/** The mesh part alone (no self energy, no background) and every step on the way to it. */
export interface MeshResult extends ForceResult {
  /** ρ(m), e */
  readonly density: Float64Array;
  /** ρ̂(k), e */
  readonly spectrum: Spectrum;
  /** G(k), eV/e² */
  readonly influence: Float64Array;
  /** What the transforms back give at every point, real parts: ik, the field along x, y and z, V/Å; ad, the potential, V. */
  readonly fields: readonly Float64Array[];
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
 * E = ½ Σ_k G |ρ̂|² and its virial ½ Σ_k G |ρ̂|² (δ − 2 κκ (1/κ² + 1/4α²)), with forces by one of
 *
 *   ik   F_i = q_i Σ_m W(u_i − m) f(m)        f = Σ_k −iκ G ρ̂ e^{2πi k·m/n}
 *   ad   F_i = −q_i Σ_m ∇W(u_i − m) φ(m)      φ = Σ_k G ρ̂ e^{2πi k·m/n}
 *
 * the latter less the force of every ion on itself (as selfForces has it) and less the mean over the ions: what pairs
 * lack of action and reaction.
 */
export function pppmMesh(system: System, mesh: Mesh): MeshResult {
  const { alpha, grid, order, differentiation = 'ik' } = mesh;
  const { cell } = system;
  const charges = chargesOf(system);
  const density = spreadCharges(system, grid, order);
  const spectrum = { re: density.slice(), im: new Float64Array(density.length) };
  transform(spectrum, grid, -1);
  const influence = meshInfluence(cell, mesh);
  const result = emptyResult(charges.length);
  addEnergies(result, cell, alpha, grid, spectrum, influence);

  const spectra =
    differentiation === 'ik'
      ? fieldSpectra(reciprocalVectors(cell), grid, spectrum, influence)
      : [scaledSpectrum(spectrum, (p) => influence[p] as number, 0)];
  let imaginary = 0;
  for (const field of spectra) {
    transform(field, grid, 1);
    for (const value of field.im) imaginary = Math.max(imaginary, Math.abs(value));
  }
  const fields = spectra.map(({ re }) => re);
  if (differentiation === 'ik') addGathered(result, system, mesh, charges, fields);
  else {
    addSlopes(result, system, mesh, charges, fields[0] as Float64Array);
    const self = selfForces(system, mesh, influence);
    for (let i = 0; i < self.length; i++)
      result.forces[i] = (result.forces[i] as number) - (self[i] as number);
    subtractMean(result.forces);
  }
  return { ...result, density, spectrum, influence, fields, imaginary };
}

function addEnergies(
  result: ForceResult & { energy: number },
  cell: Cell,
  alpha: number,
  grid: Triple,
  spectrum: Spectrum,
  influence: Float64Array,
): void {
  const reciprocal = reciprocalVectors(cell);
  forEachPoint(grid, (p, index) => {
    const [re, im, g] = [spectrum.re[p] as number, spectrum.im[p] as number, influence[p] as number];
    const energy = 0.5 * g * (re * re + im * im);
    result.energy += energy;
    const [x, y, z] = waveVector(reciprocal, folded(index, grid));
    const k2 = x * x + y * y + z * z;
    if (k2 === 0) return;
    const weight = 2 * energy * (1 / k2 + 1 / (4 * alpha * alpha));
    [x * x, y * y, z * z, y * z, x * z, x * y].forEach((product, c) => {
      result.virial[c] = (result.virial[c] as number) + (c < 3 ? energy : 0) - weight * product;
    });
  });
}

/** −iκ G ρ̂ along x, y and z. */
function fieldSpectra(
  reciprocal: Float64Array,
  grid: Triple,
  spectrum: Spectrum,
  influence: Float64Array,
): Spectrum[] {
  const waves: Triple[] = [];
  forEachPoint(grid, (_, index) => waves.push(waveVector(reciprocal, folded(index, grid))));
  return [0, 1, 2].map((c) =>
    scaledSpectrum(spectrum, (p) => (waves[p] as Triple)[c as 0] * (influence[p] as number), 1),
  );
}

/** factor(p) (−i)^turns ρ̂, turns 0 or 1. */
function scaledSpectrum({ re, im }: Spectrum, factor: (p: number) => number, turns: 0 | 1): Spectrum {
  const [first, second, sign] = turns === 0 ? [re, im, 1] : [im, re, -1];
  return { re: first.map((x, p) => factor(p) * x), im: second.map((x, p) => sign * factor(p) * x) };
}

function addGathered(
  { forces }: ForceResult,
  system: System,
  { grid, order }: Mesh,
  charges: ArrayLike<number>,
  fields: readonly Float64Array[],
): void {
  forEachSpread(system, grid, order, (atom, p, weight) => {
    fields.forEach((field, c) => {
      forces[3 * atom + c] =
        (forces[3 * atom + c] as number) + (charges[atom] as number) * weight * (field[p] as number);
    });
  });
}

function addSlopes(
  { forces }: ForceResult,
  system: System,
  { grid, order }: Mesh,
  charges: ArrayLike<number>,
  potential: Float64Array,
): void {
  const reciprocal = reciprocalVectors(system.cell);
  for (const axis of [0, 1, 2]) {
    const visit = (atom: number, p: number, slope: number): void => {
      const pull = -(charges[atom] as number) * slope * (potential[p] as number) * (grid[axis] as number);
      for (let c = 0; c < 3; c++) {
        forces[3 * atom + c] = (forces[3 * atom + c] as number) + pull * (reciprocal[3 * axis + c] as number);
      }
    };
    forEachSpread(system, grid, order, visit, axis);
  }
}

/**
 * What an ion's own charge does to it through an ad mesh, −∇ of ½q² Σ_d C(d) e^{2πi d·u}, with the terms d = ±1, ±2 along
 * each axis: q² Σ_a n_a g_a Σ_d 2πd C_a(d) sin(2πd u_a), [3N] eV/Å. Ballenegger, Cerdà & Holm (2012).
 */
export function selfForces(system: System, mesh: Mesh, influence: Float64Array): Float64Array {
  const charges = chargesOf(system);
  const reciprocal = reciprocalVectors(system.cell);
  const fractional = toFractional(system.cell, system.positions);
  const out = new Float64Array(3 * charges.length);
  mesh.grid.forEach((n, axis) => {
    const coefficients = [1, 2].map((step) => selfCoefficient(influence, mesh, axis, step));
    charges.forEach((q, i) => {
      const u = n * (fractional[3 * i + axis] as number);
      const along = coefficients.reduce((sum, coefficient, d) => {
        const turn = 2 * Math.PI * (d + 1);
        return sum + q * q * n * turn * coefficient * Math.sin(turn * u);
      }, 0);
      for (let c = 0; c < 3; c++) {
        out[3 * i + c] = (out[3 * i + c] as number) + along * (reciprocal[3 * axis + c] as number);
      }
    });
  });
  return out;
}

function subtractMean(forces: Float64Array): void {
  for (let c = 0; c < 3; c++) {
    let sum = 0;
    for (let i = c; i < forces.length; i += 3) sum += forces[i] as number;
    for (let i = c; i < forces.length; i += 3) forces[i] = (forces[i] as number) - (3 * sum) / forces.length;
  }
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

/** Visits the order³ points that an atom spreads to, with their weights, or with ∂/∂u of them along one axis. */
function forEachSpread(
  system: System,
  grid: Triple,
  order: number,
  visit: (atom: number, point: number, weight: number) => void,
  slopeAlong?: number,
): void {
  const fractional = toFractional(system.cell, system.positions);
  for (let atom = 0; atom < system.typeOf.length; atom++) {
    const [a, b, c] = grid.map((n, axis) => {
      const spline = axis === slopeAlong ? cardinalBSplineSlope : cardinalBSpline;
      const u = (fractional[3 * atom + axis] as number) * n;
      return Array.from({ length: order }, (_, j) => {
        const m = Math.round(u) + j - (order - 1) / 2;
        return { index: m - n * Math.floor(m / n), weight: spline(order, u - m) };
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
