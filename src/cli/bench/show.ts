/** Rows of `bench` for the eye: lines of a table, and cost against size as a plot. */
import { COULOMB_EV_ANGSTROM } from '../../core/constants.ts';
import { type ChartSeries, chart } from '../../report/chart.ts';
import { figureFile } from '../../report/figure.ts';
import { type TokenName, token } from '../../report/palette.ts';
import { ACCURACY, CUTOFF } from './crystal.ts';
import type { BenchRow, Beside } from './measure.ts';

export const HEADER =
  '    ions     method  replicas   steps/s  atom-steps/s   ns/day  µs/atom-step  start s  GPU MiB  B/ion  force error';

const ENGINES = { lammps: 'LAMMPS', 'lammps.js': 'lammps.js' } as const;

/** @param rows all rows so far, for the ratio of many replicas to one cell */
export function linesOf(row: BenchRow, rows: readonly BenchRow[]): string[] {
  const cells = [
    String(row.atoms).padStart(8),
    row.method.padStart(10),
    String(row.replicas).padStart(9),
    row.stepsPerSecond.toFixed(2).padStart(9),
    row.atomStepsPerSecond.toExponential(2).padStart(13),
    row.nsPerDay.toFixed(2).padStart(8),
    row.microsecondsPerAtomStep.toFixed(3).padStart(13),
    row.startSeconds.toFixed(1).padStart(8),
    row.gpuMebibytes.toFixed(0).padStart(8),
    row.bytesPerAtom.toFixed(0).padStart(6),
    (row.forceError === null ? '–' : (row.forceError / COULOMB_EV_ANGSTROM).toExponential(1)).padStart(12),
  ];
  const single = sameAtomsInOneCell(row, rows);
  const more = [
    single &&
      `${(row.atomStepsPerSecond / single.atomStepsPerSecond).toFixed(2)} of one cell of ${single.atoms} ions`,
    row.against && besideText(row.against),
    row.phases && phaseText(row),
  ];
  return [cells.join(' '), ...more.flatMap((text) => (text ? [`         ${text}`] : []))];
}

/** The row with as many atoms in a single cell, within a tenth. */
export function sameAtomsInOneCell(row: BenchRow, rows: readonly BenchRow[]): BenchRow | undefined {
  const total = row.atoms * row.replicas;
  if (row.replicas === 1) return undefined;
  return rows.find(
    (one) => one.replicas === 1 && one.method === row.method && Math.abs(one.atoms / total - 1) < 0.1,
  );
}

function besideText({ engine, workers, stepsPerSecond, ratio, range, accuracy }: Beside): string {
  const of = `${ratio.toFixed(2)} (${range.map((x) => x.toFixed(2)).join('–')}) of ${ENGINES[engine]} on ${workers} ${engine === 'lammps' ? 'ranks' : 'threads'}, ${stepsPerSecond.toFixed(2)} steps/s`;
  if (!accuracy) return of;
  const { ours, theirs } = accuracy;
  return `${of}; measured force error ${ours.toExponential(1)}, theirs ${theirs.toExponential(1)} (${(theirs / ours).toFixed(1)} times ours)`;
}

function phaseText({ phases = {}, microsecondsPerAtomStep }: BenchRow): string {
  const parts = Object.entries(phases).map(
    ([name, time]) => `${name} ${time.toFixed(3)} (${((100 * time) / microsecondsPerAtomStep).toFixed(0)} %)`,
  );
  return `µs per atom-step: ${parts.join(', ')}`;
}

const COLORS: readonly TokenName[] = [
  ...(['accent', 'mobile', 'line-anion-1', 'line-anion-4', 'line-metal-2'] as const),
  ...(['line-metal-3', 'line-anion-2', 'line-mobile-2'] as const),
];
const DASHES = ['', '6 3', '2 3', '8 3 2 3'] as const;

/** µs per atom-step against ions, one line per method, number of replicas and engine. */
export function benchPlot(rows: readonly BenchRow[], adapter: string): string {
  const methods = [...new Set(rows.map(({ method }) => method))];
  const counts = [...new Set(rows.map(({ replicas }) => replicas))];
  const series: ChartSeries[] = [];
  const add = (label: string, color: TokenName, dash: string, points: [number, number][]): void => {
    if (points.length === 0) return;
    const sorted = points.toSorted(([a], [b]) => a - b);
    const one = {
      label,
      x: sorted.map(([x]) => x),
      y: sorted.map(([, y]) => y),
      color: token(color),
    };
    series.push({ ...one, ...(dash && { dash }) });
    // Markers show what was measured, and one size alone.
    series.push({ ...one, label: '', points: true });
  };
  methods.forEach((method, m) => {
    counts.forEach((replicas, r) => {
      const here = rows.filter((row) => row.method === method && row.replicas === replicas);
      add(
        replicas === 1 ? method : `${method}, ${replicas} replicas`,
        COLORS[m % COLORS.length] as TokenName,
        DASHES[r % DASHES.length] as string,
        here.map((row) => [row.atoms * row.replicas, row.microsecondsPerAtomStep]),
      );
    });
  });
  for (const [engine, name] of Object.entries(ENGINES)) {
    // The engine is asked for the same every time: one point per size.
    const points = new Map<number, number>();
    for (const { atoms, against } of rows) {
      if (against?.engine === engine) points.set(atoms, 1e6 / (against.stepsPerSecond * atoms));
    }
    add(name, 'ink-3', '2 2', [...points]);
  }
  return figureFile(
    chart(series, {
      title: 'Cost of a step',
      xLabel: 'ions, all replicas together',
      yLabel: 'µs per ion and step',
      xScale: 'log',
      yScale: 'log',
      width: 640,
      height: 400,
      note: `LiCl, cutoff ${CUTOFF} Å, force accuracy ${ACCURACY.toExponential(0)}, ${adapter}`,
    }),
  );
}
