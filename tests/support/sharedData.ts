/** Reference data beside the repository, which is read in place and not part of it: other programs' runs, published sets. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** The path of a file under the shared folder; undefined where there is none, so that a test can be skipped with a word. */
export function sharedPath(relative: string): string | undefined {
  const root = process.env['HALIDE_SHARED'] ?? resolve(import.meta.dirname, '../../../shared');
  const path = resolve(root, relative);
  return existsSync(path) ? path : undefined;
}
