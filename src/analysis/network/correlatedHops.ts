/** Correlated hops, each figure beside what chance alone would show: strings, concerted pairs, immediate returns. */
import type { SiteHistory } from '../sites/visits.ts';
import { type ConcertedPairs, concertedPairs } from './concertedPairs.ts';
import type { HopGraph } from './hopGraph.ts';
import { immediateReturns, type Returns } from './returns.ts';
import { donatiStrings, placesOf, type Strings } from './strings.ts';

export interface CorrelatedHops {
  readonly returns: Returns | null;
  readonly pairs: ConcertedPairs | null;
  readonly strings: Strings | null;
}

export interface CorrelationOptions {
  /** δ: sites closer are one place, Å. */
  readonly tolerance: number;
  /** Δt of strings, fs. */
  readonly stringTime: number;
  /** One vibration period, fs: pairs within it are concerted. */
  readonly period: number;
  readonly shuffles: number;
}

/** All three. O(shuffles × (hops + 2 · windows · ions)). */
export function correlatedHops(
  graph: HopGraph,
  histories: readonly SiteHistory[],
  { tolerance, stringTime, period, shuffles }: CorrelationOptions,
): CorrelatedHops {
  const places = placesOf(graph, tolerance);
  return {
    returns: immediateReturns(graph, shuffles),
    pairs: concertedPairs(graph, places, period, shuffles),
    strings: donatiStrings(graph, histories, places, stringTime, shuffles),
  };
}
