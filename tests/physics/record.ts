/** Figures of the long tests, kept as files so that README's tables are made from what was measured. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testGpu } from '../support/gpu.ts';

/** Writes tests/physics/results/<name>.json with the adapter and the day beside the figures. */
export async function record(name: string, figures: object): Promise<void> {
  const folder = join(import.meta.dirname, 'results');
  const { adapter } = await testGpu();
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify(
    { adapter: `${adapter.name} (${adapter.kind})`, date: new Date().toISOString().slice(0, 10), ...figures },
    null,
    2,
  );
  writeFileSync(join(folder, `${name}.json`), `${text}\n`);
}
