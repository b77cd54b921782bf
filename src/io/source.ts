/**
 * Bytes of files: gzip is inflated (recognised by its magic number, whatever the file is called), whole texts are
 * decoded. Files that are gone through piece by piece are read with lineStream.ts and byteStream.ts. Nothing here knows
 * a format.
 */
import { InputError } from '../core/errors.ts';

/**
 * A file's bytes. A function opens the file anew at each call (Node: `() => createReadStream(path)`), so that a
 * trajectory can be gone through more than once.
 */
export type ByteSource = Uint8Array | Blob | (() => AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>);

/** Largest text that is read as a whole (V8 ends strings at 2^29 − 24 characters): some three million atoms. */
export const MAX_TEXT_BYTES = 2 ** 28;
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

/** Pieces of a source's plain bytes: inflated when they begin with gzip's magic number. */
export async function* plainBytes(
  source: ByteSource,
  file: string,
): AsyncGenerator<Uint8Array, void, undefined> {
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

/**
 * Inflates one piece at a time: the next is fed once nothing is left to be read. (Piped through, Node's stream takes in all
 * of a file: 690 MB for one of 507.)
 */
async function* inflated(
  head: Uint8Array,
  pieces: AsyncGenerator<Uint8Array>,
  file: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { readable, writable } = new DecompressionStream('gzip');
  const [reader, writer] = [readable.getReader(), writable.getWriter()];
  const damaged = (): never => {
    throw new InputError('the gzip data is damaged or cut short', { file });
  };
  let reading = reader.read();
  // Failures are met with where `reading` is waited for.
  const fed = (action: Promise<void>): Promise<undefined> => action.then(nothing, nothing);
  reading.catch(nothing);
  try {
    for (let piece: Uint8Array | undefined = head; piece; ) {
      const written = fed(writer.write(Uint8Array.from(piece)));
      for (;;) {
        const result = await Promise.race([reading, written]).catch(damaged);
        if (!result) break;
        if (result.done) return;
        yield result.value;
        reading = reader.read();
        reading.catch(nothing);
      }
      const { done, value }: IteratorResult<Uint8Array, void> = await pieces.next();
      piece = done ? undefined : (value as Uint8Array);
    }
    fed(writer.close());
    for (;;) {
      const { done, value } = await reading.catch(damaged);
      if (done) return;
      yield value;
      reading = reader.read();
      reading.catch(nothing);
    }
  } finally {
    // Not waited for: a piece that is half inflated is never finished once nobody reads. Failures have been reported.
    fed(reader.cancel());
    fed(writer.abort());
  }
}

function nothing(): undefined {
  return undefined;
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
