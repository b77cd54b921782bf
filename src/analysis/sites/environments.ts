/** Stays by kind of site and by the species of its corners: which surroundings hold ions, and which let them go. */
import type { Estimate } from '../estimate.ts';
import type { SiteSummary } from './accumulator.ts';
import { completeStays, exitRate, exposureOf, residenceTime, shortestStay, survivalOf } from './residence.ts';
import type { SiteHistory } from './visits.ts';

/** How long ions stay at a kind of site. */
export interface StayResults {
  readonly exitRate: Estimate;
  readonly residenceTime: Estimate;
  /** Mean over complete stays, as published residence times are, ps; and how many. */
  readonly completeStays: { readonly mean: number | null; readonly unit: 'ps'; readonly count: number };
  /** Standard score of a hazard that grows (or, below zero, falls) with the time since arrival. */
  readonly hazardTrend: number;
  readonly exponential: boolean;
}

/** All of it for chosen sites. */
export function stayResults(
  histories: readonly SiteHistory[],
  isChosen: (history: SiteHistory, site: number) => boolean,
): StayResults {
  const choose = (history: SiteHistory) => (site: number) => isChosen(history, site);
  const exposure = exposureOf(histories, choose);
  const complete = histories.flatMap((history) =>
    completeStays(history, choose(history)).map((frames) => frames * history.frameInterval * 1e-3),
  );
  const { trend } = survivalOf(histories, choose, shortestStay(histories, choose));
  return {
    exitRate: exitRate(exposure),
    residenceTime: residenceTime(exposure),
    completeStays: { mean: complete.length > 0 ? mean(complete) : null, unit: 'ps', count: complete.length },
    hazardTrend: trend,
    exponential: Math.abs(trend) < 1.96,
  };
}

/** Sites of one kind with the same corners. */
export interface EnvironmentResults extends StayResults {
  readonly kind: string;
  readonly corners: string;
  readonly sites: number;
  /** Ions per site. */
  readonly occupancy: number;
}

/** Where the corners are of several species: stays by kind and corners. */
export function byEnvironment(summaries: readonly SiteSummary[]): EnvironmentResults[] {
  const keys = new Map<
    string,
    { kind: string; corners: string; sites: number; count: number; siteFrames: number }
  >();
  const keyOf = ({ history, environments }: SiteSummary, s: number): string =>
    `${history.sites.kinds[s]}|${environments[s]}`;
  for (const summary of summaries) {
    const { occupancies, environments, history } = summary;
    history.sites.kinds.forEach((kind, s) => {
      const key = keyOf(summary, s);
      const sum = keys.get(key) ?? {
        kind,
        corners: environments[s] ?? '',
        sites: 0,
        count: 0,
        siteFrames: 0,
      };
      sum.sites++;
      sum.siteFrames += occupancies.frames;
      for (const block of occupancies.blocks) sum.count += block[s] as number;
      keys.set(key, sum);
    });
  }
  const histories = summaries.map(({ history }) => history);
  return [...keys]
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, 100)
    .map(([key, { kind, corners, sites: n, count, siteFrames }]) => ({
      kind,
      corners,
      sites: n,
      occupancy: count / siteFrames,
      ...stayResults(histories, (history, site) => {
        const summary = summaries[histories.indexOf(history)] as SiteSummary;
        return keyOf(summary, site) === key;
      }),
    }));
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
