/** Pairs of hops by different ions at one place within one vibration period. */
import { RandomSequence } from '../../core/rng.ts';
import type { HopGraph } from './hopGraph.ts';
import { type AgainstNull, againstNull, shifts } from './shuffles.ts';

export interface ConcertedPairs {
  /** Share of the hops with a partner: another ion's hop that starts or ends at the same place within the period. */
  readonly fraction: AgainstNull;
  /** Frames between partners at most. */
  readonly window: number;
}

const SEED = 20_240_605;

/**
 * Share of hops that have a partner (the rest is the solo fraction of GEMDAT), against circular shifts of every ion's train of
 * events. Replicas pooled. O(shuffles × hops × partners within the window). Null without hops.
 * @param places [n] place of each site: sites closer than a tolerance are one place (strings.ts: placesOf)
 * @param period fs
 */
export function concertedPairs(
  graph: HopGraph,
  places: Int32Array,
  period: number,
  shuffles: number,
): ConcertedPairs | null {
  const { hops, replicas, from, to } = graph;
  if (hops.count === 0) return null;
  const window = Math.max(1, Math.round(period / (replicas[0]?.frameInterval ?? period)));
  const leave = new Int32Array(hops.count);
  const arrive = new Int32Array(hops.count);
  for (let i = 0; i < hops.count; i++) {
    const e = hops.edge[i] as number;
    const [a, b] = [places[from[e] as number] as number, places[to[e] as number] as number];
    leave[i] = hops.forward[i] ? a : b;
    arrive[i] = hops.forward[i] ? b : a;
  }
  const random = new RandomSequence(SEED, 1);
  const most = Math.max(...replicas.map(({ frames }) => frames));
  const counter = {
    head: new Int32Array(graph.siteCount),
    next: new Int32Array(2 * hops.count),
    starts: new Int32Array(most + 1),
    order: new Int32Array(hops.count),
    time: new Int32Array(hops.count),
    paired: new Uint8Array(hops.count),
  };
  const ranges = replicaRanges(graph);
  const partnered = (shift: boolean): number => {
    let count = 0;
    replicas.forEach(({ ions, frames }, r) => {
      const [begin, end] = ranges[r] as readonly [number, number];
      const by = shift ? shifts(ions, frames, random) : undefined;
      for (let i = begin; i < end; i++) {
        const t = (hops.frame[i] as number) + (by ? (by[hops.ion[i] as number] as number) : 0);
        counter.time[i] = t >= frames ? t - frames : t;
      }
      count += countPartnered(begin, end, frames, window, { leave, arrive, ion: hops.ion }, counter);
    });
    return count / hops.count;
  };
  const observed = partnered(false);
  return {
    fraction: againstNull(
      observed,
      Array.from({ length: shuffles }, () => partnered(true)),
    ),
    window,
  };
}

/** First hop and the one behind the last, by replica: the train is sorted by replica. */
function replicaRanges({ hops, replicas }: HopGraph): (readonly [number, number])[] {
  let i = 0;
  return replicas.map((_, r) => {
    const begin = i;
    while (i < hops.count && hops.replica[i] === r) i++;
    return [begin, i] as const;
  });
}

interface Counter {
  readonly head: Int32Array;
  readonly next: Int32Array;
  readonly starts: Int32Array;
  readonly order: Int32Array;
  readonly time: Int32Array;
  readonly paired: Uint8Array;
}

/** Goes through the hops in time; every place keeps a chain of its hops, the latest first. */
function countPartnered(
  begin: number,
  end: number,
  frames: number,
  window: number,
  {
    leave,
    arrive,
    ion,
  }: { readonly leave: Int32Array; readonly arrive: Int32Array; readonly ion: Int32Array },
  { head, next, starts, order, time, paired }: Counter,
): number {
  // Counting sort by frame.
  starts.fill(0);
  for (let i = begin; i < end; i++) {
    const t = (time[i] as number) + 1;
    starts[t] = (starts[t] as number) + 1;
  }
  for (let t = 0; t < frames; t++) starts[t + 1] = (starts[t + 1] as number) + (starts[t] as number);
  for (let i = begin; i < end; i++) {
    const t = time[i] as number;
    order[starts[t] as number] = i;
    starts[t] = (starts[t] as number) + 1;
  }
  head.fill(-1);
  paired.fill(0, begin, end);
  for (let k = 0; k < end - begin; k++) {
    const i = order[k] as number;
    const earliest = (time[i] as number) - window;
    for (const place of [leave[i] as number, arrive[i] as number]) {
      for (let entry = head[place] as number; entry >= 0; entry = next[entry] as number) {
        const j = entry >> 1;
        if ((time[j] as number) < earliest) break;
        if (ion[j] === ion[i]) continue;
        paired[i] = 1;
        paired[j] = 1;
      }
    }
    next[2 * i] = head[leave[i] as number] as number;
    head[leave[i] as number] = 2 * i;
    next[2 * i + 1] = head[arrive[i] as number] as number;
    head[arrive[i] as number] = 2 * i + 1;
  }
  let count = 0;
  for (let i = begin; i < end; i++) count += paired[i] as number;
  return count;
}
