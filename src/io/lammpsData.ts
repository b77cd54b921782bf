/**
 * LAMMPS data files (https://docs.lammps.org/read_data.html): text -> LammpsDataFile, the header as numbers, every
 * section as fields. `lammpsAtoms.ts` makes a System of it.
 */
import { InputError } from '../core/errors.ts';
import { LineReader, quote, splitFields } from '../core/text.ts';
import type { Vec3 } from '../core/vec.ts';
import { boxOfBounds, type LammpsBox } from './lammpsBox.ts';

/** A line of a section: its fields, the comment after `#`, and where it stands. */
export interface LammpsDataRow {
  readonly line: number;
  readonly fields: readonly string[];
  readonly comment: string;
}

/** A section by its name, such as `Atoms` or `Pair Coeffs`. */
export interface LammpsDataSection {
  readonly line: number;
  /** The comment after the section's name: the style, as in `Atoms # charge`. */
  readonly style: string;
  readonly rows: readonly LammpsDataRow[];
}

/** A data file as written. */
export interface LammpsDataFile {
  readonly title: string;
  /** Header counts by name: `atoms`, `atom types`, `bonds` … */
  readonly counts: ReadonlyMap<string, number>;
  readonly box: LammpsBox;
  readonly boxLine: number;
  readonly sections: ReadonlyMap<string, LammpsDataSection>;
}

/** `0.0 20.0 xlo xhi`, `1.0 0.0 0.0 xy xz yz`, and the vectors of a general triclinic box. */
const BOX_NAME = /\b([xyz]lo\s+[xyz]hi|xy\s+xz\s+yz|[abc]vec|abc\s+origin)$/;
const COUNT_LINE = /^(\S+)\s+([a-z][a-z ]{0,40})$/;
/** `Masses`, `Pair Coeffs`, `BondBond13 Coeffs`: no other line begins with a letter. */
const SECTION_LINE = /^[A-Z][A-Za-z0-9]*( [A-Z][A-Za-z]*)*$/;

/** Reads the text of a data file. Throws where a number is none and where a section is shorter than announced. */
export function parseLammpsData(text: string, file: string): LammpsDataFile {
  const reader = new LineReader(text, file);
  const title = reader.next('the title line').trim();
  const counts = new Map<string, number>();
  const bounds = new Map<string, readonly number[]>();
  const sections = new Map<string, LammpsDataSection>();
  let boxLine = 1;
  let rows: LammpsDataRow[] | undefined;

  // Not `done`, which looks ahead over empty lines at every step.
  while (reader.peek() !== undefined) {
    const [content = '', ...comments] = reader.next('a line').split('#');
    const comment = comments.join('#').trim();
    const body = content.trim();
    const line = reader.lineNumber;
    if (body === '') continue;
    const boxName = BOX_NAME.exec(body);
    if (SECTION_LINE.test(body)) {
      rows = [];
      if (sections.has(body)) throw reader.error(`the section ${body} comes twice`);
      sections.set(body, { line, style: comment, rows });
    } else if (rows) {
      rows.push({ line, fields: splitFields(body), comment });
    } else if (boxName) {
      const name = oneSpaced(boxName[0]);
      if (bounds.has(name)) throw reader.error(`${name} comes twice`);
      const values = splitFields(body.slice(0, boxName.index));
      bounds.set(
        name,
        values.map((field) => reader.number(field, name)),
      );
      boxLine = line;
    } else {
      const count = COUNT_LINE.exec(body);
      if (!count) throw reader.error(`expected a header line such as "512 atoms", found ${quote(body)}`);
      const name = oneSpaced(count[2] as string);
      if (counts.has(name)) throw reader.error(`the number of ${name} comes twice`);
      counts.set(name, reader.integer(count[1], `number of ${name}`, 0));
    }
  }
  const box = readBox(bounds);
  if (!box) {
    throw new InputError('the header lacks the box: "0.0 20.0 xlo xhi" and the same for y and z', {
      file,
      line: boxLine,
    });
  }
  return { title, counts, box, boxLine, sections };
}

function oneSpaced(name: string): string {
  return name.replace(/\s+/g, ' ');
}

function readBox(bounds: ReadonlyMap<string, readonly number[]>): LammpsBox | undefined {
  const triple = (name: string): Vec3 | undefined => {
    const values = bounds.get(name);
    return values?.length === 3 ? (values as unknown as Vec3) : undefined;
  };
  // General triclinic boxes (LAMMPS of 2024 and later) give the vectors themselves.
  const [a, b, c] = [triple('avec'), triple('bvec'), triple('cvec')];
  if (a && b && c) return { origin: triple('abc origin') ?? [0, 0, 0], vectors: [...a, ...b, ...c] };
  const edges = ['xlo xhi', 'ylo yhi', 'zlo zhi'].map((name) => bounds.get(name));
  if (edges.some((edge) => edge?.length !== 2)) return undefined;
  const column = (k: number): Vec3 => edges.map((edge) => edge?.[k]) as unknown as Vec3;
  return boxOfBounds(column(0), column(1), triple('xy xz yz'));
}

/** The rows of a section, checked against the number that the header announces; undefined when there is none. */
export function sectionRows(
  parsed: LammpsDataFile,
  name: string,
  announced: string,
  file: string,
): readonly LammpsDataRow[] | undefined {
  const section = parsed.sections.get(name);
  if (!section) return undefined;
  const count = parsed.counts.get(announced);
  if (count !== undefined && count !== section.rows.length) {
    const line = section.rows.at(-1)?.line ?? section.line;
    throw new InputError(
      `the header announces ${count} ${announced}, the section ${name} has ${section.rows.length} lines`,
      { file, line },
    );
  }
  return section.rows;
}

/** The head of a data file: counts such as `512 atoms`, box bounds, sections. */
export function looksLikeLammpsData(head: string): boolean {
  return /^\s*\d+\s+atoms\b/m.test(head) || /^.*\b(xlo\s+xhi|avec)\b/m.test(head);
}
