/** What is drawn inside the plot of a chart: lines, bands, points with error bars, guides and the shaded stretch. */
import { area, line } from 'd3-shape';
import type { ChartOptions, ChartSeries } from './chartOptions.ts';
import { clamped, px } from './figure.ts';
import { escapeText } from './markup.ts';
import { token } from './palette.ts';
import type { Scale } from './scales.ts';

/** The rectangle of the plot, px, and the scales that lead into it. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly across: Scale;
  readonly up: Scale;
}

interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** px below the plot where something ends that reaches to zero or less on a logarithmic axis. */
const BELOW = 20;

/** Where band or error bar of a point end, px; undefined when it has none. */
function bandEnds({ band }: ChartSeries, { up, bottom }: Plot, i: number): Omit<BandColumn, 'x'> | undefined {
  const [least, most] = [band?.low[i], band?.high[i]];
  if (least === undefined || most === undefined || !Number.isFinite(least)) return undefined;
  const [low, high] = [up(least), up(most)];
  if (!Number.isFinite(high)) return undefined;
  return { low: Number.isFinite(low) ? clamped(low) : bottom + BELOW, high: clamped(high) };
}

/** Calls `visit` with the pixels of every point that the axes have a place for, and `gap` for every other. */
function eachPixel(
  { x, y }: ChartSeries,
  { across, up }: Plot,
  visit: (x: number, y: number, i: number) => void,
  gap: () => void = () => {},
): void {
  const n = Math.min(x.length, y.length);
  for (let i = 0; i < n; i++) {
    const [u, v] = [across(x[i] as number), up(y[i] as number)];
    if (Number.isFinite(u) && Number.isFinite(v)) visit(clamped(u), clamped(v), i);
    else gap();
  }
}

/** Sorts what is visited into columns of pixels; `close` gets each when it is full, and undefined for a gap. */
function byColumn<T extends { readonly x: number }>(
  close: (column: readonly T[] | undefined) => void,
): {
  readonly add: (item: T) => void;
  readonly gap: () => void;
  readonly end: () => void;
} {
  let column: T[] = [];
  const end = (): void => {
    if (column.length > 0) close(column);
    column = [];
  };
  return {
    add(item) {
      if (column[0] && Math.floor(column[0].x) !== Math.floor(item.x)) end();
      column.push(item);
    },
    gap() {
      end();
      close(undefined);
    },
    end,
  };
}

/**
 * The points of a line, null for a gap. Of the points that share a column of pixels only the first, the lowest, the highest
 * and the last are kept: that is what a screen can show, and it bounds the size of the picture.
 */
function linePoints(series: ChartSeries, plot: Plot): (Pixel | null)[] {
  const kept: (Pixel | null)[] = [];
  const columns = byColumn<Pixel>((column) => kept.push(...(column ? outermost(column) : [null])));
  eachPixel(series, plot, (x, y) => columns.add({ x, y }), columns.gap);
  columns.end();
  return kept;
}

function outermost(column: readonly Pixel[]): readonly Pixel[] {
  if (column.length <= 4) return column;
  let [low, high] = [0, 0];
  column.forEach(({ y }, i) => {
    if (y < (column[low] as Pixel).y) low = i;
    if (y > (column[high] as Pixel).y) high = i;
  });
  const kept = new Set([0, Math.min(low, high), Math.max(low, high), column.length - 1]);
  return [...kept].map((i) => column[i] as Pixel);
}

const lineThrough = line<Pixel | null>()
  .defined((point) => point !== null)
  .x((point) => point?.x ?? 0)
  .y((point) => point?.y ?? 0)
  .digits(1);

export function linePath(series: ChartSeries, plot: Plot): string {
  const d = lineThrough(linePoints(series, plot)) ?? '';
  if (d === '') return '';
  const dash = series.dash ? ` stroke-dasharray="${escapeText(series.dash)}"` : '';
  const faint = series.opacity === undefined ? '' : ` stroke-opacity="${series.opacity}"`;
  // Round caps make a dot of a point alone between gaps.
  return `<path fill="none" stroke="${escapeText(series.color)}" stroke-width="${series.width ?? 1.8}" stroke-linejoin="round" stroke-linecap="round"${dash}${faint} d="${d}"/>`;
}

/** A column of an error band; y grows downwards. */
interface BandColumn {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** The band, null for a gap; a column of pixels keeps its widest part. */
function bandColumns(series: ChartSeries, plot: Plot): (BandColumn | null)[] {
  const kept: (BandColumn | null)[] = [];
  const columns = byColumn<BandColumn>((column) => kept.push(column ? widest(column) : null));
  eachPixel(
    series,
    plot,
    (x, _, i) => {
      const ends = bandEnds(series, plot, i);
      if (ends) columns.add({ x, ...ends });
      else columns.gap();
    },
    columns.gap,
  );
  columns.end();
  return kept;
}

function widest(column: readonly BandColumn[]): BandColumn {
  return column.reduce((all, { low, high }) => ({
    x: all.x,
    low: Math.max(all.low, low),
    high: Math.min(all.high, high),
  }));
}

const bandAround = area<BandColumn | null>()
  .defined((column) => column !== null)
  .x((column) => column?.x ?? 0)
  .y0((column) => column?.low ?? 0)
  .y1((column) => column?.high ?? 0)
  .digits(1);

export function bandPath(series: ChartSeries, plot: Plot): string {
  const d = series.band ? (bandAround(bandColumns(series, plot)) ?? '') : '';
  return d === '' ? '' : `<path fill="${escapeText(series.color)}" fill-opacity="0.16" d="${d}"/>`;
}

/** Points with their error bars, or arrows down from upper bounds. */
export function markers(series: ChartSeries, plot: Plot): string {
  const { color, marker } = series;
  let bars = '';
  let dots = '';
  let arrows = '';
  eachPixel(series, plot, (x, y, i) => {
    if (marker === 'bound') {
      arrows += `M${px(x - 5)} ${px(y)}h10M${px(x)} ${px(y)}v14m-4 -5l4 5l4 -5`;
      return;
    }
    dots += `<circle cx="${px(x)}" cy="${px(y)}" r="3.2"/>`;
    const ends = bandEnds(series, plot, i);
    if (ends) bars += `M${px(x)} ${px(ends.low)}V${px(ends.high)}`;
  });
  const stroke = escapeText(color);
  return (
    (bars && `<path fill="none" stroke="${stroke}" stroke-width="2" stroke-opacity="0.55" d="${bars}"/>`) +
    (arrows &&
      `<path fill="none" stroke="${stroke}" stroke-width="1.6" stroke-linecap="round" d="${arrows}"/>`) +
    (dots && `<g fill="${stroke}" stroke="${token('surface')}" stroke-width="1.2">${dots}</g>`)
  );
}

/** Where the shaded stretch begins and ends, px; undefined when none of it is in the plot. */
export function shadedStretch(
  { shadedX }: ChartOptions,
  { across, left, right }: Plot,
): readonly [number, number] | undefined {
  if (!shadedX || !(shadedX.to > shadedX.from)) return undefined;
  const [start, end] = [across(shadedX.from), across(shadedX.to)];
  const from = Number.isFinite(start) ? Math.max(left, start) : left;
  const to = Math.min(right, end);
  return to > from ? [from, to] : undefined;
}

export function shade(options: ChartOptions, plot: Plot): string {
  const stretch = shadedStretch(options, plot);
  if (!stretch) return '';
  const [from, to] = stretch;
  return `<rect x="${px(from)}" y="${plot.top}" width="${px(to - from)}" height="${plot.bottom - plot.top}" fill="${token('mobile')}" fill-opacity="0.08"/>`;
}

/** Lines across the whole plot, such as a target or the beginning of a stage. */
export function guides({ lines = [] }: ChartOptions, { across, up, left, right, top, bottom }: Plot): string {
  return lines
    .map(({ x, y, dash = '3 3' }) => {
      const [u, v] = [across(x ?? Number.NaN), up(y ?? Number.NaN)];
      const d =
        (Number.isFinite(u) && u > left + 1 ? `M${px(u)} ${top}V${bottom}` : '') +
        (Number.isFinite(v) ? `M${left} ${px(v)}H${right}` : '');
      if (d === '') return '';
      const pattern = dash === '' ? '' : ` stroke-dasharray="${escapeText(dash)}"`;
      return `<path fill="none" stroke="${token('ink-3')}"${pattern} d="${d}"/>`;
    })
    .join('');
}
