/** Transport results as CSV texts. Every header names its unit, in the style of thermo.csv. */
import { csv, type Tables } from '../csv.ts';
import { TENSOR_COMPONENTS } from './msd.ts';
import type { Onsager } from './onsager.ts';
import type { TransportAnalysis } from './transport.ts';

/**
 * `msd.csv`: lag, then for each species the MSD over all time origins and from the first frame, and the collective curve;
 * `msd_tensor.csv`: the six components over all time origins; `diffusion_start.csv`: the fit against its first lag.
 * `onsager.csv`: every term of the Onsager matrix with its 95 % interval, a value only where it is resolved.
 * All lags are written; beyond half the run the all-origins columns are few origins and much noise.
 */
export function transportTables({ results, curves }: TransportAnalysis): Tables {
  const species = Object.entries(curves.species);
  const first = species[0]?.[1];
  const interval = first?.frameInterval ?? 0;
  const lags = first?.msd.length ?? 0;
  const { collective } = curves;
  const byLag = (columns: readonly (readonly [string, Float64Array])[]): string =>
    csv(
      ['lag_fs', ...columns.map(([name]) => name)],
      Array.from({ length: lags }, (_, k) => [
        k * interval,
        ...columns.map(([, values]) => values[k] as number),
      ]),
    );
  const msd: (readonly [string, Float64Array])[] = species.flatMap(([label, curve]) => [
    [`${label}_msd_A2`, curve.msd] as const,
    [`${label}_msd_single_origin_A2`, curve.singleOrigin] as const,
  ]);
  if (collective) msd.push(['collective_e2A2', collective.msd]);
  const tensor = species.flatMap(([label, curve]) =>
    TENSOR_COMPONENTS.map((ab) => [`${label}_${ab}_A2`, curve.tensor[ab]] as const),
  );
  const starts = Object.entries(results.diffusion).flatMap(([label, { startScan }]) =>
    startScan.map((row) => [label, row.start, row.D, row.standardError, row.chiSquare ?? Number.NaN]),
  );
  return {
    'msd.csv': byLag(msd),
    'msd_tensor.csv': byLag(tensor),
    'diffusion_start.csv': csv(
      ['species', 'start_fs', 'D_cm2_per_s', 'standard_error_cm2_per_s', 'reduced_chi_square'],
      starts,
    ),
    ...(results.conductivity.onsager && { 'onsager.csv': onsagerTable(results.conductivity.onsager) }),
  };
}

function onsagerTable({ terms, transportNumbers }: Onsager): string {
  const rows = terms.map(({ part, species, chargeProduct, sigma, halfWidth95, isResolved }) => [
    ...[part, ...species, chargeProduct],
    ...[isResolved ? sigma : Number.NaN, sigma - halfWidth95, sigma + halfWidth95, 'S/cm'],
  ]);
  const numbers = Object.entries(transportNumbers).map(([label, { value, ci95 }]) => [
    ...['transport number', label, '', Number.NaN],
    ...[value, ci95?.[0] ?? null, ci95?.[1] ?? null, '1'],
  ]);
  const header = [
    'part',
    'species_a',
    'species_b',
    'charge_product_e2',
    'value',
    'ci95_low',
    'ci95_high',
    'unit',
  ];
  return csv(header, [...rows, ...numbers]);
}
