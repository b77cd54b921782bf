/**
 * Files of tabulated pair interactions: columns r (Å), V (eV), F = −dV/dr (eV/Å), comments after #. A file of LAMMPS'
 * pair_write or pair_style table with one section is read too: a keyword, a line `N …`, then index, r, V, F.
 */
import { InputError } from '../core/errors.ts';
import { linesOf, numberField, parseNumber, quote, splitFields } from '../core/text.ts';
import type { CurvePoints } from './curve.ts';

/** @returns the points and the line (from 1) that each stands on */
export function parseTableFile(text: string, file: string): { points: CurvePoints; lines: number[] } {
  const points = { r: [] as number[], V: [] as number[], F: [] as number[] };
  const lines: number[] = [];
  /** Rows that a header `N` announces; with a header, rows begin with their index. */
  let announced: { readonly count: number; readonly line: number } | undefined;
  let keyword: string | undefined;
  for (const [i, raw] of linesOf(text, file).entries()) {
    const location = { file, line: i + 1 };
    const fields = splitFields(raw.replace(/#.*/, ''));
    const [head] = fields;
    if (head === undefined) continue;
    if (parseNumber(head) === undefined) {
      if (head === 'N' && keyword !== undefined && !announced && lines.length === 0) {
        announced = { count: numberField(fields[1], 'N', location), line: i + 1 };
      } else if (keyword === undefined && lines.length === 0 && /^[A-Za-z_]/.test(head)) {
        keyword = head;
      } else if (announced && /^[A-Za-z_]/.test(head)) {
        throw new InputError(
          `a second section, ${quote(head)}; expected one table per file (the first is ${quote(keyword)})`,
          location,
        );
      } else numberField(head, 'r', location);
      continue;
    }
    if (keyword !== undefined && !announced) {
      throw new InputError(
        `expected "N" and the number of rows after ${quote(keyword)}, found a row`,
        location,
      );
    }
    const columns = announced ? fields.slice(1) : fields;
    if (columns.length !== 3) {
      const expected = announced ? 'index, r, V and F' : 'r, V and F = −dV/dr';
      throw new InputError(`${fields.length} columns; expected ${expected}`, location);
    }
    points.r.push(numberField(columns[0], 'r', location));
    points.V.push(numberField(columns[1], 'V', location));
    points.F.push(numberField(columns[2], 'F', location));
    lines.push(i + 1);
  }
  if (announced && announced.count !== lines.length) {
    throw new InputError(`N announces ${announced.count} rows, ${lines.length} follow`, {
      file,
      line: announced.line,
    });
  }
  return { points, lines };
}
