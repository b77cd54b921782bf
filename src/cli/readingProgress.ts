/** How far a file has been read: a bar on a terminal, a line now and then when piped; with the time left. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { InputError } from '../core/errors.ts';
import type { ByteSource } from '../io/index.ts';
import { fileError } from './paths.ts';
import { BAR_EVERY, bar, duration, LINE_EVERY } from './progress.ts';

/** Bytes asked of the system at once: with Node's 64 KiB a fifth of the time went into asking. */
const READ_BYTES = 2 ** 20;

/** A file that knows how much of it has been read. */
export class WatchedFile {
  readonly source: ByteSource;
  private readonly total: number;
  private readonly began = performance.now();
  private shown = performance.now();
  private barOpen = false;
  /** The stream opened last: a trajectory is opened for its head, for two frames, and then for all. */
  private readonly stream: { current?: { readonly bytesRead: number } };

  private constructor(path: string, total: number) {
    const stream: { current?: { readonly bytesRead: number } } = {};
    this.stream = stream;
    this.total = total;
    this.source = () => {
      const opened = createReadStream(path, { highWaterMark: READ_BYTES });
      stream.current = opened;
      return opened;
    };
  }

  static async open(path: string): Promise<WatchedFile> {
    const found = await stat(path).catch((error) => {
      throw fileError(path, error);
    });
    if (found.isDirectory()) throw new InputError(`${path} is a folder, a file was expected`);
    return new WatchedFile(path, found.size);
  }

  /** Shows the state where it is time to. @param frames read so far */
  show(frames: number): void {
    const now = performance.now();
    const isTerminal = process.stderr.isTTY === true;
    if (now - this.shown < (isTerminal ? BAR_EVERY : LINE_EVERY)) return;
    this.shown = now;
    const read = this.stream.current?.bytesRead ?? 0;
    const seconds = (now - this.began) / 1000;
    const share = this.total > 0 ? Math.min(1, read / this.total) : 0;
    const text = [
      `${(read / 1e6).toFixed(0)} of ${(this.total / 1e6).toFixed(0)} MB`,
      `${frames} frames`,
      `${(read / 1e6 / seconds).toFixed(0)} MB/s`,
      share > 0 ? `${duration((seconds * (1 - share)) / share)} left` : '',
    ].filter(Boolean);
    const line = `${(100 * share).toFixed(0).padStart(3)} %  ${text.join('  ')}`;
    process.stderr.write(isTerminal ? `\r\x1b[K${bar(share)} ${line}` : `${line}\n`);
    this.barOpen = isTerminal;
  }

  /** Ends an open bar. */
  done(): void {
    if (this.barOpen) process.stderr.write('\r\x1b[K');
    this.barOpen = false;
  }
}
