/**
 * Classes of edges: by the kinds of their ends, and by their length besides. Edges of one class that symmetry makes equal have
 * one rate; pooling their counts gives the network that an infinite run would measure, edges not seen yet included.
 */
import { type NetworkDiffusion, networkDiffusion } from './connectivity.ts';
import { canonical, edgeLength, type HopGraph, type SiteEdges, stepBetween } from './hopGraph.ts';
import { forPairsWithin } from './sitePairs.ts';

/** Edges by class. */
export interface EdgeClasses {
  /** One name per class: `octahedral–tetrahedral`, with the mean length behind where lengths tell classes apart. */
  readonly names: readonly string[];
  /** [m] class of each edge. */
  readonly of: Int32Array;
}

/** By the kinds of both ends. */
export function classesByKind({ from, to, kinds, edgeCount }: HopGraph): EdgeClasses {
  const labels = Array.from({ length: edgeCount }, (_, e) =>
    pairName(kinds, from[e] as number, to[e] as number),
  );
  return named(labels);
}

/** By names given per edge. */
export function named(labels: readonly string[]): EdgeClasses {
  const names = [...new Set(labels)].sort();
  const index = new Map(names.map((name, i) => [name, i]));
  return { names, of: Int32Array.from(labels, (label) => index.get(label) as number) };
}

/** Lengths of one class leave no gap wider than this between them, Å: half the difference of neighbouring shells. */
const LENGTH_GAP = 0.3;

/** By the kinds of both ends and by length: sorted lengths of a pair of kinds are cut where they leave a gap of 0.3 Å. */
export function classesByLength(graph: HopGraph): EdgeClasses {
  const byKind = classesByKind(graph);
  const labels = new Array<string>(graph.edgeCount).fill('');
  byKind.names.forEach((name, c) => {
    const members = [...byKind.of.keys()].filter((e) => byKind.of[e] === c);
    members.sort((a, b) => edgeLength(graph, a) - edgeLength(graph, b));
    let run: number[] = [];
    const close = (): void => {
      const mean = run.reduce((sum, e) => sum + edgeLength(graph, e), 0) / run.length;
      for (const e of run) labels[e] = `${name} ${mean.toFixed(2)} Å`;
      run = [];
    };
    members.forEach((e, i) => {
      const before = members[i - 1];
      if (before !== undefined && edgeLength(graph, e) - edgeLength(graph, before) > LENGTH_GAP) close();
      run.push(e);
    });
    if (run.length > 0) close();
  });
  return named(labels);
}

/** One class, pooled. */
export interface PooledClass {
  readonly name: string;
  /** Pairs of sites of these kinds at these distances, whether hops were seen between them or not. */
  readonly edges: number;
  readonly edgesSeen: number;
  readonly hops: number;
  /**
   * Variance over mean of the hops per edge: 1 for edges that are equal and hops that are independent; well above, the class
   * mixes edges of different rates (or ions go to and fro), and pooling it is not justified.
   */
  readonly dispersion: number;
}

export interface PooledNetwork {
  readonly eta: number;
  readonly diffusion: NetworkDiffusion;
  readonly classes: readonly PooledClass[];
  /** Hops-weighted mean of the dispersion. */
  readonly dispersion: number;
}

/** Edges beyond which pooling is left: the classes are no classes then, but all pairs of a disordered structure. */
const MOST_EDGES = 200_000;

/**
 * The network with the hops of each class (kinds and length) spread evenly over every pair of sites of that class: an estimate
 * of the network of an infinite run where kinds are symmetry classes. Undefined without hops or with too many pairs.
 */
export function pooledNetwork(graph: HopGraph, hops: ArrayLike<number>): PooledNetwork | undefined {
  const classes = classesByLength(graph);
  const ranges = classes.names.map(() => ({ low: Number.POSITIVE_INFINITY, high: 0 }));
  const index = new Map<string, number>();
  const kindsOf = new Map<string, number[]>();
  for (let e = 0; e < graph.edgeCount; e++) {
    const c = classes.of[e] as number;
    const range = ranges[c] as { low: number; high: number };
    const length = edgeLength(graph, e);
    range.low = Math.min(range.low, length);
    range.high = Math.max(range.high, length);
    const [u, v] = [graph.from[e] as number, graph.to[e] as number];
    const pair = pairName(graph.kinds, u, v);
    const own = kindsOf.get(pair);
    if (!own) kindsOf.set(pair, [c]);
    else if (!own.includes(c)) own.push(c);
    index.set(keyOf(graph, e), e);
  }
  if (graph.edgeCount === 0) return undefined;
  const reach = Math.max(...ranges.map(({ high }) => high)) + LENGTH_GAP / 2;
  const list = {
    from: [] as number[],
    to: [] as number[],
    image: [] as number[],
    step: [] as number[],
    of: [] as number[],
  };
  const pooled = classes.names.map((name) => ({ name, edges: 0, edgesSeen: 0, hops: 0, squares: 0 }));
  for (const sample of graph.samples) {
    forPairsWithin(sample, reach, (i, j, image, length) => {
      const { key, along, from, to, m } = canonical(i, j, image);
      if (!along || list.of.length > MOST_EDGES) return;
      const seen = index.get(key);
      const c =
        seen === undefined
          ? kindsOf.get(pairName(graph.kinds, i, j))?.find((candidate) => {
              const { low, high } = ranges[candidate] as { low: number; high: number };
              return length > low - LENGTH_GAP / 2 && length < high + LENGTH_GAP / 2;
            })
          : (classes.of[seen] as number);
      if (c === undefined) return;
      const own = pooled[c] as (typeof pooled)[number];
      const n = seen === undefined ? 0 : (hops[seen] as number);
      own.edges++;
      if (n > 0) own.edgesSeen++;
      own.hops += n;
      own.squares += n * n;
      list.from.push(from);
      list.to.push(to);
      list.image.push(...m);
      list.step.push(...stepBetween(sample.sites, from - sample.start, to - sample.start, m));
      list.of.push(c);
    });
  }
  if (list.of.length > MOST_EDGES) return undefined;
  const edges: SiteEdges = {
    siteCount: graph.siteCount,
    edgeCount: list.of.length,
    from: Int32Array.from(list.from),
    to: Int32Array.from(list.to),
    image: Int32Array.from(list.image),
    displacement: Float64Array.from(list.step),
  };
  const weights = Float64Array.from(list.of, (c) => {
    const own = pooled[c] as (typeof pooled)[number];
    return own.hops / own.edges;
  });
  const diffusion = networkDiffusion(edges, weights, graph.ionTime);
  const reports = pooled.map(({ squares, ...own }) => {
    const mean = own.hops / own.edges;
    const spread = own.edges > 1 ? (squares - own.edges * mean * mean) / (own.edges - 1) : Number.NaN;
    return { ...own, dispersion: spread / mean };
  });
  const counted = reports.filter(({ dispersion }) => Number.isFinite(dispersion));
  const total = counted.reduce((sum, c) => sum + c.hops, 0);
  return {
    eta: diffusion.eta,
    diffusion,
    classes: reports,
    dispersion: counted.reduce((sum, c) => sum + (c.hops / total) * c.dispersion, 0),
  };
}

function keyOf({ from, to, image }: SiteEdges, e: number): string {
  return `${from[e]},${to[e]},${image[3 * e]},${image[3 * e + 1]},${image[3 * e + 2]}`;
}

function pairName(kinds: readonly string[], u: number, v: number): string {
  return [kinds[u] as string, kinds[v] as string].sort().join('–');
}
