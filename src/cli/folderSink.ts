/** A run folder on disk. Whole files are written to a temporary name and renamed, so that none is ever half there. */
import { createReadStream, rmSync } from 'node:fs';
import {
  appendFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../core/errors.ts';
import type { ByteSource } from '../io/index.ts';
import type { RunSink } from '../run/sink.ts';
import { fileError } from './paths.ts';

const LOCK_FILE = '.lock';
/** Names that writeWhole gives. */
const HALF = /^\..+\.\d+\.tmp$/;

export class FolderSink implements RunSink {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** A new folder, or an empty one: results are never written over. */
  static async create(folder: string): Promise<FolderSink> {
    try {
      await mkdir(folder, { recursive: true });
      if ((await readdir(folder)).length > 0) {
        throw new InputError(`${folder} is not empty; choose another --out, nothing is written over`);
      }
    } catch (error) {
      throw error instanceof InputError ? error : fileError(folder, error);
    }
    return new FolderSink(folder);
  }

  /** `runs/<slug>-<n>` below a folder, with the first n that is free. */
  static async next(below: string, title: string): Promise<FolderSink> {
    const slug =
      title
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 60) || 'run';
    const runs = join(below, 'runs');
    try {
      await mkdir(runs, { recursive: true });
    } catch (error) {
      throw fileError(runs, error);
    }
    for (let n = 1; ; n++) {
      const folder = join(runs, `${slug}-${n}`);
      try {
        // mkdir without `recursive` fails when the folder exists: two runs at once get two folders.
        await mkdir(folder);
        return new FolderSink(folder);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError(folder, error);
      }
    }
  }

  /** A folder that a run has left its files in. */
  static async open(folder: string): Promise<FolderSink> {
    const sink = new FolderSink(folder);
    if ((await sink.size('spec.json')) === undefined) {
      throw new InputError(`${folder}: there is no run in it; expected a run folder with spec.json`);
    }
    return sink;
  }

  async write(name: string, data: string | Uint8Array<ArrayBuffer>): Promise<void> {
    await writeFiles(this.folder, { [name]: data });
  }

  async size(name: string): Promise<number | undefined> {
    return stat(join(this.folder, name)).then(
      ({ size }) => size,
      () => undefined,
    );
  }

  async truncate(name: string, bytes: number): Promise<void> {
    const path = join(this.folder, name);
    await truncate(path, bytes).catch((error) => {
      throw fileError(path, error);
    });
  }

  async sync(name: string): Promise<void> {
    const path = join(this.folder, name);
    try {
      const file = await open(path, 'r+');
      await file.datasync().finally(() => file.close());
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileError(path, error);
    }
  }

  async rename(from: string, to: string): Promise<void> {
    const path = join(this.folder, from);
    await rename(path, join(this.folder, to)).catch((error) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileError(path, error);
    });
  }

  async remove(name: string): Promise<void> {
    const path = join(this.folder, name);
    await rm(path, { force: true }).catch((error) => {
      throw fileError(path, error);
    });
  }

  async source(name: string): Promise<ByteSource | undefined> {
    const path = join(this.folder, name);
    return (await this.size(name)) === undefined ? undefined : () => createReadStream(path);
  }

  /** Whole files that a killed process had not yet given their names. */
  private async removeHalves(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      if (HALF.test(name)) await rm(join(this.folder, name), { force: true });
    }
  }

  /**
   * Keeps other runs out of the folder until the function it resolves to is called, or this process ends: a lock names its
   * process, and one whose process is gone is taken over.
   */
  async lock(): Promise<() => void> {
    const path = join(this.folder, LOCK_FILE);
    for (;;) {
      try {
        await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
        await this.removeHalves();
        return () => rmSync(path, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError(path, error);
      }
      const owner = Number(await readFile(path, 'utf8').catch(() => ''));
      if (Number.isInteger(owner) && owner > 0 && isRunning(owner)) {
        throw new InputError(
          `${this.folder}: process ${owner} works in this folder; wait for it, or remove ${LOCK_FILE} if that is another program`,
        );
      }
      await rm(path, { force: true });
    }
  }

  async append(name: string, text: string): Promise<void> {
    const path = join(this.folder, name);
    const before = (await this.size(name)) ?? 0;
    try {
      await appendFile(path, text);
    } catch (error) {
      // A disk that fills up takes part of the text: half a frame would make the file unreadable.
      await truncate(path, before).catch(() => undefined);
      throw fileError(path, error);
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user's may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

type FileData = string | Uint8Array<ArrayBuffer>;

/** Writes files into a folder, which is made, as are those of names with slashes. */
export async function writeFiles(folder: string, files: Readonly<Record<string, FileData>>): Promise<void> {
  for (const [name, data] of Object.entries(files)) {
    const path = join(folder, name);
    try {
      await mkdir(dirname(path), { recursive: true });
    } catch (error) {
      throw fileError(dirname(path), error);
    }
    await writeWhole(path, data);
  }
}

/** Writes a file all at once or not at all. */
export async function writeWhole(path: string, data: FileData): Promise<void> {
  const temporary = join(path, '..', `.${basename(path)}.${process.pid}.tmp`);
  try {
    // On the disk before it has its name: a power failure leaves the old file or the new one.
    await writeFile(temporary, data, { flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError(path, error);
  }
}
