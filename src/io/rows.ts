/**
 * Rows of columns, one per atom, read where they stand in the text: no string is made of a number that is kept as a
 * number. Reading a trajectory of 600 atoms went from 35 to 190 MB/s when the strings went.
 */
import { InputError } from '../core/errors.ts';
import { LONGEST_LINE, parseNumber, quote, splitFields } from '../core/text.ts';
import { CutShort } from './cutShort.ts';
import type { LineStream } from './lineStream.ts';
import { numberAt, numberEnd } from './numberAt.ts';

/** A column that is kept. */
export interface RowColumn {
  readonly name: string;
  /** Place of its first field in the row, from 0. */
  readonly field: number;
  /** Fields that belong to it. */
  readonly width: number;
  readonly kind: 'number' | 'integer' | 'text';
}

export interface Rows {
  /** [rows × width] per column of numbers. */
  readonly numbers: Map<string, Float64Array>;
  /** [rows] per column of texts, its first field. */
  readonly texts: Map<string, string[]>;
}

/** Numbers that are made room for before there are any: a file may announce more than it holds. */
const FIRST_ROOM = 4096;
/** More fields than a line has room for. */
const MOST_FIELDS = LONGEST_LINE / 2;

const [TAB, LINE_FEED, RETURN, SPACE] = [9, 10, 13, 32];

/**
 * Reads the next `count` rows.
 * @param expected what the rows are, for the message when the file ends
 * @param fewest fields that every row must have, whether kept or not
 * @param trusted rows of the frame before: as many are made room for at once
 */
export async function readRows(
  lines: LineStream,
  count: number,
  columns: readonly RowColumn[],
  expected: string,
  fewest = 0,
  trusted = 0,
): Promise<Rows> {
  const first = lines.lineNumber + 1;
  const refuse = (problem: string, index: number, isLast = false): never => {
    throw new (lines.endsOpen && isLast ? CutShort : InputError)(problem, {
      file: lines.file,
      line: first + index,
    });
  };
  const nFields = Math.max(fewest, ...columns.map(({ field, width }) => field + width));
  if (nFields > MOST_FIELDS) {
    refuse(rowProblem(await lines.demand(expected), columns, fewest, 0) ?? 'too many columns', 0);
  }
  const scanner = new RowScanner(columns, nFields, count, count === trusted);
  await lines.eachBlock(count, expected, (bytes, from, row) => {
    let at = scanner.scan(bytes, from, row);
    while (scanner.isRefused) {
      const refused = scanner.row;
      const end = rowEnd(bytes, at);
      const text = decoder.decode(bytes.subarray(at, end));
      const problem = rowProblem(text, columns, fewest, refused);
      if (problem !== undefined) refuse(problem, refused, end + 1 >= bytes.length);
      // White space of other scripts, which somebody's editor has put in, separates fields as well.
      scanner.scan(encoder.encode(`${splitFields(text).join(' ')}\n`), 0, refused);
      if (scanner.isRefused) refuse('expected spaces between the fields', refused);
      at = scanner.scan(bytes, bytes.indexOf(LINE_FEED, at) + 1, refused + 1);
    }
    return at;
  });
  return scanner.rows();
}

/** A column with what has been read of it. */
interface KeptColumn extends RowColumn {
  values: Float64Array;
  readonly texts: string[];
  readonly known: KnownText[];
}

/**
 * Goes over the bytes of rows once. One function without calls to closures: with one per row, reading took twice as long.
 * Owns the columns, which grow, hence a class.
 */
class RowScanner {
  /** The row after the last that was read; where `isRefused`, the one that cannot be. */
  row = 0;
  isRefused = false;
  private readonly count: number;
  private readonly kept: readonly KeptColumn[];
  /** By field: the column that it belongs to, -1 when it is passed over. */
  private readonly columnOf: Int32Array;

  constructor(columns: readonly RowColumn[], nFields: number, count: number, isTrusted: boolean) {
    this.count = count;
    this.kept = columns.map((column) => {
      const size = column.kind === 'text' ? 0 : count * column.width;
      return {
        ...column,
        values: new Float64Array(isTrusted ? size : Math.min(size, FIRST_ROOM)),
        texts: [],
        known: [],
      };
    });
    this.columnOf = new Int32Array(nFields).fill(-1);
    this.kept.forEach(({ field, width }, c) => {
      this.columnOf.fill(c, field, field + width);
    });
  }

  /**
   * Reads whole lines from `from` on as rows, as many as are at hand and wanted.
   * @returns where the first byte after them stands; where `isRefused`, where that row begins
   */
  scan(bytes: Uint8Array, from: number, row: number): number {
    const { columnOf, kept, count } = this;
    this.isRefused = false;
    const nFields = columnOf.length;
    let i = from;
    for (this.row = row; this.row < count && i < bytes.length; this.row++) {
      const start = i;
      let field = 0;
      for (; field < nFields; field++) {
        let code = bytes[i] as number;
        while (code === SPACE || (code <= RETURN && code >= TAB && code !== LINE_FEED))
          code = bytes[++i] as number;
        if (code === LINE_FEED) break;
        const c = columnOf[field] as number;
        const column = c < 0 ? undefined : (kept[c] as KeptColumn);
        if (column === undefined || column.kind === 'text') {
          const begin = i;
          while (code > SPACE || (code !== SPACE && (code > RETURN || code < TAB)))
            code = bytes[++i] as number;
          if (column?.field === field) column.texts[this.row] = textAt(column.known, bytes, begin, i);
          continue;
        }
        const value = numberAt(bytes, i);
        i = numberEnd();
        if (Number.isNaN(value) || (column.kind === 'integer' && !Number.isSafeInteger(value))) break;
        const at = this.row * column.width + field - column.field;
        if (at >= column.values.length) {
          column.values = enlarged(column.values, count * column.width);
        }
        column.values[at] = value;
      }
      // The common row does not pay for the message.
      if (field < nFields) {
        this.isRefused = true;
        return start;
      }
      i = bytes.indexOf(LINE_FEED, i) + 1;
    }
    return i;
  }

  rows(): Rows {
    const numeric = this.kept.filter(({ kind }) => kind !== 'text');
    const whole = ({ values, width }: KeptColumn): Float64Array =>
      values.length === this.count * width ? values : values.slice(0, this.count * width);
    return {
      numbers: new Map(numeric.map((column) => [column.name, whole(column)])),
      texts: new Map(this.kept.filter(({ kind }) => kind === 'text').map(({ name, texts }) => [name, texts])),
    };
  }
}

/** Where the line that begins at `from` ends, without its line end. */
function rowEnd(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(LINE_FEED, from);
  return end > from && bytes[end - 1] === RETURN ? end - 1 : end;
}

/** A text of a column, and the bytes that it was read from. */
interface KnownText {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** More different texts than this are no names of species, and looking through them costs more than decoding. */
const MOST_KNOWN = 32;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The text from `from` up to `to`: one string for equal texts, for a column says `Cl` a thousand times. */
function textAt(known: KnownText[], bytes: Uint8Array, from: number, to: number): string {
  for (const { text, bytes: same } of known) {
    if (same.length !== to - from) continue;
    let k = 0;
    while (k < same.length && same[k] === bytes[from + k]) k++;
    if (k === same.length) return text;
  }
  const own = bytes.slice(from, to);
  const text = decoder.decode(own);
  if (known.length < MOST_KNOWN) known.push({ text, bytes: own });
  return text;
}

function enlarged(values: Float64Array, most: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(Math.min(most, 2 * values.length));
  out.set(values);
  return out;
}

/** What is wrong with a row that was not read; undefined where nothing is but its white space. */
function rowProblem(
  row: string,
  columns: readonly RowColumn[],
  fewest: number,
  index: number,
): string | undefined {
  const fields = splitFields(row);
  if (fields.length < fewest) return `atom ${index + 1}: expected ${fewest} columns, found ${fields.length}`;
  for (const { name, field, width, kind } of columns) {
    for (let k = field; k < field + width; k++) {
      const value = parseNumber(fields[k]);
      const isGood = kind === 'text' ? fields[k] !== undefined : value !== undefined;
      if (isGood && (kind !== 'integer' || Number.isSafeInteger(value))) continue;
      const expected = { text: 'a name', number: 'a number', integer: 'a whole number' }[kind];
      return `${name}: expected ${expected}, found ${quote(fields[k])}`;
    }
  }
  return undefined;
}
