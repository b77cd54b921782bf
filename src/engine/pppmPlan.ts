/**
 * Plan of a particle–particle particle–mesh sum (PPPM): splitting parameter, mesh and influence function in f64.
 * Charges are spread with the cardinal B-spline W of order P on the coordinates u = x·n (x fractional, n the grid):
 *
 *   ρ(m) = Σ_i q_i Π_a W(u_ia − m_a)        ρ̂(k) = Σ_m ρ(m) e^{−2πi k·m/n}        E = ½ Σ_k G(k) |ρ̂(k)|²
 *   ik   f(m) = Σ_k −iκ G(k) ρ̂(k) e^{+2πi k·m/n}    F_i = q_i Σ_m Π_a W(u_ia − m_a) f(m)
 *   ad   φ(m) = Σ_k G(k) ρ̂(k) e^{+2πi k·m/n}        F_i = −q_i Σ_m ∇Π_a W(u_ia − m_a) φ(m)
 *
 * with sums over the whole grid. ad forces are the slope of E: they keep the energy but not the momentum, so their mean over
 * the ions is taken off, and what an ion does to itself (meshSelfForce.ts). G, κ and the error estimate are influence.ts's.
 * Self energy and real space are those of the Ewald sum (ewaldPlan.ts).
 */
import { InputError } from '../core/errors.ts';
import { type Cell, perpendicularWidths } from '../model/cell.ts';
import { type CoulombRequest, splitError } from './ewaldSplitting.ts';
import { type Differentiation, type Grid, optimalInfluence, type SplineOrder } from './influence.ts';
import { type MeshSelfForce, meshSelfForce } from './meshSelfForce.ts';

export interface PppmPlan {
  /** 1/Å */
  readonly alpha: number;
  /** Points along a, b, c: each 2^i·3^j·5^k, the third even. */
  readonly grid: Grid;
  readonly order: SplineOrder;
  readonly differentiation: Differentiation;
  /** Estimated rms force errors of the two sums, eV/Å. */
  readonly realError: number;
  readonly meshError: number;
  /** Of analytic differentiation; its forces on the ion itself are taken off. */
  readonly selfForce?: MeshSelfForce;
  /** [n1·n2·(n3/2+1)] G at ((h·n2)+k)·(n3/2+1)+l, eV/e². */
  readonly influence: Float64Array;
}

export interface PppmRequest extends CoulombRequest {
  /** See `meshKind` for what is taken when one of these or both are left out. */
  readonly order?: SplineOrder;
  readonly differentiation?: Differentiation;
  /** This mesh instead of the accuracy's. */
  readonly grid?: Grid;
  /** What one buffer may have; 128 MiB, WebGPU's default limit, when left out. */
  readonly mostBytes?: number;
}

/**
 * Shares of the allowed error, less than all of it for the sake of energies: in an ordered crystal what the sums miss is the
 * same for every ion. At accuracy 1e-5 the energy of CsCl (cutoff 12 Å) is off by 1.3e-5 with a real-space share of 0.3, by
 * 1.1e-6 with this one, for a third more points; a perfect crystal with its ions on mesh points by 2.1e-6 with a mesh share
 * of 0.95, 1.6e-6 with this one, for a fifth more. Order 7 with ad takes coarser meshes, where more of a crystal's Bragg peaks
 * are badly resolved: with a mesh share of 0.7 Li2O at accuracy 1e-4 has 1.5 times the error asked for.
 */
const SHARES = { ik: { real: 0.03, reciprocal: 0.7 }, ad: { real: 0.03, reciprocal: 0.35 } } as const;

const DEFAULT_BYTES = 2 ** 27;

/**
 * Order and differentiation: by default 7 and ad. At equal estimated force error that is the cheapest mesh of those measured
 * (13 824 ions, accuracy 1e-5, llvmpipe, CPU time per ion: ik 5 3.1 µs, ik 7 3.2, ad 5 4.0, ad 7 2.8), and its forces are the
 * slope of its energy: over 30 ps of NaCl the conserved energy scatters by 3e-7 eV per ion, with ik it wanders by 2e-6 (its
 * errors do work at random). A lower order pairs with ik: ad 5 needs 2.7 times the points.
 */
export function meshKind({ order, differentiation }: Pick<PppmRequest, 'order' | 'differentiation'>): {
  readonly order: SplineOrder;
  readonly differentiation: Differentiation;
} {
  if (order === undefined) {
    return differentiation === 'ik' ? { order: 5, differentiation } : { order: 7, differentiation: 'ad' };
  }
  return { order, differentiation: differentiation ?? (order === 7 ? 'ad' : 'ik') };
}

/** Bytes of the largest buffer of a mesh: three field components as vec4f and three spectra (ik), or one of each (ad). */
export function largestMeshBytes([n1, n2, n3]: Grid, differentiation: Differentiation): number {
  const points = n1 * n2 * n3;
  const modes = n1 * n2 * (n3 / 2 + 1);
  return differentiation === 'ik' ? Math.max(16 * points, 24 * modes) : 8 * modes;
}

/** Splitting parameter and mesh that meet the accuracy. */
export function planPppm(request: PppmRequest): PppmPlan {
  const { cell, nAtoms, chargeSquares } = request;
  const { order, differentiation } = meshKind(request);
  if (![3, 5, 7].includes(order)) throw new InputError(`PPPM: order must be 3, 5 or 7, found ${order}`);
  const { alpha, realError, reciprocalTarget } = splitError(
    request,
    SHARES[meshKind(request).differentiation],
  );
  const planOn = (grid: Grid): PppmPlan => {
    const { influence, meanSquareError } = optimalInfluence(cell, alpha, grid, order, differentiation);
    return {
      ...{ alpha, grid, order, differentiation, realError, influence },
      meshError: forceError(chargeSquares, nAtoms, meanSquareError),
      ...(differentiation === 'ad' && { selfForce: meshSelfForce(influence, grid, order) }),
    };
  };
  if (request.grid) return planOn(checkedGrid(request.grid, request));
  const { grids, first } = candidates(request, alpha, reciprocalTarget);
  for (let i = first; i < grids.length; i++) {
    const plan = planOn(grids[i] as Grid);
    // The sample may have promised a little too much: then the next mesh.
    if (plan.meshError <= reciprocalTarget) return plan;
  }
  const most = (request.mostBytes ?? DEFAULT_BYTES) / 2 ** 20;
  throw new InputError(
    `PPPM: accuracy ${request.accuracy} with cutoff ${request.cutoff} Å needs a mesh of more than ${most} MiB, the most that one ` +
      'buffer of this adapter holds; expected a lower accuracy, a larger cutoff, or order 7 with differentiation ad',
  );
}

/** Points of the mesh that a plan would have, without its influence function; infinite where none is fine enough. */
export function expectedMeshPoints(request: PppmRequest): number {
  const { alpha, reciprocalTarget } = splitError(request, SHARES[meshKind(request).differentiation]);
  const { grids, first } = candidates(request, alpha, reciprocalTarget);
  const grid = grids[first];
  return grid ? grid[0] * grid[1] * grid[2] : Number.POSITIVE_INFINITY;
}

/** Meshes from coarse to fine, and the first of them whose error, from a sample, is within the target (eV/Å). */
function candidates(
  request: PppmRequest,
  alpha: number,
  target: number,
): { readonly grids: readonly Grid[]; readonly first: number } {
  const { cell, nAtoms, chargeSquares } = request;
  const { order, differentiation } = meshKind(request);
  const grids = refinements(cell, order, (grid) => fits(grid, request));
  const meets = (grid: Grid): boolean =>
    forceError(chargeSquares, nAtoms, sampledError(cell, alpha, grid, order, differentiation)) <= target;
  return { grids, first: firstTrue(grids, meets) };
}

/**
 * Errors of all pair forces independent: ΔF_i² = q_i² Σ_j q_j² Q, averaged over the ions, so ΔF = Σq² √(Q/N). True of
 * ions at random places (measured 0.89 to 1.10 of it); in crystals charges screen each other: 0.15 to 0.81.
 */
function forceError(chargeSquares: number, nAtoms: number, meanSquare: number): number {
  return chargeSquares * Math.sqrt(meanSquare / nAtoms);
}

/**
 * Q of a mesh from a smaller one with the same spacings h in a cell as much smaller: Q·V is an integral over the waves
 * that the mesh knows, and a sum over the waves of a cell with edges 5.5/α gives √Q to 1e-3 at αh < 0.5. That is 15
 * points per axis at αh 0.37; a mesh of 64³ has 80 times as many. The number is odd: the planes at n/2, whose weight falls
 * as 1/n, are left out, and √Q comes out up to 3 % too small where they count (αh 0.8 … 1.3, order 7).
 */
function sampledError(
  cell: Cell,
  alpha: number,
  grid: Grid,
  order: SplineOrder,
  differentiation: Differentiation,
): number {
  const widths = perpendicularWidths(cell);
  const sample = grid.map((n, axis) => {
    const points = Math.max(15, (5.5 * n) / (alpha * (widths[axis] as number)));
    return Math.min(n, 2 * Math.ceil((points - 1) / 2) + 1);
  }) as [number, number, number];
  const part = (axis: number): number => (sample[axis] as number) / (grid[axis] as number);
  const small = { h: cell.h.map((x, i) => x * part(Math.floor(i / 3))) };
  return (
    optimalInfluence(small, alpha, sample, order, differentiation).meanSquareError *
    part(0) *
    part(1) *
    part(2)
  );
}

/**
 * Meshes from the smallest to the largest allowed, each refining the coarsest axis of the one before. An axis could have
 * fewer points than the mesh so found in 3 of 120 random cells, 7 % fewer then: not worth looking.
 */
function refinements(cell: Cell, order: SplineOrder, allowed: (grid: Grid) => boolean): Grid[] {
  const widths = perpendicularWidths(cell);
  const grids: Grid[] = [];
  let grid = [0, 1, 2].map((axis) => nextSize(order, axis)) as [number, number, number];
  while (allowed(grid)) {
    grids.push(grid);
    const spacings = widths.map((width, axis) => width / (grid[axis] as number));
    const coarsest = spacings.indexOf(Math.max(...spacings));
    grid = [...grid];
    grid[coarsest] = nextSize((grid[coarsest] as number) + 1, coarsest);
  }
  return grids;
}

/** Index of the first mesh that meets the target, or their number: the error falls along the list. */
function firstTrue(grids: readonly Grid[], meets: (grid: Grid) => boolean): number {
  let [low, high] = [0, grids.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (meets(grids[middle] as Grid)) high = middle;
    else low = middle + 1;
  }
  return high;
}

/** The next size from n up that the transform takes; the first is the order, so that no spline meets its own image. */
function nextSize(n: number, axis: number): number {
  let size = n;
  while (!isLegal(size, axis)) size++;
  return size;
}

/** 2^i·3^j·5^k, and even along the third axis, where the transform of real numbers halves the waves. */
function isLegal(size: number, axis: number): boolean {
  if (!Number.isInteger(size) || size < 1) return false;
  let rest = size;
  for (const factor of [2, 3, 5]) while (rest % factor === 0) rest /= factor;
  return rest === 1 && (axis < 2 || size % 2 === 0);
}

function fits(grid: Grid, request: PppmRequest): boolean {
  return largestMeshBytes(grid, meshKind(request).differentiation) <= (request.mostBytes ?? DEFAULT_BYTES);
}

function checkedGrid(grid: Grid, request: PppmRequest): Grid {
  const { order } = meshKind(request);
  const legal = grid.length === 3 && grid.every((n, axis) => n >= order && isLegal(n, axis));
  if (!legal || !fits(grid, request)) {
    throw new InputError(
      `PPPM: expected a grid of three sizes 2^i·3^j·5^k ≥ order ${order}, the third even, of buffers up to ` +
        `${(request.mostBytes ?? DEFAULT_BYTES) / 2 ** 20} MiB; found ${grid.join(' × ')}`,
    );
  }
  return grid;
}
