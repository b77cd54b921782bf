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
