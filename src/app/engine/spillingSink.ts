/**
 * A run's files on the disk as long as there is room for them, and in memory from then on. What is on the disk is then left as
 * it is, so that the last checkpoint there stays good.
 */
import type { RunSink } from '../../run/sink.ts';

/** A sink whose files can be had as blobs. */
export interface BlobSink extends RunSink {
  source(name: string): Promise<Blob | undefined>;
}

/** Files in memory over files that are only read, or over none. */
export class OverlaySink implements BlobSink {
  private readonly below: BlobSink | undefined;
  /** Pieces of the files that are here; undefined for one that was taken away. */
  private readonly files = new Map<string, Blob[] | undefined>();

  constructor(below?: BlobSink) {
    this.below = below;
  }

  async write(name: string, data: string | Uint8Array<ArrayBuffer>): Promise<void> {
    this.files.set(name, [new Blob([data])]);
  }

  async append(name: string, text: string): Promise<void> {
    const pieces = this.files.get(name);
    const piece = new Blob([text]);
    if (pieces) pieces.push(piece);
    else this.files.set(name, [...(await this.before(name)), piece]);
  }

  async size(name: string): Promise<number | undefined> {
    if (!this.files.has(name)) return this.below?.size(name);
    return this.files.get(name)?.reduce((sum, { size }) => sum + size, 0);
  }

  async truncate(name: string, bytes: number): Promise<void> {
    const whole = await this.source(name);
    if (whole) this.files.set(name, [whole.slice(0, bytes)]);
  }

  async rename(from: string, to: string): Promise<void> {
    const file = await this.source(from);
    if (!file) return;
    this.files.set(to, [file]);
    this.files.set(from, undefined);
  }

  async remove(name: string): Promise<void> {
    this.files.set(name, undefined);
  }

  async source(name: string): Promise<Blob | undefined> {
    if (!this.files.has(name)) return this.below?.source(name);
    const pieces = this.files.get(name);
    return pieces && new Blob(pieces);
  }

  private async before(name: string): Promise<Blob[]> {
    const below = this.files.has(name) ? undefined : await this.below?.source(name);
    return below ? [below] : [];
  }
}

export class SpillingSink implements BlobSink {
  private readonly onFull: (error: unknown) => void;
  private now: BlobSink;
  private isFull = false;

  /** @param onFull called once, when the disk has refused for the first time */
  constructor(disk: BlobSink, onFull: (error: unknown) => void) {
    this.now = disk;
    this.onFull = onFull;
  }

  write(name: string, data: string | Uint8Array<ArrayBuffer>): Promise<void> {
    return this.change((sink) => sink.write(name, data));
  }

  append(name: string, text: string): Promise<void> {
    return this.change((sink) => sink.append(name, text));
  }

  truncate(name: string, bytes: number): Promise<void> {
    return this.change((sink) => sink.truncate(name, bytes));
  }

  rename(from: string, to: string): Promise<void> {
    return this.change((sink) => sink.rename(from, to));
  }

  remove(name: string): Promise<void> {
    return this.change((sink) => sink.remove(name));
  }

  size(name: string): Promise<number | undefined> {
    return this.now.size(name);
  }

  source(name: string): Promise<Blob | undefined> {
    return this.now.source(name);
  }

  private async change(act: (sink: RunSink) => Promise<void>): Promise<void> {
    try {
      await act(this.now);
    } catch (error) {
      if (this.isFull) throw error;
      this.isFull = true;
      this.now = new OverlaySink(this.now);
      this.onFull(error);
      await act(this.now);
    }
  }
}
