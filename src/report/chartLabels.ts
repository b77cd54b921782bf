/** Words beside the curves of a chart: at the ends of lines instead of a legend, and at the top for what is vertical. */
import type { Plot } from './chartMarks.ts';
import { shadedStretch } from './chartMarks.ts';
import type { ChartOptions, ChartSeries } from './chartOptions.ts';
import { label, px, shortened, textWidth } from './figure.ts';
import { escapeText } from './markup.ts';
import { token } from './palette.ts';

export const LABEL_SIZE = 11;
/** px between the baselines of labels that would collide. */
const LABEL_GAP = 13;
/** Share of the width that line labels may take. */
const LABEL_SHARE = 0.34;
/** px of a row of labels at the top. */
export const TOP_ROW = 14;

/** Keeps labels readable on top of lines. */
const HALO = `paint-order="stroke" stroke="${token('surface')}" stroke-width="3" stroke-linejoin="round"`;

/** px at the right that the labels of lines and of horizontal guides need. */
export function marginFor(
  series: readonly ChartSeries[],
  { lines = [] }: ChartOptions,
  width: number,
): number {
  const words = [...series, ...lines.filter(({ y }) => y !== undefined)].map((one) => one.label);
  const widest = Math.max(0, ...words.map((one) => textWidth(short(one, width), LABEL_SIZE)));
  return widest > 0 ? Math.ceil(widest) + 18 : 20;
}

function short(words: string, width: number): string {
  return shortened(words, LABEL_SHARE * width, LABEL_SIZE);
}

/** Labels of vertical lines and of the shaded stretch: in rows at the top, where the y axis leaves room for them. */
export function topLabels(options: ChartOptions, plot: Plot): { rows: number; markup: string } {
  const { left, right, top, across } = plot;
  const wanted = (options.lines ?? []).flatMap(({ x, label: words }) =>
    x === undefined || words === '' ? [] : [{ at: across(x), words, color: token('ink-2') }],
  );
  const stretch = shadedStretch(options, plot);
  if (stretch && options.shadedX) {
    wanted.push({ at: stretch[0], words: options.shadedX.label, color: token('mobile-on-soft') });
  }
  const ends: number[] = [];
  const markup = wanted
    .filter(({ at, words }) => at >= left - 1 && at <= right + 1 && words !== '')
    .sort((a, b) => a.at - b.at)
    .map(({ at, words, color }) => {
      const text = shortened(words, right - left - 8, LABEL_SIZE);
      const wide = textWidth(text, LABEL_SIZE);
      const x = Math.max(left + 2, Math.min(at + 4, right - wide));
      const free = ends.findIndex((end) => end + 6 <= x);
      const row = free < 0 ? ends.length : free;
      ends[row] = x + wide;
      return label(x, top + 11 + row * TOP_ROW, text, `fill="${color}" ${HALO}`);
    })
    .join('');
  return { rows: ends.length, markup };
}

/** What is written in the right margin, and where it belongs; `place` is where it ends up. */
interface EndLabel {
  readonly x: number;
  readonly y: number;
  readonly words: string;
  readonly color: string;
  /** Whether a moved label gets a line to its place. */
  readonly leads: boolean;
  place: number;
}

/** Labels at the ends of lines, in the right margin; moved apart where they would collide, a thin leader then says whose. */
export function endLabels(
  series: readonly ChartSeries[],
  { lines = [] }: ChartOptions,
  plot: Plot,
  width: number,
): string {
  const { right, top, bottom } = plot;
  const ends = series.flatMap((one): EndLabel[] => {
    const end = one.label === '' ? undefined : lastInside(one, plot);
    const words = short(one.label, width);
    // From a point a leader would look like a line through the points.
    const leads = one.points !== true;
    return end ? [{ ...end, words, color: escapeText(one.color), leads, place: end.y }] : [];
  });
  for (const { y, label: words } of lines) {
    const place = plot.up(y ?? Number.NaN);
    if (words === '' || !(place >= top - 1 && place <= bottom + 1)) continue;
    ends.push({ x: right, y: place, words: short(words, width), color: token('ink-2'), leads: true, place });
  }
  ends.sort((a, b) => a.y - b.y);
  for (let i = 1; i < ends.length; i++) {
    const [before, here] = [ends[i - 1] as EndLabel, ends[i] as EndLabel];
    here.place = Math.max(here.place, before.place + LABEL_GAP);
  }
  let floor = bottom - 2;
  for (const here of ends.toReversed()) {
    here.place = Math.min(here.place, floor);
    floor = here.place - LABEL_GAP;
  }
  return ends
    .map(({ x, y, place, words, color, leads }) => {
      const moved = leads && (Math.abs(place - y) > 4 || x < right - 6);
      const leader = moved
        ? `<path fill="none" stroke="${color}" stroke-opacity="0.6" stroke-dasharray="1 2" d="M${px(x + 2)} ${px(y)}L${px(right + 6)} ${px(place)}"/>`
        : '';
      return leader + label(right + 8, place + 4, words, `fill="${color}" font-weight="550"`);
    })
    .join('');
}

/** The last point of a series within the plot, px. */
function lastInside(
  { x, y }: ChartSeries,
  { left, right, top, bottom, across, up }: Plot,
): { x: number; y: number } | undefined {
  for (let i = Math.min(x.length, y.length) - 1; i >= 0; i--) {
    const [u, v] = [across(x[i] as number), up(y[i] as number)];
    if (u >= left - 1 && u <= right + 1 && v >= top - 1 && v <= bottom + 1) return { x: u, y: v };
  }
  return undefined;
}
