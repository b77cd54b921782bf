/**
 * Runs in the browser's private file system, one folder each: what the command line's run folder holds, the inputs, and what
 * the page has to know. Only runs that were not finished stay there, MOST_STORED at most. A lock per run keeps other tabs away
 * from it, and falls when its tab dies.
 */
import { InputError } from '../../core/errors.ts';
import { CHECKPOINT_FILE, type Checkpoint, PREVIOUS_FILE, readCheckpoint } from '../../run/checkpoint.ts';
import type { RunOrigin, UnfinishedRun } from '../protocol.ts';
import { copyOf, hasPrivateFiles, OpfsSink } from './opfsSink.ts';
import { type BlobSink, OverlaySink, SpillingSink } from './spillingSink.ts';

/** Unfinished runs that are kept; a new one takes the place of the oldest. */
export const MOST_STORED = 3;

/** ms */
const PATIENCE = 2000;
const FOLDER = 'runs';
const ABOUT_FILE = 'page.json';
const RESULTS_FILE = 'results.json';
const inputFile = (index: number): string => `input-${index}`;

/** What the page wants to know of a run when it meets it again. */
export interface AboutRun {
  readonly title: string;
  readonly origin: RunOrigin;
  /** K, where the slider stood. */
  readonly kelvin: number;
  /** ISO date */
  readonly begun: string;
  /** Paths of the files that the run reads, in the order of their names here. */
  readonly inputs: readonly string[];
}

/** Where a run in progress has its files. */
export interface StoredRun {
  /** Undefined in memory. */
  readonly id: string | undefined;
  readonly sink: BlobSink;
  /** Remembers where the slider stands. */
  setKelvin(kelvin: number): Promise<void>;
  /** Lets go of the run; it can be continued later if it is not removed. */
  close(remove: boolean): Promise<void>;
}

/** A stored run, taken up again. */
export interface TakenRun {
  readonly stored: StoredRun;
  readonly about: AboutRun;
  readonly inputs: ReadonlyMap<string, Blob>;
  readonly spec: string;
  readonly checkpoint: Checkpoint;
}

/** A folder for a new run; in memory where the browser keeps no files. @param onFull the disk has no more room */
export async function storeRun(
  about: Omit<AboutRun, 'begun' | 'inputs'>,
  inputs: ReadonlyMap<string, Blob>,
  onFull: () => void,
): Promise<StoredRun> {
  const runs = await runsFolder();
  if (!runs) return inMemory();
  for (const { id } of (await unfinishedRuns()).slice(MOST_STORED - 1)) await discardRun(id);
  const id = crypto.randomUUID();
  const unlock = await lock(id);
  if (!unlock) return inMemory();
  try {
    const folder = await runs.getDirectoryHandle(id, { create: true });
    const disk = new OpfsSink(folder);
    const paths = [...inputs.keys()];
    for (const [index, path] of paths.entries()) {
      await disk.write(inputFile(index), new Uint8Array(await (inputs.get(path) as Blob).arrayBuffer()));
    }
    const whole = { ...about, begun: new Date().toISOString(), inputs: paths };
    await disk.write(ABOUT_FILE, JSON.stringify(whole));
    return onDisk(id, disk, whole, unlock, onFull);
  } catch {
    // Not even room for the inputs.
    await runs.removeEntry(id, { recursive: true }).catch(() => undefined);
    await unlock();
    return inMemory();
  }
}

/** Takes up a stored run. @throws InputError when another tab has it, or when there is nothing to go on from */
export async function takeRun(id: string, onFull: () => void): Promise<TakenRun> {
  const unlock = await lock(id, PATIENCE);
  if (!unlock) throw new InputError('this run is open in another tab or window of this browser');
  try {
    const folder = await (await runsFolder())?.getDirectoryHandle(id);
    if (!folder) throw new InputError('this run is no longer there');
    const disk = new OpfsSink(folder);
    const about = await aboutOf(disk);
    const spec = await disk.source('spec.json');
    if (!about || !spec) throw new InputError('of this run too little was kept to continue it');
    const checkpoint = await readCheckpoint(disk);
    const inputs = new Map<string, Blob>();
    for (const [index, path] of about.inputs.entries()) {
      const file = await disk.source(inputFile(index));
      if (file) inputs.set(path, await copyOf(file));
    }
    const stored = onDisk(id, disk, about, unlock, onFull);
    return { stored, about, inputs, spec: await spec.text(), checkpoint };
  } catch (error) {
    await unlock();
    throw error instanceof DOMException ? new InputError('this run is no longer there') : error;
  }
}

/**
 * Runs that can be continued, the newest first. What is neither that nor anyone's is removed.
 * @param own runs that this worker holds: true for one that is to be told of all the same
 * @param onFree called when a run that another tab holds is let go
 */
export async function unfinishedRuns(
  own: ReadonlyMap<string, boolean> = new Map(),
  onFree?: () => void,
): Promise<UnfinishedRun[]> {
  const runs = await runsFolder();
  if (!runs) return [];
  const ids: string[] = [];
  for await (const id of runs.keys()) ids.push(id);
  const found: { run: UnfinishedRun; begun: string }[] = [];
  for (const id of ids) {
    if (own.get(id) === false) continue;
    const unlock = own.has(id) ? async () => {} : await lock(id);
    if (!unlock) {
      if (onFree) whenFree(id, onFree);
      continue;
    }
    try {
      const folder = await runs.getDirectoryHandle(id);
      const one = await inspect(id, folder);
      if (one) found.push(one);
      else if (!own.has(id)) await runs.removeEntry(id, { recursive: true });
    } catch {
      // Gone in the meantime, or held by a worker that is about to be.
    } finally {
      await unlock();
    }
  }
  return found.sort((a, b) => (a.begun < b.begun ? 1 : -1)).map(({ run }) => run);
}

/** Removes a run, unless another tab has it. */
export async function discardRun(id: string): Promise<void> {
  const unlock = await lock(id, PATIENCE);
  if (!unlock) return;
  await (await runsFolder())?.removeEntry(id, { recursive: true }).catch(() => undefined);
  await unlock();
}

function inMemory(): StoredRun {
  return {
    id: undefined,
    sink: new OverlaySink(),
    setKelvin: async () => {},
    close: async () => {},
  };
}

function onDisk(id: string, disk: OpfsSink, about: AboutRun, unlock: Unlock, onFull: () => void): StoredRun {
  return {
    id,
    sink: new SpillingSink(disk, onFull),
    setKelvin: (kelvin) =>
      disk.write(ABOUT_FILE, JSON.stringify({ ...about, kelvin })).catch(() => undefined),
    async close(remove) {
      disk.close();
      if (remove) await (await runsFolder())?.removeEntry(id, { recursive: true }).catch(() => undefined);
      await unlock();
    },
  };
}

async function inspect(
  id: string,
  folder: FileSystemDirectoryHandle,
): Promise<{ run: UnfinishedRun; begun: string } | undefined> {
  const disk = new OpfsSink(folder);
  const about = await aboutOf(disk);
  // Results are written last; an empty file is one that was about to be.
  const isOver = ((await disk.size(RESULTS_FILE)) ?? 0) > 0;
  const sizes = await Promise.all([CHECKPOINT_FILE, PREVIOUS_FILE].map((file) => disk.size(file)));
  if (!about || isOver || !sizes.some((size) => size)) return undefined;
  const { title, origin, begun } = about;
  try {
    const { step } = (await readCheckpoint(disk)).state;
    return { run: { id, title, origin, step, why: null }, begun };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { run: { id, title, origin, step: 0, why: error.message }, begun };
  }
}

async function aboutOf(disk: OpfsSink): Promise<AboutRun | undefined> {
  const file = await disk.source(ABOUT_FILE);
  if (!file || file.size === 0) return undefined;
  return JSON.parse(await file.text()) as AboutRun;
}

/** Undefined where the browser keeps no files for pages, or cannot lock them. */
async function runsFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  const { locks, storage } = navigator as Partial<Pick<Navigator, 'locks' | 'storage'>>;
  if (!locks || !storage?.getDirectory || !hasPrivateFiles()) return undefined;
  try {
    return await (await storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
  } catch {
    // A private window, or a user who allows no storage.
    return undefined;
  }
}

const lockName = (id: string): string => `halide-md run ${id}`;

type Unlock = () => Promise<unknown>;

/**
 * Takes the lock of a run; what it resolves to gives it back. Undefined while someone else has it.
 * @param patience ms to wait for it: another tab that looks through the runs holds each for a moment
 */
function lock(id: string, patience = 0): Promise<Unlock | undefined> {
  return new Promise((resolve) => {
    const options = patience > 0 ? { signal: AbortSignal.timeout(patience) } : { ifAvailable: true };
    const released: Promise<unknown> = navigator.locks.request(lockName(id), options, (held) => {
      if (!held) return resolve(undefined);
      return new Promise<void>((release) => {
        resolve(() => {
          release();
          return released;
        });
      });
    });
    released.catch(() => resolve(undefined));
  });
}

const awaited = new Set<string>();

function whenFree(id: string, act: () => void): void {
  if (awaited.has(id)) return;
  awaited.add(id);
  void navigator.locks
    .request(lockName(id), () => undefined)
    .then(() => {
      awaited.delete(id);
      act();
    });
}
