/** Every figure of the network together: what there is to measure, in the order in which one thing needs another. */
import type { AnalysisContext, OptionValues } from '../analysis.ts';
import { unresolved } from '../estimate.ts';
import type { SiteHistory } from '../sites/visits.ts';
import type { TransportAnalysis } from '../transport/transport.ts';
import { attribution, type ClassShare } from './attribution.ts';
import { type Percolation, percolationOf } from './clusters.ts';
import { type CorrelatedHops, correlatedHops } from './correlatedHops.ts';
import {
  type BarrierHistogram,
  barrierHistogram,
  type TransportActivity,
  transportActivity,
} from './distribution.ts';
import { classesByKind, named, type PooledNetwork, pooledNetwork } from './edgeClasses.ts';
import { type Factorisation, factorise, type MeasuredNetwork, measureNetwork } from './factorisation.ts';
import type { HopGraph } from './hopGraph.ts';
import { type DetailedBalance, detailedBalance } from './rates.ts';
import { type Robustness, robustness } from './robustness.ts';
import { type PercolationSpectrum, percolationSpectrum } from './spectrum.ts';
import { type TemporalConnectivity, temporalConnectivity } from './temporal.ts';
import { transportSide } from './transportSide.ts';
import { gatedDiffusivity, type NetworkVerdict, networkGates, networkVerdict } from './verdict.ts';

export const NETWORK_OPTIONS = {
  attemptFrequency: {
    default: 1e13,
    unit: 'Hz',
    help: 'ν₀ of ΔG‡ = k_BT ln(ν₀/k); one vibration period 1/ν₀ is what counts as concerted',
    range: [1e10, 1e15],
  },
  resamples: {
    default: 200,
    help: 'bootstrap draws of blocks of time behind the intervals',
    range: [20, 10_000],
  },
  shuffles: { default: 200, help: 'shuffles behind every null of correlated hops', range: [20, 100_000] },
  placeTolerance: {
    default: 1,
    unit: 'Å',
    help: 'sites closer than this are one place for strings and concerted pairs',
    range: [0, 3],
  },
  stringTime: {
    default: 5000,
    unit: 'fs',
    help: 'Δt of strings: ions that take each other’s places within it',
  },
} as const;

export type NetworkOptions = OptionValues<typeof NETWORK_OPTIONS>;

/** Names of edges for the attribution, one per edge; by default the kinds of both ends. */
export type EdgeTags = (graph: HopGraph) => readonly string[];

/** Everything that the network says, for the report and for other analyses. */
export interface NetworkAnalysis {
  readonly network: MeasuredNetwork;
  readonly factors: Factorisation;
  readonly diffusivitySource: 'displacements' | 'site paths';
  /** At one, three and ten hops per edge. */
  readonly percolation: readonly { readonly fewestHops: number; readonly percolation: Percolation }[];
  readonly balance: DetailedBalance;
  readonly spectrum: PercolationSpectrum | null;
  readonly activity: TransportActivity;
  readonly barriers: BarrierHistogram | null;
  readonly shares: readonly ClassShare[];
  readonly pooled: PooledNetwork | undefined;
  readonly robustness: Robustness | null;
  readonly temporal: TemporalConnectivity | null;
  readonly correlated: CorrelatedHops;
  readonly verdict: NetworkVerdict;
  readonly unassigned: number;
}

const FEWEST_HOPS = [1, 3, 10] as const;

/**
 * All of it, from one history per replica. Deterministic: seeds are fixed. Cost: 6600 edges on 3375 sites with 32 000 hops of
 * 1000 ions take 14 s of one core (5 s of them bootstrap; 9 s in all with 20 resamples and 20 shuffles), 1165 edges on 1056
 * sites 6 s; sparse solves dominate, about 450 of three axes. Memory: 20 blocks and `resamples` draws of one number per edge.
 * @param transport of the same frames, for D*, H_R and σ; without it D* is that of the paths from site to site
 */
export function measureTransportNetwork(
  histories: readonly SiteHistory[],
  context: AnalysisContext,
  transport?: TransportAnalysis,
  options: Partial<NetworkOptions> = {},
  tags?: EdgeTags,
): NetworkAnalysis {
  const { attemptFrequency, resamples, shuffles, placeTolerance, stringTime } = withDefaults(options);
  const network = measureNetwork(histories, resamples);
  const { graph, hops } = network;
  const side = transportSide(graph, histories, context, transport);
  const { temperature } = context;
  const spectrum = temperature === null ? null : percolationSpectrum(network, temperature, attemptFrequency);
  const balance = detailedBalance(graph);
  const ionFrames = histories.reduce((sum, h) => sum + h.ions * h.frames, 0);
  const unassigned =
    histories.reduce((sum, h) => sum + h.unassigned * h.ions * h.frames, 0) / Math.max(1, ionFrames);
  const factors = factorise(network, { ...side, D: gatedDiffusivity(side.D, network, unassigned) });
  return {
    network,
    factors,
    diffusivitySource: side.source,
    percolation: FEWEST_HOPS.map((fewestHops) => ({
      fewestHops,
      percolation: percolationOf(graph, hops, fewestHops),
    })),
    balance,
    spectrum,
    activity: transportActivity(network),
    barriers: temperature === null ? null : barrierHistogram(network, temperature, attemptFrequency),
    shares: attribution(network, tags ? named(tags(graph)) : classesByKind(graph)),
    pooled: pooledNetwork(graph, hops),
    robustness: robustness(network),
    temporal: temporalConnectivity(network),
    correlated: correlatedHops(graph, histories, {
      tolerance: placeTolerance,
      stringTime,
      period: 1e15 / attemptFrequency,
      shuffles,
    }),
    verdict: networkVerdict(network, unassigned, {
      D: side.D,
      gates: networkGates(network, unassigned, factors.countingBias, balance),
      eta: factors.eta,
      E3: spectrum?.thresholds[2] ?? unresolved('eV', 'no temperature was given'),
      havenRatio: factors.havenRatio,
    }),
    unassigned,
  };
}

/** Options with the defaults filled in. */
export function withDefaults(options: Partial<NetworkOptions>): NetworkOptions {
  const { attemptFrequency, resamples, shuffles, placeTolerance, stringTime } = NETWORK_OPTIONS;
  return {
    attemptFrequency: attemptFrequency.default,
    resamples: resamples.default,
    shuffles: shuffles.default,
    placeTolerance: placeTolerance.default,
    stringTime: stringTime.default,
    ...options,
  };
}
