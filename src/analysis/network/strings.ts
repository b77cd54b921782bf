/** Strings of ions that take each other's places, after Donati and co-workers. */

import { PeriodicUnionFind } from '../../core/periodicUnionFind.ts';
import { RandomSequence } from '../../core/rng.ts';
import type { SiteHistory, Visit } from '../sites/visits.ts';
import type { HopGraph } from './hopGraph.ts';
import { type AgainstNull, againstNull, shifts } from './shuffles.ts';
import { forPairsWithin } from './sitePairs.ts';

export interface Strings {
  /** Weighted mean size Σ n²/Σ n over the ions that moved; an ion that moved alone is a string of one. */
  readonly weightedSize: AgainstNull;
  /** The same without the ones that moved alone; null when all did. */
  readonly weightedSizeOfStrings: number | null;
  /** Share of the ions that moved which did so in strings of two or more. */
  readonly together: AgainstNull;
  /** Strings of 1, 2, 3, … ions. */
  readonly sizes: readonly number[];
  /** Share of strings of two or more that are closed rings: every ion took another's place. */
  readonly rings: number | null;
  /** Windows looked at. */
  readonly windows: number;
}

const SEED = 20_240_606;
/** Windows times ions of one count; more windows are thinned evenly, but not below ten a replica: 200 shuffles take 2 s. */
const MOST_LOOKS = 80_000;
const FEWEST_WINDOWS = 10;

/**
 * [n] place of each site: sites closer than `tolerance` (δ, Å), directly or over others, are one place.
 */
export function placesOf(graph: HopGraph, tolerance: number): Int32Array {
  const near = new PeriodicUnionFind(graph.siteCount);
  for (const sample of graph.samples) {
    forPairsWithin(sample, tolerance, (i, j, image) => {
      near.connect(i, j, image);
    });
  }
  return Int32Array.from({ length: graph.siteCount }, (_, i) => near.root(i));
}

/**
 * Strings within windows of Δt: of the ions that changed place between t and t + Δt, j follows i when j ends where i began
 * (first match only); strings are the ions so connected (Donati, Douglas, Kob, Plimpton, Poole & Glotzer 1998, {donati1998}, with places of
 * sites for their distance δ). Windows start every Δt/2. The null shifts each ion's train of events circularly; an ion whose
 * window crosses the seam is left out. Replicas pooled. Null when nothing moved.
 * @param places [n] by node of the graph
 * @param duration Δt, fs
 */
export function donatiStrings(
  graph: HopGraph,
  histories: readonly SiteHistory[],
  places: Int32Array,
  duration: number,
  shuffles: number,
): Strings | null {
  const replicas = histories.map((history, r) => {
    const { sample } = graph.replicas[r] as HopGraph['replicas'][number];
    return new Occupancy(history, (graph.samples[sample] as HopGraph['samples'][number]).start);
  });
  const random = new RandomSequence(SEED, 1);
  const count = (shuffle: boolean): Census => {
    const census = new Census(graph.siteCount);
    for (const occupancy of replicas) {
      const { frames, frameInterval, ions } = occupancy.history;
      const share = Math.max(FEWEST_WINDOWS, MOST_LOOKS / ions / histories.length);
      const length = Math.max(1, Math.min(Math.round(duration / frameInterval), frames - 1));
      const stride = Math.max(1, Math.round(length / 2), Math.ceil((frames - length) / share));
      const by = shuffle ? shifts(ions, frames, random) : undefined;
      for (let begin = 0; begin + length < frames; begin += stride) {
        census.window(occupancy, places, begin, length, by);
      }
    }
    return census;
  };
  const real = count(false);
  if (real.moved === 0) return null;
  const nulls = Array.from({ length: shuffles }, () => count(true));
  return {
    weightedSize: againstNull(
      real.weightedSize(1),
      nulls.map((c) => c.weightedSize(1)),
    ),
    weightedSizeOfStrings: real.together > 0 ? real.weightedSize(2) : null,
    together: againstNull(
      real.together / real.moved,
      nulls.map((c) => (c.moved > 0 ? c.together / c.moved : 0)),
    ),
    sizes: Array.from(real.sizes, (n) => n ?? 0).slice(1),
    rings: real.strings > 0 ? real.rings / real.strings : null,
    windows: real.windows,
  };
}

/** Where each ion is at any time. */
class Occupancy {
  readonly history: SiteHistory;
  private readonly start: number;
  private readonly visits: readonly (readonly Visit[])[];

  constructor(history: SiteHistory, start: number) {
    const visits: Visit[][] = Array.from({ length: history.ions }, () => []);
    for (const visit of history.visits) visits[visit.ion]?.push(visit);
    this.history = history;
    this.start = start;
    this.visits = visits;
  }

  /** Node of an ion at a frame; −1 without any visit. */
  node(ion: number, frame: number): number {
    const list = this.visits[ion] as readonly Visit[];
    let [low, high] = [0, list.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((list[middle] as Visit).begin <= frame) low = middle;
      else high = middle;
    }
    const visit = list[low];
    return visit ? this.start + visit.site : -1;
  }
}

/** Strings counted so far; scratch arrays are reused from window to window. */
class Census {
  moved = 0;
  together = 0;
  strings = 0;
  rings = 0;
  windows = 0;
  readonly sizes: number[] = [0];
  private squares = 0;
  private squaresTogether = 0;
  /** [places] ion that began at a place in the current window. */
  private readonly beganAt: Int32Array;

  constructor(siteCount: number) {
    this.beganAt = new Int32Array(siteCount).fill(-1);
  }

  weightedSize(fewest: 1 | 2): number {
    if (fewest === 2) return this.together > 0 ? this.squaresTogether / this.together : 0;
    return this.moved > 0 ? this.squares / this.moved : 0;
  }

  window(
    occupancy: Occupancy,
    places: Int32Array,
    begin: number,
    length: number,
    shift: Int32Array | undefined,
  ): void {
    const { ions, frames } = occupancy.history;
    const from: number[] = [];
    const to: number[] = [];
    for (let ion = 0; ion < ions; ion++) {
      const t = (begin + frames - (shift ? (shift[ion] as number) : 0)) % frames;
      if (t + length >= frames) continue;
      const [a, b] = [occupancy.node(ion, t), occupancy.node(ion, t + length)];
      if (a < 0 || places[a] === places[b]) continue;
      from.push(places[a] as number);
      to.push(places[b] as number);
    }
    this.windows++;
    from.forEach((place, k) => {
      if (this.beganAt[place] === -1) this.beganAt[place] = k;
    });
    const parent = Int32Array.from(from, (_, k) => k);
    const root = (k: number): number => {
      let r = k;
      while (parent[r] !== r) r = parent[r] = parent[parent[r] as number] as number;
      return r;
    };
    const links = new Int32Array(from.length);
    const followed = new Uint8Array(from.length);
    to.forEach((place, k) => {
      const before = this.beganAt[place] as number;
      if (before === -1 || before === k || followed[before]) return;
      followed[before] = 1;
      links[k] = 1;
      parent[root(k)] = root(before);
    });
    const size = new Int32Array(from.length);
    const linked = new Int32Array(from.length);
    from.forEach((place, k) => {
      const r = root(k);
      size[r] = (size[r] as number) + 1;
      linked[r] = (linked[r] as number) + (links[k] as number);
      this.beganAt[place] = -1;
    });
    size.forEach((n, r) => {
      if (n === 0) return;
      this.moved += n;
      this.squares += n * n;
      this.sizes[n] = (this.sizes[n] ?? 0) + 1;
      if (n < 2) return;
      this.together += n;
      this.squaresTogether += n * n;
      this.strings++;
      if (linked[r] === n) this.rings++;
    });
  }
}
