/**
 * From bytes to text: gzip is inflated (recognised by its magic number, whatever the file is called), UTF-8 is
 * decoded, lines are handed out as they arrive. Nothing here knows a format.
 *
 * Memory is bounded: a whole text by MAX_TEXT_BYTES, a streamed file by its longest line and its largest frame, never
 * by its length.
 */
import { InputError, type SourceLocation } from '../core/errors.ts';
import { LONGEST_LINE } from '../core/text.ts';

/**
 * A file's bytes. A function opens the file anew at each call (Node: `() => createReadStream(path)`), so that a
 * trajectory can be gone through more than once.
 */
export type ByteSource = Uint8Array | Blob | (() => AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>);

/** Largest text that is read as a whole (V8 ends strings at 2^29 − 24 characters): some three million atoms. */
export const MAX_TEXT_BYTES = 2 ** 28;
/** Text of one frame, each line counted with what a string costs: some five million atoms. */
const MAX_FRAME_BYTES = 2 ** 29;
const STRING_BYTES = 32;
/** Inflation multiplies by 1032 at most, so pieces of this size keep one inflated piece under 70 MB. */
const PIECE_BYTES = 2 ** 16;

/** The whole text of a source, inflated if need be. @param limit largest number of bytes after inflation */
export async function readText(source: ByteSource, file: string, limit = MAX_TEXT_BYTES): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let length = 0;
  for await (const bytes of plainBytes(source, file)) {
    length += bytes.length;
    if (length > limit) {
      throw new InputError(
        `the file holds more than ${Math.round(limit / 2 ** 20)} MiB of text; this format is read as a whole`,
        { file },
      );
    }
    parts.push(decoder.decode(bytes, { stream: true }));
  }
  parts.push(decoder.decode());
  return parts.join('');
}

/** The first characters of a source, for guessing its format. */
export async function readHead(source: ByteSource, file: string, characters = 4096): Promise<string> {
  const decoder = new TextDecoder();
  let head = '';
  for await (const bytes of plainBytes(source, file)) {
    head += decoder.decode(bytes, { stream: true });
    if (head.length >= characters) break;
  }
  return head.slice(0, characters);
}

/** The lines of a source, one at a time or a known number at once; ends with `close`. */
export class LineStream {
  readonly file: string;
  /** Number, from 1, of the line last handed out. */
  lineNumber = 0;
  readonly #bytes: AsyncGenerator<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #lines: readonly string[] = [];
  #position = 0;
  /** The last line of the text so far, which may go on in the next piece. */
  #unfinished = '';
  #ended = false;

  constructor(source: ByteSource, file: string) {
    this.file = file;
    this.#bytes = plainBytes(source, file);
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
    while (this.#position >= this.#lines.length) {
      if (this.#ended) return undefined;
      await this.#fill();
    }
    this.lineNumber++;
    return this.#lines[this.#position++];
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
    if (line === undefined) throw this.error(`the file ends where ${expected} was expected`);
    return line;
  }

  /** The next `count` lines. Memory grows with what the file holds, not with what it promises. */
  async take(count: number, expected: string): Promise<string[]> {
    const out: string[] = [];
    let size = 0;
    while (out.length < count) {
      if (this.#position >= this.#lines.length) {
        if (this.#ended) {
          throw this.error(`the file ends after ${out.length} of ${count} lines with ${expected}`);
        }
        await this.#fill();
        continue;
      }
      const line = this.#lines[this.#position++] as string;
      this.lineNumber++;
      size += line.length + STRING_BYTES;
      if (size > MAX_FRAME_BYTES) {
        throw this.error(`a frame of more than ${MAX_FRAME_BYTES / 2 ** 20} MiB of text is not read`);
      }
      out.push(line);
    }
    return out;
  }

  /** Stops reading and lets go of the source. */
  async close(): Promise<void> {
    this.#ended = true;
    this.#lines = [];
    this.#position = 0;
    await this.#bytes.return(undefined);
  }

  async #fill(): Promise<void> {
    const { done, value } = await this.#bytes.next();
    const text = done ? this.#decoder.decode() : this.#decoder.decode(value, { stream: true });
    // Joining without splitting keeps a long line linear in its length.
    if (!done && !text.includes('\n')) {
      this.#unfinished += text;
      if (this.#unfinished.length > LONGEST_LINE) {
        this.lineNumber++;
        throw this.error(`a line of more than ${LONGEST_LINE / 2 ** 20} MiB: this is not a text file`);
      }
      return;
    }
    const lines = (this.#unfinished + text).split(/\r?\n/);
    this.#unfinished = lines.pop() as string;
    if (done) {
      this.#ended = true;
      if (this.#unfinished !== '') lines.push(this.#unfinished);
      this.#unfinished = '';
    }
    this.#lines = lines;
    this.#position = 0;
  }
}

/** Pieces of a source's plain bytes: inflated when they begin with gzip's magic number. */
async function* plainBytes(source: ByteSource, file: string): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = piecesOf(source);
  try {
    let head = new Uint8Array(0);
    while (head.length < 2) {
      const { done, value } = await pieces.next();
      if (done) break;
      head = joined(head, value);
    }
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    if (isGzip) {
      yield* inflated(head, pieces, file);
      return;
    }
    yield head;
    yield* pieces;
  } finally {
    await pieces.return(undefined);
  }
}

async function* inflated(
  head: Uint8Array,
  pieces: AsyncGenerator<Uint8Array>,
  file: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let sourceFailure: { readonly error: unknown } | undefined;
  const compressed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(Uint8Array.from(head)),
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(Uint8Array.from(value));
      } catch (error) {
        sourceFailure = { error };
        controller.error(error);
      }
    },
  });
  const reader = compressed.pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch {
    if (sourceFailure) throw sourceFailure.error;
    throw new InputError('the gzip data is damaged or cut short', { file });
  } finally {
    // A stream that has failed already rejects this too; the failure has been reported above.
    await reader.cancel().catch(() => undefined);
  }
}

export async function* piecesOf(source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  if (source instanceof Uint8Array) {
    yield* split(source);
    return;
  }
  const opened = source instanceof Blob ? source.stream() : source();
  if (!(opened instanceof ReadableStream)) {
    for await (const bytes of opened) yield* split(bytes);
    return;
  }
  // Not `for await`: Safari's streams are not async iterable.
  const reader = opened.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* split(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function* split(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let i = 0; i < bytes.length; i += PIECE_BYTES) yield bytes.subarray(i, i + PIECE_BYTES);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
