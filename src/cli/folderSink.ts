/** A run folder on disk. Whole files are written to a temporary name and renamed, so that none is ever half there. */
import { appendFile, mkdir, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../core/errors.ts';
import type { RunSink } from '../run/sink.ts';
import { fileError } from './paths.ts';

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

  async write(name: string, text: string): Promise<void> {
    await writeFiles(this.folder, { [name]: text });
  }

  async append(name: string, text: string): Promise<void> {
    const path = join(this.folder, name);
    const before = await stat(path).then(
      ({ size }) => size,
      () => 0,
    );
    try {
      await appendFile(path, text);
    } catch (error) {
      // A disk that fills up takes part of the text: half a frame would make the file unreadable.
      await truncate(path, before).catch(() => undefined);
      throw fileError(path, error);
    }
  }
}

/** Writes files into a folder, which is made, as are those of names with slashes. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    try {
      await mkdir(dirname(path), { recursive: true });
    } catch (error) {
      throw fileError(dirname(path), error);
    }
    await writeWhole(path, text);
  }
}

/** Writes a file all at once or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = join(path, '..', `.${basename(path)}.${process.pid}.tmp`);
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError(path, error);
  }
}
