/** Tables, figures and rows of total scattering. */
import type { Species, System } from '../../model/system.ts';
import type { ReportRow } from '../analysis.ts';
import { csv } from '../csv.ts';
import type { Figure } from '../figure.ts';
import type { PooledBlocks } from './blockSums.ts';
import { speciesPairs } from './pairDistances.ts';
import type { Radiation } from './scatterers.ts';
import type { Total } from './scatteringTotals.ts';
import type { PartialFactors } from './structureFactors.ts';

/** How texts name a radiation. */
export const CALLED: Readonly<Record<Radiation, string>> = { xray: 'X-rays', neutron: 'neutrons' };

/** `structure_factor.csv`. */
export function factorTable(
  system: System,
  { q, partials }: PartialFactors,
  totals: readonly Total[],
): string {
  const label = (s: number): string => (system.species[s] as Species).label;
  const pairs = speciesPairs(system.species.length);
  const columns: [string, Float64Array][] = [
    ...totals.flatMap(({ radiation, s, sError }): [string, Float64Array][] => [
      [`S_${radiation}`, s],
      [`S_${radiation}_standard_error`, sError],
    ]),
    ...partials.map((a, p): [string, Float64Array] => {
      const pair = pairs[p] as (typeof pairs)[number];
      return [`a_${label(pair.a)}_${label(pair.b)}`, a];
    }),
  ];
  return csv(
    ['q_per_A', ...columns.map(([name]) => name)],
    Array.from(q, (x, k) => [x, ...columns.map(([, values]) => values[k] as number)]),
  );
}

/** `pdf.csv`. */
export function pdfTable(totals: readonly Total[], bins: number, binWidth: number): string {
  const columns = totals.flatMap(({ radiation, g, gError, gFromF, gWindowed }): [string, Float64Array][] => [
    [`G_${radiation}_per_A2`, g],
    [`G_${radiation}_standard_error_per_A2`, gError],
    [`G_${radiation}_from_F_per_A2`, gFromF],
    [`G_${radiation}_windowed_per_A2`, gWindowed],
  ]);
  return csv(
    ['r_A', ...columns.map(([name]) => name)],
    Array.from({ length: bins }, (_, k) => [
      (k + 0.5) * binWidth,
      ...columns.map(([, values]) => values[k] as number),
    ]),
  );
}

/** Rows of the report. */
export function rowsOf({ radiation, peak, decay }: Total): ReportRow[] {
  const by = CALLED[radiation];
  return [
    ...(peak.value === null ? [] : [{ label: `First peak of S(q), ${by}`, value: peak }]),
    ...(decay.value === null ? [] : [{ label: `Decay length of G(r), ${by}`, value: decay }]),
  ];
}

/** S(q) and G(r). */
export function figures(
  totals: readonly Total[],
  binWidth: number,
  { what }: PooledBlocks,
  qMax: number,
): Figure[] {
  const r = Float64Array.from(totals[0]?.g ?? [], (_, k) => (k + 0.5) * binWidth);
  const band = (y: Float64Array, error: Float64Array) => ({
    low: y.map((v, k) => v - 1.96 * (error[k] || 0)),
    high: y.map((v, k) => v + 1.96 * (error[k] || 0)),
  });
  return [
    {
      name: 'structure_factor',
      title: 'Total structure factors',
      xLabel: 'q, Å⁻¹',
      yLabel: 'S(q)',
      series: totals.map(({ radiation, q, s, sError }, i) => ({
        label: CALLED[radiation],
        x: q,
        y: s,
        band: band(s, sError),
        hue: i,
      })),
      lines: [{ y: 1, label: '' }],
      note: `Faber–Ziman, averaged over shells of |q|; bands: 95 % from ${what}`,
    },
    {
      name: 'pdf',
      title: 'Reduced pair distribution functions',
      xLabel: 'r, Å',
      yLabel: 'G(r), Å⁻²',
      series: totals.flatMap(({ radiation, g, gError, gFromF }, i) => [
        { label: CALLED[radiation], x: r, y: g, band: band(g, gError), hue: i },
        { label: '', x: r, y: gFromF, hue: i, dashed: true },
      ]),
      note: `solid: from g(r); dashed: from F(Q) to ${qMax} Å⁻¹ through the window of Lorch`,
    },
  ];
}
