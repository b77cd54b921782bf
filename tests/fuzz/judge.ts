/** One input of one reader: how it is made from a seed, and what becomes of it. */
import { InputError } from '../../src/core/errors.ts';
import { drawOf } from './draw.ts';
import { sentenceProblem } from './invariants.ts';
import { READER_NAMES, READERS, type Reader, type ReaderName } from './readers.ts';

export type Verdict =
  | { readonly outcome: 'read' }
  | { readonly outcome: 'refused' | 'failed'; readonly message: string };

const seeds = new Map<ReaderName, Promise<readonly Uint8Array[]>>();

/** The input with this index: the same bytes whenever and wherever it is made. */
export async function inputOf(name: ReaderName, seed: number, index: number): Promise<Uint8Array> {
  const reader: Reader = READERS[name];
  if (!seeds.has(name)) seeds.set(name, Promise.resolve(reader.seeds()));
  // Each reader its own numbers: the same damage to all of them would be one draw.
  const draw = drawOf(seed * 1000 + READER_NAMES.indexOf(name), index);
  let bytes = draw.pick((await seeds.get(name)) ?? []);
  let text = new TextDecoder().decode(bytes);
  const before = text;
  if (reader.first && draw.chance(0.7)) text = draw.pick(reader.first)(text, draw);
  const rounds = reader.first && text !== before ? draw.below(2) : 1 + draw.below(3);
  for (let i = 0; i < rounds && reader.texts.length > 0; i++) text = draw.pick(reader.texts)(text, draw);
  if (text !== before) bytes = new TextEncoder().encode(text);
  if (reader.bytes.length > 0 && draw.chance(reader.byteShare ?? 0.1))
    bytes = draw.pick(reader.bytes)(bytes, draw);
  return bytes;
}

/** Read, refused as it should be, or a failure. */
export async function judge(name: ReaderName, bytes: Uint8Array): Promise<Verdict> {
  const { file, read, namesFile = true }: Reader = READERS[name];
  try {
    await read(bytes);
    return { outcome: 'read' };
  } catch (error) {
    if (!(error instanceof InputError)) return { outcome: 'failed', message: describe(error) };
    const { message } = error;
    const failed = (what: string): Verdict => ({
      outcome: 'failed',
      message: `${what}: ${message.slice(0, 200)}`,
    });
    if (namesFile && !message.startsWith(`${file}:`))
      return failed(`the message does not begin with ${file}`);
    const problem = sentenceProblem(message);
    return problem === undefined ? { outcome: 'refused', message } : failed(`the message is ${problem}`);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const [place = ''] = /\S+:\d+:\d+/.exec(error.stack ?? '') ?? [];
  return `${error.name}: ${error.message.slice(0, 300)} at ${place.replace(/^.*\/(src|tests|dist|node_modules)/, '$1')}`;
}
