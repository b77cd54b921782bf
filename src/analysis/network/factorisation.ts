/**
 * Conductivity taken apart: density of hops × connectivity of the network × memory ÷ collectivity,
 * σ = (n q²/k_BT) · D_jump · η · f_mem / H_R. Every factor has an interval, and their product is σ.
 */
import { CM2_PER_S } from '../../core/constants.ts';
import { poissonInterval, studentQuantile } from '../../core/stats.ts';
import { bounded, type Estimate, relativeError, resolved, unresolved, Z95 } from '../estimate.ts';
import type { SiteHistory } from '../sites/visits.ts';
import { type NetworkDiffusion, networkDiffusion, percolatingHops, squaredStrain } from './connectivity.ts';
import { type HopGraph, hopGraph, hopsPerEdge } from './hopGraph.ts';
import { type MissingLinks, missingLinks } from './missingLinks.ts';
import {
  type Blocks,
  type IonScatter,
  ionScatter,
  logarithmicHalfWidth,
  type ResampledNetwork,
  resampleNetwork,
  timeBlocks,
} from './resampling.ts';

/** The network of a run with everything that its figures are made of. */
export interface MeasuredNetwork {
  readonly graph: HopGraph;
  /** [m] hops both ways. */
  readonly hops: Float64Array;
  readonly diffusion: NetworkDiffusion;
  /** [m] |Δx + Δφ|², Å² */
  readonly strain2: Float64Array;
  readonly blocks: Blocks;
  readonly resampled: ResampledNetwork;
  readonly scatter: IonScatter;
  /** Independent hops that D_net rests on (connectivity.ts). */
  readonly percolatingHops: number;
  /** Set when no hop percolates. */
  readonly missing: MissingLinks | null;
}

/** Builds and solves the network, with its resamples. */
export function measureNetwork(histories: readonly SiteHistory[], resamples: number): MeasuredNetwork {
  const graph = hopGraph(histories);
  const hops = hopsPerEdge(graph);
  const diffusion = networkDiffusion(graph, hops, graph.ionTime);
  const strain2 = squaredStrain(diffusion);
  const blocks = timeBlocks(graph);
  return {
    graph,
    hops,
    diffusion,
    strain2,
    blocks,
    resampled: resampleNetwork(graph, blocks, diffusion, resamples),
    scatter: ionScatter(graph, strain2),
    percolatingHops: percolatingHops(hops, strain2),
    missing: diffusion.clusters.dimension === 0 ? missingLinks(graph, diffusion.clusters) : null,
  };
}

/** The factors of one conductivity. */
export interface Factorisation {
  /** D_jump, cm²/s: density of hops. */
  readonly jumpDiffusivity: Estimate;
  /** η, corrected for the bias of few counts: connectivity. */
  readonly eta: Estimate;
  /** D_net = D_jump·η, cm²/s. */
  readonly networkDiffusivity: Estimate;
  /** f_mem = D_tracer/D_net: memory beyond the graph. */
  readonly memory: Estimate;
  /** H_R: collectivity. */
  readonly havenRatio: Estimate;
  /** The product, S/cm; without H_R (Nernst–Einstein) when that is not resolved. */
  readonly conductivity: Estimate;
  /** What η is without the correction, from all data and from halves of it. */
  readonly measuredEta: number;
  readonly measuredEtaOfHalves: number | null;
  /** (D_net of all − D_net of halves)/D_net of all: what half of the data misses, and about what all of it does. */
  readonly countingBias: number | null;
}

/** What transport says of the same ions. */
export interface TransportSide {
  /** Tracer diffusivity of the mobile ions, cm²/s. */
  readonly D: Estimate;
  readonly havenRatio: Estimate;
  /** n q²/k_BT in S/cm per cm²/s; null when charge or temperature is unknown. */
  readonly conductivityPerD: number | null;
}

/** Above this share, halves of the data say little about all of it, and no correction is made. */
const LARGEST_BIAS = 0.5;

/**
 * The factors with their 95 % intervals.
 *
 * Few counts per edge break the network: D_net of finite data is low, on a cubic lattice of equal edges by 1/3 per count
 * (3 % at ten hops per edge), on one whose rates span four decades by 10 % at ten. The bias falls as 1/T, so η is reported as
 * η_T + (η_T − η_T/2), from halves of the data: right within 1–2 % from five hops per edge on (four decades; three on equal
 * edges), within 10 % from three. The square of the relative correction stands in for what it leaves. Where it exceeds one half
 * the network is barely connected: η is a lower limit then, and its interval reaches up to one.
 *
 * Intervals of D_jump, η and D_net are log-normal: the wider of the bootstrap over blocks of time and the scatter among ions,
 * at least the exact Poisson interval of the percolating hops when there are few. f_mem adds the relative errors of D and D_net in quadrature:
 * both come from the same hops, so this errs on the wide side.
 */
export function factorise(network: MeasuredNetwork, transport: TransportSide): Factorisation {
  const { diffusion, resampled, graph } = network;
  const jump = diffusion.jump * CM2_PER_S;
  const unit = 'cm²/s';
  const half = resampled.halfNetwork;
  const countingBias = half === null || diffusion.network === 0 ? null : 1 - half / diffusion.network;
  const common = {
    measuredEta: diffusion.eta,
    measuredEtaOfHalves: resampled.halfEta,
    countingBias,
  };
  const time = `${ps(graph.ionTime)} ps of ion-time`;
  if (graph.hops.count === 0) {
    const why = `no hop in ${time}`;
    const none = unresolved('1', why);
    return {
      ...common,
      jumpDiffusivity: unresolved(unit, why),
      eta: none,
      networkDiffusivity: unresolved(unit, why),
      memory: none,
      havenRatio: transport.havenRatio,
      conductivity: unresolved('S/cm', why),
    };
  }
  const count = graph.hops.count;
  // A single block, or so few hops that a resample has none: counting alone is left.
  const byBlock = halfWidthOf(network, 'jump');
  const jumpWidth = Math.max(
    Number.isFinite(byBlock) ? byBlock : Z95 / Math.sqrt(count),
    poissonHalfWidth(count),
  );
  const jumpDiffusivity = logNormal(jump, jumpWidth, unit);
  if (diffusion.network === 0) {
    const why = notPercolating(network);
    const limit = network.missing ? network.missing.diffusivityBound * CM2_PER_S : null;
    const none = unresolved('1', 'the network does not percolate: there is no D_net to compare with');
    const sigma = transport.conductivityPerD;
    return {
      ...common,
      jumpDiffusivity,
      eta: bounded(limit === null ? 1 : Math.min(1, limit / jump), '1', why),
      networkDiffusivity: limit === null ? unresolved(unit, why) : bounded(limit, unit, why),
      memory: none,
      havenRatio: transport.havenRatio,
      conductivity:
        limit === null || sigma === null ? unresolved('S/cm', why) : bounded(limit * sigma, 'S/cm', why),
    };
  }
  const { eta, why, halfWidth } = correctedEta(network, countingBias);
  const etaEstimate = within(eta, halfWidth, 1, '1', why);
  // D_net is D_jump·η in every resample; its own width knows how the two go together.
  const netWidth = Math.max(
    halfWidthOf(network, 'network'),
    poissonHalfWidth(network.percolatingHops),
    leftOver(countingBias),
  );
  const most = jump * Math.exp(jumpWidth);
  const networkDiffusivity = within(jump * eta, netWidth, most, unit, why);
  const memory = ratio(transport.D, networkDiffusivity, '1');
  return {
    ...common,
    jumpDiffusivity,
    eta: etaEstimate,
    networkDiffusivity,
    memory,
    havenRatio: transport.havenRatio,
    conductivity: product(transport),
  };
}

function correctedEta(
  network: MeasuredNetwork,
  bias: number | null,
): { readonly eta: number; readonly why: string | undefined; readonly halfWidth: number } {
  const { diffusion, resampled, percolatingHops: hops } = network;
  const width = Math.max(halfWidthOf(network, 'eta'), poissonHalfWidth(hops));
  const halfEta = resampled.halfEta;
  if (bias === null || halfEta === null) {
    return {
      eta: diffusion.eta,
      halfWidth: width,
      why: 'too few blocks of time to tell the bias of few counts',
    };
  }
  if (bias > LARGEST_BIAS) {
    return {
      eta: diffusion.eta,
      halfWidth: Number.POSITIVE_INFINITY,
      why: `half of the data gives ${percent(1 - bias)} of D_net: edges are still being found, η is a lower limit`,
    };
  }
  const eta = Math.min(1, Math.max(diffusion.eta, 2 * diffusion.eta - halfEta));
  return { eta, halfWidth: Math.hypot(width, leftOver(bias)), why: undefined };
}

/** Half width of the 95 % interval of a logarithm: the wider of the scatter among blocks of time and that among ions. */
function halfWidthOf({ resampled, scatter }: MeasuredNetwork, what: 'jump' | 'network' | 'eta'): number {
  const byIon = scatter.ions > 1 ? studentQuantile(0.975, scatter.ions - 1) * scatter[what] : 0;
  return Math.max(logarithmicHalfWidth(resampled[what], resampled.blocks), byIon);
}

/** Half width of ln η that the correction leaves: the square of the relative bias, as 95 %. */
function leftOver(bias: number | null): number {
  if (bias === null) return 0;
  return bias > LARGEST_BIAS ? Number.POSITIVE_INFINITY : Z95 * bias * bias;
}

/** So many events or fewer: the bootstrap may not see how few they are. */
const FEW = 100;

/** Half width of the logarithm that counting few independent events leaves (the wider side of Garwood's interval); 0 for many. */
function poissonHalfWidth(count: number): number {
  if (count > FEW) return 0;
  if (count < 0.5) return Number.POSITIVE_INFINITY;
  const [low, high] = poissonInterval(Math.max(1, Math.round(count)));
  return Math.max(Math.log(high / count), Math.log(count / low));
}

/** value·exp(±halfWidth) */
function logNormal(value: number, halfWidth: number, unit: string, why?: string): Estimate {
  const spread = Math.exp(halfWidth);
  return resolved(value, [value / spread, value * spread], unit, why);
}

/** The same below what is possible at most; an infinite width leaves all from zero to there. */
function within(
  value: number,
  halfWidth: number,
  most: number,
  unit: string,
  why: string | undefined,
): Estimate {
  if (!Number.isFinite(halfWidth)) {
    return resolved(value, [0, most], unit, why ?? 'some resamples of the data do not percolate');
  }
  const spread = Math.exp(halfWidth);
  return resolved(value, [value / spread, Math.min(most, value * spread)], unit, why);
}

/** a/b with a log-normal interval; a bound stays one. */
function ratio(a: Estimate, b: Estimate, unit: string): Estimate {
  if (b.value === null || !b.ci95 || !(b.ci95[0] > 0)) return unresolved(unit, b.why ?? 'no D_net');
  if (a.value === null) {
    const why = a.why ?? 'no tracer diffusivity';
    return a.ci95 ? bounded(a.ci95[1] / b.ci95[0], unit, why) : unresolved(unit, why);
  }
  const value = a.value / b.value;
  const below = Math.hypot(logDown(a), logUp(b));
  const above = Math.hypot(logUp(a), logDown(b));
  return resolved(value, [value * Math.exp(-below), value * Math.exp(above)], unit);
}

function logUp({ value, ci95 }: Estimate): number {
  return value !== null && ci95 ? Math.log(ci95[1] / value) : Number.POSITIVE_INFINITY;
}

/** An interval that reaches zero: twice the upward half width stands in, a log-normal has no zero. */
function logDown(estimate: Estimate): number {
  const { value, ci95 } = estimate;
  if (value === null || !ci95) return Number.POSITIVE_INFINITY;
  return ci95[0] > 0 ? Math.log(value / ci95[0]) : 2 * logUp(estimate);
}

/** D_jump·η·f_mem is the tracer D by construction, so that σ is its Nernst–Einstein conductivity over H_R. */
function product({ D, havenRatio, conductivityPerD }: TransportSide): Estimate {
  const unit = 'S/cm';
  if (conductivityPerD === null)
    return unresolved(unit, 'no single charge or no temperature is known for the mobile ions');
  if (D.value === null) {
    const why = D.why ?? 'no tracer diffusivity';
    return D.ci95 ? bounded(D.ci95[1] * conductivityPerD, unit, why) : unresolved(unit, why);
  }
  const collective = havenRatio.value !== null;
  const value = (D.value * conductivityPerD) / (havenRatio.value ?? 1);
  const error = collective ? Math.hypot(relativeError(D), relativeError(havenRatio)) : relativeError(D);
  return logNormal(
    value,
    Z95 * error,
    unit,
    collective ? undefined : 'without H_R, which is not resolved: Nernst–Einstein',
  );
}

/** Why η is zero, in words and with the bound. */
export function notPercolating({ graph, missing, diffusion }: MeasuredNetwork): string {
  const hops = `no percolating hop in N·T = ${ps(graph.ionTime)} ps (${graph.hops.count} hops, all within ${
    diffusion.clusters.clusterCount
  } clusters)`;
  if (!missing) return hops;
  return `${hops}; the slowest edge needed has k < 3/(n_edges T p) = ${(missing.rateBound * 1e6).toPrecision(2)} /ns (${
    missing.count
  } places up to ${missing.reach.toFixed(1)} Å)`;
}

function ps(femtoseconds: number): string {
  return String(Number((femtoseconds / 1000).toPrecision(4)));
}

function percent(x: number): string {
  return `${Math.round(100 * x)} %`;
}
