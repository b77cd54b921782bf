/** Data that several projects share and that is read in place, never committed. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** A file or folder of the shared data; undefined where there is none. */
export function sharedPath(relative: string): string | undefined {
  const root = process.env['HALIDE_SHARED'] ?? resolve(import.meta.dirname, '../../../shared');
  const path = resolve(root, relative);
  return existsSync(path) ? path : undefined;
}
