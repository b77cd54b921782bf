/** README's table of speeds out of the figures that `bench --json` stores. */
import type { BenchRow } from '../src/cli/bench/measure.ts';
import { type Row, scientific, table } from './markdown.ts';

export interface BenchFigures {
  readonly adapter: { readonly name: string };
  readonly accuracy: number;
  readonly cutoff: number;
  readonly rows: readonly BenchRow[];
}

/** Speeds, and the parts of a step where they were timed. */
export function benchTables(figures: BenchFigures | undefined): string {
  if (!figures) return 'Not measured yet.';
  const { rows, cutoff, accuracy, adapter } = figures;
  const besides = rows.flatMap(({ against }) => against ?? []);
  const [beside] = besides;
  const withErrors = besides.some(({ accuracy: measured }) => measured);
  const many = rows.some(({ replicas }) => replicas > 1);
  const ratio = (row: BenchRow): string =>
    row.against
      ? `${row.against.ratio.toFixed(2)} (${row.against.range.map((x) => x.toFixed(2)).join('–')})`
      : '';
  const errors = ({ against }: BenchRow): string =>
    against?.accuracy ? `${scientific(against.accuracy.ours)}, ${scientific(against.accuracy.theirs)}` : '';
  const name = beside && { lammps: 'LAMMPS', 'lammps.js': 'lammps.js' }[beside.engine];
  const speeds = table(
    [
      'ions',
      ...(many ? ['replicas'] : []),
      ...['method', 'steps/s', 'ns/day at 1 fs', 'µs per ion and step', 'GPU MiB'],
      ...(name ? [`speed over ${name}`] : []),
      ...(withErrors ? ['measured force errors, ours and theirs'] : []),
    ],
    rows.map((row) => [
      row.atoms,
      ...(many ? [row.replicas] : []),
      row.method,
      row.stepsPerSecond.toFixed(1),
      row.nsPerDay.toFixed(2),
      row.microsecondsPerAtomStep.toFixed(1),
      row.gpuMebibytes.toFixed(0),
      ...(name ? [ratio(row)] : []),
      ...(withErrors ? [errors(row)] : []),
    ]),
  );
  const workers =
    beside &&
    `${[...new Set(besides.map((one) => one.workers))].join(' or ')} ${beside.engine === 'lammps' ? 'ranks' : 'threads'}`;
  const about = beside
    ? ` ${name} ${beside.version}, ${workers}, PPPM at the same accuracy and cutoff, by turns in one run${withErrors ? '; force errors are rms against its Ewald sum, over 14.4 eV/Å' : ''}.`
    : '';
  const note = `LiCl with the chloride set, cutoff ${cutoff} Å, accuracy ${accuracy.toExponential(0)}, on ${adapter.name}.${about}`;
  return [speeds, note, ...phaseTable(rows)].join('\n\n');
}

/** Parts of a step one by one; nothing where they were not timed. */
function phaseTable(rows: BenchFigures['rows']): string[] {
  const timed = rows.filter(({ phases }) => phases);
  const names = [...new Set(timed.flatMap(({ phases }) => Object.keys(phases ?? {})))];
  if (names.length === 0) return [];
  const body = timed.map(({ atoms, replicas, method, phases = {} }): Row => {
    const times = names.map((name) => phases[name]?.toFixed(2) ?? '');
    return [replicas > 1 ? `${replicas} × ${atoms}` : atoms, method, ...times];
  });
  return [
    'Parts of a step, each timed alone, µs per ion and step:',
    table(['ions', 'method', ...names], body),
  ];
}
