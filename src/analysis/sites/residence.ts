/** How long ions stay at sites: rates that censored visits do not bias, and the survival of a stay. */
import { poissonInterval } from '../../core/stats.ts';
import { bounded, type Estimate, resolved, unresolved } from '../estimate.ts';
import type { SiteHistory, Visit } from './visits.ts';

/** 1/fs in 1/ns. */
const PER_NS = 1e6;
/** fs in ps. */
const PS = 1e-3;

/** True for the sites that a number is about. */
export type SiteChoice = (site: number) => boolean;

/** Exits, and the time in which ions could have been seen to leave, fs. */
export interface Exposure {
  readonly exits: number;
  readonly time: number;
}

/** Pools replicas. */
export function exposureOf(
  histories: readonly SiteHistory[],
  choose: (history: SiteHistory) => SiteChoice,
): Exposure {
  let exits = 0;
  let time = 0;
  for (const history of histories) {
    const isChosen = choose(history);
    for (const { site, begin, end } of history.visits) {
      if (!isChosen(site)) continue;
      // From the last frame no exit can be seen: with it a run of 60 frames gave rates 2.8 % too low.
      time += (Math.min(end, history.frames - 1) - begin) * history.frameInterval;
      if (end < history.frames) exits++;
    }
  }
  return { exits, time };
}

/**
 * k = exits/(occupied time), 1/ns, with Garwood's Poisson interval: unbiased with visits that the run cuts off at either end,
 * which the mean over complete visits is not. No exit bounds it from above.
 */
export function exitRate({ exits, time }: Exposure): Estimate {
  if (time === 0) return unresolved('1/ns', 'never occupied');
  const [low, high] = poissonInterval(exits).map((x) => (x / time) * PER_NS) as [number, number];
  if (exits === 0) return bounded(high, '1/ns', 'no ion left in the run');
  return resolved((exits / time) * PER_NS, [low, high], '1/ns', `${exits} exits, Poisson`);
}

/** τ = 1/k, ps; a lower bound does not fit an estimate: no value then, the interval from the bound of k to infinity is in `why`. */
export function residenceTime(exposure: Exposure): Estimate {
  const { value, ci95, why } = exitRate(exposure);
  if (ci95 === null) return unresolved('ps', why ?? 'never occupied');
  if (value === null) {
    return unresolved(
      'ps',
      `no ion left in the run: longer than ${Number((1e3 / ci95[1]).toPrecision(3))} ps`,
    );
  }
  return resolved(1e3 / value, [1e3 / ci95[1], 1e3 / ci95[0]], 'ps', why);
}

/**
 * Lengths, in frames, of the complete stays at chosen sites: those that the run cuts off at either end are left out, as
 * published means do (Morgan's site-analysis). Short of the truth unless stays are much shorter than the run.
 * @param gap absences of at most so many frames do not end a stay
 */
export function completeStays(history: SiteHistory, isChosen: SiteChoice, gap = 0): number[] {
  const lengths: number[] = [];
  let own: Visit[] = [];
  const finish = (): void => {
    const bySite = new Map<number, { begin: number; end: number }[]>();
    for (const { site, begin, end } of own) {
      if (!isChosen(site)) continue;
      const stays = bySite.get(site) ?? [];
      const last = stays[stays.length - 1];
      if (last && begin - last.end <= gap) last.end = end;
      else stays.push({ begin, end });
      bySite.set(site, stays);
    }
    for (const stays of bySite.values()) {
      for (const { begin, end } of stays) {
        if (begin > 0 && end < history.frames) lengths.push(end - begin);
      }
    }
    own = [];
  };
  for (const visit of history.visits) {
    if (own.length > 0 && own[0]?.ion !== visit.ion) finish();
    own.push(visit);
  }
  finish();
  return lengths;
}

/** Frames that a stay lasts at least, as the filter leaves them: the fifth percentile of complete stays less one. */
export function shortestStay(
  histories: readonly SiteHistory[],
  choose: (history: SiteHistory) => SiteChoice,
): number {
  const stays = histories.flatMap((history) => completeStays(history, choose(history))).sort((a, b) => a - b);
  return stays.length === 0 ? 0 : Math.max(0, (stays[Math.floor(stays.length / 20)] as number) - 1);
}

/** The share of stays that last longer than a time, and whether leaving has a memory. */
export interface Survival {
  /** ps */
  readonly time: number[];
  /** Kaplan–Meier: E. L. Kaplan & P. Meier, J. Am. Stat. Assoc. 53, 457 (1958), doi:10.1080/01621459.1958.10501452. */
  readonly survival: number[];
  /** Standard errors by Greenwood's formula. */
  readonly error: number[];
  readonly stays: number;
  readonly exits: number;
  /**
   * Score of a hazard that changes with the logarithm of the time since arrival, standard normal when it does not: below −2
   * stays are of several kinds (some sites hold longer, or ions soon turn back), above 2 leaving needs time.
   */
  readonly trend: number;
}

/**
 * Survival of stays whose beginning was seen; those under way at the end count as censored.
 * @param dead frames that every stay lasts by the recrossing filter: the hazard is tested behind them
 */
export function survivalOf(
  histories: readonly SiteHistory[],
  choose: (history: SiteHistory) => SiteChoice,
  dead: number,
): Survival {
  const longest = Math.max(1, ...histories.map(({ frames }) => frames));
  const exitsAt = new Float64Array(longest + 1);
  const endsAt = new Float64Array(longest + 1);
  let stays = 0;
  let exits = 0;
  for (const history of histories) {
    const isChosen = choose(history);
    for (const { site, begin, end } of history.visits) {
      if (begin === 0 || !isChosen(site)) continue;
      stays++;
      endsAt[end - begin] = (endsAt[end - begin] as number) + 1;
      if (end === history.frames) continue;
      exits++;
      exitsAt[end - begin] = (exitsAt[end - begin] as number) + 1;
    }
  }
  const interval = histories[0]?.frameInterval ?? 0;
  const [time, survival, error] = [[0], [1], [0]];
  let atRisk = stays;
  let left = 1;
  let greenwood = 0;
  for (let j = 1; j <= longest && atRisk > 0; j++) {
    const d = exitsAt[j] as number;
    if (d > 0) {
      left *= 1 - d / atRisk;
      greenwood += atRisk > d ? d / (atRisk * (atRisk - d)) : 0;
      time.push(j * interval * PS);
      survival.push(left);
      error.push(left * Math.sqrt(greenwood));
    }
    atRisk -= endsAt[j] as number;
  }
  return { time, survival, error, stays, exits, trend: hazardTrend(exitsAt, endsAt, stays, dead) };
}

/**
 * Score test of a logistic hazard in x = ln j, j the frames since arrival: U = Σ x_j(d_j − n_j h), Var = h(1−h)[Σ n_j x_j² −
 * (Σ n_j x_j)²/Σ n_j], h the common hazard. Frames are discrete, so is the test.
 */
function hazardTrend(exitsAt: Float64Array, endsAt: Float64Array, stays: number, dead: number): number {
  let atRisk = stays;
  let [n, d, nx, nxx, dx] = [0, 0, 0, 0, 0];
  for (let j = 1; j < endsAt.length && atRisk > 0; j++) {
    if (j > dead || dead <= 1) {
      const x = Math.log(j);
      n += atRisk;
      d += exitsAt[j] as number;
      nx += atRisk * x;
      nxx += atRisk * x * x;
      dx += (exitsAt[j] as number) * x;
    }
    atRisk -= endsAt[j] as number;
  }
  const h = d / n;
  const variance = h * (1 - h) * (nxx - (nx * nx) / n);
  return variance > 0 ? (dx - h * nx) / Math.sqrt(variance) : 0;
}
