/** The engine's worker: takes orders in protocol.ts's words, one source and one run at a time. */
import { GpuError, InputError, PhysicsError } from '../core/errors.ts';
import { Gpu } from '../gpu/device.ts';
import { ActiveRun } from './engine/activeRun.ts';
import { bathOf } from './engine/bath.ts';
import { describe } from './engine/describe.ts';
import { openSource, type Post, prepareAt, type Session } from './engine/session.ts';
import { openBrowserGpu } from './gpuBrowser.ts';
import type { Failure, ToWorker } from './protocol.ts';

const post: Post = (message, transfer = []) => postMessage(message, { transfer });

let gpu: Gpu | undefined;
let session: Session | undefined;
let active: ActiveRun | undefined;
/** The last run after its end: its files can still be had. */
let finished: ActiveRun | undefined;
/** The slider, once it was moved. */
let kelvin: number | undefined;
/** Sources opened so far: what an older one still brings is dropped. */
let newest = 0;

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  void handle(data).catch((error: unknown) => post({ is: 'failed', failure: failureOf(error) }));
});
void device();

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
    case 'temperature':
      kelvin = message.kelvin;
      return active?.setTemperature(message.kelvin);
    case 'file':
      return post({
        is: 'file',
        ticket: message.ticket,
        blob: (await (active ?? finished)?.file(message.name)) ?? null,
      });
    case 'selftest': {
      const { selftest } = await import('./selftest.ts');
      const opened = await device();
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
  try {
    const opened = await openSource(id, source, asked, (message, transfer) => {
      if (newest === id) post(message, transfer);
    });
    if (newest !== id) return;
    session = opened;
    post({ is: 'opened', id, run: describe(opened.spec, opened.prepared, opened.choices) });
  } catch (error) {
    if (newest === id) post({ is: 'refused', id, sentence: failureOf(error).sentence });
  }
}

async function run(): Promise<void> {
  const chosen = session;
  if (!chosen || active) return;
  post({ is: 'phase', phase: 'starting' });
  const opened = await device();
  if (!opened) return post({ is: 'phase', phase: 'ready' });
  const prepared = await prepareAt(chosen, kelvin ?? bathOf(chosen.spec).kelvin);
  if (session !== chosen || active) return;
  const started = new ActiveRun(opened, prepared, post);
  active = started;
  finished = undefined;
  started.done.then(
    ({ failure }) => ended(started, failure),
    (error: unknown) => ended(started, error),
  );
}

/** A run that came to its end by itself keeps its files; one that was stopped is forgotten. */
function ended(run: ActiveRun, failure: unknown): void {
  if (active !== run) return;
  active = undefined;
  finished = run;
  if (failure === undefined) post({ is: 'phase', phase: 'finished' });
  else post({ is: 'failed', failure: failureOf(failure) });
}

/** Ends the run in progress, if any; what it recorded is dropped. */
async function end(): Promise<void> {
  const ending = active;
  active = undefined;
  finished = undefined;
  ending?.stop();
  await ending?.done.catch(() => undefined);
}

async function reset(): Promise<void> {
  await end();
  post({ is: 'phase', phase: 'ready' });
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
