/**
 * A run's state in one file, from which it goes on to the same bits: where in its stages it is, how long its files were, and
 * the words of the simulation. A line of JSON and the words behind it, with a hash over both, so that half a file is never
 * taken for a whole one.
 */
import { InputError } from '../core/errors.ts';
import { hasInvisible } from '../core/printable.ts';
import type { SimulationState, TimeOrigin } from '../engine/requests.ts';
import type { StateWords } from '../engine/stateBuffers.ts';
import type { Tuning } from '../engine/tuning.ts';
import type { WallVisit } from '../engine/wallVisits.ts';
import { type ByteSource, piecesOf } from '../io/index.ts';
import { type Provenance, sha256 } from './provenance.ts';
import type { RunSink } from './sink.ts';

/** Raised when what a checkpoint holds, or means, changes: another version's state is not continued. */
const STATE_VERSION = 2;
const MAGIC = 'halide-md checkpoint';

export const CHECKPOINT_FILE = 'checkpoint.bin';
export const PREVIOUS_FILE = 'checkpoint.previous.bin';

/** Where a run is. */
export interface RunPoint {
  /** Index of the stage to go on with. */
  readonly stage: number;
  /** False when the stage has to draw velocities. */
  readonly velocitiesReady: boolean;
  readonly warnings: readonly string[];
  /** Cells (nine numbers each, Å) that long-range sums were planned for. */
  readonly plannedCells: readonly (readonly number[])[];
  readonly wallVisits: readonly WallVisit[];
  /** What the user last set the bath to (K), in which stage and at which step: frames up to there do not count. */
  readonly bath?: { readonly stage: number; readonly temperature: number; readonly step: number };
  /** Bytes of every file that is appended to. */
  readonly fileBytes: Readonly<Record<string, number>>;
}

/** What a run must have in common with the one that goes on from its state. */
export type Identity = Pick<Provenance, 'specSha256' | 'potentialSha256' | 'tableSha256' | 'systemSha256'>;

export interface Checkpoint {
  readonly identity: Identity;
  readonly adapter: Provenance['adapter'];
  readonly tuning: Tuning;
  readonly point: RunPoint;
  readonly state: SimulationState;
}

interface Header extends Omit<Checkpoint, 'state'> {
  readonly version: number;
  readonly state: { readonly step: number; readonly origin: TimeOrigin };
  /** Words of each buffer, in the order in which they follow. */
  readonly words: Readonly<Record<string, number>>;
}

/** The bytes of a checkpoint file. */
export async function encodeCheckpoint({ state, ...rest }: Checkpoint): Promise<Uint8Array<ArrayBuffer>> {
  const { words, ...when } = state;
  const arrays = Object.entries(words) as [string, Uint32Array<ArrayBuffer>][];
  const { specSha256, potentialSha256, tableSha256, systemSha256 } = rest.identity;
  const header: Header = {
    version: STATE_VERSION,
    ...rest,
    identity: { specSha256, potentialSha256, systemSha256, ...(tableSha256 && { tableSha256 }) },
    state: when,
    words: Object.fromEntries(arrays.map(([name, array]) => [name, array.length])),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const body = await new Blob([json, '\n', ...arrays.map(([, array]) => array)]).arrayBuffer();
  const head = `${MAGIC} ${await sha256(body)}\n`;
  return new Uint8Array(await new Blob([head, body]).arrayBuffer());
}

/** @throws InputError when the file is damaged, cut short, or of another version */
export async function decodeCheckpoint(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<Checkpoint> {
  const [head, body] = split(bytes);
  const [, hash] = new RegExp(`^${MAGIC} ([0-9a-f]{64})$`).exec(head) ?? [];
  if (hash === undefined) throw new InputError('this is no checkpoint of halide-md', { file });
  if ((await sha256(body)) !== hash) throw new InputError('the checkpoint is damaged or cut short', { file });
  const [json, payload] = split(body);
  const header = headerOf(json, file);
  const { version, words, state, ...rest } = header;
  if (version !== STATE_VERSION) {
    throw new InputError(
      `the checkpoint has version ${version} of the state, this program reads version ${STATE_VERSION}: ` +
        'the run can only be continued by the version that began it',
      { file },
    );
  }
  const problem = headerProblem(header, payload.length);
  if (problem !== undefined) {
    throw new InputError(`the checkpoint says of itself what cannot be: ${problem}`, { file });
  }
  let offset = 0;
  const arrays = Object.entries(words).map(([name, length]) => {
    const part = payload.slice(offset, offset + 4 * length);
    offset += 4 * length;
    return [name, new Uint32Array(part.buffer)] as const;
  });
  return { ...rest, state: { ...state, words: Object.fromEntries(arrays) as StateWords } };
}

function headerOf(json: string, file: string): Header {
  try {
    const header: unknown = JSON.parse(json);
    if (typeof header === 'object' && header !== null) return header as Header;
  } catch {
    // Said below, as of a header that is no object.
  }
  throw new InputError('the header of the checkpoint is no JSON object', { file });
}

/**
 * What a header promises and its file does not keep. Its hash fits, so no accident made it; but it names files that will be
 * cut, and numbers of words that will be allocated.
 */
function headerProblem(
  { identity, adapter, tuning, point, state, words }: Partial<Header>,
  bytes: number,
): string | undefined {
  const isObject = (x: unknown): boolean => typeof x === 'object' && x !== null && !Array.isArray(x);
  const isCount = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0;
  const missing = Object.entries({ identity, adapter, tuning, point, state, words }).find(
    ([, x]) => !isObject(x),
  );
  if (!point || !state || !words || missing) return `${missing?.[0]} is missing`;
  const { specSha256, potentialSha256, systemSha256 } = identity as Partial<Identity>;
  if ([specSha256, potentialSha256, systemSha256].some((hash) => typeof hash !== 'string'))
    return 'its identity';
  const { stage, velocitiesReady, warnings, wallVisits, plannedCells, bath, fileBytes } = point;
  if (!isCount(stage) || typeof velocitiesReady !== 'boolean') return 'the stage';
  const isTexts = Array.isArray(warnings) && warnings.every((one) => typeof one === 'string');
  if (!isTexts || !Array.isArray(wallVisits) || !wallVisits.every(isObject)) return 'warnings and visits';
  const isCell = (h: unknown): boolean => Array.isArray(h) && h.length === 9 && h.every(Number.isFinite);
  if (!Array.isArray(plannedCells) || !plannedCells.every(isCell)) return 'the cells';
  if (bath && ![bath.stage, bath.step, bath.temperature].every(Number.isFinite)) return 'the bath';
  if (!isObject(fileBytes)) return 'the files';
  const odd = Object.entries(fileBytes).find(([name, n]) => !isPlainName(name) || !isCount(n));
  if (odd) return `the length of a file ${JSON.stringify(odd[0])}`;
  const { step, origin } = state;
  const times = isObject(origin) ? [origin.time, origin.timestep] : [];
  if (!isCount(step) || !isCount(origin?.step) || !times.every(Number.isFinite)) return 'the step';
  const lengths = Object.values(words);
  const total = lengths.every(isCount) ? 4 * lengths.reduce((sum, n) => sum + n, 0) : Number.NaN;
  return total === bytes ? undefined : `words of ${total} bytes where ${bytes} follow`;
}

/** True for a name that stays in its folder. */
function isPlainName(name: string): boolean {
  return /^[^/\\]+$/.test(name) && name !== '.' && name !== '..' && !hasInvisible(name);
}

/** Writes a checkpoint; the one before it is kept beside it. */
export async function writeCheckpoint(sink: RunSink, checkpoint: Checkpoint): Promise<void> {
  const bytes = await encodeCheckpoint(checkpoint);
  await sink.rename(CHECKPOINT_FILE, PREVIOUS_FILE);
  await sink.write(CHECKPOINT_FILE, bytes);
}

/** The newest checkpoint that is whole and whose files are at least as long as it says. */
export async function readCheckpoint(sink: RunSink): Promise<Checkpoint> {
  const reasons: string[] = [];
  for (const file of [CHECKPOINT_FILE, PREVIOUS_FILE]) {
    const source = await sink.source(file);
    if (!source) continue;
    try {
      const checkpoint = await decodeCheckpoint(await readBytes(source), file);
      await checkFiles(sink, checkpoint.point, file);
      return checkpoint;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      reasons.push(error.message);
    }
  }
  throw new InputError(reasons.join('; ') || 'there is no checkpoint: the run ended before its first one');
}

async function checkFiles(sink: RunSink, { fileBytes }: RunPoint, file: string): Promise<void> {
  for (const [name, bytes] of Object.entries(fileBytes)) {
    const size = (await sink.size(name)) ?? 0;
    if (size < bytes) {
      throw new InputError(`${name} is ${size} bytes long, it was ${bytes} at this checkpoint`, { file });
    }
  }
}

async function readBytes(source: ByteSource): Promise<Uint8Array<ArrayBuffer>> {
  const parts: BlobPart[] = [];
  for await (const part of piecesOf(source)) parts.push(new Uint8Array(part));
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** The first line, and what follows it. */
function split(bytes: Uint8Array<ArrayBuffer>): [string, Uint8Array<ArrayBuffer>] {
  const end = bytes.indexOf(10);
  if (end < 0) return ['', bytes.slice(0, 0)];
  return [new TextDecoder().decode(bytes.subarray(0, end)), bytes.slice(end + 1)];
}

/** What must be told of a run that goes on, on another adapter than the one that its checkpoint was made on. */
export function continuationWarning(
  { adapter }: Pick<Checkpoint, 'adapter'>,
  now: Provenance['adapter'],
): string | undefined {
  if (adapter.name === now.name) return undefined;
  return `a statistical continuation, not the same bits: begun on ${adapter.name}, resumed on ${now.name}`;
}

/** Throws when a run of `found` is not the one that the checkpoint was made in. */
export function checkIdentity(expected: Identity, found: Identity): void {
  const parts = [
    ['specSha256', 'its spec.json'],
    ['systemSha256', 'the structure'],
    ['potentialSha256', 'the potential'],
    ['tableSha256', 'a table of the potential'],
  ] as const;
  for (const [key, what] of parts) {
    if (JSON.stringify(expected[key]) !== JSON.stringify(found[key])) {
      throw new InputError(
        `${what} is not what the run began with; restore it, or begin a new run from checkpoint.extxyz`,
      );
    }
  }
}
