/**
 * CIF 1.1 text -> the data blocks it holds, as written: strings with their lines, nothing interpreted
 * (https://www.iucr.org/resources/cif/spec/version1.1/cifsyntax). `crystal.ts` makes a System of it.
 *
 * Data names are lower-cased and the dots of dictionary 2 (`_atom_site.label`) become underscores, so that both
 * generations of names read the same. Save frames (dictionaries) are skipped. CIF 2.0 lists and triple quotes are
 * not read.
 */
import { InputError } from '../core/errors.ts';
import { parseNumber, quote } from '../core/text.ts';

/** Words of one file. A crystal has some thousands; ten columns of two hundred thousand atoms cost a quarter of a gigabyte. */
const MOST_TOKENS = 2 ** 21;

/** A value as written, quotes removed. */
export interface CifValue {
  readonly text: string;
  readonly line: number;
  /** Quoted text is a string even when it reads `?` or `.`. */
  readonly quoted: boolean;
}

/** A table: `rows[i][j]` belongs to `names[j]`. */
export interface CifLoop {
  readonly line: number;
  readonly names: readonly string[];
  readonly rows: readonly (readonly CifValue[])[];
}

/** What stands between two `data_` lines. */
export interface CifBlock {
  readonly name: string;
  readonly line: number;
  readonly items: ReadonlyMap<string, CifValue>;
  readonly loops: readonly CifLoop[];
}

/** All data blocks of a file, in order. */
export interface CifFile {
  readonly file: string;
  readonly blocks: readonly CifBlock[];
}

/** Reads CIF text. Throws an InputError with the line of an unclosed quote, a stray value or an incomplete loop. */
export function parseCif(text: string, file: string): CifFile {
  return { file, blocks: readBlocks(cursorOf(text, file)) };
}

/** True for the bare placeholders `?` (unknown) and `.` (not applicable). */
export function isPlaceholder(value: CifValue): boolean {
  return !value.quoted && (value.text === '?' || value.text === '.');
}

/** The values of a data name, out of a loop or of a single item; undefined when the block lacks it. */
export function cifColumn(block: CifBlock, name: string): readonly CifValue[] | undefined {
  const item = block.items.get(name);
  if (item) return [item];
  for (const loop of block.loops) {
    const i = loop.names.indexOf(name);
    if (i >= 0) return loop.rows.map((row) => row[i] as CifValue);
  }
  return undefined;
}

/** The single value of the first of several names that the block gives; placeholders count as absent. */
export function cifItem(block: CifBlock, ...names: readonly string[]): CifValue | undefined {
  for (const name of names) {
    const value = cifColumn(block, name)?.[0];
    if (value && !isPlaceholder(value)) return value;
  }
  return undefined;
}

/** A number, its standard uncertainty dropped: `1.234(5)` is 1.234. */
export function cifNumber(value: CifValue, name: string, file: string): number {
  const number = parseNumber(value.text.replace(/\(\d+\)$/, ''));
  if (number === undefined) {
    throw new InputError(`${name}: expected a number, found ${quote(value.text)}`, {
      file,
      line: value.line,
    });
  }
  return number;
}

type Token =
  | { readonly kind: 'data' | 'save'; readonly name: string; readonly line: number }
  | { readonly kind: 'loop' | 'stop' | 'end'; readonly line: number }
  | { readonly kind: 'name'; readonly name: string; readonly line: number }
  | { readonly kind: 'value'; readonly value: CifValue; readonly line: number };

interface OpenBlock extends CifBlock {
  readonly items: Map<string, CifValue>;
  readonly loops: CifLoop[];
}

/** The tokens of a file with one token of look-ahead. */
interface Cursor {
  readonly peek: () => Token;
  readonly take: () => Token;
  readonly error: (message: string, line: number) => InputError;
}

function cursorOf(text: string, file: string): Cursor {
  const tokens = tokensOf(text, file);
  let ahead: Token | undefined;
  let count = 0;
  const peek = (): Token => {
    if (ahead) return ahead;
    ahead = tokens.next().value ?? { kind: 'end', line: 1 };
    if (++count <= MOST_TOKENS) return ahead;
    throw new InputError(`more than ${MOST_TOKENS} words and values are not read`, {
      file,
      line: ahead.line,
    });
  };
  return {
    peek,
    take: () => {
      const token = peek();
      ahead = undefined;
      return token;
    },
    error: (message, line) => new InputError(message, { file, line }),
  };
}

function readBlocks(cursor: Cursor): CifBlock[] {
  const blocks: OpenBlock[] = [];
  let block: OpenBlock | undefined;
  let inSaveFrame = false;
  for (let token = cursor.take(); token.kind !== 'end'; token = cursor.take()) {
    if (token.kind === 'data') {
      block = { name: token.name, line: token.line, items: new Map(), loops: [] };
      blocks.push(block);
      inSaveFrame = false;
    } else if (!block) {
      throw cursor.error(`expected a data block ("data_name"), found ${shown(token)}`, token.line);
    } else if (token.kind === 'save') {
      inSaveFrame = token.name !== '';
    } else {
      readEntry(cursor, token, inSaveFrame ? { name: '', line: 0, items: new Map(), loops: [] } : block);
    }
  }
  if (blocks.length === 0) throw cursor.error('this is no CIF: it holds no data block ("data_name")', 1);
  return blocks;
}

/** One item or loop. Of a data name that comes twice the first counts. */
function readEntry(cursor: Cursor, token: Token, block: OpenBlock): void {
  if (token.kind === 'loop') {
    block.loops.push(readLoop(cursor, token.line));
  } else if (token.kind === 'name') {
    const next = cursor.peek();
    if (next.kind !== 'value') {
      throw cursor.error(`${token.name} has no value: found ${shown(next)} after it`, token.line);
    }
    cursor.take();
    if (!block.items.has(token.name)) block.items.set(token.name, next.value);
  } else if (token.kind === 'value') {
    throw cursor.error(`found the value ${quote(token.value.text)} where a data name belongs`, token.line);
  }
}

function readLoop(cursor: Cursor, line: number): CifLoop {
  const names: string[] = [];
  for (let token = cursor.peek(); token.kind === 'name'; token = cursor.peek()) {
    names.push(token.name);
    cursor.take();
  }
  if (names.length === 0) throw cursor.error(`loop_ without data names: found ${shown(cursor.peek())}`, line);
  const rows: CifValue[][] = [];
  let row: CifValue[] = [];
  let lastLine = line;
  for (let token = cursor.peek(); token.kind === 'value'; token = cursor.peek()) {
    row.push(token.value);
    lastLine = token.line;
    cursor.take();
    if (row.length < names.length) continue;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) {
    const found = `its last row has ${row.length} value${row.length === 1 ? '' : 's'}`;
    throw cursor.error(`the loop with ${names[0]} has ${names.length} columns, ${found}`, lastLine);
  }
  return { line, names, rows };
}

function shown(token: Token): string {
  if (token.kind === 'end') return 'the end of the file';
  if (token.kind === 'value') return quote(token.value.text);
  return token.kind === 'name' ? token.name : `${token.kind}_`;
}

/** Splits text into tokens: comments dropped, quoted strings and `;` text fields whole. */
function* tokensOf(source: string, file: string): Generator<Token, void, undefined> {
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const unclosed = (what: string, line: number): InputError =>
    new InputError(`${what} is not closed`, { file, line });
  let line = 1;
  let i = 0;
  while (i < text.length) {
    const c = text.charAt(i);
    if (c === '\n') {
      line++;
      i++;
    } else if (c <= ' ') {
      i++;
    } else if (c === '#') {
      i = endOfLine(text, i);
    } else if (c === ';' && (i === 0 || text.charAt(i - 1) === '\n')) {
      const end = text.indexOf('\n;', i);
      if (end < 0) throw unclosed('the text field that begins with ";"', line);
      const content = text.slice(i + 1, end);
      yield { kind: 'value', value: { text: content, line, quoted: true }, line };
      line += 1 + lineEnds(content);
      i = end + 2;
    } else if (c === '"' || c === "'") {
      const end = closingQuote(text, i, c);
      if (end < 0) throw unclosed(`the text that begins with ${c}`, line);
      yield { kind: 'value', value: { text: text.slice(i + 1, end), line, quoted: true }, line };
      i = end + 1;
    } else {
      const start = i;
      while (i < text.length && text.charAt(i) > ' ') i++;
      yield bareToken(text.slice(start, i), line);
    }
  }
  yield { kind: 'end', line };
}

/** A quote closes only before white space: in 'a dog's life' the second one does not. -1 when the line ends first. */
function closingQuote(text: string, start: number, mark: string): number {
  for (let end = start + 1; end < text.length; end++) {
    const c = text.charAt(end);
    if (c === '\n') return -1;
    if (c === mark && text.charAt(end + 1) <= ' ') return end;
  }
  return -1;
}

function lineEnds(text: string): number {
  let count = 0;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) count++;
  return count;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function bareToken(word: string, line: number): Token {
  if (word.startsWith('_')) return { kind: 'name', name: word.toLowerCase().replaceAll('.', '_'), line };
  const lower = word.toLowerCase();
  if (lower === 'loop_') return { kind: 'loop', line };
  // `stop_` (STAR) ends a loop, which a name or keyword does as well; `global_` is reserved and without meaning.
  if (lower === 'stop_' || lower === 'global_') return { kind: 'stop', line };
  if (lower.startsWith('data_')) return { kind: 'data', name: word.slice(5), line };
  if (lower.startsWith('save_')) return { kind: 'save', name: word.slice(5), line };
  return { kind: 'value', value: { text: word, line, quoted: false }, line };
}
