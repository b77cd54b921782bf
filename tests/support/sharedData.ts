/** Data of other projects that stand beside the repository and are not part of it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = process.env['HALIDE_SHARED'] ?? resolve(import.meta.dirname, '..', '..', '..', 'shared');

/** Where a shared file lies; undefined when it does not. */
export function sharedPath(relative: string): string | undefined {
  const path = resolve(ROOT, relative);
  return existsSync(path) ? path : undefined;
}
