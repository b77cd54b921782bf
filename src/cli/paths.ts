/** Where the user's files and the project's own files stand. */
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../core/errors.ts';
import { type ByteSource, readStructure } from '../io/index.ts';
import type { System } from '../model/system.ts';
import type { RunFiles } from '../run/prepare.ts';

/** The folder the user called from: npm changes into the project's own before it starts a script. */
export function callerFolder(): string {
  return process.env['INIT_CWD'] ?? process.cwd();
}

/** A path as the user meant it. */
export function userPath(path: string): string {
  return isAbsolute(path) ? path : resolve(callerFolder(), path);
}

/** The folder with package.json, above this file wherever it was built to. */
export function projectFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const file = join(folder, 'package.json');
    if (
      existsSync(file) &&
      (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'halide-md'
    ) {
      return folder;
    }
    const above = dirname(folder);
    if (above === folder) throw new Error('the project folder was not found');
    folder = above;
  }
}

/** Folder of the examples that ship with the project. */
export function examplesFolder(): string {
  return join(projectFolder(), 'public', 'examples');
}

/** Text of a user's file; a missing one is the user's mistake, not a crash. */
export async function readUserText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw fileError(path, error);
  }
}

/** A user's file as a source that can be opened as often as needed. */
export async function userBytes(path: string): Promise<ByteSource> {
  try {
    if ((await stat(path)).isDirectory()) throw new InputError(`${path} is a folder, a file was expected`);
  } catch (error) {
    throw error instanceof InputError ? error : fileError(path, error);
  }
  return () => createReadStream(path);
}

/** The structure that names the atoms of a DCD. */
export async function readTopology(
  path: string | undefined,
  types: readonly string[] | undefined,
): Promise<System | undefined> {
  if (path === undefined) return undefined;
  const source = await userBytes(userPath(path));
  return (await readStructure(source, path, types ? { types } : {})).system;
}

/** Files named by a spec, relative to its folder. */
export function filesBeside(folder: string): RunFiles {
  return {
    bytes: (path) => userBytes(resolve(folder, path)),
    text: (path) => readUserText(resolve(folder, path)),
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EFBIG: 'the file would be larger than this system allows',
  EDQUOT: 'the disk quota is used up',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of the path is not a folder',
  EEXIST: 'it exists already',
  EMFILE: 'too many files are open',
};

/** What the system says of a file, as an InputError in one sentence. */
export function fileError(path: string, error: unknown): InputError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new InputError(`${path}: ${(code && REASONS[code]) ?? message}`);
}

/** An existing file is the user's: it is replaced only when asked for. */
export function refuseExisting(path: string, force: boolean): void {
  if (existsSync(path) && !force) throw new InputError(`${path} exists already; --force replaces it`);
}
