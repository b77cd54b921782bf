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
 * stays there (a permutation, so that every edge keeps its count). Shifting trains of events in time would leave returns as
 * they are, this null does not. Replicas pooled; null without successive hops.
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
  const count = (): number => {
    let back = 0;
    for (let s = 0; s < siteCount; s++) {
      const [a, x] = [arrivals[s] as number[], exits[s] as number[]];
      for (let k = 0; k < a.length; k++) if ((a[k] as number) === ((x[k] as number) ^ 1)) back++;
    }
    return back / pairs;
  };
  const observed = count();
  const random = new RandomSequence(SEED, 1);
  const nulls = Array.from({ length: shuffles }, () => {
    for (const list of exits) if (list.length > 1) random.shuffle(list);
    return count();
  });
  return { fraction: againstNull(observed, nulls), pairs };
}
