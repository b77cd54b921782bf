/** The figures of a report, from curves and rows to charts. Times are in ps here, energies per atom. */
import { type Estimate, type Interval, scaled } from '../analysis/estimate.ts';
import type { MsdCurve } from '../analysis/msd.ts';
import type { TransportAnalysis } from '../analysis/transport.ts';
import type { System } from '../model/system.ts';
import { type ChartSeries, chart } from './chart.ts';
import { formatNumber, formatTime, ionName } from './format.ts';
import type { ReportGroup, ReportRow, ReportStage } from './input.ts';
import { type SpeciesStyle, speciesStyles, token } from './palette.ts';

const PS = 1e-3;
/** Lags beyond half the run rest on few time origins. */
const SHOWN_LAGS = 0.5;
/** ps over which noisy series are averaged. */
const SMOOTHING = 1;

/** Lags 1 … half the run, ps, and the values there. */
function shownCurve({ frameInterval, msd }: MsdCurve): { x: Float64Array; y: Float64Array } {
  const last = Math.max(2, Math.floor(SHOWN_LAGS * msd.length) + 1);
  const y = msd.slice(1, last);
  return { x: y.map((_, i) => (i + 1) * frameInterval * PS), y };
}

/** Species in the order of interest: mobile ones first. */
function ordered(system: System, styles: readonly SpeciesStyle[]): number[] {
  const weight = { mobile: 0, metal: 2, anion: 1 } as const;
  return system.species
    .map((_, s) => s)
    .sort(
      (a, b) => weight[(styles[a] as SpeciesStyle).role] - weight[(styles[b] as SpeciesStyle).role] || a - b,
    );
}

/** MSD of every species, log–log, with the fitted line, its 95 % band and the window of the fit. */
export function msdChart(system: System, { results, curves }: TransportAnalysis): string {
  const { mobile } = results.transport;
  const styles = speciesStyles(system, mobile);
  const fits: ChartSeries[] = [];
  const series: ChartSeries[] = [];
  const slopes: string[] = [];
  let window: { from: number; to: number; label: string } | undefined;
  for (const s of ordered(system, styles)) {
    const species = system.species[s] as System['species'][number];
    const curve = curves.species[species.label];
    const found = results.diffusion[species.label];
    if (!curve || !found) continue;
    const { line, dash, role } = styles[s] as SpeciesStyle;
    series.push({ label: ionName(species), ...shownCurve(curve), color: line, ...(dash && { dash }) });
    if (role !== 'mobile') continue;
    if (found.beta !== null) slopes.push(`${ionName(species)} ${formatNumber(found.beta, 2)}`);
    const { value, ci95 } = found.angstrom2PerPs;
    if (value === null || ci95 === null || !found.fit) continue;
    const { start, end, intercept } = found.fit;
    window ??= { from: start * PS, to: end * PS, label: `fit ${formatTime(start)} – ${formatTime(end)}` };
    const x = Float64Array.from({ length: 40 }, (_, i) => start * PS * (end / start) ** (i / 39));
    const line6D = (D: number): Float64Array => x.map((t) => 6 * D * t + intercept);
    fits.push({
      label: '',
      x,
      y: line6D(value),
      band: { low: line6D(ci95[0]), high: line6D(ci95[1]) },
      color: token('ink'),
      dash: '4 3',
      width: 1.3,
    });
  }
  return chart([...fits, ...series], {
    title: 'Mean squared displacement',
    xLabel: 'lag, ps',
    yLabel: 'MSD, Å²',
    xScale: 'log',
    yScale: 'log',
    leastDecades: 1.5,
    height: 290,
    ...(window && { shadedX: window }),
    ...(slopes.length > 0 && {
      note: `${fits.length > 0 ? 'Dashed: 6Dτ + offset with the 95 % band of D. ' : ''}Log–log slope of the late half, 1 when diffusive: ${slopes.join(', ')}.`,
    }),
    emptyText: 'Too few frames for a displacement.',
  });
}

/** The MSD along x, y and z of the first mobile species: three curves on one line when transport is isotropic. */
export function directionChart(system: System, { results, curves }: TransportAnalysis): string {
  const [label] = results.transport.mobile;
  const curve = label === undefined ? undefined : curves.species[label];
  const species = system.species.find((one) => one.label === label);
  const looks = [
    ['x', 'xx', token('mobile'), undefined],
    ['y', 'yy', token('line-metal-1'), '6 3'],
    ['z', 'zz', token('line-anion-1'), '2 3'],
  ] as const;
  const series = looks.flatMap(([axis, ab, color, dash]): ChartSeries[] =>
    curve
      ? [{ label: axis, ...shownCurve({ ...curve, msd: curve.tensor[ab] }), color, ...(dash && { dash }) }]
      : [],
  );
  return chart(series, {
    title: `Directions${species ? ` of ${ionName(species)}` : ''}`,
    xLabel: 'lag, ps',
    yLabel: 'MSD along x, y and z, Å²',
    xScale: 'log',
    yScale: 'log',
    leastDecades: 1.5,
    height: 290,
    note: 'Cartesian axes; the three add up to the MSD.',
    emptyText: 'Too few frames for a displacement.',
  });
}

/** D of fits that start at one lag after the other: flat where the choice of the start does not matter. */
export function startScanChart(system: System, { results }: TransportAnalysis): string {
  const { mobile } = results.transport;
  const styles = speciesStyles(system, mobile);
  const starts: { x: number; label: string }[] = [];
  const series = ordered(system, styles).flatMap((s): ChartSeries[] => {
    const species = system.species[s] as System['species'][number];
    const found = results.diffusion[species.label];
    const { role, line, dash } = styles[s] as SpeciesStyle;
    if (role !== 'mobile' || !found || found.startScan.length < 2) return [];
    if (found.fit && found.D.value !== null) {
      starts.push({ x: found.fit.start * PS, label: `chosen: ${formatTime(found.fit.start)}` });
    }
    const { startScan } = found;
    return [
      {
        label: ionName(species),
        x: startScan.map(({ start }) => start * PS),
        y: startScan.map(({ D }) => D),
        band: {
          low: startScan.map(({ D, standardError }) => D - 1.96 * standardError),
          high: startScan.map(({ D, standardError }) => D + 1.96 * standardError),
        },
        color: line,
        ...(dash && { dash }),
      },
    ];
  });
  return chart(series, {
    title: 'Does D depend on where the fit starts?',
    xLabel: 'first lag of the fit, ps',
    yLabel: 'D*, cm²/s',
    xScale: 'log',
    height: 290,
    lines: starts,
    note: 'One fit per start, with 1.96 standard errors. A flat stretch is diffusion; a slope is short-time motion in the fit.',
    emptyText: 'Too few lags to compare fits.',
  });
}

/** The collective charge displacement beside what independent ions would give: their ratio is the Haven ratio. */
export function collectiveChart(system: System, { results, curves }: TransportAnalysis): string {
  const { mobile, formalCharges } = results.transport;
  const series: ChartSeries[] = [];
  if (curves.collective) {
    series.push({ label: 'all together', ...shownCurve(curves.collective), color: token('collective') });
    let sum: Float64Array | undefined;
    for (const label of mobile) {
      const curve = curves.species[label];
      const weight = (formalCharges[label] ?? 0) ** 2 * (results.diffusion[label]?.ions ?? 0);
      if (!curve || weight === 0) continue;
      sum = curve.msd.map((value, k) => (sum?.[k] ?? 0) + weight * value);
    }
    const [label] = mobile;
    const first = label === undefined ? undefined : curves.species[label];
    if (sum && first) {
      const color =
        speciesStyles(system, mobile).find(({ role }) => role === 'mobile')?.line ?? token('mobile');
      series.push({ label: 'one by one', ...shownCurve({ ...first, msd: sum }), color, dash: '5 3' });
    }
  }
  return chart(series, {
    title: 'Charge displacement of the cell',
    xLabel: 'lag, ps',
    yLabel: '⟨|Σ q Δu|²⟩, e²Å²',
    xScale: 'log',
    yScale: 'log',
    leastDecades: 1.5,
    height: 290,
    note: 'Dashed: the same ions if they moved independently. Where both are straight, dashed over solid is the Haven ratio. One cell is one sample: the solid line is noisy at long lags.',
    emptyText: 'Needs formal charges.',
  });
}

/** Rows of one replica, with what labels it. */
export interface RowSet {
  readonly label: string;
  readonly rows: readonly ReportRow[];
  readonly color: string;
}

interface RowChart {
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
      window = Math.max(window, Math.round(SMOOTHING / PS / step) || 1);
      // A gap between stages: each has its own thermostat, and energies start anew.
      x.push(Number.NaN, ...part.map(({ time }) => time * PS));
      raw.push(Number.NaN, ...values);
      smooth.push(Number.NaN, ...runningMean(values, Math.max(1, Math.round(SMOOTHING / PS / step) || 1)));
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

/** An estimate at a temperature, in the unit of the axis. */
interface TemperaturePoint {
  readonly x: number;
  readonly estimate: Estimate;
}

/** Points with their intervals, and upper bounds as arrows. No line through them: that is another analysis. */
function pointSeries(label: string, color: string, points: readonly TemperaturePoint[]): ChartSeries[] {
  const sorted = points.filter(({ estimate }) => estimate.ci95 !== null).toSorted((a, b) => a.x - b.x);
  const ends = ({ estimate }: TemperaturePoint): Interval => estimate.ci95 as Interval;
  const known = sorted.filter(({ estimate }) => estimate.value !== null);
  const bounds = sorted.filter(({ estimate }) => estimate.value === null);
  return [
    {
      label,
      x: known.map(({ x }) => x),
      y: known.map(({ estimate }) => estimate.value as number),
      band: { low: known.map((p) => ends(p)[0]), high: known.map((p) => ends(p)[1]) },
      color,
      points: true,
    },
    {
      label: known.length > 0 ? '' : `${label}, bound`,
      x: bounds.map(({ x }) => x),
      y: bounds.map((p) => ends(p)[1]),
      color,
      points: true,
      marker: 'bound',
    },
  ];
}

/** Conductivity, and diffusivity of the mobile species, against inverse temperature. */
export function temperatureCharts(system: System, groups: readonly ReportGroup[]): string[] {
  const inverse = groups.flatMap(({ temperature }) => (temperature ? [1000 / temperature] : []));
  // The two conductivities of one temperature would hide each other.
  const aside = 0.008 * (Math.max(...inverse) - Math.min(...inverse));
  const points = (
    shift: number,
    of: (analysis: TransportAnalysis) => Estimate | undefined,
  ): TemperaturePoint[] =>
    groups.flatMap(({ temperature, analysis }) => {
      const estimate = of(analysis);
      return temperature && estimate ? [{ x: 1000 / temperature + shift, estimate }] : [];
    });
  const common = {
    xLabel: '1000/T, 1/K',
    yScale: 'log',
    note: 'Bars: 95 % intervals; arrows: upper bounds.',
  } as const;
  const sigma =
    (which: 'nernstEinstein' | 'collective') =>
    (analysis: TransportAnalysis): Estimate =>
      scaled(analysis.results.conductivity[which], 1000, 'mS/cm');
  const mobile = groups[0]?.analysis.results.transport.mobile ?? [];
  const styles = speciesStyles(system, mobile);
  const diffusing = system.species.flatMap((species, s): ChartSeries[] =>
    mobile.includes(species.label)
      ? pointSeries(
          ionName(species),
          (styles[s] as SpeciesStyle).line,
          points(0, ({ results }) => results.diffusion[species.label]?.D),
        )
      : [],
  );
  return [
    chart(
      [
        ...pointSeries('tracers', token('mobile'), points(-aside, sigma('nernstEinstein'))),
        ...pointSeries('collective', token('collective'), points(aside, sigma('collective'))),
      ],
      {
        title: 'Conductivity against temperature',
        yLabel: 'σ, mS/cm',
        emptyText: 'No temperature gave a conductivity or a bound.',
        ...common,
      },
    ),
    chart(diffusing, {
      title: 'Diffusivity against temperature',
      yLabel: 'D*, cm²/s',
      emptyText: 'No temperature gave a diffusivity or a bound.',
      ...common,
    }),
  ];
}
