/** The Arrhenius lines of a run at several temperatures: of its conductivity and of every mobile species. */
import { csv, type Tables } from '../csv.ts';
import type { Estimate } from '../estimate.ts';
import {
  type Arrhenius,
  type ArrheniusFit,
  type ArrheniusPoint,
  type ArrheniusQuantity,
  arrheniusLine,
  fitArrhenius,
  ROOM,
} from './arrhenius.ts';
import type { TransportAnalysis } from './transport.ts';

/** What was found at one temperature. */
export interface TemperatureGroup {
  /** K */
  readonly temperature: number | null;
  readonly analysis: TransportAnalysis;
}

/** The part of results.json that needs several temperatures. */
export interface ArrheniusResults {
  /** eV, of σT */
  readonly Ea: Estimate;
  /** S/cm */
  readonly sigma300: Estimate;
  /** Which conductivity they are of: never a mixture of two. */
  readonly of: 'collective' | 'nernstEinstein';
  readonly fit: ArrheniusFit | null;
  /** Of the tracer diffusivity of each mobile species; cm²/s. */
  readonly diffusion: Readonly<
    Record<string, { readonly Ea: Estimate; readonly D300: Estimate; readonly fit: ArrheniusFit | null }>
  >;
}

/** One quantity at all temperatures. */
export interface TemperatureSeries {
  /** `collective`, `nernstEinstein`, or the label of a species. */
  readonly name: string;
  readonly quantity: ArrheniusQuantity;
  readonly unit: string;
  readonly points: readonly ArrheniusPoint[];
}

/** Both conductivities and the diffusivity of every mobile species against temperature. */
export function temperatureSeries(groups: readonly TemperatureGroup[]): TemperatureSeries[] {
  const points = (of: (analysis: TransportAnalysis) => Estimate | undefined): ArrheniusPoint[] =>
    groups.flatMap(({ temperature, analysis }) => {
      const estimate = of(analysis);
      return temperature !== null && estimate ? [{ temperature, estimate }] : [];
    });
  const mobile = groups[0]?.analysis.results.transport.mobile ?? [];
  return [
    ...(['collective', 'nernstEinstein'] as const).map(
      (name): TemperatureSeries => ({
        ...{ name, quantity: 'sigma', unit: 'S/cm' },
        points: points(({ results }) => results.conductivity[name]),
      }),
    ),
    ...mobile.map(
      (name): TemperatureSeries => ({
        ...{ name, quantity: 'D', unit: 'cm²/s' },
        points: points(({ results }) => results.diffusion[name]?.D),
      }),
    ),
  ];
}

/**
 * Lines through what several temperatures gave. The conductivity is the collective one when it has a value wherever the
 * Nernst–Einstein one has, else the latter at all temperatures: a mixture would bend by the Haven ratio.
 */
export function arrheniusOf(groups: readonly TemperatureGroup[]): ArrheniusResults {
  const series = temperatureSeries(groups);
  const [collective, tracers, ...species] = series as [
    TemperatureSeries,
    TemperatureSeries,
    ...TemperatureSeries[],
  ];
  const count = ({ points }: TemperatureSeries): number =>
    points.filter(({ estimate }) => estimate.value !== null).length;
  const chosen = count(collective) > 0 && count(collective) >= count(tracers) ? collective : tracers;
  const { Ea, at300, fit } = lineOf(chosen);
  return {
    Ea,
    sigma300: at300,
    of: chosen === collective ? 'collective' : 'nernstEinstein',
    fit,
    diffusion: Object.fromEntries(
      species.map((one) => {
        const { Ea: energy, at300: D300, fit: line } = lineOf(one);
        return [one.name, { Ea: energy, D300, fit: line }];
      }),
    ),
  };
}

function lineOf({ points, quantity, unit }: TemperatureSeries): Arrhenius {
  return fitArrhenius(points, quantity, unit);
}

/**
 * `arrhenius.csv`: what every temperature gave (kind `value` or `bound`), and the line with its 95 % band (kind `line`) down to
 * 300 K (kind `room`).
 */
export function arrheniusTables(groups: readonly TemperatureGroup[]): Tables {
  const rows = temperatureSeries(groups).flatMap(({ name, quantity, unit, points }) => {
    const row = (
      kind: string,
      temperature: number,
      value: number | null,
      ci95: readonly [number, number],
    ): (string | number | null)[] => [name, kind, temperature, 1 / temperature, value, ...ci95, unit];
    const { at300 } = fitArrhenius(points, quantity, unit);
    return [
      ...points.flatMap(({ temperature, estimate: { value, ci95 } }) =>
        ci95 === null ? [] : [row(value === null ? 'bound' : 'value', temperature, value, ci95)],
      ),
      ...arrheniusLine(points, quantity).map(({ temperature, value, ci95 }) =>
        row('line', temperature, value, ci95),
      ),
      ...(at300.ci95 === null ? [] : [row('room', ROOM, at300.value, at300.ci95)]),
    ];
  });
  const header = ['quantity', 'kind', 'temperature_K', 'inverse_temperature_per_K'];
  return { 'arrhenius.csv': csv([...header, 'value', 'ci95_low', 'ci95_high', 'unit'], rows) };
}
