/** The bytes of a source in pieces of the length that the reader asks for: for binary files, as lineStream.ts is for texts. */
import { InputError } from '../core/errors.ts';
import { CutShort } from './cutShort.ts';
import { type ByteSource, plainBytes } from './source.ts';

/** A piece of this length is not a part of a frame, but a damaged number. */
const LONGEST_PIECE = 2 ** 29;

/** Bytes in order; ends with `close`. */
export class ByteStream {
  readonly file: string;
  /** Bytes handed out. */
  position = 0;
  readonly #bytes: AsyncGenerator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  #next = 0;

  constructor(source: ByteSource, file: string) {
    this.file = file;
    this.#bytes = plainBytes(source, file);
  }

  error(message: string): InputError {
    return new InputError(message, { file: this.file });
  }

  /** True when nothing is left. */
  async isAtEnd(): Promise<boolean> {
    while (this.#next >= this.#piece.length) {
      const { done, value } = await this.#bytes.next();
      if (done) return true;
      this.#piece = value;
      this.#next = 0;
    }
    return false;
  }

  /**
   * The next `length` bytes, an array of their own. Memory grows with what the file holds, not with what it announces.
   * @param what they are, for the message where the file ends before
   */
  async take(length: number, what: string): Promise<Uint8Array<ArrayBuffer>> {
    if (!(length >= 0 && length <= LONGEST_PIECE)) {
      throw this.error(`${what}: a piece of ${length} bytes is not read`);
    }
    const parts: Uint8Array[] = [];
    let missing = length;
    while (missing > 0) {
      if (await this.isAtEnd()) {
        throw new CutShort(
          `${what}: the file ends at byte ${this.position + length - missing}, ${missing} bytes too early`,
          { file: this.file },
        );
      }
      const part = this.#piece.subarray(this.#next, this.#next + missing);
      this.#next += part.length;
      missing -= part.length;
      parts.push(part);
    }
    this.position += length;
    const out = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    this.#piece = new Uint8Array(0);
    this.#next = 0;
    await this.#bytes.return(undefined);
  }
}
