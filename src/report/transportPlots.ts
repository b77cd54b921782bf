/** Curves of transport against the lag. Times are in ps here. */
import type { MsdCurve } from '../analysis/transport/msd.ts';
import type { TransportAnalysis } from '../analysis/transport/transport.ts';
import type { System } from '../model/system.ts';
import { type ChartSeries, chart } from './chart.ts';
import { formatNumber, formatTime, ionName } from './format.ts';
import { type SpeciesStyle, speciesStyles, token } from './palette.ts';

const PS = 1e-3;
/** Lags beyond half the run rest on few time origins. */
const SHOWN_LAGS = 0.5;
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
