/** How far the axes of a chart reach: over the values, with room for bands, bounds and points, to whole ticks. */
import type { ChartOptions, ChartSeries } from './chartOptions.ts';
import { type Domain, roundedDomain, type ScaleKind } from './scales.ts';

/**
 * Bands widen the axis by this share of the curve's span, or by this many of their own median half widths: an early, wide
 * band must not flatten the curve, a usual one must be seen whole.
 */
const BAND_ROOM = 0.6;
const MEDIAN_ROOM = 1.8;

/** Whether an axis of this kind has a place for the value. */
export function fits(value: number, kind: ScaleKind | undefined): boolean {
  return Number.isFinite(value) && (kind !== 'log' || value > 0);
}

/** Calls `visit` for every point that the axes have a place for. */
export function eachPoint(
  { x, y }: ChartSeries,
  { xScale, yScale }: Pick<ChartOptions, 'xScale' | 'yScale'>,
  visit: (x: number, y: number, i: number) => void,
): void {
  const n = Math.min(x.length, y.length);
  for (let i = 0; i < n; i++) {
    const [a, b] = [x[i] as number, y[i] as number];
    if (fits(a, xScale) && fits(b, yScale)) visit(a, b, i);
  }
}

/**
 * Ends of both axes; undefined when there is nothing to draw.
 * @param rows ticks of the y axis, about
 */
export function domainsOf(
  series: readonly ChartSeries[],
  options: ChartOptions,
  rows: number,
): { x: Domain; y: Domain } | undefined {
  const { xScale = 'linear', yScale = 'linear', xRange, yRange } = options;
  const x = extent();
  const y = extent();
  const bands = extent();
  const widths: number[] = [];
  for (const one of series) {
    // A few hundred widths have the median of all.
    const stride = Math.ceil(one.x.length / 500);
    eachPoint(one, options, (a, b, i) => {
      if (xRange && (a < xRange[0] || a > xRange[1])) return;
      include(x, a);
      include(y, b);
      // Room for the arrow of an upper bound.
      if (one.marker === 'bound' && yScale === 'log') include(y, b / 2);
      if (!one.band) return;
      for (const limit of [one.band.low[i], one.band.high[i]]) {
        if (limit === undefined || !fits(limit, yScale)) continue;
        include(one.points ? y : bands, limit);
        if (!one.points && i % stride === 0)
          widths.push(Math.abs(yScale === 'log' ? Math.log(limit / b) : limit - b));
      }
    });
  }
  if (x.low > x.high) return undefined;
  for (const line of options.lines ?? [])
    if (line.y !== undefined && fits(line.y, yScale)) include(y, line.y);
  const padding = series.some(({ points }) => points) ? 0.06 : 0;
  const xDomain = xRange ?? padded(x.low, x.high, xScale, padding);
  if (yRange) return { x: xDomain, y: yRange };
  widths.sort((a, b) => a - b);
  const usual = MEDIAN_ROOM * (widths[Math.floor(widths.length / 2)] ?? 0);
  const limited = (room: number, widen: (value: number, by: number) => number): Domain => [
    Math.max(Math.min(y.low, bands.low), widen(y.low, -room)),
    Math.min(Math.max(y.high, bands.high), widen(y.high, room)),
  ];
  if (yScale === 'log') {
    const room = Math.max(BAND_ROOM * Math.log(y.high / y.low), usual);
    const [low, high] = limited(room, (value, by) => value * Math.exp(by));
    // Twice the room above: curves are read by where they go.
    const missing = 10 ** Math.max(0, ((options.leastDecades ?? 0) - Math.log10(high / low)) / 3);
    return { x: xDomain, y: padded(low / missing, high * missing ** 2, yScale, 0.04) };
  }
  const [low, high] = limited(Math.max(BAND_ROOM * (y.high - y.low), usual), (value, by) => value + by);
  return { x: xDomain, y: roundedDomain(padded(low, high, yScale, 0), rows) };
}

/** A domain that values fill: never of zero width, positive when logarithmic. */
function padded(low: number, high: number, kind: ScaleKind, padding: number): Domain {
  if (kind === 'log') {
    if (low === high) return [low / 2, high * 2];
    const factor = (high / low) ** padding;
    return [low / factor, high * factor];
  }
  if (low === high) {
    const room = low === 0 ? 1 : Math.abs(low) * 0.05;
    return [low - room, high + room];
  }
  const room = (high - low) * padding;
  return [low - room, high + room];
}

/** Smallest and largest of values given one by one. */
interface Extent {
  low: number;
  high: number;
}

function extent(): Extent {
  return { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY };
}

function include(range: Extent, value: number): void {
  if (value < range.low) range.low = value;
  if (value > range.high) range.high = value;
}
