/** Some hundred damaged files per reader, and every failure that the long run (`npm run test:fuzz`) has found. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusBytes, entriesOf } from './corpus.ts';
import { inputOf, judge } from './judge.ts';
import { READER_NAMES } from './readers.ts';
import { type Watchdog, watchdog } from './watchdog.ts';

const SEED = 2026;
const COUNT = 200;
/** Generous: what is looked for takes minutes or all memory, and the machine may be busy. */
const LIMITS = { milliseconds: 60_000, bytes: 6 * 2 ** 30 };

let watch: Watchdog;
beforeAll(() => {
  watch = watchdog(LIMITS);
});
afterAll(() => watch.stop());

describe.each(READER_NAMES)('%s', (reader) => {
  it(`reads or refuses ${COUNT} damaged files`, async () => {
    const failures: string[] = [];
    for (let index = 0; index < COUNT; index++) {
      const bytes = await inputOf(reader, SEED, index);
      watch.begin(`${reader}, seed ${SEED}, index ${index}`);
      const verdict = await judge(reader, bytes);
      watch.end();
      if (verdict.outcome === 'failed') failures.push(`index ${index}: ${verdict.message}`);
    }
    expect(failures).toEqual([]);
  });

  const kept = entriesOf().filter((entry) => entry.reader === reader);
  it.skipIf(kept.length === 0).each(kept)('$file, which was: $was', async (entry) => {
    watch.begin(entry.file);
    const verdict = await judge(reader, corpusBytes(entry));
    watch.end();
    const found = verdict.outcome === 'read' ? 'read' : verdict.message;
    expect(found.slice(0, entry.expect?.length)).toBe(entry.expect);
    expect(verdict.outcome).not.toBe('failed');
  });
});
