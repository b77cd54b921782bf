/** Transport at several temperatures, against their inverse. */
import { type Estimate, type Interval, scaled } from '../analysis/estimate.ts';
import { type ArrheniusLinePoint, arrheniusLine } from '../analysis/transport/arrhenius.ts';
import { type ArrheniusResults, temperatureSeries } from '../analysis/transport/temperatures.ts';
import type { TransportAnalysis } from '../analysis/transport/transport.ts';
import type { System } from '../model/system.ts';
import { type ChartSeries, chart } from './chart.ts';
import { ionName } from './format.ts';
import type { ReportGroup } from './input.ts';
import { type SpeciesStyle, speciesStyles, token } from './palette.ts';

/** An estimate at a temperature, in the unit of the axis. */
interface TemperaturePoint {
  readonly x: number;
  readonly estimate: Estimate;
}

/** Points with their intervals, and upper bounds as arrows. */
function pointSeries(label: string, color: string, points: readonly TemperaturePoint[]): ChartSeries[] {
  const sorted = points.filter(({ estimate }) => estimate.ci95 !== null).toSorted((a, b) => a.x - b.x);
  const ends = ({ estimate }: TemperaturePoint): Interval => estimate.ci95 as Interval;
  const known = sorted.filter(({ estimate }) => estimate.value !== null);
  const bounds = sorted.filter(({ estimate }) => estimate.value === null);
  return [
    {
      label,
      x: known.map(({ x }) => x),
      y: known.map(({ estimate }) => estimate.value as number),
      band: { low: known.map((p) => ends(p)[0]), high: known.map((p) => ends(p)[1]) },
      color,
      points: true,
    },
    {
      label: known.length > 0 ? '' : `${label}, bound`,
      x: bounds.map(({ x }) => x),
      y: bounds.map((p) => ends(p)[1]),
      color,
      points: true,
      marker: 'bound',
    },
  ];
}

/** The Arrhenius line with its band, and where it ends at 300 K. */
function lineSeries(line: readonly ArrheniusLinePoint[], color: string, factor: number): ChartSeries[] {
  const room = line.at(-1);
  if (!room) return [];
  const band = (end: 0 | 1, some: readonly ArrheniusLinePoint[]): number[] =>
    some.map(({ ci95 }) => factor * ci95[end]);
  const series = (some: readonly ArrheniusLinePoint[]): Omit<ChartSeries, 'label'> => ({
    x: some.map(({ temperature }) => 1000 / temperature),
    y: some.map(({ value }) => factor * value),
    band: { low: band(0, some), high: band(1, some) },
    color,
  });
  return [
    { label: '', ...series(line), dash: '4 3', width: 1.2 },
    { label: '300 K', ...series([room]), points: true },
  ];
}

/**
 * Conductivity, and diffusivity of the mobile species, against inverse temperature; with the lines that activation energies
 * come from, carried on to 300 K.
 */
export function temperaturePlots(
  system: System,
  groups: readonly ReportGroup[],
  arrhenius?: ArrheniusResults,
): { conductivity: string; diffusivity: string } {
  const lines = arrhenius ? temperatureSeries(groups) : [];
  const lineOf = (name: string, color: string, factor: number): ChartSeries[] => {
    const found = lines.find((one) => one.name === name);
    return found ? lineSeries(arrheniusLine(found.points, found.quantity), color, factor) : [];
  };
  const inverse = groups.flatMap(({ temperature }) => (temperature ? [1000 / temperature] : []));
  // The two conductivities of one temperature would hide each other.
  const aside = 0.008 * (Math.max(...inverse) - Math.min(...inverse));
  const points = (
    shift: number,
    of: (analysis: TransportAnalysis) => Estimate | undefined,
  ): TemperaturePoint[] =>
    groups.flatMap(({ temperature, analysis }) => {
      const estimate = of(analysis);
      return temperature && estimate ? [{ x: 1000 / temperature + shift, estimate }] : [];
    });
  const common = {
    xLabel: '1000/T, 1/K',
    yScale: 'log',
    note: arrhenius
      ? 'Bars and bands: 95 % intervals; arrows: upper bounds; dashed: Arrhenius lines.'
      : 'Bars: 95 % intervals; arrows: upper bounds.',
  } as const;
  const sigma =
    (which: 'nernstEinstein' | 'collective') =>
    (analysis: TransportAnalysis): Estimate =>
      scaled(analysis.results.conductivity[which], 1000, 'mS/cm');
  const mobile = groups[0]?.analysis.results.transport.mobile ?? [];
  const styles = speciesStyles(system, mobile);
  const diffusing = system.species.flatMap((species, s): ChartSeries[] => {
    if (!mobile.includes(species.label)) return [];
    const color = (styles[s] as SpeciesStyle).line;
    return [
      ...pointSeries(
        ionName(species),
        color,
        points(0, ({ results }) => results.diffusion[species.label]?.D),
      ),
      ...lineOf(species.label, color, 1),
    ];
  });
  const conducting = arrhenius?.of ?? 'nernstEinstein';
  return {
    conductivity: chart(
      [
        ...pointSeries('tracers', token('mobile'), points(-aside, sigma('nernstEinstein'))),
        ...pointSeries('collective', token('collective'), points(aside, sigma('collective'))),
        ...lineOf(conducting, token(conducting === 'collective' ? 'collective' : 'mobile'), 1000),
      ],
      {
        title: 'Conductivity against temperature',
        yLabel: 'σ, mS/cm',
        emptyText: 'No temperature gave a conductivity or a bound.',
        ...common,
      },
    ),
    diffusivity: chart(diffusing, {
      title: 'Diffusivity against temperature',
      yLabel: 'D*, cm²/s',
      emptyText: 'No temperature gave a diffusivity or a bound.',
      ...common,
    }),
  };
}
