/** The engine's worker: takes orders in protocol.ts's words, one source and one run at a time. */
import { GpuError, InputError, PhysicsError } from '../core/errors.ts';
import { Gpu } from '../gpu/device.ts';
import { ActiveRun } from './engine/activeRun.ts';
import { bathOf } from './engine/bath.ts';
import { describe } from './engine/describe.ts';
import { openSource, openStored, type Post, prepareAt, type Session } from './engine/session.ts';
import { discardRun, storeRun, type TakenRun, takeRun, unfinishedRuns } from './engine/storedRuns.ts';
import { openBrowserGpu } from './gpuBrowser.ts';
import type { Failure, ToWorker } from './protocol.ts';

/** How often another device is asked for, and ms between two tries. */
const REOPEN_TRIES = 8;
const REOPEN_EVERY = 2000;

const post: Post = (message, transfer = []) => postMessage(message, { transfer });

let gpu: Gpu | undefined;
let session: Session | undefined;
let active: ActiveRun | undefined;
/** The last run after its end: its files can still be had. */
let finished: { readonly run: ActiveRun; readonly isOver: boolean } | undefined;
/** The slider, once it was moved. */
let kelvin: number | undefined;
/** The analysis of frames that the page looks at. */
let watched: string | null = null;
let telling = Promise.resolve();
/** Sources opened so far: what an older one still brings is dropped. */
let newest = 0;

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  void handle(data).catch((error: unknown) => post({ is: 'failed', failure: failureOf(error) }));
});
void device();
void tellUnfinished();

async function handle(message: ToWorker): Promise<void> {
  switch (message.do) {
    case 'open':
      return open(message);
    case 'run':
      return run();
    case 'pause':
      return active?.pause();
    case 'resume':
      return active?.resume();
    case 'reset':
      return reset();
    case 'watch':
      watched = message.analysis;
      return (active ?? finished?.run)?.watch(watched);
    case 'temperature':
      kelvin = message.kelvin;
      return active?.setTemperature(message.kelvin);
    case 'discard':
      await discardRun(message.run);
      return tellUnfinished();
    case 'file':
      return post({
        is: 'file',
        ticket: message.ticket,
        blob: (await (active ?? finished?.run)?.file(message.name)) ?? null,
      });
    case 'selftest': {
      const { selftest } = await import('./selftest.ts');
      // Nothing else is lost than what is in use.
      const opened = message.request.what === 'loseDevice' ? gpu : await device();
      const result = opened ? await selftest(message.request, opened) : { failed: 'there is no device' };
      return post({ is: 'selftest', ticket: message.ticket, result });
    }
  }
}

async function open({ id, source, kelvin: asked }: Extract<ToWorker, { do: 'open' }>): Promise<void> {
  newest = id;
  session = undefined;
  kelvin = undefined;
  await end();
  if (newest !== id) return;
  const say: Post = (message, transfer) => {
    if (newest === id) post(message, transfer);
  };
  let taken: TakenRun | undefined;
  try {
    let opened: Session;
    if (source.kind === 'stored') {
      taken = await takeRun(source.run, tellFull);
      opened = await openStored(id, taken, say);
    } else opened = await openSource(id, source, asked, say);
    if (newest !== id) return await taken?.stored.close(false);
    session = opened;
    const { spec, prepared, choices } = opened;
    kelvin = taken?.about.kelvin;
    say({ is: 'opened', id, run: describe(spec, prepared, choices), kelvin: kelvin ?? bathOf(spec).kelvin });
  } catch (error) {
    await taken?.stored.close(false);
    say({ is: 'refused', id, sentence: failureOf(error).sentence });
    return tellUnfinished();
  }
  if (taken) await run(taken);
}

/** Begins the session's run, or goes on with one that was stored. */
async function run(taken?: TakenRun): Promise<void> {
  const chosen = session;
  if (!chosen || active) return await taken?.stored.close(false);
  post({ is: 'phase', phase: 'starting' });
  const opened = await device();
  if (!opened) {
    await taken?.stored.close(false);
    return post({ is: 'phase', phase: 'ready' });
  }
  const slider = kelvin ?? bathOf(chosen.spec).kelvin;
  const prepared = taken ? chosen.prepared : await prepareAt(chosen, slider);
  await forget();
  const { origin, files } = chosen;
  const about = { title: chosen.spec.title, origin, kelvin: slider };
  const stored = taken?.stored ?? (await storeRun(about, files.files, tellFull));
  if (session !== chosen || active) return stored.close(taken === undefined);
  if (stored.id === undefined) tellStorage(NOT_STORED);
  const started = new ActiveRun({
    gpu: opened,
    prepared,
    stored,
    kelvin: slider,
    resume: taken?.checkpoint,
    reopen,
    post,
  });
  active = started;
  started.watch(watched);
  started.done.then(
    ({ failure }) => ended(started, opened, true, failure),
    (error: unknown) => ended(started, opened, false, error),
  );
}

/** A run that came to its end by itself keeps its files until the next; one that was stopped is forgotten. */
function ended(run: ActiveRun, first: Gpu, isOver: boolean, failure: unknown): void {
  // A device that took the place of a lost one went with the run.
  if (gpu !== first) gpu = undefined;
  if (active !== run) return;
  active = undefined;
  finished = { run, isOver };
  if (failure === undefined) post({ is: 'phase', phase: 'finished' });
  else post({ is: 'failed', failure: failureOf(failure) });
  void tellUnfinished();
}

/** Ends the run in progress, if any; what it recorded is dropped. */
async function end(): Promise<void> {
  const ending = active;
  active = undefined;
  ending?.stop();
  await ending?.done.catch(() => undefined);
  await ending?.stored.close(true);
  await forget();
}

/** Lets the last run go; one that could not be finished stays in the browser. */
async function forget(): Promise<void> {
  const last = finished;
  finished = undefined;
  await last?.run.stored.close(last.isOver);
}

async function reset(): Promise<void> {
  await end();
  post({ is: 'phase', phase: 'ready' });
  await tellUnfinished();
}

/** Tells the page which runs it can offer to continue. One after the other: each run is held while it is looked at. */
function tellUnfinished(): Promise<void> {
  telling = telling.then(async () => {
    const own = new Map<string, boolean>();
    if (active?.stored.id) own.set(active.stored.id, false);
    if (finished?.run.stored.id) own.set(finished.run.stored.id, !finished.isOver);
    post({ is: 'unfinished', runs: await unfinishedRuns(own, () => void tellUnfinished()) });
  });
  return telling;
}

const NOT_STORED =
  'This browser keeps no files for this page (it may be a private window): the run lives in this tab and ends with it.';
const FULL =
  'The browser has no more room for the files of this run: it goes on in this tab, and could be continued later only from its last checkpoint before.';

function tellStorage(sentence: string): void {
  post({ is: 'notice', notice: { about: 'storage', sentence } });
}

function tellFull(): void {
  tellStorage(FULL);
}

/** Another device for a run that has lost its own: a driver that was reset needs a moment until it gives one. */
async function reopen(): Promise<Gpu> {
  for (let tries = 1; ; tries++) {
    const opened = await device();
    if (opened) return opened;
    if (tries === REOPEN_TRIES)
      throw new GpuError('the graphics device was lost, and the browser gives no other');
    await new Promise((resolve) => setTimeout(resolve, REOPEN_EVERY));
  }
}

/** The device, opened on the first call and again after it was lost; tells the page what it is. */
async function device(): Promise<Gpu | undefined> {
  if (gpu) return gpu;
  const opened = await openBrowserGpu();
  if (!(opened instanceof Gpu)) {
    post({ is: 'adapter', adapter: { kind: 'none', reason: opened } });
    return undefined;
  }
  gpu = opened;
  void opened.lost.then(() => {
    if (gpu === opened) gpu = undefined;
  });
  post({ is: 'adapter', adapter: { kind: 'ready', description: opened.adapter } });
  return opened;
}

function failureOf(error: unknown): Failure {
  const sentence = (error as Error).message ?? String(error);
  if (error instanceof InputError) return { kind: 'input', sentence };
  if (error instanceof GpuError) return { kind: 'gpu', sentence };
  if (error instanceof PhysicsError) return { kind: 'physics', sentence };
  console.error(error);
  return { kind: 'bug', sentence };
}
