/** The files that a specification names, as they were read first: every run of a session sees the same, and takes them along. */
import type { RunFiles } from '../../run/prepare.ts';

/** Remembers what it has read, hence a class. */
export class Inputs implements RunFiles {
  private readonly read: (path: string) => Promise<Blob>;
  private readonly known: Map<string, Blob>;

  /** @param known files that are there already */
  constructor(read: (path: string) => Promise<Blob>, known: ReadonlyMap<string, Blob> = new Map()) {
    this.read = read;
    this.known = new Map(known);
  }

  /** What has been read so far, by path. */
  get files(): ReadonlyMap<string, Blob> {
    return this.known;
  }

  readonly bytes = async (path: string): Promise<Blob> => {
    const known = this.known.get(path);
    if (known) return known;
    // Not the user's file itself, which may be another one by the next run.
    const copy = new Blob([await (await this.read(path)).arrayBuffer()]);
    this.known.set(path, copy);
    return copy;
  };

  readonly text = async (path: string): Promise<string> => (await this.bytes(path)).text();
}
