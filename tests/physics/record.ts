/** Figures of the long tests, kept as files so that README's tables are made from what was measured. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { testGpu } from '../support/gpu.ts';

/** Writes tests/physics/results/<name>.json with the adapter and the day beside the figures; others of that day and adapter stay. */
export async function record(name: string, figures: object): Promise<void> {
  const { adapter } = await testGpu();
  const file = join(import.meta.dirname, 'results', `${name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  const head = { adapter: `${adapter.name} (${adapter.kind})`, date: new Date().toISOString().slice(0, 10) };
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<typeof head>) : {};
  const kept = known.adapter === head.adapter && known.date === head.date ? known : {};
  writeFileSync(file, `${JSON.stringify({ ...kept, ...head, ...figures }, null, 2)}\n`);
}
