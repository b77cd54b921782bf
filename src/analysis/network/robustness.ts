/** How the network survives damage: D_net and percolation when edges or sites are taken away at random. */

import { PeriodicUnionFind } from '../../core/periodicUnionFind.ts';
import { RandomSequence } from '../../core/rng.ts';
import { mean } from '../../core/stats.ts';
import { networkDiffusion, TOLERANCE } from './connectivity.ts';
import type { MeasuredNetwork } from './factorisation.ts';
import { edgeLength, type HopGraph, imageOf } from './hopGraph.ts';
import { adjacency } from './laplacian.ts';

export interface DamagePoint {
  /** Share taken away. */
  readonly removed: number;
  /** Mean of D_net/D_net of the whole network, and its lowest and highest draw. */
  readonly remaining: number;
  readonly low: number;
  readonly high: number;
}

export interface Robustness {
  readonly edges: readonly DamagePoint[];
  readonly sites: readonly DamagePoint[];
  /**
   * p_c: mean share of edges, or of sites, whose random loss takes a dimension of percolation away. Of the simulated cell: small
   * cells lose it earlier (cubic lattices of 6³, 10³, 14³ sites: bonds 0.70, 0.73, 0.735, infinite 0.751; sites 0.61, 0.65,
   * 0.66, infinite 0.688).
   */
  readonly criticalEdges: number | null;
  readonly criticalSites: number | null;
  /** Share of the hops that go along edges without current: cages, dead ends and clusters that do not percolate. */
  readonly deadEndHops: number;
  /** Share of the occupied sites at which no edge carries current. */
  readonly deadEndSites: number;
}

const SHARES = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7] as const;
const DRAWS = 6;
const ORDERS = 100;
const SEED = 20_240_602;
/** |Δx + Δφ|²/|Δx|² below: no current. */
const NO_CURRENT = 1e-9;

/** Damage curves (six draws each), critical shares (a hundred orders) and dead ends; fixed seeds. Null without percolation. */
export function robustness(network: MeasuredNetwork): Robustness | null {
  const { graph, diffusion } = network;
  if (diffusion.network === 0) return null;
  const random = new RandomSequence(SEED, 1);
  const shared = {
    tolerance: TOLERANCE.resampled,
    adjacency: adjacency(graph.siteCount, graph.from, graph.to),
    guess: diffusion.potentials,
  };
  const damage = (items: number, survives: (rank: Float64Array, e: number, removed: number) => boolean) =>
    SHARES.map((removed): DamagePoint => {
      const left = Array.from({ length: DRAWS }, () => {
        const rank = Float64Array.from({ length: items }, () => random.uniform());
        const hops = network.hops.map((n, e) => (survives(rank, e, removed) ? n : 0));
        return networkDiffusion(graph, hops, graph.ionTime, shared).network / diffusion.network;
      }).sort((a, b) => a - b);
      return {
        removed,
        remaining: mean(left),
        low: left[0] as number,
        high: left[DRAWS - 1] as number,
      };
    });
  const edgeSurvives = (rank: Float64Array, e: number, removed: number): boolean =>
    (rank[e] as number) >= removed;
  const siteSurvives = (rank: Float64Array, e: number, removed: number): boolean =>
    (rank[graph.from[e] as number] as number) >= removed &&
    (rank[graph.to[e] as number] as number) >= removed;
  return {
    edges: damage(graph.edgeCount, edgeSurvives),
    sites: damage(graph.siteCount, siteSurvives),
    criticalEdges: criticalShare(graph, diffusion.clusters.dimension, random, 'edges'),
    criticalSites: criticalShare(graph, diffusion.clusters.dimension, random, 'sites'),
    ...deadEnds(network),
  };
}

/**
 * Mean share lost when the dimension is: edges are put back in random order until it returns (Newman & Ziff 2000, {newman2000}), O(edges) an
 * order.
 */
function criticalShare(
  graph: HopGraph,
  dimension: number,
  random: RandomSequence,
  what: 'edges' | 'sites',
): number | null {
  const items = what === 'edges' ? graph.edgeCount : graph.siteCount;
  const losses: number[] = [];
  for (let trial = 0; trial < ORDERS; trial++) {
    const place = random.shuffle(Int32Array.from({ length: items }, (_, i) => i));
    // An edge between sites returns with the later one of them.
    const rank = new Int32Array(items);
    place.forEach((item, i) => {
      rank[item] = i;
    });
    const arrival = Float64Array.from({ length: graph.edgeCount }, (_, e) =>
      what === 'edges'
        ? (rank[e] as number)
        : Math.max(rank[graph.from[e] as number] as number, rank[graph.to[e] as number] as number),
    );
    const order = [...arrival.keys()].sort((a, b) => (arrival[a] as number) - (arrival[b] as number));
    const clusters = new PeriodicUnionFind(graph.siteCount);
    for (const e of order) {
      clusters.connect(graph.from[e] as number, graph.to[e] as number, imageOf(graph, e));
      if (clusters.dimension < dimension) continue;
      losses.push(1 - ((arrival[e] as number) + 1) / items);
      break;
    }
  }
  return losses.length > 0 ? mean(losses) : null;
}

function deadEnds({
  graph,
  hops,
  strain2,
}: MeasuredNetwork): Pick<Robustness, 'deadEndHops' | 'deadEndSites'> {
  const alive = new Uint8Array(graph.siteCount);
  let idle = 0;
  for (let e = 0; e < graph.edgeCount; e++) {
    if ((strain2[e] as number) < NO_CURRENT * edgeLength(graph, e) ** 2) {
      idle += hops[e] as number;
      continue;
    }
    alive[graph.from[e] as number] = 1;
    alive[graph.to[e] as number] = 1;
  }
  let [occupied, dead] = [0, 0];
  for (let i = 0; i < graph.siteCount; i++) {
    if (graph.occupiedTime[i] === 0) continue;
    occupied++;
    if (!alive[i]) dead++;
  }
  return { deadEndHops: idle / graph.hops.count, deadEndSites: occupied > 0 ? dead / occupied : 0 };
}
