/** Where a run leaves its files: a folder for the command line, memory or OPFS in a browser. */
import type { ByteSource } from '../io/index.ts';

export interface RunSink {
  /** Replaces a file, all of it or nothing: a reader never sees half. */
  write(name: string, data: string | Uint8Array<ArrayBuffer>): Promise<void>;
  /** Adds to the end of a file. */
  append(name: string, text: string): Promise<void>;
  /** Bytes of a file; undefined when there is none. */
  size(name: string): Promise<number | undefined>;
  /** Cuts a file to so many bytes. */
  truncate(name: string, bytes: number): Promise<void>;
  /** Resolves once what was added to a file outlasts a power failure; absent where that is so at once, or never. */
  sync?(name: string): Promise<void>;
  /** Another name for a file, in place of what has it; nothing when there is no such file. */
  rename(from: string, to: string): Promise<void>;
  /** Takes a file away; nothing when there is no such file. */
  remove(name: string): Promise<void>;
  /** A file to be read; undefined when there is none. */
  source(name: string): Promise<ByteSource | undefined>;
}

/** Files in memory. */
export class MemorySink implements RunSink {
  /** Texts, and what was written as bytes. */
  readonly files = new Map<string, string>();
  readonly binary = new Map<string, Uint8Array<ArrayBuffer>>();

  async write(name: string, data: string | Uint8Array<ArrayBuffer>): Promise<void> {
    if (typeof data === 'string') this.files.set(name, data);
    else this.binary.set(name, data);
  }

  async append(name: string, text: string): Promise<void> {
    this.files.set(name, (this.files.get(name) ?? '') + text);
  }

  async size(name: string): Promise<number | undefined> {
    return this.bytes(name)?.length;
  }

  async truncate(name: string, bytes: number): Promise<void> {
    const all = this.bytes(name);
    if (all) this.files.set(name, new TextDecoder().decode(all.subarray(0, bytes)));
  }

  async rename(from: string, to: string): Promise<void> {
    for (const files of [this.files, this.binary] as Map<string, unknown>[]) {
      if (!files.has(from)) continue;
      files.set(to, files.get(from));
      files.delete(from);
    }
  }

  async remove(name: string): Promise<void> {
    this.files.delete(name);
    this.binary.delete(name);
  }

  async source(name: string): Promise<ByteSource | undefined> {
    return this.bytes(name);
  }

  private bytes(name: string): Uint8Array<ArrayBuffer> | undefined {
    const text = this.files.get(name);
    return text === undefined ? this.binary.get(name) : new TextEncoder().encode(text);
  }
}
