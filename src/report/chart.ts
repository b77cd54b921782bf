/**
 * Line charts as SVG text, for the report and for the live app: no DOM, no ids, no script, fast enough to be written anew
 * four times a second. Labels stand at the line ends instead of a legend; units stand above the axis instead of along it.
 *
 * Colours follow the page through custom properties (palette.ts). The plot area is a nested <svg>, which clips without an
 * id: a style sheet must address the outer one only (`figure > svg`).
 */
import { formatNumber, powerOfTen } from './format.ts';
import { escapeText } from './markup.ts';
import { token } from './palette.ts';
import {
  type Domain,
  paddedDomain,
  roundedDomain,
  type Scale,
  type ScaleKind,
  scaleOf,
  type Tick,
  type Ticks,
  ticksOf,
} from './scales.ts';

export interface ChartSeries {
  /** Stands at the line's end; empty: no label. */
  readonly label: string;
  readonly x: ArrayLike<number>;
  /** NaN makes a gap; so does what a logarithmic axis has no place for. */
  readonly y: ArrayLike<number>;
  /** Error band, or error bars of points. */
  readonly band?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> };
  readonly color: string;
  readonly dash?: string;
  readonly width?: number;
  /** Of a line; noisy raw values step back behind their running mean. */
  readonly opacity?: number;
  /** Points instead of a line. */
  readonly points?: boolean;
  /** `bound`: points are upper limits, drawn as hollow arrows downwards. */
  readonly marker?: 'dot' | 'bound';
}

export interface ChartOptions {
  readonly title: string;
  /** Quantity and unit: `lag, ps`. */
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xScale?: ScaleKind;
  readonly yScale?: ScaleKind;
  /** Pixels of the viewBox. */
  readonly width?: number;
  readonly height?: number;
  /** Ends of the axes where the data shall not decide. */
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
  /** A logarithmic y axis spans at least so many decades: noise about a plateau shall look like a plateau. */
  readonly leastDecades?: number;
  readonly shadedX?: { readonly from: number; readonly to: number; readonly label: string };
  readonly lines?: readonly {
    readonly x?: number;
    readonly y?: number;
    readonly label: string;
    readonly dash?: string;
  }[];
  /** Small print below. */
  readonly note?: string;
  /** What stands there as long as there is nothing to draw. */
  readonly emptyText?: string;
}

/** Font of all figures; the page may bring Inter, a lone file falls back. */
export const FIGURE_FONT = "Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', sans-serif";

const SIZE = { title: 13, label: 11, note: 10.5 } as const;
/** px between the baselines of labels that would collide. */
const LABEL_GAP = 13;
const ROW = 14;
const TOP = 46;
/** Share of the width that line labels may take. */
const LABEL_SHARE = 0.34;

/** A chart as SVG text. */
export function chart(series: readonly ChartSeries[], options: ChartOptions): string {
  const { width = 420, height = 260, xScale = 'linear', yScale = 'linear' } = options;
  const notes = options.note ? wrapped(options.note, width - 8, SIZE.note) : [];
  const bottom = height - 36 - (notes.length > 0 ? 4 + 13 * notes.length : 0);
  const foot = notes
    .map((line, i) =>
      label(
        1,
        height - 5 - 13 * (notes.length - 1 - i),
        line,
        `fill="${token('ink-3')}" font-size="${SIZE.note}"`,
      ),
    )
    .join('');
  const domains = domainsOf(series, options, Math.max(2, Math.floor((bottom - TOP) / 42)));
  if (domains === undefined) {
    const words = options.emptyText ?? 'Nothing to show yet.';
    return figure(
      options,
      width,
      height,
      words,
      heading(options, 0) + emptyPlot(words, width, bottom) + foot,
    );
  }
  const perTick = yScale === 'log' ? 26 : 36;
  const yTicks = ticksOf(yScale, domains.y, Math.max(2, Math.floor((bottom - TOP) / perTick)));
  const left = 10 + Math.ceil(Math.max(16, ...yTicks.major.map((tick) => textWidth(tick.text, SIZE.label))));
  const short = (words: string): string => shortened(words, LABEL_SHARE * width, SIZE.label);
  const labels = series.map((one) => short(one.label));
  const guideLabels = (options.lines ?? []).flatMap(({ y, label: words }) =>
    y !== undefined && fits(y, yScale) && words !== '' ? [{ y, words: short(words) }] : [],
  );
  const widest = Math.max(
    0,
    ...[...labels, ...guideLabels.map(({ words }) => words)].map((one) => textWidth(one, SIZE.label)),
  );
  const right = width - (widest > 0 ? Math.ceil(widest) + 18 : 20);

  const across = scaleOf(xScale, domains.x, left, right);
  const xTicks = fittingTicks(across, right - left);
  const above = topLabels(options, across, left, right);
  const plot: Plot = { left, right, top: TOP, bottom };
  const up = scaleOf(yScale, domains.y, bottom, TOP + (above.rows > 0 ? 4 : 0) + above.rows * ROW);
  const clipped = [
    shade(options, across, plot),
    ...series.map((one) => (one.points ? '' : bandPath(one, across, up))),
    guides(options, across, up, plot),
    // The first series is the most important one: it is drawn last.
    ...series.map((one) => (one.points ? markers(one, across, up) : linePath(one, across, up))).reverse(),
  ].join('');
  const parts = [
    heading(options, yTicks.exponent),
    grid(plot, across, up, xTicks, yTicks),
    `<svg x="${left}" y="${TOP - 1}" width="${right - left}" height="${bottom - TOP + 2}" viewBox="${left} ${TOP - 1} ${right - left} ${bottom - TOP + 2}" overflow="hidden">${clipped}</svg>`,
    label(
      right,
      bottom + 30,
      options.xLabel + taken(xTicks.exponent),
      `text-anchor="end" fill="${token('ink-3')}"`,
    ),
    above.markup,
    endLabels(series, labels, guideLabels, across, up, plot),
    foot,
  ];
  return figure(options, width, height, described(series, options, domains), parts.join(''));
}

/** Approximate width of a text in Inter, px. */
export function textWidth(label: string, size: number): number {
  let em = 0;
  for (const c of label) {
    if (/[\u202f\u2009 .,:;'|il!j·]/.test(c)) em += 0.28;
    else if (/[frt()[\]/⁻⁺°⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉-]/.test(c)) em += 0.4;
    else if (/[mwMWÅ%@—]/.test(c)) em += 0.86;
    else if (/[A-Z0-9−+×<>=~–]/.test(c)) em += 0.65;
    else em += 0.57;
  }
  return em * size;
}

/** The text, or as much of it as fits with an ellipsis. */
export function shortened(label: string, width: number, size: number): string {
  if (textWidth(label, size) <= width) return label;
  const characters = [...label];
  while (characters.length > 1 && textWidth(`${characters.join('')}…`, size) > width) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

function wrapped(words: string, width: number, size: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, size) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function fits(value: number, kind: ScaleKind | undefined): boolean {
  return Number.isFinite(value) && (kind !== 'log' || value > 0);
}

/** Calls `visit` for every point that the axes have a place for, and `gap` for every other. */
function eachPoint(
  { x, y }: ChartSeries,
  xKind: ScaleKind | undefined,
  yKind: ScaleKind | undefined,
  visit: (x: number, y: number, i: number) => void,
  gap: () => void = () => {},
): void {
  const n = Math.min(x.length, y.length);
  for (let i = 0; i < n; i++) {
    const [a, b] = [x[i] as number, y[i] as number];
    if (fits(a, xKind) && fits(b, yKind)) visit(a, b, i);
    else gap();
  }
}

/**
 * Bands widen the axis by this share of the curve's span, or by this many of their own median half widths: an early, wide
 * band must not flatten the curve, a usual one must be seen whole.
 */
const BAND_ROOM = 0.6;
const MEDIAN_ROOM = 1.8;

function domainsOf(
  series: readonly ChartSeries[],
  options: ChartOptions,
  most: number,
): { x: Domain; y: Domain } | undefined {
  const { xScale = 'linear', yScale = 'linear', xRange, yRange } = options;
  const x = extent();
  const y = extent();
  const bands = extent();
  const widths: number[] = [];
  for (const one of series) {
    // A few hundred widths have the median of all.
    const stride = Math.ceil(one.x.length / 500);
    eachPoint(one, xScale, yScale, (a, b, i) => {
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
  const xDomain = xRange ? { low: xRange[0], high: xRange[1] } : paddedDomain(x.low, x.high, xScale, padding);
  if (yRange) return { x: xDomain, y: { low: yRange[0], high: yRange[1] } };
  widths.sort((a, b) => a - b);
  const usual = MEDIAN_ROOM * (widths[Math.floor(widths.length / 2)] ?? 0);
  const limited = (room: number, widen: (value: number, by: number) => number): Domain => ({
    low: Math.max(Math.min(y.low, bands.low), widen(y.low, -room)),
    high: Math.min(Math.max(y.high, bands.high), widen(y.high, room)),
  });
  if (yScale === 'log') {
    const room = Math.max(BAND_ROOM * Math.log(y.high / y.low), usual);
    const { low, high } = limited(room, (value, by) => value * Math.exp(by));
    // Twice the room above: curves are read by where they go.
    const missing = 10 ** Math.max(0, ((options.leastDecades ?? 0) - Math.log10(high / low)) / 3);
    return { x: xDomain, y: paddedDomain(low / missing, high * missing ** 2, yScale, 0.04) };
  }
  const { low, high } = limited(Math.max(BAND_ROOM * (y.high - y.low), usual), (value, by) => value + by);
  return { x: xDomain, y: roundedDomain(paddedDomain(low, high, yScale, 0), most) };
}

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

/** Ticks of the x axis, as many as their labels leave room for. */
function fittingTicks(scale: Scale, width: number): Ticks {
  const { kind, domain } = scale;
  for (let most = Math.max(2, Math.floor(width / 44)); most > 1; most--) {
    const ticks = ticksOf(kind, domain, most);
    const room = ticks.major.every((tick, i) => {
      const next = ticks.major[i + 1];
      if (next === undefined) return true;
      const needed = (textWidth(tick.text, SIZE.label) + textWidth(next.text, SIZE.label)) / 2 + 8;
      return scale.pixel(next.value) - scale.pixel(tick.value) >= needed;
    });
    if (room) return ticks;
  }
  return ticksOf(kind, domain, 1);
}

function px(value: number): string {
  // Far outside the clipped plot the exact place does not matter, but renderers fail on huge numbers.
  return String(Math.round(Math.max(-1e5, Math.min(1e5, value)) * 10) / 10);
}

function label(x: number, y: number, words: string, attributes = ''): string {
  return words === ''
    ? ''
    : `<text x="${px(x)}" y="${px(y)}"${attributes && ` ${attributes}`}>${escapeText(words)}</text>`;
}

/** Keeps labels readable on top of lines. */
const HALO = `paint-order="stroke" stroke="${token('surface')}" stroke-width="3" stroke-linejoin="round"`;

function figure(
  options: ChartOptions,
  width: number,
  height: number,
  words: string,
  content: string,
): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeText(`${options.title}. ${words}`)}" ` +
    `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${escapeText(FIGURE_FONT)}" ` +
    `font-size="${SIZE.label}" style="font-variant-numeric:tabular-nums">${content}</svg>`
  );
}

function heading({ title, yLabel }: ChartOptions, exponent: number): string {
  return (
    label(1, 17, title, `fill="${token('ink')}" font-size="${SIZE.title}" font-weight="600"`) +
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
  return (
    `<rect x="0.5" y="${TOP - 0.5}" width="${width - 1}" height="${bottom - TOP + 21}" rx="6" fill="${token('sunken')}" stroke="${token('hairline')}"/>` +
    lines
      .map((line, i) =>
        label(
          width / 2,
          middle + 14 + 16 * i,
          line,
          `text-anchor="middle" font-size="12" fill="${token('ink-2')}"`,
        ),
      )
      .join('')
  );
}

function grid(plot: Plot, across: Scale, up: Scale, xTicks: Ticks, yTicks: Ticks): string {
  const { left, right, bottom } = plot;
  const place = (scale: Scale, value: number): string => px(Math.round(scale.pixel(value)) + 0.5);
  const rows = yTicks.major.map(({ value }) => `M${left} ${place(up, value)}H${right}`).join('');
  const fine = [
    ...xTicks.minor.map((value) => `M${place(across, value)} ${bottom}v3`),
    ...xTicks.major.map(({ value }) => `M${place(across, value)} ${bottom}v5`),
    ...yTicks.minor.map((value) => `M${left} ${place(up, value)}h-3`),
  ].join('');
  const numbers = (tick: Tick, x: number, y: number, anchor: string): string =>
    label(x, y, tick.text, `text-anchor="${anchor}"`);
  return (
    `<g fill="none" stroke="${token('hairline')}"><path d="${rows}"/></g>` +
    `<path fill="none" stroke="${token('edge')}" d="M${left} ${bottom + 0.5}H${right}${fine}"/>` +
    `<g fill="${token('ink-3')}">` +
    yTicks.major.map((tick) => numbers(tick, left - 7, up.pixel(tick.value) + 4, 'end')).join('') +
    xTicks.major.map((tick) => numbers(tick, across.pixel(tick.value), bottom + 16, 'middle')).join('') +
    '</g>'
  );
}

function shade({ shadedX, xScale }: ChartOptions, across: Scale, plot: Plot): string {
  if (!shadedX || !fits(shadedX.to, xScale) || !(shadedX.to > shadedX.from)) return '';
  const from = fits(shadedX.from, xScale) ? Math.max(plot.left, across.pixel(shadedX.from)) : plot.left;
  const to = Math.min(plot.right, across.pixel(shadedX.to));
  if (!(to > from)) return '';
  return `<rect x="${px(from)}" y="${plot.top}" width="${px(to - from)}" height="${plot.bottom - plot.top}" fill="${token('mobile')}" fill-opacity="0.08"/>`;
}

function guides({ lines = [], xScale, yScale }: ChartOptions, across: Scale, up: Scale, plot: Plot): string {
  return lines
    .map(({ x, y, dash = '3 3' }) => {
      const d = [
        x !== undefined && fits(x, xScale) && across.pixel(x) > plot.left + 1
          ? `M${px(across.pixel(x))} ${plot.top}V${plot.bottom}`
          : '',
        y !== undefined && fits(y, yScale) ? `M${plot.left} ${px(up.pixel(y))}H${plot.right}` : '',
      ].join('');
      if (d === '') return '';
      const pattern = dash === '' ? '' : ` stroke-dasharray="${escapeText(dash)}"`;
      return `<path fill="none" stroke="${token('ink-3')}"${pattern} d="${d}"/>`;
    })
    .join('');
}

/** Labels of vertical lines and of the shaded stretch: in rows at the top, where the y axis leaves room for them. */
function topLabels(
  { lines = [], shadedX, xScale }: ChartOptions,
  across: Scale,
  left: number,
  right: number,
): { rows: number; markup: string } {
  const wanted = lines.flatMap(({ x, label: words }) =>
    x !== undefined && fits(x, xScale) && words !== ''
      ? [{ at: across.pixel(x), words, color: token('ink-2') }]
      : [],
  );
  if (shadedX && shadedX.label !== '' && fits(shadedX.to, xScale)) {
    const from = fits(shadedX.from, xScale) ? across.pixel(shadedX.from) : left;
    wanted.push({ at: Math.max(left, from), words: shadedX.label, color: token('mobile-on-soft') });
  }
  const ends: number[] = [];
  const markup = wanted
    .filter(({ at }) => at >= left - 1 && at <= right + 1)
    .sort((a, b) => a.at - b.at)
    .map(({ at, words, color }) => {
      const short = shortened(words, right - left - 8, SIZE.label);
      const width = textWidth(short, SIZE.label);
      const x = Math.max(left + 2, Math.min(at + 4, right - width));
      const free = ends.findIndex((end) => end + 6 <= x);
      const row = free < 0 ? ends.length : free;
      ends[row] = x + width;
      return label(x, TOP + 11 + row * ROW, short, `fill="${color}" ${HALO}`);
    })
    .join('');
  return { rows: ends.length, markup };
}

/**
 * A path through points with relative moves of a tenth of a pixel. Of the points that share a column of pixels only the
 * first, the lowest, the highest and the last are kept: that is what a screen can show.
 */
function pathBuilder(): { point: (x: number, y: number) => void; gap: () => void; done: () => string } {
  type Point = readonly [x: number, y: number];
  let d = '';
  let column = Number.NaN;
  let pending: Point[] = [];
  /** Last point written, in tenths of a pixel. */
  let at: Point | undefined;

  const tenths = (value: number): number => Math.round(Math.max(-1e5, Math.min(1e5, value)) * 10);
  const write = ([x, y]: Point): void => {
    const next: Point = [tenths(x), tenths(y)];
    if (at === undefined) {
      // A point alone between gaps is a line of no length: its round cap makes it a dot.
      d += `M${next[0] / 10} ${next[1] / 10}h0`;
    } else if (next[0] !== at[0] || next[1] !== at[1]) {
      const [dx, dy] = [(next[0] - at[0]) / 10, (next[1] - at[1]) / 10];
      d += `l${dx}${dy < 0 ? '' : ' '}${dy}`;
    }
    at = next;
  };
  const flush = (): void => {
    if (pending.length <= 4) {
      for (const point of pending) write(point);
    } else {
      let [low, high] = [0, 0];
      const yOf = (i: number): number => (pending[i] as Point)[1];
      for (let i = 1; i < pending.length; i++) {
        if (yOf(i) < yOf(low)) low = i;
        if (yOf(i) > yOf(high)) high = i;
      }
      const kept = new Set([0, Math.min(low, high), Math.max(low, high), pending.length - 1]);
      for (const i of kept) write(pending[i] as Point);
    }
    pending = [];
  };
  return {
    point(x, y) {
      if (Math.floor(x) !== column) flush();
      column = Math.floor(x);
      pending.push([x, y]);
    },
    /** Ends the line; the next point begins another. */
    gap() {
      flush();
      at = undefined;
      column = Number.NaN;
    },
    done() {
      flush();
      return d;
    },
  };
}

function linePath(series: ChartSeries, across: Scale, up: Scale): string {
  const path = pathBuilder();
  eachPoint(
    series,
    across.kind,
    up.kind,
    (x, y) => path.point(across.pixel(x), up.pixel(y)),
    () => path.gap(),
  );
  const d = path.done();
  if (d === '') return '';
  const dash = series.dash ? ` stroke-dasharray="${escapeText(series.dash)}"` : '';
  const faint = series.opacity === undefined ? '' : ` stroke-opacity="${series.opacity}"`;
  return `<path fill="none" stroke="${escapeText(series.color)}" stroke-width="${series.width ?? 1.8}" stroke-linejoin="round" stroke-linecap="round"${dash}${faint} d="${d}"/>`;
}

/** The band as one area per stretch without gap: the upper limits forth, the lower ones back. */
function bandPath(series: ChartSeries, across: Scale, up: Scale): string {
  const { band } = series;
  if (!band) return '';
  let d = '';
  let column: { x: number; low: number; high: number } | undefined;
  let columns: { x: number; low: number; high: number }[] = [];
  const close = (): void => {
    if (column) columns.push(column);
    column = undefined;
    if (columns.length > 1) {
      const upper = columns.map(({ x, high }) => `${px(x)} ${px(high)}`).join('L');
      const lower = columns
        .reverse()
        .map(({ x, low }) => `${px(x)} ${px(low)}`)
        .join('L');
      d += `M${upper}L${lower}Z`;
    }
    columns = [];
  };
  const floor = up.kind === 'log' ? up.domain.low / 1e3 : Number.NEGATIVE_INFINITY;
  eachPoint(
    series,
    across.kind,
    up.kind,
    (value, _, i) => {
      const [below, above] = [band.low[i] as number, band.high[i] as number];
      if (!Number.isFinite(below) || !fits(above, up.kind)) {
        close();
        return;
      }
      const x = across.pixel(value);
      const low = up.pixel(Math.max(below, floor));
      const high = up.pixel(above);
      if (column && Math.floor(column.x) === Math.floor(x)) {
        // y grows downwards: the column keeps its widest band.
        column.low = Math.max(column.low, low);
        column.high = Math.min(column.high, high);
      } else {
        if (column) columns.push(column);
        column = { x, low, high };
      }
    },
    close,
  );
  close();
  return d === '' ? '' : `<path fill="${escapeText(series.color)}" fill-opacity="0.16" d="${d}"/>`;
}

function markers(series: ChartSeries, across: Scale, up: Scale): string {
  const { band, color } = series;
  let bars = '';
  let dots = '';
  let arrows = '';
  eachPoint(series, across.kind, up.kind, (a, b, i) => {
    const [x, y] = [across.pixel(a), up.pixel(b)];
    if (series.marker === 'bound') {
      arrows += `M${px(x - 5)} ${px(y)}h10M${px(x)} ${px(y)}v14m-4 -5l4 5l4 -5`;
      return;
    }
    dots += `<circle cx="${px(x)}" cy="${px(y)}" r="3.2"/>`;
    const [low, high] = [band?.low[i], band?.high[i]];
    if (low === undefined || high === undefined || !Number.isFinite(low) || !fits(high, up.kind)) return;
    const foot = fits(low, up.kind) ? up.pixel(low) : up.pixel(up.domain.low) + 20;
    bars += `M${px(x)} ${px(foot)}V${px(up.pixel(high))}`;
  });
  const stroke = escapeText(color);
  return (
    (bars && `<path fill="none" stroke="${stroke}" stroke-width="2" stroke-opacity="0.55" d="${bars}"/>`) +
    (arrows &&
      `<path fill="none" stroke="${stroke}" stroke-width="1.6" stroke-linecap="round" d="${arrows}"/>`) +
    (dots && `<g fill="${stroke}" stroke="${token('surface')}" stroke-width="1.2">${dots}</g>`)
  );
}

/** What is written in the right margin, and where it belongs; `place` is where it ends up. */
interface EndLabel {
  readonly x: number;
  readonly y: number;
  readonly words: string;
  readonly color: string;
  place: number;
}

/** Labels at the ends of lines, in the right margin; moved apart where they would collide, a thin leader then says whose. */
function endLabels(
  series: readonly ChartSeries[],
  labels: readonly string[],
  guideLabels: readonly { readonly y: number; readonly words: string }[],
  across: Scale,
  up: Scale,
  plot: Plot,
): string {
  const ends: EndLabel[] = series.flatMap((one, i) => {
    const end = labels[i] === '' ? undefined : lastInside(one, across, up, plot);
    return end ? [{ ...end, words: labels[i] as string, color: escapeText(one.color), place: end.y }] : [];
  });
  for (const { y, words } of guideLabels) {
    const place = up.pixel(y);
    if (place < plot.top - 1 || place > plot.bottom + 1) continue;
    ends.push({ x: plot.right, y: place, words, color: token('ink-2'), place });
  }
  ends.sort((a, b) => a.y - b.y);
  for (let i = 1; i < ends.length; i++) {
    const [before, here] = [ends[i - 1] as EndLabel, ends[i] as EndLabel];
    here.place = Math.max(here.place, before.place + LABEL_GAP);
  }
  let floor = plot.bottom - 2;
  for (const here of ends.toReversed()) {
    here.place = Math.min(here.place, floor);
    floor = here.place - LABEL_GAP;
  }
  return ends
    .map(({ x, y, place, words, color }) => {
      const moved = Math.abs(place - y) > 4 || x < plot.right - 6;
      const leader = moved
        ? `<path fill="none" stroke="${color}" stroke-opacity="0.6" stroke-dasharray="1 2" d="M${px(x + 2)} ${px(y)}L${px(plot.right + 6)} ${px(place)}"/>`
        : '';
      return leader + label(plot.right + 8, place + 4, words, `fill="${color}" font-weight="550"`);
    })
    .join('');
}

/** The last point of a series within the plot, px. */
function lastInside(
  { x, y }: ChartSeries,
  across: Scale,
  up: Scale,
  plot: Plot,
): { x: number; y: number } | undefined {
  for (let i = Math.min(x.length, y.length) - 1; i >= 0; i--) {
    const [a, b] = [x[i] as number, y[i] as number];
    if (!fits(a, across.kind) || !fits(b, up.kind)) continue;
    const [u, v] = [across.pixel(a), up.pixel(b)];
    const inside = u >= plot.left - 1 && u <= plot.right + 1 && v >= plot.top - 1 && v <= plot.bottom + 1;
    if (inside) return { x: u, y: v };
  }
  return undefined;
}

/** The chart in words: axes with their ranges, first and last value of every series. */
function described(
  series: readonly ChartSeries[],
  { xLabel, yLabel, xScale, yScale, shadedX }: ChartOptions,
  { x, y }: { x: Domain; y: Domain },
): string {
  const range = ({ low, high }: Domain): string => `from ${formatNumber(low)} to ${formatNumber(high)}`;
  const curves = series.map((one) => {
    let first: number | undefined;
    let last: number | undefined;
    eachPoint(one, xScale, yScale, (_, value) => {
      first ??= value;
      last = value;
    });
    const name = one.label || 'unlabelled';
    if (first === undefined || last === undefined) return `${name}: no values`;
    return `${name}: from ${formatNumber(first)} to ${formatNumber(last)}`;
  });
  const kind = (scale: ScaleKind | undefined): string => (scale === 'log' ? ', logarithmic' : '');
  return [
    `Horizontal: ${xLabel}, ${range(x)}${kind(xScale)}.`,
    `Vertical: ${yLabel}, ${range(y)}${kind(yScale)}.`,
    `${curves.join('; ')}.`,
    ...(shadedX
      ? [`Shaded: ${shadedX.label}, from ${formatNumber(shadedX.from)} to ${formatNumber(shadedX.to)}.`]
      : []),
  ].join(' ');
}
