/** What tests on real data have measured, kept as JSON so that tables can be made of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Measured {
  readonly name: string;
  /** What was published; null where nobody has. */
  readonly expected: number | string | null;
  readonly measured: number | string;
  /** Relative, where it is a number; words where it is not; null where nothing is compared. */
  readonly tolerance: number | string | null;
  /** File and place of the published figure. */
  readonly source: string;
}

/** Writes `tests/data/results/<topic>.json`; called once by each topic when its tests have run. */
export function writeMeasured(topic: string, rows: readonly Measured[]): void {
  const folder = join(import.meta.dirname, '..', 'data', 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${topic}.json`), `${JSON.stringify(rows, null, 2)}\n`);
}
