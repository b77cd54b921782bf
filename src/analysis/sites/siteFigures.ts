/** Figures of the analysis of sites. */
import { BOLTZMANN_EV_PER_K } from '../../core/constants.ts';
import type { Figure, FigureSeries } from '../figure.ts';
import type { SiteSummary } from './accumulator.ts';
import type { KindOccupancy } from './occupancy.ts';
import { siteEnergies } from './occupancy.ts';
import { shortestStay, survivalOf } from './residence.ts';

/** Curves that a figure can tell apart. */
const MOST_CURVES = 6;

/** Survival of stays by kind, the distribution of site energies, and shapes of neighbourhoods. */
export function siteFigures(
  summaries: readonly SiteSummary[],
  kinds: Readonly<Record<string, KindOccupancy>>,
  temperature: number | null,
): Figure[] {
  const figures = [survivalFigure(summaries, kinds)];
  if (temperature !== null) figures.push(energyFigure(summaries, temperature));
  if (summaries.some(({ coordination }) => coordination !== undefined)) figures.push(shapeFigure(summaries));
  return figures;
}

function survivalFigure(
  summaries: readonly SiteSummary[],
  kinds: Readonly<Record<string, KindOccupancy>>,
): Figure {
  const histories = summaries.map(({ history }) => history);
  const shown = Object.entries(kinds)
    .sort(([, a], [, b]) => (b.share.value ?? 0) - (a.share.value ?? 0))
    .slice(0, MOST_CURVES);
  const series = shown.flatMap(([kind], hue): FigureSeries[] => {
    const choose =
      ({ sites }: (typeof histories)[number]) =>
      (site: number) =>
        sites.kinds[site] === kind;
    const { time, survival, error, exits } = survivalOf(histories, choose, shortestStay(histories, choose));
    if (exits === 0) return [];
    // A logarithmic axis has no zero.
    const y = survival.map((s) => (s > 0 ? s : Number.NaN));
    const half = error.map((e) => 1.959964 * e);
    return [
      {
        label: kind,
        x: time,
        y,
        hue,
        band: {
          low: y.map((s, k) => Math.max(1e-4, s - (half[k] as number))),
          high: y.map((s, k) => Math.min(1, s + (half[k] as number))),
        },
      },
    ];
  });
  return {
    name: 'site_residence',
    title: 'Survival of stays at sites',
    xLabel: 't, ps',
    yLabel: 'share of stays longer than t',
    yScale: 'log',
    series,
    note: `Kaplan–Meier with 95 % bands by Greenwood's formula; a straight line is one exit rate. ${summaries[0]?.history.filter ?? ''}`,
    emptyText: 'no ion left a site that it was seen to arrive at',
  };
}

function energyFigure(summaries: readonly SiteSummary[], temperature: number): Figure {
  const series = summaries.slice(0, MOST_CURVES).map(({ history, occupancies }, hue): FigureSeries => {
    const { energies } = siteEnergies({ sites: history.sites, occupancies, visits: 0 }, temperature);
    const sorted = energies.filter((x) => !Number.isNaN(x)).sort();
    return {
      label: summaries.length > 1 ? `replica ${hue}` : '',
      x: sorted,
      y: sorted.map((_, k) => (k + 1) / energies.length),
      hue,
    };
  });
  return {
    name: 'site_energies',
    title: 'Free energies of sites',
    xLabel: 'ΔG, eV',
    yLabel: 'share of sites below ΔG',
    yRange: [0, 1],
    series,
    lines: [{ x: BOLTZMANN_EV_PER_K * temperature, label: 'k_BT' }],
    note: 'from occupancies, over the most occupied site; sites never visited lie beyond the end of the curve',
  };
}

function shapeFigure(summaries: readonly SiteSummary[]): Figure {
  const names = ['tetrahedron', 'octahedron'] as const;
  const bins = 40;
  const series = names.map((label, which): FigureSeries => {
    const sums = new Float64Array(bins);
    let total = 0;
    for (const { coordination } of summaries) {
      coordination?.measures[which]?.forEach((n, k) => {
        sums[k] = (sums[k] as number) + n;
        total += n;
      });
    }
    return {
      label,
      x: sums.map((_, k) => k + 0.5),
      y: sums.map((n) => n / Math.max(1, total)),
      hue: which,
    };
  });
  return {
    name: 'site_shapes',
    title: 'Shape of the nearest anions',
    xLabel: 'continuous symmetry measure',
    yLabel: 'share of ions per unit',
    series,
    note: 'distance of the four (six) nearest anions and the ion from a regular tetrahedron (octahedron); 0: the shape itself',
  };
}
