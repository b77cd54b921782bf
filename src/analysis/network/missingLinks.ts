/**
 * What was not seen: when no hop percolates, how slow must the hops be that would connect the network? The answer is an upper
 * bound, and it needs a count of the places where such a hop could have happened.
 */

import type { PeriodicUnionFind } from '../../core/periodicUnionFind.ts';
import { rowTimes } from '../../core/vec.ts';
import { edgeLength, type HopGraph } from './hopGraph.ts';
import { forPairsWithin } from './sitePairs.ts';

export interface MissingLinks {
  /** Directed pairs of sites within reach whose hop would join clusters or open a dimension. */
  readonly count: number;
  /** How far hops were looked for, Å. */
  readonly reach: number;
  /** Mean occupancy of the sites they would start from. */
  readonly occupancy: number;
  /** The rate of such a hop is below this, 95 %, 1/fs. */
  readonly rateBound: number;
  /** D is below this, 95 %, Å²/fs. */
  readonly diffusivityBound: number;
  /** What one such hop would carry an ion on, from the centre of one cluster to that of the next: at most, Å. */
  readonly distance: number;
}

/** Poisson: no event seen means fewer than three at 95 %. */
export const UNSEEN = 3;
/** Hops are looked for up to the longest one seen and a little more, then further by steps until some place is found. */
const MARGIN = 1.05;
const STEP = 1.25;
/** Å; without a single hop seen the search starts here, and ends at the other. */
const SHORTEST_REACH = 2;
const LONGEST_REACH = 20;

/**
 * No percolating hop in N·T: the expected number of linking hops was below 3 (Poisson, 95 %), hence k < 3/(n_edges T p) for
 * the rate of the links, n_edges T p being the occupied time summed over the places they would start from; and D < 3 L²/(6 N T),
 * L the longest way from one cluster's centre to the next.
 * @param clusters of all edges seen, none of which percolates
 */
export function missingLinks(graph: HopGraph, clusters: PeriodicUnionFind): MissingLinks | null {
  let longest = 0;
  for (let e = 0; e < graph.edgeCount; e++) longest = Math.max(longest, edgeLength(graph, e));
  const centres = clusterCentres(graph, clusters);
  for (let reach = Math.max(SHORTEST_REACH, MARGIN * longest); reach <= LONGEST_REACH; reach *= STEP) {
    const found = linksWithin(graph, clusters, centres, reach);
    if (found) return found;
  }
  return null;
}

function linksWithin(
  graph: HopGraph,
  clusters: PeriodicUnionFind,
  centres: Float64Array,
  reach: number,
): MissingLinks | null {
  let [count, occupiedTime, watchedTime, distance] = [0, 0, 0, 0];
  for (const sample of graph.samples) {
    const { cell } = sample.sites;
    forPairsWithin(sample, reach, (i, j, image) => {
      const time = graph.occupiedTime[i] as number;
      // A hop out of a place that is never occupied could not have been seen.
      if (time === 0 || !clusters.wouldExtend(i, j, image)) return;
      count++;
      occupiedTime += time;
      watchedTime += graph.watchedTime[i] as number;
      const [oi, oj] = [clusters.offsetOf(i), clusters.offsetOf(j)];
      const [a, b] = [3 * clusters.root(i), 3 * clusters.root(j)];
      const way = ([0, 1, 2] as const).map(
        (k) => (centres[b + k] as number) - oj[k] + image[k] - ((centres[a + k] as number) - oi[k]),
      );
      distance = Math.max(distance, Math.hypot(...rowTimes(way, cell.h)));
    });
  }
  if (count === 0) return null;
  return {
    count,
    reach,
    occupancy: occupiedTime / watchedTime,
    rateBound: UNSEEN / occupiedTime,
    diffusivityBound: (UNSEEN * distance * distance) / (6 * graph.ionTime),
    distance,
  };
}

/** [n×3] by root: mean fractional coordinates of a cluster unfolded about its root. */
function clusterCentres(graph: HopGraph, clusters: PeriodicUnionFind): Float64Array {
  const sums = new Float64Array(3 * graph.siteCount);
  for (const { sites, start } of graph.samples) {
    for (let i = 0; i < sites.kinds.length; i++) {
      const root = clusters.root(start + i);
      const offset = clusters.offsetOf(start + i);
      const share = 1 / clusters.sizeOf(root);
      for (const k of [0, 1, 2] as const) {
        sums[3 * root + k] =
          (sums[3 * root + k] as number) + share * ((sites.fractional[3 * i + k] as number) + offset[k]);
      }
    }
  }
  return sums;
}
