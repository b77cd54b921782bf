/**
 * The lines of a source, handed out as they arrive. Memory is bounded by the longest line and what the caller keeps of a
 * frame, never by the length of the file.
 *
 * Rows of atoms, which are most of every trajectory, are not made into strings: `eachBlock` hands out the bytes, and rows.ts
 * reads the numbers where they stand.
 */
import { InputError, type SourceLocation } from '../core/errors.ts';
import { LONGEST_LINE } from '../core/text.ts';
import { CutShort } from './cutShort.ts';
import { type ByteSource, plainBytes } from './source.ts';

/** Text of one frame, each row counted with what is kept of it at most: some five million atoms. */
const MAX_FRAME_BYTES = 2 ** 29;
const ROW_BYTES = 32;
const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Takes rows: whole lines, each with its end, from `from` to the end of `bytes`, the first of them row number `row`.
 * Returns where it has stopped: at the end, or behind the last row it wants. The bytes are the stream's, not to be kept.
 */
export type BlockReader = (bytes: Uint8Array, from: number, row: number) => number;

/** The lines of a source, one at a time or a known number at once; ends with `close`. */
export class LineStream {
  readonly file: string;
  /** Number, from 1, of the line last handed out. */
  lineNumber = 0;
  readonly #bytes: AsyncGenerator<Uint8Array>;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** Whole lines, each with its end. */
  #lines: Uint8Array = new Uint8Array(0);
  /** Where in #lines the next line begins. */
  #next = 0;
  /** Where the line last found stands. */
  #from = 0;
  #to = 0;
  /** The last line of the bytes so far, which may go on in the next piece; and how long it is. */
  #unfinished: Uint8Array[] = [];
  #length = 0;
  #ended = false;
  /** The line last found is to be handed out once more. */
  #again = false;

  constructor(source: ByteSource, file: string) {
    this.file = file;
    this.#bytes = plainBytes(source, file);
  }

  /** True once the end of the file has come without the end of its last line. */
  get endsOpen(): boolean {
    return this.#ended && this.#length > 0;
  }

  /** Where the line last handed out stands. */
  get location(): SourceLocation {
    return { file: this.file, line: Math.max(1, this.lineNumber) };
  }

  error(message: string): InputError {
    return new InputError(message, this.location);
  }

  /** The next line, undefined at the end of the file. */
  async next(): Promise<string | undefined> {
    while (!this.#find()) {
      if (this.#ended) return undefined;
      await this.#fill();
    }
    return this.#decoder.decode(this.#lines.subarray(this.#from, this.#to));
  }

  /** The next line that is not empty, undefined at the end of the file. */
  async nextFilled(): Promise<string | undefined> {
    let line = await this.next();
    while (line !== undefined && line.trim() === '') line = await this.next();
    return line;
  }

  /** The next line; `expected` says what should have stood there when the file ends too early. */
  async demand(expected: string): Promise<string> {
    const line = await this.next();
    if (line === undefined) {
      throw new CutShort(`the file ends where ${expected} was expected`, this.location);
    }
    return line;
  }

  /** Hands the line last handed out to whoever asks next: what it is has been found out by reading it. */
  back(): void {
    this.#again = true;
    this.lineNumber--;
  }

  /** Hands the next `count` lines to `read`, a block at a time, to be read where they stand. */
  async eachBlock(count: number, expected: string, read: BlockReader): Promise<void> {
    let size = 0;
    for (let row = 0; row < count; ) {
      if (this.#next >= this.#lines.length) {
        if (this.#ended) {
          throw new CutShort(`the file ends after ${row} of ${count} lines with ${expected}`, this.location);
        }
        await this.#fill();
        continue;
      }
      const end = read(this.#lines, this.#next, row);
      let rows = 0;
      for (let i = this.#next; i < end; i = this.#lines.indexOf(LINE_FEED, i) + 1) rows++;
      size += end - this.#next + ROW_BYTES * rows;
      if (size > MAX_FRAME_BYTES) {
        throw this.error(`a frame of more than ${MAX_FRAME_BYTES / 2 ** 20} MiB of text is not read`);
      }
      this.#next = end;
      this.lineNumber += rows;
      row += rows;
    }
  }

  /** Stops reading and lets go of the source. */
  async close(): Promise<void> {
    this.#ended = true;
    this.#lines = new Uint8Array(0);
    this.#next = 0;
    this.#again = false;
    await this.#bytes.return(undefined);
  }

  /** Moves to the next line of the text at hand; false when there is none. */
  #find(): boolean {
    if (this.#again) {
      this.#again = false;
    } else {
      if (this.#next >= this.#lines.length) return false;
      const end = this.#lines.indexOf(LINE_FEED, this.#next);
      this.#from = this.#next;
      this.#to = end > this.#next && this.#lines[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
      this.#next = end + 1;
    }
    this.lineNumber++;
    return true;
  }

  /** A byte-order mark is no part of the first line. */
  #dropMark(): void {
    if (this.lineNumber === 0 && BYTE_ORDER_MARK.every((byte, k) => this.#lines[k] === byte)) {
      this.#next = BYTE_ORDER_MARK.length;
    }
  }

  async #fill(): Promise<void> {
    const { done, value } = await this.#bytes.next();
    this.#next = 0;
    if (done) {
      this.#ended = true;
      this.#lines =
        this.#length > 0 ? joined([...this.#unfinished, Uint8Array.of(LINE_FEED)]) : new Uint8Array(0);
      this.#unfinished = [];
      this.#dropMark();
      return;
    }
    const end = value.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) {
      this.#lines = joined([...this.#unfinished, value.subarray(0, end)]);
      this.#unfinished = [];
      this.#length = 0;
      this.#dropMark();
    } else this.#lines = new Uint8Array(0);
    if (end === value.length) return;
    this.#unfinished.push(value.slice(end));
    this.#length += value.length - end;
    if (this.#length > LONGEST_LINE) {
      this.lineNumber++;
      throw this.error(`a line of more than ${LONGEST_LINE / 2 ** 20} MiB: this is not a text file`);
    }
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
