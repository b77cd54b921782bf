/** What POSCAR and XDATCAR of VASP begin with: title, scale, lattice vectors, element symbols, numbers of atoms. */
import { InputError, type SourceLocation } from '../core/errors.ts';
import { integerField, numberField, parseNumber, splitFields } from '../core/text.ts';
import { requireElement } from './species.ts';

export interface PoscarHeader {
  readonly title: string;
  /** One factor, minus the volume in Å³, or three factors for x, y and z. */
  readonly scale: readonly number[];
  /** [3×3] rows a, b, c, the scale not applied. */
  readonly lattice: readonly number[];
  /** Absent in VASP 4 files. */
  readonly symbols?: readonly string[];
  readonly counts: readonly number[];
  readonly nAtoms: number;
  /** Line of the scale, the first lattice vector and the counts. */
  readonly lines: { readonly scale: number; readonly lattice: number; readonly counts: number };
  /** Lines that the header takes: six without the symbols, seven with them. */
  readonly length: number;
}

export const LONGEST_HEADER = 7;

/** A header out of its lines. @param lines as many as there are, up to LONGEST_HEADER @param at place of the first */
export function parsePoscarHeader(
  lines: readonly string[],
  at: { readonly file: string; readonly line: number },
): PoscarHeader {
  let index = -1;
  const here = (): SourceLocation => ({ file: at.file, line: at.line + Math.max(0, index) });
  const next = (expected: string): string => {
    const line = lines[index + 1];
    if (line === undefined) throw new InputError(`the file ends where ${expected} was expected`, here());
    index++;
    return line;
  };
  const title = next('the title line').trim();

  const scaleFields = splitFields(next('the scale factor'));
  const scale = [numberField(scaleFields[0], 'scale factor', here())];
  if (scaleFields.length >= 3 && parseNumber(scaleFields[1]) !== undefined) {
    scale.push(...[1, 2].map((i) => numberField(scaleFields[i], 'scale factor', here())));
  }
  const scaleLine = at.line + index;

  const lattice: number[] = [];
  for (const name of ['a', 'b', 'c']) {
    const fields = splitFields(next(`lattice vector ${name}`));
    for (let k = 0; k < 3; k++) lattice.push(numberField(fields[k], `lattice vector ${name}`, here()));
  }

  let fields = splitFields(next('the element symbols'));
  let symbols: string[] | undefined;
  if (parseNumber(fields[0]) === undefined) {
    // "Li_sv" and "Li_sv/7d2c…" name the pseudopotential as well.
    symbols = withoutComment(fields).map((field) => field.replace(/[_/].*$/, ''));
    for (const symbol of symbols) requireElement(symbol, here());
    fields = splitFields(next('the number of atoms of each element'));
  }
  const counts = withoutComment(fields).map((field) => integerField(field, 'number of atoms', here(), 0));
  if (counts.length === 0 || (symbols && symbols.length !== counts.length)) {
    throw new InputError(
      `expected ${symbols?.length ?? 'some'} numbers of atoms, one per element, found ${counts.length}`,
      here(),
    );
  }
  const nAtoms = counts.reduce((sum, count) => sum + count, 0);
  if (nAtoms === 0) throw new InputError('expected at least one atom, found none', here());
  return {
    title,
    scale,
    lattice,
    ...(symbols && { symbols }),
    counts,
    nAtoms,
    lines: { scale: scaleLine, lattice: scaleLine + 1, counts: at.line + index },
    length: index + 1,
  };
}

function withoutComment(fields: readonly string[]): string[] {
  const end = fields.findIndex((field) => /^[!#%]/.test(field));
  return fields.slice(0, end < 0 ? fields.length : end);
}
