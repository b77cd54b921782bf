/** The failing inputs that were found, made small: every one is a test. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ReaderName } from './readers.ts';

export const CORPUS = join(process.cwd(), 'tests', 'fuzz', 'corpus');
const INDEX = join(CORPUS, 'index.json');

export interface CorpusEntry {
  readonly file: string;
  readonly reader: ReaderName;
  /** Where it was found; absent for one written by hand. */
  readonly seed?: number;
  readonly index?: number;
  /** What happened before the defect was mended. */
  readonly was: string;
  /** What must happen: "read", or how the message of the refusal begins. Absent until someone has decided. */
  readonly expect?: string;
}

/** Longer ones are kept compressed: they are one character, many times. */
const LONGEST_PLAIN = 2000;
const PACKED = '.packed.gz';

/** Of a message so much is kept as says what was wrong where. */
export const EXPECTED_LENGTH = 160;

/** The input of an entry. */
export function corpusBytes({ file }: Pick<CorpusEntry, 'file'>): Uint8Array {
  const bytes = readFileSync(join(CORPUS, file));
  return Uint8Array.from(file.endsWith(PACKED) ? gunzipSync(bytes) : bytes);
}

/** Writes an input and returns the name of its file. */
export function writeInput(name: string, bytes: Uint8Array): string {
  const isLong = bytes.length > LONGEST_PLAIN;
  const file = isLong ? name + PACKED : name;
  mkdirSync(CORPUS, { recursive: true });
  writeFileSync(join(CORPUS, file), isLong ? gzipSync(bytes, { level: 9 }) : bytes);
  return file;
}

export function entriesOf(): CorpusEntry[] {
  return existsSync(INDEX) ? (JSON.parse(readFileSync(INDEX, 'utf8')) as CorpusEntry[]) : [];
}

export function writeEntries(entries: readonly CorpusEntry[]): void {
  writeFileSync(INDEX, `${JSON.stringify(entries, null, 2)}\n`);
}
