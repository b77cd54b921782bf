/**
 * Percolation spectrum: how high the barriers are that must be open for ions to get through, in one, two and three dimensions.
 * Edges are added by rising level; the curve takes the place of "the barrier".
 */
import { BOLTZMANN_EV_PER_K } from '../../core/constants.ts';
import { PeriodicUnionFind } from '../../core/periodicUnionFind.ts';
import { studentQuantile, variance } from '../../core/stats.ts';
import { type Estimate, resolved, unresolved } from '../estimate.ts';
import type { MeasuredNetwork } from './factorisation.ts';
import { type HopGraph, imageOf } from './hopGraph.ts';
import { edgeLevels } from './rates.ts';

/** The network with all edges up to a level. */
export interface SpectrumPoint {
  /** k_BT */
  readonly level: number;
  readonly edges: number;
  /** Highest percolation dimension of a cluster. */
  readonly dimension: number;
  /** Share of the sites in the largest cluster that percolates, S(E). */
  readonly spanning: number;
  /** Share of the sites in the largest cluster of all. */
  readonly largest: number;
}

export interface PercolationSpectrum {
  /** Levels at which 1, 2 and 3 dimensions percolate, eV. */
  readonly thresholds: readonly [Estimate, Estimate, Estimate];
  readonly curve: readonly SpectrumPoint[];
  /**
   * Independent cycles per site of the spanning cluster (edges − sites + 1)/sites at E₃, or at the highest threshold there is:
   * a network that hangs by single bonds has about zero, a cubic lattice two.
   */
  readonly redundancy: number | null;
}

/** Points of the curve besides those at which something happens. */
const CURVE_POINTS = 200;

/**
 * E₁, E₂, E₃ and S(E) from edges ordered by E = k_BT ln(ν₀ p̄/w) (rates.ts: edgeLevels). Intervals: bootstrap over blocks of
 * time, at least the counting error k_BT/√n of the edge that decides.
 * @param temperature K
 * @param attemptFrequency ν₀, Hz
 */
export function percolationSpectrum(
  network: MeasuredNetwork,
  temperature: number,
  attemptFrequency: number,
): PercolationSpectrum {
  const { graph, hops, resampled } = network;
  const kT = BOLTZMANN_EV_PER_K * temperature;
  const levels = edgeLevels(graph, hops, attemptFrequency);
  const whole = openEdges(graph, levels, CURVE_POINTS);
  const draws = resampled.draws.map((draw) =>
    openEdges(graph, edgeLevels(graph, draw.hops, attemptFrequency, draw.ionTime / graph.ionTime), 0),
  );
  const threshold = (d: 1 | 2 | 3): Estimate => {
    const edge = whole.opening[d - 1];
    if (edge === undefined) {
      return unresolved(
        'eV',
        `the edges seen do not percolate in ${d === 1 ? 'any dimension' : `${d} dimensions`}`,
      );
    }
    const value = kT * (levels[edge] as number);
    const found = draws.flatMap(({ openingLevels }) => openingLevels[d - 1] ?? []);
    const counting = 1 / Math.sqrt(hops[edge] as number);
    const scatter = found.length > 2 ? Math.sqrt(variance(found)) : 0;
    const freedom = Math.max(2, resampled.blocks - 1);
    const half = kT * studentQuantile(0.975, freedom) * Math.max(counting, scatter);
    const lost = draws.length - found.length;
    return resolved(
      value,
      [value - half, value + half],
      'eV',
      lost > 0 ? `${lost} of ${draws.length} resamples of the data do not percolate that far` : undefined,
    );
  };
  return {
    thresholds: [threshold(1), threshold(2), threshold(3)],
    curve: whole.curve,
    redundancy: whole.redundancy,
  };
}

interface Opening {
  /** Edge that brings dimension 1, 2, 3. */
  readonly opening: readonly (number | undefined)[];
  /** Its level, k_BT. */
  readonly openingLevels: readonly (number | undefined)[];
  readonly curve: readonly SpectrumPoint[];
  readonly redundancy: number | null;
}

function openEdges(graph: HopGraph, levels: Float64Array, points: number): Opening {
  const order = [...levels.keys()].filter((e) => Number.isFinite(levels[e]));
  order.sort((a, b) => (levels[a] as number) - (levels[b] as number));
  const clusters = new PeriodicUnionFind(graph.siteCount);
  const opening: number[] = [];
  const curve: SpectrumPoint[] = [];
  let largest = Math.min(1, graph.siteCount);
  let redundancy: number | null = null;
  const stride = points > 0 ? Math.max(1, Math.ceil(order.length / points)) : Number.POSITIVE_INFINITY;
  order.forEach((e, i) => {
    clusters.connect(graph.from[e] as number, graph.to[e] as number, imageOf(graph, e));
    largest = Math.max(largest, clusters.sizeOf(graph.from[e] as number));
    let opened = false;
    // One edge can bring several dimensions at once, where lattices of two clusters are joined.
    while (opening.length < clusters.dimension) {
      opening.push(e);
      opened = true;
    }
    if (opened && points > 0) redundancy = cyclesPerSite(graph, clusters, order, i);
    if (points > 0 && (opened || i % stride === 0 || i === order.length - 1)) {
      const spanning = Math.max(0, ...clusters.percolating().map(([root]) => clusters.sizeOf(root)));
      curve.push({
        level: levels[e] as number,
        edges: i + 1,
        dimension: clusters.dimension,
        spanning: spanning / graph.siteCount,
        largest: largest / graph.siteCount,
      });
    }
  });
  return { opening, openingLevels: opening.map((e) => levels[e]), curve, redundancy };
}

/** (edges − sites + 1)/sites of the largest cluster of the highest dimension, of the edges up to place `last` in the order. */
function cyclesPerSite(
  graph: HopGraph,
  clusters: PeriodicUnionFind,
  order: readonly number[],
  last: number,
): number {
  const [root] = clusters
    .percolating()
    .filter(([, lattice]) => lattice.length === clusters.dimension)
    .map(([r]) => r)
    .sort((a, b) => clusters.sizeOf(b) - clusters.sizeOf(a));
  if (root === undefined) return 0;
  let edges = 0;
  for (let i = 0; i <= last; i++) {
    if (clusters.root(graph.from[order[i] as number] as number) === root) edges++;
  }
  const sites = clusters.sizeOf(root);
  return (edges - sites + 1) / sites;
}
