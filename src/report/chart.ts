/**
 * Line charts as SVG text, for the report and for the live app: no DOM, no ids, no script, fast enough to be written anew
 * four times a second. Labels stand at the line ends instead of a legend; units stand above the axis instead of along it.
 *
 * Colours follow the page through custom properties (palette.ts). The plot area is a nested <svg>, which clips without an
 * id: a style sheet must address the outer one only (`figure > svg`).
 */
import { domainsOf, eachPoint } from './chartDomain.ts';
import { endLabels, LABEL_SIZE, marginFor, TOP_ROW, topLabels } from './chartLabels.ts';
import { bandPath, guides, linePath, markers, type Plot, shade } from './chartMarks.ts';
import type { ChartOptions, ChartSeries } from './chartOptions.ts';
import { figure, label, px, textWidth, wrapped } from './figure.ts';
import { formatNumber, powerOfTen } from './format.ts';
import { token } from './palette.ts';
import {
  type Domain,
  type Scale,
  type ScaleKind,
  scaleOf,
  type Ticks,
  ticksOf,
  ticksWithRoom,
} from './scales.ts';

export type { ChartOptions, ChartSeries } from './chartOptions.ts';

const TITLE_SIZE = 13;
const NOTE_SIZE = 10.5;
/** px between lines of the note. */
const NOTE_ROW = 13;
/** px above the plot, for title and unit. */
const TOP = 46;
/** px of the y axis per labelled tick, about. */
const PER_TICK = { linear: 40, log: 26 } as const;

/** A chart as SVG text. */
export function chart(series: readonly ChartSeries[], options: ChartOptions): string {
  const { width = 420, height = 260, xScale = 'linear', yScale = 'linear' } = options;
  const notes = options.note ? wrapped(options.note, width - 8, NOTE_SIZE) : [];
  const bottom = height - 36 - (notes.length > 0 ? 4 + NOTE_ROW * notes.length : 0);
  const foot = notes
    .map((line, i) => {
      const y = height - 5 - NOTE_ROW * (notes.length - 1 - i);
      return label(1, y, line, `fill="${token('ink-3')}" font-size="${NOTE_SIZE}"`);
    })
    .join('');
  const whole = (words: string, content: string): string =>
    figure(`${options.title}. ${words}`, width, height, `font-size="${LABEL_SIZE}"`, content + foot);

  const rows = Math.max(2, Math.round((bottom - TOP) / PER_TICK[yScale]));
  const domains = domainsOf(series, options, rows);
  if (domains === undefined) {
    const words = options.emptyText ?? 'Nothing to show yet.';
    return whole(words, heading(options, 0) + emptyPlot(words, width, bottom));
  }
  const lower = scaleOf(yScale, domains.y, bottom, TOP);
  const yTicks = ticksOf(lower, rows);
  const left = 10 + Math.ceil(Math.max(16, ...yTicks.major.map(({ text }) => textWidth(text, LABEL_SIZE))));
  const right = width - marginFor(series, options, width);
  const across = scaleOf(xScale, domains.x, left, right);
  const rectangle = { left, right, top: TOP, bottom };
  const above = topLabels(options, { ...rectangle, across, up: lower });
  // Curves leave the labels at the top their room.
  const room = above.rows > 0 ? 4 + above.rows * TOP_ROW : 0;
  const plot: Plot = { ...rectangle, across, up: scaleOf(yScale, domains.y, bottom, TOP + room) };

  const xTicks = ticksWithRoom(across, (text) => textWidth(text, LABEL_SIZE));
  const clipped = [
    shade(options, plot),
    ...series.map((one) => (one.points ? '' : bandPath(one, plot))),
    guides(options, plot),
    // The first series is the most important one: it is drawn last.
    ...series.map((one) => (one.points ? markers(one, plot) : linePath(one, plot))).reverse(),
  ].join('');
  const view = [left, TOP - 1, right - left, bottom - TOP + 2] as const;
  return whole(
    described(series, options, domains),
    heading(options, yTicks.exponent) +
      grid(plot, xTicks, yTicks) +
      `<svg x="${view[0]}" y="${view[1]}" width="${view[2]}" height="${view[3]}" viewBox="${view.join(' ')}" overflow="hidden">${clipped}</svg>` +
      label(
        right,
        bottom + 30,
        options.xLabel + taken(xTicks.exponent),
        `text-anchor="end" fill="${token('ink-3')}"`,
      ) +
      above.markup +
      endLabels(series, options, plot, width),
  );
}

function heading({ title, yLabel }: ChartOptions, exponent: number): string {
  return (
    label(1, 17, title, `fill="${token('ink')}" font-size="${TITLE_SIZE}" font-weight="600"`) +
    label(1, 34, yLabel + taken(exponent), `fill="${token('ink-3')}"`)
  );
}

/** What a power of ten taken out of the tick labels adds to the axis label. */
function taken(exponent: number): string {
  return exponent === 0 ? '' : ` (× ${powerOfTen(exponent)})`;
}

function emptyPlot(words: string, width: number, bottom: number): string {
  const lines = wrapped(words, width - 80, 12);
  const middle = (TOP + bottom) / 2 - 8 * (lines.length - 1);
  const attributes = `text-anchor="middle" font-size="12" fill="${token('ink-2')}"`;
  return (
    `<rect x="0.5" y="${TOP - 0.5}" width="${width - 1}" height="${bottom - TOP + 21}" rx="6" fill="${token('sunken')}" stroke="${token('hairline')}"/>` +
    lines.map((line, i) => label(width / 2, middle + 14 + 16 * i, line, attributes)).join('')
  );
}

function grid({ left, right, bottom, across, up }: Plot, xTicks: Ticks, yTicks: Ticks): string {
  // Lines of one pixel are sharp halfway between two.
  const place = (scale: Scale, value: number): string => px(Math.round(scale(value)) + 0.5);
  const rows = yTicks.major.map(({ value }) => `M${left} ${place(up, value)}H${right}`).join('');
  const fine = [
    ...xTicks.minor.map((value) => `M${place(across, value)} ${bottom}v3`),
    ...xTicks.major.map(({ value }) => `M${place(across, value)} ${bottom}v5`),
    ...yTicks.minor.map((value) => `M${left} ${place(up, value)}h-3`),
  ].join('');
  return (
    `<g fill="none" stroke="${token('hairline')}"><path d="${rows}"/></g>` +
    `<path fill="none" stroke="${token('edge')}" d="M${left} ${bottom + 0.5}H${right}${fine}"/>` +
    `<g fill="${token('ink-3')}">` +
    yTicks.major.map((tick) => label(left - 7, up(tick.value) + 4, tick.text, 'text-anchor="end"')).join('') +
    xTicks.major
      .map((tick) => label(across(tick.value), bottom + 16, tick.text, 'text-anchor="middle"'))
      .join('') +
    '</g>'
  );
}

/** The chart in words: axes with their ranges, first and last value of every series. */
function described(
  series: readonly ChartSeries[],
  options: ChartOptions,
  { x, y }: { x: Domain; y: Domain },
): string {
  const { xLabel, yLabel, xScale, yScale, shadedX } = options;
  const range = (low: number, high: number): string => `from ${formatNumber(low)} to ${formatNumber(high)}`;
  const curves = series.map((one) => {
    let first: number | undefined;
    let last: number | undefined;
    eachPoint(one, options, (_, value) => {
      first ??= value;
      last = value;
    });
    const name = one.label || 'unlabelled';
    return first === undefined || last === undefined
      ? `${name}: no values`
      : `${name}: ${range(first, last)}`;
  });
  const kind = (scale: ScaleKind | undefined): string => (scale === 'log' ? ', logarithmic' : '');
  return [
    `Horizontal: ${xLabel}, ${range(...x)}${kind(xScale)}.`,
    `Vertical: ${yLabel}, ${range(...y)}${kind(yScale)}.`,
    `${curves.join('; ')}.`,
    ...(shadedX ? [`Shaded: ${shadedX.label}, ${range(shadedX.from, shadedX.to)}.`] : []),
  ].join(' ');
}
