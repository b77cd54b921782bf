/** Figures and rows of analyses of frames: plain values in, SVG and sections of the report out. */
import type { AnalysisReport, ReportRow } from '../analysis/analysis.ts';
import type { Figure, Hue } from '../analysis/figure.ts';
import type { System } from '../model/system.ts';
import { type ChartSeries, chart } from './chart.ts';
import { formatEstimate } from './format.ts';
import { html, type Markup } from './markup.ts';
import { figureGrid } from './page.ts';
import { type SpeciesStyle, speciesStyles, type TokenName, token } from './palette.ts';
import type { Plots } from './plotFiles.ts';

/** Colours and dashes of curves that are about no species, in their order. */
const LOOKS: readonly (readonly [TokenName, string | undefined])[] = [
  ['mobile', undefined],
  ['collective', '6 3'],
  ['line-anion-1', '2 3'],
  ['line-mobile-2', '9 2'],
  ['line-metal-3', '4 2 1 2'],
  ['line-anion-4', '8 3 2 3'],
];

/** A figure as a chart. @param size pixels, where the report's own do not fit */
export function figureChart(
  figure: Figure,
  styles: ReadonlyMap<string, Pick<SpeciesStyle, 'line' | 'dash'>>,
  size: { readonly width?: number; readonly height?: number } = {},
): string {
  const look = (hue: Hue): Pick<ChartSeries, 'color' | 'dash'> => {
    if (typeof hue !== 'number') {
      const style = styles.get(hue.species);
      return { color: style?.line ?? token('ink-2'), ...(style?.dash && { dash: style.dash }) };
    }
    const [name, dash] = LOOKS[hue % LOOKS.length] as (typeof LOOKS)[number];
    return { color: token(name), ...(dash && { dash }) };
  };
  const series = figure.series.map(({ hue, dashed, points, bound, label, x, y, band }): ChartSeries => {
    return {
      ...{ label, x, y, ...look(hue) },
      ...(band && { band }),
      ...(dashed && { dash: '4 3', width: 1.3 }),
      ...(points && { points: true, marker: bound ? 'bound' : 'dot' }),
    };
  });
  const { title, xLabel, yLabel, xScale, yScale, xRange, yRange, shadedX, lines, note, emptyText } = figure;
  return chart(series, {
    ...{ title, xLabel, yLabel, ...size },
    ...(xScale && { xScale }),
    ...(yScale && { yScale }),
    ...(xRange && { xRange }),
    ...(yRange && { yRange }),
    ...(shadedX && { shadedX }),
    ...(lines && { lines }),
    ...(note !== undefined && { note }),
    ...(emptyText !== undefined && { emptyText }),
  });
}

/** Styles by label of the species. */
export function stylesByLabel(system: System, mobile: readonly string[]): Map<string, SpeciesStyle> {
  const styles = speciesStyles(system, mobile);
  return new Map(system.species.map(({ label }, s) => [label, styles[s] as SpeciesStyle]));
}

/** The value of a row as text. */
export function rowText({ value, shown }: Pick<ReportRow, 'value' | 'shown'>): string {
  return typeof value === 'string' ? value : formatEstimate(value, shown?.unit, shown?.factor);
}

/** What one analysis found: its table, its figures, and what to know of them. */
export function reportSection(
  title: string,
  report: AnalysisReport,
  styles: ReadonlyMap<string, SpeciesStyle>,
  plots: Plots,
  suffix: string,
): Markup {
  const rows = (report.rows ?? []).map(
    ({ label, detail, ...row }) =>
      html`<tr><th scope="row">${label}</th><td><b>${rowText(row)}</b>${detail !== undefined && html`<div class="small">${detail}</div>`}</td></tr>`,
  );
  return html`<h3>${title}</h3>
${rows.length > 0 && html`<table class="results"><tbody>${rows}</tbody></table>`}
${report.figures.length > 0 && figureGrid(report.figures.map((figure) => plots.show(`${figure.name}${suffix}`, figureChart(figure, styles))))}
${report.notes.map((note) => html`<p class="small">${note}</p>`)}`;
}
