/**
 * How much of the hopping carries ions on: the diffusivity of a walker without memory on the measured network, against that of
 * hops in random directions. The quotient η is the connectivity of the network.
 */

import type { PeriodicUnionFind } from '../../core/periodicUnionFind.ts';
import { TENSOR_COMPONENTS, type TensorComponent } from '../transport/msd.ts';
import { clustersOf } from './clusters.ts';
import type { SiteEdges } from './hopGraph.ts';
import { type Adjacency, adjacency, solveLaplacian } from './laplacian.ts';

/** Diffusivity of the network, Å²/fs. */
export interface NetworkDiffusion {
  /** D_jump = Σ |Δx|²/(6 N T) over all hops. */
  readonly jump: number;
  /** D_net, a third of the trace of the tensor. */
  readonly network: number;
  /** η = D_net/D_jump, 0 to 1; 0 without hops. */
  readonly eta: number;
  readonly tensor: Readonly<Record<TensorComponent, number>>;
  /** The same of D_jump: hops in random directions. */
  readonly jumpTensor: Readonly<Record<TensorComponent, number>>;
  /** [m×3] Δx + φ_to − φ_from, Å: what a hop along the edge adds to long-range motion; zero off percolating clusters. */
  readonly strain: Float64Array;
  readonly clusters: PeriodicUnionFind;
  /** [3] of [n] potentials φ, Å; a first guess for similar counts. */
  readonly potentials: readonly [Float64Array, Float64Array, Float64Array];
  /** Largest relative residual of the three solves. */
  readonly residual: number;
}

/** Relative residual of a final solve, and of the hundreds of a bootstrap, where D_net errs by its square times the condition, below 1e-4. */
export const TOLERANCE = { final: 1e-12, resampled: 1e-4 } as const;

/**
 * D_net,αβ = (1/2N) Σ_directed w (Δx_α + φ^α_v − φ^α_u)(Δx_β + φ^β_v − φ^β_u) with the potentials that minimise the diagonal,
 * i.e. Σ_v w_uv (Δx_uv + φ_v − φ_u) = 0 at every site (Kirchhoff): the long-time diffusivity of a walker that hops with the
 * measured fluxes and no memory, exact on a periodic graph with w_uv = w_vu (Kipnis & Varadhan 1986, {kipnis1986};
 * Bensoussan, Lions & Papanicolaou's corrector). w = (n_uv + n_vu)/2T per directed edge, so each undirected one counts twice:
 * D_net,αβ = (1/2NT) Σ_edges n s_α s_β, n = n_uv + n_vu, and D_jump = Σ_edges n |Δx|²/(6NT) (a single walker on a cubic
 * lattice: hop rate × a²/6 = D). Clusters that do not percolate contribute exactly zero and are left out of the solve.
 * D_net is concave in n, a minimum of linear functions of it: counting noise can only lower it on average.
 * @param hops [m] hops both ways; may be weights
 * @param ionTime N·T that belongs to them, fs
 * @param shared adjacency and potentials of an earlier call on the same graph
 */
export function networkDiffusion(
  graph: SiteEdges,
  hops: ArrayLike<number>,
  ionTime: number,
  options: {
    readonly tolerance?: number;
    readonly adjacency?: Adjacency;
    readonly guess?: NetworkDiffusion['potentials'];
  } = {},
): NetworkDiffusion {
  const { siteCount: n, edgeCount: m, from, to, displacement } = graph;
  const clusters = clustersOf(graph, hops);
  const links = options.adjacency ?? adjacency(n, from, to);
  const weights = new Float64Array(m);
  for (let e = 0; e < m; e++) {
    if (clusters.dimensionOf(from[e] as number) > 0) weights[e] = hops[e] as number;
  }
  const strain = new Float64Array(3 * m);
  let residual = 0;
  const potentials = [0, 1, 2].map((k) => {
    const b = new Float64Array(n);
    for (let e = 0; e < m; e++) {
      const current = (weights[e] as number) * (displacement[3 * e + k] as number);
      const [u, v] = [from[e] as number, to[e] as number];
      b[u] = (b[u] as number) + current;
      b[v] = (b[v] as number) - current;
    }
    const phi = options.guess?.[k]?.slice() ?? new Float64Array(n);
    if (clusters.dimension > 0) {
      const tolerance = options.tolerance ?? TOLERANCE.final;
      residual = Math.max(residual, solveLaplacian(links, weights, b, phi, tolerance).residual);
    }
    for (let e = 0; e < m; e++) {
      if (weights[e] === 0) continue;
      strain[3 * e + k] =
        (displacement[3 * e + k] as number) +
        (phi[to[e] as number] as number) -
        (phi[from[e] as number] as number);
    }
    return phi;
  }) as [Float64Array, Float64Array, Float64Array];
  const tensor = secondMoments(weights, strain, ionTime);
  const jumpTensor = secondMoments(hops, displacement, ionTime);
  const [jump, network] = [trace(jumpTensor) / 3, trace(tensor) / 3];
  return {
    jump,
    network,
    eta: jump > 0 ? network / jump : 0,
    tensor,
    jumpTensor,
    strain,
    clusters,
    potentials,
    residual,
  };
}

/** (1/2NT) Σ_edges n x_α x_β */
function secondMoments(
  hops: ArrayLike<number>,
  x: Float64Array,
  ionTime: number,
): Record<TensorComponent, number> {
  const sums = { xx: 0, yy: 0, zz: 0, xy: 0, xz: 0, yz: 0 };
  for (let e = 0; e < hops.length; e++) {
    const n = hops[e] as number;
    if (n === 0) continue;
    const [a, b, c] = [x[3 * e] as number, x[3 * e + 1] as number, x[3 * e + 2] as number];
    sums.xx += n * a * a;
    sums.yy += n * b * b;
    sums.zz += n * c * c;
    sums.xy += n * a * b;
    sums.xz += n * a * c;
    sums.yz += n * b * c;
  }
  for (const ab of TENSOR_COMPONENTS) sums[ab] /= 2 * ionTime;
  return sums;
}

function trace(t: Readonly<Record<TensorComponent, number>>): number {
  return t.xx + t.yy + t.zz;
}

/** [m] |Δx + Δφ|², Å²: ∂D_net/∂n of an edge is this over 6NT. */
export function squaredStrain({ strain }: Pick<NetworkDiffusion, 'strain'>): Float64Array {
  return Float64Array.from(
    { length: strain.length / 3 },
    (_, e) =>
      (strain[3 * e] as number) ** 2 +
      (strain[3 * e + 1] as number) ** 2 +
      (strain[3 * e + 2] as number) ** 2,
  );
}

/**
 * Independent hops that D_net rests on: (Σ n s²)²/Σ n s⁴, s = |Δx + Δφ|. Counts of edges that carry the current count as they
 * are, those inside cages not at all; its inverse square root is the relative counting error of D_net.
 */
export function percolatingHops(hops: ArrayLike<number>, strain2: ArrayLike<number>): number {
  let [first, second] = [0, 0];
  for (let e = 0; e < hops.length; e++) {
    const carried = (hops[e] as number) * (strain2[e] as number);
    first += carried;
    second += carried * (strain2[e] as number);
  }
  return second > 0 ? (first * first) / second : 0;
}
