/** Hops between sites: the events, their rates by kind, how many go straight back, and how fast kinds exchange. */
import { correlate } from '../../core/fft.ts';
import { poissonInterval, studentQuantile, variance } from '../../core/stats.ts';
import type { Vec3 } from '../../core/vec.ts';
import { toCartesian } from '../../model/cell.ts';
import { bounded, type Estimate, resolved, unresolved } from '../estimate.ts';
import type { SiteHistory } from './visits.ts';

/** One ion goes from one site to another. */
export interface HopEvent {
  readonly ion: number;
  readonly from: number;
  readonly to: number;
  /** Image of the new site less that of the old one, lattice vectors. */
  readonly image: Vec3;
  /** Frame of the first sight at the new site. */
  readonly frame: number;
  /** Goes back to where the hop before came from. */
  readonly isReturn: boolean;
}

/** All hops, by ion, then by time. */
export function hopEvents({ visits }: SiteHistory): HopEvent[] {
  const events: HopEvent[] = [];
  for (let v = 1; v < visits.length; v++) {
    const [before, now] = [visits[v - 1], visits[v]];
    if (!before || !now || before.ion !== now.ion) continue;
    const earlier = visits[v - 2];
    const image = [0, 1, 2].map((k) => (now.image[k] as number) - (before.image[k] as number));
    events.push({
      ion: now.ion,
      from: before.site,
      to: now.site,
      image: image as unknown as Vec3,
      frame: now.begin,
      isReturn:
        earlier?.ion === now.ion &&
        earlier.site === now.site &&
        earlier.image.every((x, k) => x === now.image[k]),
    });
  }
  return events;
}

/** Å; between the mean centres of the two sites of a hop. */
export function hopLength({ sites }: SiteHistory, { from, to, image }: HopEvent): number {
  const s = [0, 1, 2].map(
    (k) =>
      (sites.fractional[3 * to + k] as number) +
      (image[k] as number) -
      (sites.fractional[3 * from + k] as number),
  );
  return Math.hypot(...toCartesian(sites.cell, s));
}

/** Hops from one kind to another. */
export interface KindRate {
  readonly from: string;
  readonly to: string;
  readonly hops: number;
  /** Per ion at the first kind, 1/ns. */
  readonly rate: Estimate;
  /** Mean, Å. */
  readonly length: number;
}

/** k_ab = hops from a to b over the time of ions at a, with Garwood's interval, pooled over replicas. */
export function kindRates(histories: readonly SiteHistory[]): KindRate[] {
  const time = new Map<string, number>();
  const hops = new Map<string, { from: string; to: string; count: number; length: number }>();
  for (const history of histories) {
    const { kinds } = history.sites;
    for (const { site, begin, end } of history.visits) {
      const kind = kinds[site] as string;
      const seen = Math.min(end, history.frames - 1) - begin;
      time.set(kind, (time.get(kind) ?? 0) + seen * history.frameInterval);
    }
    for (const event of hopEvents(history)) {
      const [from, to] = [kinds[event.from] as string, kinds[event.to] as string];
      const key = `${from}|${to}`;
      const sum = hops.get(key) ?? { from, to, count: 0, length: 0 };
      sum.count++;
      sum.length += hopLength(history, event);
      hops.set(key, sum);
    }
  }
  return [...hops.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ from, to, count, length }) => {
      const at = time.get(from) as number;
      const [low, high] = poissonInterval(count).map((n) => (n / at) * 1e6) as [number, number];
      return {
        from,
        to,
        hops: count,
        rate: resolved((count / at) * 1e6, [low, high], '1/ns', `${count} hops, Poisson`),
        length: length / count,
      };
    });
}

/** Of the hops that are followed by another one of the same ion the share that the next one undoes. */
export function returnFraction(histories: readonly SiteHistory[]): Estimate {
  let followed = 0;
  let returns = 0;
  for (const history of histories) {
    const events = hopEvents(history);
    events.forEach((event, e) => {
      if (events[e + 1]?.ion !== event.ion) return;
      followed++;
      if (events[e + 1]?.isReturn) returns++;
    });
  }
  if (followed === 0) return unresolved('1', 'no ion hopped twice');
  const p = returns / followed;
  // Wilson's interval: right for shares near 0 and 1 too.
  const z = 1.959964;
  const middle = (p + (z * z) / (2 * followed)) / (1 + (z * z) / followed);
  const half =
    (z * Math.sqrt((p * (1 - p)) / followed + (z * z) / (4 * followed * followed))) /
    (1 + (z * z) / followed);
  return resolved(
    p,
    [Math.max(0, middle - half), Math.min(1, middle + half)],
    '1',
    `${followed} pairs of hops`,
  );
}

/** Ion-frames that the correlation is taken over: more ions add nothing to its error beside the run's length. */
const MOST_VALUES = 4e6;
const GROUPS = 8;

/**
 * Rate at which tetrahedra and octahedra exchange ions, k = 1/τ, 1/ns: τ where the autocorrelation of the indicator "in an
 * octahedron" has fallen to 1/e. Of two states it is k_TO + k_OT. The interval is the scatter over eight groups of ions.
 */
export function exchangeRate(histories: readonly SiteHistory[]): Estimate {
  const unit = '1/ns';
  const groups: Float64Array[] = [];
  const counts: number[] = [];
  const means: number[] = [];
  const first = histories[0];
  if (!first) return unresolved(unit, 'there are no frames');
  const frames = Math.min(...histories.map((history) => history.frames));
  for (let g = 0; g < GROUPS; g++) {
    groups.push(new Float64Array(frames));
    counts.push(0);
    means.push(0);
  }
  const ions = histories.reduce((sum, history) => sum + history.ions, 0);
  const stride = Math.max(1, Math.ceil((ions * frames) / MOST_VALUES));
  let ion = 0;
  for (const history of histories) {
    const octahedral = history.sites.kinds.map((kind) => kind === 'octahedral');
    if (!octahedral.includes(true) || !history.sites.kinds.includes('tetrahedral')) {
      return unresolved(unit, 'there are no sites of both kinds');
    }
    for (const { series } of indicators(history, octahedral, frames, stride)) {
      const g = ion++ % GROUPS;
      const sums = correlate(series);
      const into = groups[g] as Float64Array;
      for (let k = 0; k < frames; k++) into[k] = (into[k] as number) + (sums[k] as number) / (frames - k);
      means[g] = (means[g] as number) + series.reduce((a, b) => a + b, 0) / frames;
      counts[g] = (counts[g] as number) + 1;
    }
  }
  const total = counts.reduce((a, b) => a + b, 0);
  const p = means.reduce((a, b) => a + b, 0) / total;
  if (p === 0 || p === 1) return unresolved(unit, 'all ions stay in sites of one kind');
  const timeOf = (chosen: readonly number[]): number => {
    const n = chosen.reduce((sum, g) => sum + (counts[g] as number), 0);
    const at = (k: number): number =>
      chosen.reduce((sum, g) => sum + ((groups[g] as Float64Array)[k] as number), 0) / n - p * p;
    const start = at(0);
    let before = 1;
    for (let k = 1; k < frames / 2; k++) {
      const now = at(k) / start;
      if (now < Math.exp(-1)) return (k - (Math.exp(-1) - now) / (before - now)) * first.frameInterval;
      before = now;
    }
    return Number.POSITIVE_INFINITY;
  };
  const all = [...groups.keys()];
  const tau = timeOf(all);
  if (!Number.isFinite(tau)) {
    return bounded(1e6 / ((frames / 2) * first.frameInterval), unit, 'slower than half of the run');
  }
  if (counts.some((n) => n === 0)) {
    return { value: 1e6 / tau, ci95: null, unit, why: `${total} ions are too few for an interval` };
  }
  // Jackknife: leave out one group at a time.
  const pseudo = all.map(
    (g) => (GROUPS * 1e6) / tau - ((GROUPS - 1) * 1e6) / timeOf(all.filter((other) => other !== g)),
  );
  const half = studentQuantile(0.975, GROUPS - 1) * Math.sqrt(variance(pseudo) / GROUPS);
  return resolved(1e6 / tau, [Math.max(0, 1e6 / tau - half), 1e6 / tau + half], unit, 'eight groups of ions');
}

/** One series of 0 and 1 for every `stride`-th ion. */
function* indicators(
  { visits }: SiteHistory,
  isIn: readonly boolean[],
  frames: number,
  stride: number,
): Generator<{ readonly series: Float64Array }> {
  let series: Float64Array | undefined;
  let ion = -1;
  for (const visit of visits) {
    if (visit.ion !== ion) {
      if (series) yield { series };
      ion = visit.ion;
      series = ion % stride === 0 ? new Float64Array(frames) : undefined;
    }
    if (series && isIn[visit.site]) series.fill(1, visit.begin, Math.min(frames, visit.end));
  }
  if (series) yield { series };
}
