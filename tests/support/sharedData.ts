/** Where the data of other projects lie that tests read in place: `$HALIDE_SHARED`, or `shared` beside the repository. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** The path of a file or folder there, undefined where it is absent. */
export function sharedPath(relative: string): string | undefined {
  const root = process.env['HALIDE_SHARED'] ?? resolve(import.meta.dirname, '../../../shared');
  const path = resolve(root, relative);
  return existsSync(path) ? path : undefined;
}
