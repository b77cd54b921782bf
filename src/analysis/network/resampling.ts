/**
 * Blocks of time of the hop graph, and what they say about errors: bootstrap for the scatter, halves of the data for the bias
 * that few counts per edge put into D_net.
 */
import { RandomSequence } from '../../core/rng.ts';
import { mean, studentQuantile, variance } from '../../core/stats.ts';
import { type NetworkDiffusion, networkDiffusion, TOLERANCE } from './connectivity.ts';
import { edgeLength, type HopGraph } from './hopGraph.ts';
import { adjacency } from './laplacian.ts';

/** Hops counted in blocks of time; every block holds all ions of one replica. */
export interface Blocks {
  /** Per block: [m] hops both ways. */
  readonly hops: readonly Float64Array[];
  /** Per block: ions × time, fs. */
  readonly ionTime: readonly number[];
}

/** One draw of blocks. */
export interface Resample {
  readonly hops: Float64Array;
  readonly ionTime: number;
}

/** Blocks in all, when one replica or a few have to provide them. */
const BLOCKS = 20;
/** Frames per block at least. */
const SHORTEST_BLOCK = 2;

/** Cuts every replica into equal blocks, about twenty in all: with twenty replicas or more each is one block. */
export function timeBlocks(graph: HopGraph): Blocks {
  const perReplica = Math.ceil(BLOCKS / graph.replicas.length);
  const counts = graph.replicas.map(({ frames }) =>
    Math.max(1, Math.min(perReplica, Math.floor(frames / SHORTEST_BLOCK))),
  );
  const starts: number[] = [];
  let total = 0;
  for (const count of counts) {
    starts.push(total);
    total += count;
  }
  const hops = Array.from({ length: total }, () => new Float64Array(graph.edgeCount));
  const ionTime = graph.replicas.flatMap(({ ions, frames, frameInterval }, r) => {
    const count = counts[r] as number;
    return new Array<number>(count).fill((ions * frames * frameInterval) / count);
  });
  const train = graph.hops;
  for (let i = 0; i < train.count; i++) {
    const r = train.replica[i] as number;
    const { frames } = graph.replicas[r] as HopGraph['replicas'][number];
    const b =
      (starts[r] as number) + Math.floor(((train.frame[i] as number) * (counts[r] as number)) / frames);
    const own = hops[b] as Float64Array;
    const e = train.edge[i] as number;
    own[e] = (own[e] as number) + 1;
  }
  return { hops, ionTime };
}

/** Sum of the blocks named, repeats counting as often as they are named. */
export function sumOfBlocks({ hops, ionTime }: Blocks, chosen: readonly number[]): Resample {
  const sum = new Float64Array(hops[0]?.length ?? 0);
  let time = 0;
  for (const b of chosen) {
    const own = hops[b] as Float64Array;
    for (let e = 0; e < sum.length; e++) sum[e] = (sum[e] as number) + (own[e] as number);
    time += ionTime[b] as number;
  }
  return { hops: sum, ionTime: time };
}

/** As many blocks as there are, drawn with replacement. */
export function drawBlocks(blocks: Blocks, random: RandomSequence): Resample {
  const n = blocks.hops.length;
  return sumOfBlocks(
    blocks,
    Array.from({ length: n }, () => random.below(n)),
  );
}

/** What resampling says about D_jump, D_net and η; lengths in Å, times in fs. */
export interface ResampledNetwork {
  readonly jump: readonly number[];
  readonly network: readonly number[];
  readonly eta: readonly number[];
  /** Mean D_net and η of halves of the data, each scaled to its own time; null with fewer than four blocks. */
  readonly halfNetwork: number | null;
  readonly halfEta: number | null;
  readonly blocks: number;
  /** The resamples themselves, for other figures of the same data. */
  readonly draws: readonly Resample[];
}

/** Random splits of the blocks into two halves. */
const SPLITS = 6;
const SEED = 20_240_601;

/**
 * Bootstrap over blocks of time (Efron 1979, {efron1979}; Künsch 1989 for dependent series, {kunsch1989}) and halves of the
 * data, both with fixed seeds. O(resamples × solve); 10⁴ edges on 2000 sites: about 20 ms a solve of three axes.
 * @param full the network of all data, whose potentials are the first guess
 */
export function resampleNetwork(
  graph: HopGraph,
  blocks: Blocks,
  full: NetworkDiffusion,
  resamples: number,
): ResampledNetwork {
  const shared = {
    tolerance: TOLERANCE.resampled,
    adjacency: adjacency(graph.siteCount, graph.from, graph.to),
    guess: full.potentials,
  };
  const solve = ({ hops, ionTime }: Resample): NetworkDiffusion =>
    networkDiffusion(graph, hops, ionTime, shared);
  const random = new RandomSequence(SEED, 1);
  const draws = Array.from({ length: resamples }, () => drawBlocks(blocks, random));
  const drawn = draws.map(solve);
  const n = blocks.hops.length;
  let halves: NetworkDiffusion[] = [];
  if (n >= 4) {
    const order = Int32Array.from({ length: n }, (_, b) => b);
    halves = Array.from({ length: SPLITS }, () => [...random.shuffle(order)]).flatMap((split) => [
      solve(sumOfBlocks(blocks, split.slice(0, n >> 1))),
      solve(sumOfBlocks(blocks, split.slice(n >> 1))),
    ]);
  }
  return {
    jump: drawn.map((d) => d.jump),
    network: drawn.map((d) => d.network),
    eta: drawn.map((d) => d.eta),
    halfNetwork: halves.length > 0 ? mean(halves.map((d) => d.network)) : null,
    halfEta: halves.length > 0 ? mean(halves.map((d) => d.eta)) : null,
    blocks: n,
    draws,
  };
}

/** Relative standard errors from the scatter among ions. */
export interface IonScatter {
  readonly jump: number;
  readonly network: number;
  readonly eta: number;
  /** Ions of all replicas. */
  readonly ions: number;
}

/**
 * What ions differ in, to first order: the sums of |Δx|² and |Δx + Δφ|² over each ion's hops, whose scatter is that of D_jump
 * and D_net (the derivative of D_net with respect to the counts), and their relative difference that of η. Ions that stay in a
 * fast or a slow region for most of the run do so in every block of time: with 30 ions on a network of two decades of rates,
 * bootstrap intervals of D_jump held the truth in 78 % of runs; this catches it. O(hops).
 * @param strain2 [m] |Δx + Δφ|², Å²
 */
export function ionScatter({ hops, replicas, displacement }: HopGraph, strain2: Float64Array): IonScatter {
  const starts: number[] = [];
  let ions = 0;
  for (const replica of replicas) {
    starts.push(ions);
    ions += replica.ions;
  }
  const jump = new Float64Array(ions);
  const network = new Float64Array(ions);
  for (let i = 0; i < hops.count; i++) {
    const own = (starts[hops.replica[i] as number] as number) + (hops.ion[i] as number);
    const e = hops.edge[i] as number;
    const length = edgeLength({ displacement }, e);
    jump[own] = (jump[own] as number) + length * length;
    network[own] = (network[own] as number) + (strain2[e] as number);
  }
  const shares = (x: Float64Array): Float64Array => {
    const total = x.reduce((sum, y) => sum + y, 0);
    return total > 0 ? x.map((y) => y / total) : x;
  };
  const [a, b] = [shares(jump), shares(network)];
  const error = (x: Float64Array): number => Math.sqrt(ions * variance(x));
  return { jump: error(a), network: error(b), eta: error(a.map((y, i) => (b[i] as number) - y)), ions };
}

/** So many resamples may come out zero, their share beyond the 95 % interval on its lower side, and be left out. */
const LOST = 0.025;

/**
 * Half width of the 95 % interval of ln x from resamples of x: Student's t for the number of blocks times the scatter of the
 * logarithms, which resampling B blocks underestimates by √((B − 1)/B). Infinite when more than 2.5 % of the resamples are zero.
 */
export function logarithmicHalfWidth(values: readonly number[], blocks: number): number {
  const positive = values.filter((x) => x > 0);
  if (blocks < 2 || positive.length < 2 || values.length - positive.length > LOST * values.length) {
    return Number.POSITIVE_INFINITY;
  }
  return (
    studentQuantile(0.975, blocks - 1) *
    Math.sqrt((variance(positive.map((x) => Math.log(x))) * blocks) / (blocks - 1))
  );
}
