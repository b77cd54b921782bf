/**
 * Reading of numbers and lines that throws with file and line. Every text reader goes through here, so that a
 * malformed file is always reported as `file:line: what was expected, what was found`.
 */
import { InputError, type SourceLocation } from './errors.ts';

/** Lines of a text that is read as a whole: more than three million atoms, and what their fields cost stays below 2 GB. */
export const MOST_LINES = 2 ** 22;
/** A longer line is not a line of any format here, but a way to fill the memory. */
export const LONGEST_LINE = 2 ** 24;
const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];

/** A text file as lines with a cursor; line ends LF, CRLF or CR, a byte-order mark is dropped. */
export class LineReader {
  readonly file: string;
  readonly lines: readonly string[];
  /** Index of the next line, from 0. */
  position = 0;

  constructor(text: string, file: string) {
    this.file = file;
    this.lines = linesOf(text, file);
  }

  /** True when only empty lines are left. */
  get done(): boolean {
    for (let i = this.position; i < this.lines.length; i++) {
      if ((this.lines[i] as string).trim() !== '') return false;
    }
    return true;
  }

  /** Number, from 1, of the line last returned by `next`. */
  get lineNumber(): number {
    return this.position;
  }

  /** The next line; `expected` says what should have stood there when the file ends too early. */
  next(expected: string): string {
    const line = this.lines[this.position];
    if (line === undefined) {
      throw new InputError(`the file ends where ${expected} was expected`, {
        file: this.file,
        line: this.lines.length,
      });
    }
    this.position++;
    return line;
  }

  /** The next line without moving; undefined at the end. */
  peek(): string | undefined {
    return this.lines[this.position];
  }

  /** Where the line last read stands. */
  get location(): SourceLocation {
    return { file: this.file, line: Math.max(1, this.position) };
  }

  /** An InputError at the line last read. */
  error(message: string): InputError {
    return new InputError(message, this.location);
  }

  /** The whitespace-separated fields of the next line. */
  fields(expected: string): string[] {
    return splitFields(this.next(expected));
  }

  /** A finite number out of one field of the line last read. */
  number(field: string | undefined, name: string): number {
    return numberField(field, name, this.location);
  }

  /** An integer out of one field of the line last read. */
  integer(field: string | undefined, name: string, minimum = Number.MIN_SAFE_INTEGER): number {
    return integerField(field, name, this.location, minimum);
  }
}

/** The lines of a whole text, without their ends and a byte-order mark. Throws for more than can be held. */
export function linesOf(text: string, file: string): string[] {
  // Counted before they are made: a text of line ends alone would become a list of hundreds of millions.
  let line = 1;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const ends = code === LINE_FEED || (code === CARRIAGE_RETURN && text.charCodeAt(i + 1) !== LINE_FEED);
    if (i - start > LONGEST_LINE) {
      throw new InputError(`a line of more than ${LONGEST_LINE} characters is not read`, { file, line });
    }
    if (!ends) continue;
    line++;
    start = i + 1;
    if (line > MOST_LINES) throw new InputError(`more than ${MOST_LINES} lines are not read`, { file, line });
  }
  return text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
}

/** A finite number out of one field of a file. */
export function numberField(field: string | undefined, name: string, location: SourceLocation): number {
  const value = parseNumber(field);
  if (value === undefined) {
    throw new InputError(`${name}: expected a number, found ${quote(field)}`, location);
  }
  return value;
}

/** An integer out of one field of a file. */
export function integerField(
  field: string | undefined,
  name: string,
  location: SourceLocation,
  minimum = Number.MIN_SAFE_INTEGER,
): number {
  const value = parseNumber(field);
  if (value === undefined || !Number.isSafeInteger(value) || value < minimum) {
    const bound = minimum === Number.MIN_SAFE_INTEGER ? '' : ` of at least ${minimum}`;
    throw new InputError(`${name}: expected a whole number${bound}, found ${quote(field)}`, location);
  }
  return value;
}

/** Whitespace-separated fields of one line. */
export function splitFields(line: string): string[] {
  const trimmed = line.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/);
}

/** A finite number in plain or Fortran (1.0D-3) notation; undefined for anything else, NaN and infinity included. */
export function parseNumber(field: string | undefined): number | undefined {
  // One way to match each text: `\d+\.?\d*` would try them all on a long number that ends in a letter.
  if (field === undefined || !/^[+-]?(\d+(\.\d*)?|\.\d+)([eEdD][+-]?\d+)?$/.test(field)) return undefined;
  const plain = Number(field);
  const value = Number.isNaN(plain) ? Number(field.replace(/[dD]/, 'e')) : plain;
  return Number.isFinite(value) ? value : undefined;
}

/** Found text for an error message: quoted and cut short, control characters shown as escapes. */
export function quote(field: string | undefined): string {
  if (field === undefined) return 'nothing';
  const shown = field.length > 40 ? `${field.slice(0, 40)}…` : field;
  return JSON.stringify(shown);
}

/** The same text with a capital at its beginning. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
