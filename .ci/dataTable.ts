/** README's table of analyses against published figures of real trajectories: what tests/data wrote down (npm run check:data). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Row, table } from './markdown.ts';

interface MeasuredFigure {
  readonly name: string;
  /** null: nobody has published one. */
  readonly expected: string | number | null;
  readonly measured: string | number;
  readonly tolerance: string | number | null;
  readonly source: string;
}

export function dataTable(): string {
  const folder = join(process.cwd(), 'tests', 'data', 'results');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const rows = files
    .flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as MeasuredFigure[])
    .map(({ name, expected, measured, tolerance, source }): Row => {
      return [name, text(expected), text(measured), text(tolerance), source];
    });
  if (rows.length === 0) return 'No figures yet: run `npm run check:data`.';
  return table(['quantity', 'published or reference', 'halide-md', 'tolerance of the test', 'source'], rows);
}

/** Ten digits at most: what the tests compare is finer than what anyone reads. */
function text(x: string | number | null): string {
  if (x === null) return '–';
  return typeof x === 'number' ? String(Number(x.toPrecision(10))) : x;
}
