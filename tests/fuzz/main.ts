/**
 * The long run: so many inputs of every reader, each read in a process of its own kind with limits of time and memory.
 * Failures are made small and written to tests/fuzz/corpus: `npm run test:fuzz -- --count 10000 --seed 1 --reader cif`.
 * Once the defect is mended, `--decide` writes what now happens beside them; read it before it is committed.
 */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { LIMITS, serve } from './child.ts';
import {
  type CorpusEntry,
  corpusBytes,
  EXPECTED_LENGTH,
  entriesOf,
  writeEntries,
  writeInput,
} from './corpus.ts';
import { inputOf } from './judge.ts';
import { minimise } from './minimise.ts';
import { ReadingProcess } from './parent.ts';
import { READER_NAMES, READERS, type ReaderName } from './readers.ts';

/** Failures of one kind that are made small; more of it teach nothing. */
const KEPT_OF_A_KIND = 1;

interface Tally {
  read: number;
  refused: number;
  /** Messages of failures, without what differs from input to input, and how many there were. */
  readonly failures: Map<string, number>;
  slowest: number;
  /** Growth of the process, bytes. */
  largest: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      reader: { type: 'string', multiple: true },
      from: { type: 'string', default: '0' },
      decide: { type: 'boolean', default: false },
    },
  });
  if (values.decide) return decide();
  const [count, seed, from] = [Number(values.count), Number(values.seed), Number(values.from)];
  const names = READER_NAMES.filter((name) => values.reader?.includes(name) ?? true);
  const limits = `${LIMITS.milliseconds / 1000} s and ${LIMITS.bytes / 2 ** 20} MiB per process`;
  process.stdout.write(`${count} inputs per reader, seed ${seed}; limits: ${limits}\n`);
  process.stdout.write('reader              inputs    read refused  failed  slowest ms  memory MiB\n');
  let failed = 0;
  for (const name of names) {
    const tally = await fuzz(name, seed, from, count);
    const bad = [...tally.failures.values()].reduce((sum, n) => sum + n, 0);
    failed += bad;
    const row = [count, tally.read, tally.refused, bad].map((n) => String(n).padStart(8)).join('');
    const cost = [tally.slowest.toFixed(0), (tally.largest / 2 ** 20).toFixed(0)];
    process.stdout.write(`${name.padEnd(18)}${row}${cost.map((text) => text.padStart(12)).join('')}\n`);
    for (const [message, n] of tally.failures) process.stdout.write(`    ${n} × ${message}\n`);
  }
  process.exitCode = failed > 0 ? 1 : 0;
}

/** Writes the outcome of every kept input that has none yet; failures stay undecided. */
async function decide(): Promise<void> {
  const reading = new ReadingProcess(process.argv[1] as string);
  const decided: CorpusEntry[] = [];
  for (const entry of entriesOf()) {
    const input = Buffer.from(corpusBytes(entry)).toString('base64');
    const { verdict } = entry.expect === undefined ? await reading.ask({ reader: entry.reader, input }) : {};
    const text = verdict?.outcome === 'read' ? 'read' : verdict?.message;
    const isGood = verdict !== undefined && verdict.outcome !== 'failed';
    decided.push({
      ...entry,
      ...(isGood && text !== undefined && { expect: text.slice(0, EXPECTED_LENGTH) }),
    });
    if (verdict) process.stdout.write(`${entry.file}: ${verdict.outcome}: ${text}\n`);
  }
  reading.stop();
  writeEntries(decided);
}

async function fuzz(reader: ReaderName, seed: number, from: number, count: number): Promise<Tally> {
  const reading = new ReadingProcess(process.argv[1] as string);
  const tally: Tally = { read: 0, refused: 0, failures: new Map(), slowest: 0, largest: 0 };
  for (let index = from; index < from + count; index++) {
    const { verdict, milliseconds, peak, before } = await reading.ask({ reader, seed, index });
    tally.slowest = Math.max(tally.slowest, milliseconds);
    tally.largest = Math.max(tally.largest, peak - before);
    if (verdict.outcome !== 'failed') {
      tally[verdict.outcome]++;
      continue;
    }
    const kind = kindOf(verdict.message);
    const seen = tally.failures.get(kind) ?? 0;
    tally.failures.set(kind, seen + 1);
    if (seen < KEPT_OF_A_KIND) await keep(reading, reader, seed, index, verdict.message);
  }
  reading.stop();
  return tally;
}

/** A message without numbers and quoted text. */
function kindOf(message: string): string {
  return message
    .replace(/"(?:[^"\\]|\\.)*"?/g, '"…"')
    .replace(/\d+/g, '0')
    .slice(0, 160);
}

/** Makes a failing input small and puts it into the corpus. */
async function keep(
  reading: ReadingProcess,
  reader: ReaderName,
  seed: number,
  index: number,
  message: string,
): Promise<void> {
  const kind = kindOf(message);
  const whole = await inputOf(reader, seed, index);
  const small = await minimise(whole, message.includes('died'), async (bytes) => {
    const input = Buffer.from(bytes).toString('base64');
    const { verdict } = await reading.ask({ reader, input });
    return verdict.outcome === 'failed' && kindOf(verdict.message) === kind;
  });
  const hash = createHash('sha256').update(small).digest('hex').slice(0, 8);
  const name = `${reader}-${hash}${/\.\w+$/.exec(READERS[reader].file)?.[0] ?? '.bin'}`;
  if (entriesOf().some(({ file }) => file.startsWith(name))) return;
  const file = writeInput(name, small);
  writeEntries([...entriesOf(), { file, reader, seed, index, was: message }]);
}

if (process.argv[2] === 'child') serve();
else await main();
