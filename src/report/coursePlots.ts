/** Quantities of thermo.csv against time, in ps. */
import { type ChartSeries, chart } from './chart.ts';
import type { ReportRow, ReportStage } from './input.ts';

const PS = 1e-3;
/** ps over which noisy series are averaged, in stages long enough. */
const SMOOTHING = 1;

/** Rows of one replica, with what labels it. */
export interface RowSet {
  readonly label: string;
  readonly rows: readonly ReportRow[];
  readonly color: string;
}

export interface RowChart {
  readonly title: string;
  readonly yLabel: string;
  /** Value of a row; `first` is the first row of its stage. */
  readonly value: (row: ReportRow, first: ReportRow) => number;
  readonly lines?: readonly { readonly y: number; readonly label: string }[];
  readonly note?: string;
}

/** A quantity against time, stages marked: single values behind, a running mean in front. */
export function rowChart(sets: readonly RowSet[], stages: readonly ReportStage[], options: RowChart): string {
  const series = sets.flatMap(({ label, rows, color }): ChartSeries[] => {
    const parts = splitStages(rows);
    const x: number[] = [];
    const raw: number[] = [];
    const smooth: number[] = [];
    let window = 1;
    for (const part of parts) {
      const first = part[0] as ReportRow;
      const values = part.map((row) => options.value(row, first));
      const step =
        part.length > 1 ? ((part.at(-1) as ReportRow).time - first.time) / (part.length - 1) : Number.NaN;
      // Over a large part of a stage a mean would be flat, whatever happens in it.
      const own = Math.max(1, Math.min(Math.round(SMOOTHING / PS / step) || 1, Math.floor(part.length / 10)));
      window = Math.max(window, own);
      // A gap between stages: each has its own thermostat, and energies start anew.
      x.push(Number.NaN, ...part.map(({ time }) => time * PS));
      raw.push(Number.NaN, ...values);
      smooth.push(Number.NaN, ...runningMean(values, own));
    }
    if (sets.length > 1) return [{ label, x, y: smooth, color, width: 1.4 }];
    if (window < 3) return [{ label: '', x, y: raw, color, width: 1.4 }];
    return [
      { label: '', x, y: smooth, color, width: 1.8 },
      { label: '', x, y: raw, color, width: 0.8, opacity: 0.35 },
    ];
  });
  return chart(series, {
    title: options.title,
    xLabel: 'time, ps',
    yLabel: options.yLabel,
    height: 240,
    lines: [...stageLines(sets[0]?.rows ?? [], stages), ...(options.lines ?? [])],
    ...(options.note !== undefined && { note: options.note }),
    emptyText: 'No step of dynamics was recorded.',
  });
}

function splitStages(rows: readonly ReportRow[]): ReportRow[][] {
  const parts: ReportRow[][] = [];
  for (const row of rows) {
    const last = parts.at(-1);
    if (last?.[0]?.stage === row.stage) last.push(row);
    else parts.push([row]);
  }
  return parts;
}

/** Mean over a centred window, cut at the ends. */
export function runningMean(values: readonly number[], window: number): number[] {
  const half = Math.floor(window / 2);
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, i) => {
    sums[i + 1] = (sums[i] as number) + value;
  });
  return values.map((_, i) => {
    const [from, to] = [Math.max(0, i - half), Math.min(values.length, i + half + 1)];
    return ((sums[to] as number) - (sums[from] as number)) / (to - from);
  });
}

/** Where stages begin; a single one needs no mark. */
function stageLines(
  rows: readonly ReportRow[],
  stages: readonly ReportStage[],
): { x: number; label: string }[] {
  const starts = splitStages(rows).map((part) => part[0] as ReportRow);
  if (starts.length < 2) return [];
  return starts.map(({ time, stage }) => ({ x: time * PS, label: stages[stage]?.name ?? '' }));
}
