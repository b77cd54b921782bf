/** Density and distribution of what carries ions on: how many hops, over which barriers, along how many pathways. */

import type { MeasuredNetwork } from './factorisation.ts';
import { edgeLength } from './hopGraph.ts';
import { barrier, edgeRates } from './rates.ts';

export interface TransportActivity {
  /** All hops, nm⁻³ ps⁻¹. */
  readonly hopDensity: number;
  /**
   * ν_act: hops weighted by the current they carry, min(1, |Δx + Δφ|²/|Δx|²), nm⁻³ ps⁻¹. (A hop over the bottleneck between two
   * cages carries an ion on by more than its own length; it counts as one hop nevertheless.)
   */
  readonly activeDensity: number;
  /** Participation ratio (Σ w)²/(M Σ w²) of the fluxes over the M edges: 1 when all are used alike. */
  readonly participation: number;
  /** Edges that carry 90 % of the dissipation Σ w|Δx + Δφ|², the busiest first, and their share of the edges. */
  readonly carrying90: number;
  readonly carrying90Share: number;
  /** N_eff = (Σ diss)²/Σ diss²: edges among which the dissipation is spread. */
  readonly channels: number;
  /** The same per unit volume, nm⁻³. */
  readonly channelDensity: number;
}

/** Figures of §"density, distribution" of the network. Sums over replicas with sites of their own stand side by side. */
export function transportActivity({ graph, hops, strain2 }: MeasuredNetwork): TransportActivity {
  const m = graph.edgeCount;
  let [all, squares, active] = [0, 0, 0];
  const dissipation = new Float64Array(m);
  for (let e = 0; e < m; e++) {
    const n = hops[e] as number;
    all += n;
    squares += n * n;
    active += n * Math.min(1, (strain2[e] as number) / edgeLength(graph, e) ** 2);
    dissipation[e] = n * (strain2[e] as number);
  }
  // Å⁻³ fs⁻¹ → nm⁻³ ps⁻¹
  const density = 1e6 / graph.volumeTime;
  const total = dissipation.reduce((sum, x) => sum + x, 0);
  const sorted = dissipation.slice().sort().reverse();
  let [carried, carrying90] = [0, 0];
  while (carrying90 < m && carried < 0.9 * total) carried += sorted[carrying90++] as number;
  const channels = total > 0 ? (total * total) / sorted.reduce((sum, x) => sum + x * x, 0) : 0;
  const time = graph.replicas.reduce((sum, r) => sum + r.frames * r.frameInterval, 0);
  return {
    hopDensity: all * density,
    activeDensity: active * density,
    participation: squares > 0 ? (all * all) / (m * squares) : 0,
    carrying90,
    carrying90Share: m > 0 ? carrying90 / m : 0,
    channels,
    channelDensity: (channels * 1000) / (graph.volumeTime / time) / graph.samples.length,
  };
}

export interface BarrierHistogram {
  /** Middles of the bins, eV. */
  readonly centres: Float64Array;
  /** Share of all hops per eV. */
  readonly hops: Float64Array;
  /** … weighted by the current they carry, on the same scale. */
  readonly active: Float64Array;
  /** Hop-weighted mean and standard deviation, eV. */
  readonly mean: number;
  readonly deviation: number;
}

const BINS = 40;

/**
 * g(ΔG‡): distribution of ΔG‡ = k_BT ln(ν₀/k_ij) over the hops, each direction with its own rate. Counting errors widen it by
 * k_BT/√n: edges with one hop are good to k_BT.
 */
export function barrierHistogram(
  { graph, strain2 }: MeasuredNetwork,
  temperature: number,
  attemptFrequency: number,
): BarrierHistogram | null {
  const rates = edgeRates(graph);
  const values: number[] = [];
  const counts: number[] = [];
  const currents: number[] = [];
  for (let e = 0; e < graph.edgeCount; e++) {
    const share = Math.min(1, (strain2[e] as number) / edgeLength(graph, e) ** 2);
    for (const [k, n] of [
      [rates.forward[e], graph.forward[e]],
      [rates.backward[e], graph.backward[e]],
    ] as [number, number][]) {
      if (n === 0) continue;
      values.push(barrier(k, attemptFrequency, temperature));
      counts.push(n);
      currents.push(n * share);
    }
  }
  if (values.length === 0) return null;
  const total = counts.reduce((sum, n) => sum + n, 0);
  const mean = values.reduce((sum, x, i) => sum + x * (counts[i] as number), 0) / total;
  const square = values.reduce((sum, x, i) => sum + (x - mean) ** 2 * (counts[i] as number), 0) / total;
  const low = values.reduce((least, x) => Math.min(least, x), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
  const width = Math.max((high - low) / BINS, 1e-3);
  const hops = new Float64Array(BINS);
  const active = new Float64Array(BINS);
  values.forEach((x, i) => {
    const bin = Math.min(BINS - 1, Math.floor((x - low) / width));
    hops[bin] = (hops[bin] as number) + (counts[i] as number) / total / width;
    active[bin] = (active[bin] as number) + (currents[i] as number) / total / width;
  });
  return {
    centres: Float64Array.from({ length: BINS }, (_, b) => low + (b + 0.5) * width),
    hops,
    active,
    mean,
    deviation: Math.sqrt(square),
  };
}
