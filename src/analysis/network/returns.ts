/** Immediate returns: hops that take back the one before. What memory the ions have beyond the graph shows here first. */
import { RandomSequence } from '../../core/rng.ts';
import type { HopGraph } from './hopGraph.ts';
import { type AgainstNull, againstNull } from './shuffles.ts';

export interface Returns {
  /** Share of hops (each ion's last one aside) whose next hop goes straight back. */
  readonly fraction: AgainstNull;
  /** Pairs of successive hops behind it. */
  readonly pairs: number;
}

const SEED = 20_240_604;

/**
 * Fraction of immediate returns against memoryless ions on the same graph: at every site the exits are dealt out anew among the
 * stays there, by a circular shift of their list (under the null any permutation is as likely, and every edge keeps its count).
 * Shifting trains of events in time would leave returns as they are, this null does not. Replicas pooled; null without
 * successive hops. O(shuffles × hops).
 */
export function immediateReturns({ hops, siteCount, from, to }: HopGraph, shuffles: number): Returns | null {
  // One stay between two hops: arrival and exit as edge·2 + direction; going back is the same edge in the other direction.
  const arrivals: number[][] = Array.from({ length: siteCount }, () => []);
  const exits: number[][] = Array.from({ length: siteCount }, () => []);
  let pairs = 0;
  for (let i = 1; i < hops.count; i++) {
    if (hops.ion[i] !== hops.ion[i - 1] || hops.replica[i] !== hops.replica[i - 1]) continue;
    const [before, now] = [i - 1, i].map(
      (k) => 2 * (hops.edge[k] as number) + (hops.forward[k] as number),
    ) as [number, number];
    const e = hops.edge[i] as number;
    const site = (hops.forward[i] ? from[e] : to[e]) as number;
    arrivals[site]?.push(before);
    exits[site]?.push(now);
    pairs++;
  }
  if (pairs === 0) return null;
  const count = (shiftOf: (stays: number) => number): number => {
    let back = 0;
    for (let s = 0; s < siteCount; s++) {
      const [a, x] = [arrivals[s] as number[], exits[s] as number[]];
      let k = a.length > 1 ? shiftOf(a.length) : 0;
      for (let i = 0; i < a.length; i++) {
        if ((a[i] as number) === ((x[k] as number) ^ 1)) back++;
        if (++k === a.length) k = 0;
      }
    }
    return back / pairs;
  };
  const observed = count(() => 0);
  const random = new RandomSequence(SEED, 1);
  const nulls = Array.from({ length: shuffles }, () => count((stays) => random.below(stays)));
  return { fraction: againstNull(observed, nulls), pairs };
}
