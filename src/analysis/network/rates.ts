/** Occupancies, hop rates and activation free energies of the hop graph, and whether its counts are in equilibrium. */
import { BOLTZMANN_EV_PER_K } from '../../core/constants.ts';
import { chiSquareQuantile } from '../../core/stats.ts';
import type { HopGraph } from './hopGraph.ts';

/** One edge, both ways; NaN where no hop was seen that way. */
export interface EdgeRates {
  /** [m] k = n/(T p): hops per fs that an ion spends at the site of departure. */
  readonly forward: Float64Array;
  readonly backward: Float64Array;
}

/** k_ij = n_ij/(T p_i) from every site's own occupied time. Relative counting error 1/√n_ij. */
export function edgeRates({ from, to, forward, backward, occupiedTime }: HopGraph): EdgeRates {
  const rate = (counts: Float64Array, ends: Int32Array): Float64Array =>
    counts.map((n, e) => (n > 0 ? n / (occupiedTime[ends[e] as number] as number) : Number.NaN));
  return { forward: rate(forward, from), backward: rate(backward, to) };
}

/** p_i, ions at site i on average. */
export function occupancies({ occupiedTime, watchedTime }: HopGraph): Float64Array {
  return occupiedTime.map((t, i) => t / (watchedTime[i] as number));
}

/** Occupancy of the site at which an ion is found, on average: Σ p²/Σ p. */
export function typicalOccupancy(graph: HopGraph): number {
  const p = occupancies(graph);
  const sum = p.reduce((total, x) => total + x, 0);
  return sum > 0 ? p.reduce((total, x) => total + x * x, 0) / sum : Number.NaN;
}

/** ΔG‡ = k_B T ln(ν₀/k), eV. Counting error k_B T/√n. */
export function barrier(rate: number, attemptFrequency: number, temperature: number): number {
  return BOLTZMANN_EV_PER_K * temperature * Math.log((attemptFrequency * 1e-15) / rate);
}

/**
 * [m] Level of each edge in the landscape of the network, in units of k_B T: E = ln(ν₀ p̄/w) with the one-way flux w =
 * (n_uv + n_vu)/2T that both directions share in equilibrium and p̄ the occupancy of a typical ion's site. It is the free
 * energy of the saddle above that site: two easy steps over a site that is hardly ever occupied do not make an easy path. With
 * equal occupancies it is ln(ν₀/k). Counting error 1/√(n_uv + n_vu). Infinite without hops.
 * @param hops [m] hops both ways
 * @param share of the whole run's time in which they were counted
 * @param attemptFrequency ν₀, Hz
 */
export function edgeLevels(
  graph: HopGraph,
  hops: ArrayLike<number>,
  attemptFrequency: number,
  share = 1,
): Float64Array {
  const reference = attemptFrequency * 1e-15 * typicalOccupancy(graph);
  return Float64Array.from({ length: graph.edgeCount }, (_, e) => {
    const time = share * (graph.watchedTime[graph.from[e] as number] as number);
    return Math.log((2 * reference * time) / (hops[e] as number));
  });
}

export interface DetailedBalance {
  /** Σ (n_ij − n_ji)²/(n_ij + n_ji) over the edges: about their number, or less when ions go to and fro. */
  readonly chiSquare: number;
  readonly edges: number;
  /** 99.9 % quantile of χ² for so many edges. */
  readonly limit: number;
  readonly balanced: boolean;
  /** The edge furthest from balance, and (n_ij − n_ji)/√(n_ij + n_ji) there. */
  readonly worst: { readonly edge: number; readonly deviation: number } | null;
}

/**
 * n_ij ≈ n_ji is what equilibrium demands: an excess of one way beyond counting noise means that ions still redistribute, or
 * drift. Edges with hops only.
 */
export function detailedBalance({ forward, backward, edgeCount }: HopGraph): DetailedBalance {
  let chiSquare = 0;
  let worst: DetailedBalance['worst'] = null;
  for (let e = 0; e < edgeCount; e++) {
    const [a, b] = [forward[e] as number, backward[e] as number];
    const deviation = (a - b) / Math.sqrt(a + b);
    chiSquare += deviation * deviation;
    if (!worst || Math.abs(deviation) > Math.abs(worst.deviation)) worst = { edge: e, deviation };
  }
  const limit = edgeCount > 0 ? chiSquareQuantile(0.999, edgeCount) : 0;
  return { chiSquare, edges: edgeCount, limit, balanced: chiSquare <= limit, worst };
}
