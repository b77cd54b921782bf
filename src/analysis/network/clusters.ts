/** Clusters of the hop graph, and the dimensions and directions in which they percolate. */

import { joined, type LatticeBasis, shortBasis } from '../../core/latticeBasis.ts';
import { PeriodicUnionFind } from '../../core/periodicUnionFind.ts';
import type { Vec3 } from '../../core/vec.ts';
import { type HopGraph, imageOf, type SampleSites, type SiteEdges } from './hopGraph.ts';

/** Percolation of the edges with at least so many hops. */
export interface Percolation {
  /** Highest number of dimensions in which one cluster percolates: rank of its lattice of cycle translations, 0 to 3. */
  readonly dimension: number;
  /** The same of all clusters of a sample together: two crossing chains reach two dimensions though each has one. */
  readonly jointDimension: number;
  /**
   * Shortest translations, in lattice vectors of the cell, that connect a site to its own image through the network (all
   * clusters of the sample with the highest joint dimension). [0, 0, 2]: the path closes after two cells along c.
   */
  readonly translations: readonly Vec3[];
  /** Share of the sites in clusters that percolate. */
  readonly siteFraction: number;
  /** Clusters that percolate: more than one are interpenetrating networks (or replicas). */
  readonly clusters: number;
}

/** Clusters of the edges whose weight is positive. */
export function clustersOf(graph: SiteEdges, weights: ArrayLike<number>): PeriodicUnionFind {
  const clusters = new PeriodicUnionFind(graph.siteCount);
  for (let e = 0; e < graph.edgeCount; e++) {
    if ((weights[e] as number) > 0) {
      clusters.connect(graph.from[e] as number, graph.to[e] as number, imageOf(graph, e));
    }
  }
  return clusters;
}

/** Percolation dimension and directions at a minimum number of hops per edge (both ways together). */
export function percolationOf(graph: HopGraph, hops: ArrayLike<number>, fewest: number): Percolation {
  const used = Uint8Array.from({ length: graph.edgeCount }, (_, e) =>
    (hops[e] as number) >= fewest ? 1 : 0,
  );
  return describe(graph, clustersOf(graph, used));
}

/** The figures of a set of clusters. */
export function describe(graph: HopGraph, clusters: PeriodicUnionFind): Percolation {
  let best: { readonly sample: SampleSites; readonly lattice: LatticeBasis } | undefined;
  let sites = 0;
  for (const sample of graph.samples) {
    const end = sample.start + sample.sites.kinds.length;
    let lattice: LatticeBasis = [];
    for (const [root, own] of clusters.percolating()) {
      if (root < sample.start || root >= end) continue;
      sites += clusters.sizeOf(root);
      lattice = joined(lattice, own);
    }
    if (!best || lattice.length > best.lattice.length) best = { sample, lattice };
  }
  return {
    dimension: clusters.dimension,
    jointDimension: best?.lattice.length ?? 0,
    translations: best ? shortBasis(best.lattice, best.sample.sites.cell.h) : [],
    siteFraction: sites / graph.siteCount,
    clusters: clusters.percolating().length,
  };
}
