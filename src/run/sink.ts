/** Where a run leaves its files: a folder for the command line, memory or OPFS in a browser. */
export interface RunSink {
  /** Replaces a file, all of it or nothing: a reader never sees half. */
  write(name: string, text: string): Promise<void>;
  /** Adds to the end of a file. */
  append(name: string, text: string): Promise<void>;
}

/** Files in memory. */
export class MemorySink implements RunSink {
  readonly files = new Map<string, string>();
  async write(name: string, text: string): Promise<void> {
    this.files.set(name, text);
  }
  async append(name: string, text: string): Promise<void> {
    this.files.set(name, (this.files.get(name) ?? '') + text);
  }
}
