/** Estimates with their intervals on one axis, a row each: what is known and how well, at a glance. */
import type { Estimate } from '../analysis/estimate.ts';
import { figure, label, px, shortened, textWidth } from './figure.ts';
import { estimateParts } from './format.ts';
import { escapeText } from './markup.ts';
import { token } from './palette.ts';
import { type Domain, scaleOf, ticksWithRoom } from './scales.ts';

export interface RulerRow {
  readonly label: string;
  readonly estimate: Estimate;
  readonly color: string;
}

export interface RulerOptions {
  /** What the axis shows, for readers who do not see it. */
  readonly title: string;
  readonly unit: string;
  /** Turns the estimates' unit into that of the axis. */
  readonly factor: number;
  readonly width?: number;
  readonly linear?: boolean;
  /** A value to compare with, such as 1 for a ratio. */
  readonly mark?: number;
}

const ROW = 24;
const NAME_SIZE = 12;
const TICK_SIZE = 11;

/** A ruler as SVG text; empty when no row has a number. Logarithmic unless asked otherwise. */
export function ruler(rows: readonly RulerRow[], options: RulerOptions): string {
  const { width = 420, factor, unit, title, mark, linear = false } = options;
  const known = rows.filter(({ estimate }) => estimate.ci95 !== null);
  const domain = rulerDomain(known, factor, linear);
  if (domain === undefined) return '';
  const names = rows.map((row) => shortened(row.label, 0.36 * width, NAME_SIZE));
  // The unit keeps away from a tick label at the left end.
  const widest = Math.max(
    textWidth(unit, TICK_SIZE) + 10,
    ...names.map((name) => textWidth(name, NAME_SIZE)),
  );
  const left = Math.ceil(widest) + 16;
  const right = width - 18;
  const [low, high] = domain;
  const across = scaleOf(linear ? 'linear' : 'log', domain, left, right);
  const ticks = ticksWithRoom(across, (text) => textWidth(text, TICK_SIZE));
  const bottom = ROW * rows.length + 6;
  const at = (value: number): string => px(Math.max(left - 8, Math.min(right + 8, across(value))));
  const axis = ticks.major
    .map(
      ({ value, text }) =>
        `<path stroke="${token('hairline')}" d="M${at(value)} 4V${bottom}"/>` +
        label(across(value), bottom + 14, text, 'text-anchor="middle"'),
    )
    .join('');
  const marked =
    mark !== undefined && mark > low && mark < high
      ? `<path stroke="${token('ink-3')}" stroke-dasharray="3 3" d="M${at(mark)} 4V${bottom}"/>`
      : '';
  const drawn = rows.map(({ estimate, color }, i) => {
    const y = 4 + ROW * (i + 0.5);
    const attributes = `text-anchor="end" font-size="${NAME_SIZE}" fill="${token('ink-2')}"`;
    return (
      label(left - 12, y + 4, names[i] as string, attributes) +
      bar(estimate, factor, y, escapeText(color), at, left)
    );
  });
  const words = rows
    .map(({ label: name, estimate }) => {
      const { value = 'not resolved', interval } = estimateParts(estimate, factor);
      return `${name}: ${value}${interval ? `, 95 % interval ${interval}` : ''}`;
    })
    .join('; ');
  return figure(
    `${title}, ${unit}. ${words}.`,
    width,
    bottom + 20,
    `font-size="${TICK_SIZE}" fill="${token('ink-3')}"`,
    label(left - 22, bottom + 14, unit, 'text-anchor="end"') + axis + marked + drawn.join(''),
  );
}

function bar(
  { value, ci95 }: Estimate,
  factor: number,
  y: number,
  color: string,
  at: (value: number) => string,
  left: number,
): string {
  if (ci95 === null) return label(left, y + 4, 'not resolved', 'font-style="italic"');
  const high = at(ci95[1] * factor);
  if (value === null) {
    return (
      `<path fill="none" stroke="${color}" stroke-width="2" stroke-dasharray="2 3" d="M${left} ${y}H${high}"/>` +
      `<path fill="none" stroke="${color}" stroke-width="2" d="M${high} ${y - 6}v12"/>`
    );
  }
  return (
    `<path stroke="${color}" stroke-width="10" stroke-opacity="0.28" stroke-linecap="round" d="M${at(ci95[0] * factor)} ${y}H${high}"/>` +
    `<circle cx="${at(value * factor)}" cy="${y}" r="4.6" fill="${color}"/>`
  );
}

function rulerDomain(rows: readonly RulerRow[], factor: number, linear: boolean): Domain | undefined {
  const values = rows.flatMap(({ estimate: { value, ci95 } }) => {
    // A bound on a logarithmic axis reaches down without end: a decade of it is shown.
    const ends = value === null && ci95 ? [ci95[1] / 10, ci95[1]] : [value, ...(ci95 ?? [])];
    return ends.flatMap((x) => (x === null || !Number.isFinite(x) ? [] : [x * factor]));
  });
  const usable = linear ? values : values.filter((x) => x > 0);
  if (usable.length === 0) return undefined;
  const [low, high] = [Math.min(...usable), Math.max(...usable)];
  if (linear) {
    const room = Math.max(0.15 * (high - low), 0.02 * Math.abs(high));
    return [low - room, high + room];
  }
  // At least a factor of four, so that a good interval looks like one.
  const middle = Math.sqrt(low * high);
  const half = Math.max(2, Math.sqrt(high / low) * 1.25);
  return [middle / half, middle * half];
}
