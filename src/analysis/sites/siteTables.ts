/** CSV files of the analysis of sites. */
import { csv, type Tables } from '../csv.ts';
import type { SiteSummary } from './accumulator.ts';
import type { EnvironmentResults } from './environments.ts';
import { hopEvents, hopLength } from './hops.ts';
import { siteEnergies, siteOccupancies } from './occupancy.ts';
import { shortestStay, survivalOf } from './residence.ts';

/** Lines of hops.csv; more go on in the results as rates. */
const MOST_HOPS = 200_000;

/** `site_occupancy.csv`, `hops.csv`, `residence.csv`, `site_windows.csv`. */
export function siteTables(
  summaries: readonly SiteSummary[],
  temperature: number | null,
  environments: readonly EnvironmentResults[],
): Tables {
  return {
    'site_occupancy.csv': occupancyTable(summaries, temperature),
    'site_environments.csv': environmentTable(environments),
    'hops.csv': hopTable(summaries),
    'residence.csv': residenceTable(summaries),
    ...(summaries.some(({ windows }) => windows.length > 0) && {
      'site_windows.csv': windowTable(summaries),
    }),
  };
}

function occupancyTable(summaries: readonly SiteSummary[], temperature: number | null): string {
  const rows = summaries.flatMap(({ history, occupancies, environments }, replica) => {
    const { sites } = history;
    const occupied = { sites, occupancies, visits: history.visits.length };
    const { mean, error } = siteOccupancies(occupied);
    const energies = temperature === null ? undefined : siteEnergies(occupied, temperature).energies;
    const exits = new Float64Array(sites.kinds.length);
    for (const { site, end } of history.visits) {
      if (end < history.frames) exits[site] = (exits[site] as number) + 1;
    }
    return sites.kinds.map((kind, s) => [
      replica,
      s,
      kind,
      environments[s] ?? '',
      ...sites.fractional.subarray(3 * s, 3 * s + 3),
      mean[s] as number,
      error[s] as number,
      energies?.[s] ?? null,
      exits[s] as number,
    ]);
  });
  return csv(
    [
      'replica',
      'site',
      'kind',
      'corners',
      'x',
      'y',
      'z',
      'occupancy',
      'occupancy_standard_error',
      'free_energy_eV',
      'exits',
    ],
    rows,
  );
}

function environmentTable(environments: readonly EnvironmentResults[]): string {
  return csv(
    [
      'kind',
      'corners',
      'sites',
      'occupancy',
      'exit_rate_per_ns',
      'exit_rate_low',
      'exit_rate_high',
      'complete_stays_mean_ps',
      'complete_stays',
      'hazard_trend',
    ],
    environments.map((e) => [
      e.kind,
      e.corners,
      e.sites,
      e.occupancy,
      e.exitRate.value,
      e.exitRate.ci95?.[0] ?? null,
      e.exitRate.ci95?.[1] ?? null,
      e.completeStays.mean,
      e.completeStays.count,
      e.hazardTrend,
    ]),
  );
}

function hopTable(summaries: readonly SiteSummary[]): string {
  const rows: (string | number)[][] = [];
  for (const [replica, { history }] of summaries.entries()) {
    const { kinds } = history.sites;
    for (const event of hopEvents(history)) {
      if (rows.length === MOST_HOPS) break;
      const { ion, from, to, image, frame, isReturn } = event;
      rows.push([
        replica,
        ion,
        frame * history.frameInterval,
        from,
        to,
        ...image,
        kinds[from] as string,
        kinds[to] as string,
        hopLength(history, event),
        isReturn ? 1 : 0,
      ]);
    }
  }
  return csv(
    [
      'replica',
      'ion',
      'time_fs',
      'from',
      'to',
      'a',
      'b',
      'c',
      'from_kind',
      'to_kind',
      'length_A',
      'is_return',
    ],
    rows,
  );
}

function residenceTable(summaries: readonly SiteSummary[]): string {
  const histories = summaries.map(({ history }) => history);
  const kinds = [...new Set(histories.flatMap(({ sites }) => sites.kinds))].sort();
  const rows = kinds.flatMap((kind) => {
    const choose =
      ({ sites }: (typeof histories)[number]) =>
      (site: number) =>
        sites.kinds[site] === kind;
    const { time, survival, error } = survivalOf(histories, choose, shortestStay(histories, choose));
    return time.map((t, k) => [kind, t, survival[k] as number, error[k] as number]);
  });
  return csv(['kind', 'time_ps', 'survival', 'survival_standard_error'], rows);
}

function windowTable(summaries: readonly SiteSummary[]): string {
  return csv(
    [
      'replica',
      'between',
      'corners',
      'faces',
      'crossings',
      'radius_at_crossing_A',
      'radius_mean_A',
      'radius_spread_A',
      'excess',
      'excess_standard_error',
      'area_at_crossing_A2',
      'area_mean_A2',
    ],
    summaries.flatMap(({ windows }, replica) =>
      windows.map((w) => [
        replica,
        w.between,
        w.corners,
        w.faces,
        w.crossings,
        w.crossingRadius,
        w.meanRadius,
        w.spread,
        w.excess,
        w.excessError,
        w.crossingArea,
        w.meanArea,
      ]),
    ),
  );
}
