/** The page's end of the protocol: orders out, messages into the store. */
import type { AppStore } from './appState.ts';
import { NOTHING_RUN } from './appState.ts';
import { patchOf } from './patches.ts';
import type {
  FromWorker,
  RunOrigin,
  SelftestRequest,
  SelftestResult,
  Source,
  ToWorker,
  UnfinishedRun,
} from './protocol.ts';

/** Files start at this bath temperature, K, until the slider is moved. */
export const FILE_KELVIN = 600;

export class EngineClient {
  private readonly store: AppStore;
  private readonly worker: Worker;
  private readonly tickets = new Map<number, (message: FromWorker) => void>();
  private nextTicket = 1;
  private openId = 0;
  private lastSource: Source | undefined;
  /** Runs that the worker may still tell of, for it was asked before. */
  private readonly discarded = new Set<string>();

  constructor(store: AppStore) {
    this.store = store;
    this.worker = new Worker(new URL('./engineWorker.ts', import.meta.url), {
      type: 'module',
      name: 'halide-md engine',
    });
    this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.receive(data);
    this.worker.onerror = (event) => {
      this.store.set({
        phase: 'failed',
        failure: {
          kind: 'bug',
          sentence: `the engine stopped: ${event.message || 'it could not be loaded'}`,
        },
      });
    };
  }

  /** Opens a source; an active run ends. */
  open(source: Source): void {
    this.lastSource = source;
    const isFile = source.kind === 'file';
    const same = isFile && this.store.state.source?.name === source.file.name;
    this.store.set({
      ...NOTHING_RUN,
      phase: 'opening',
      run: null,
      ...(!same && { scene: null }),
      source: originOf(source),
    });
    this.openId++;
    const kelvin = same ? this.store.state.kelvin : FILE_KELVIN;
    this.send({ do: 'open', id: this.openId, source, kelvin });
  }

  /** The same file with another potential. */
  choosePotential(potential: string): void {
    if (this.lastSource?.kind === 'file') this.open({ ...this.lastSource, potential });
  }

  /** Goes on with a run of an earlier visit. */
  continueRun({ id, origin }: UnfinishedRun): void {
    this.open({ kind: 'stored', run: id, origin });
  }

  /** Removes a run of an earlier visit. */
  discardRun(run: string): void {
    this.discarded.add(run);
    this.offer(this.store.state.unfinished);
    this.send({ do: 'discard', run });
  }

  /** Run, pause or go on: what the one big button does. */
  toggle(): void {
    const { phase, adapter, pausing } = this.store.state;
    if (phase === 'running' && !pausing) {
      this.store.set({ pausing: true });
      this.send({ do: 'pause' });
    } else if (phase === 'paused' || pausing) {
      this.store.set({ pausing: false });
      this.send({ do: 'resume' });
    } else if (
      (phase === 'ready' || phase === 'finished' || phase === 'failed') &&
      adapter.kind === 'ready'
    ) {
      this.store.set({ ...NOTHING_RUN, phase: 'starting' });
      this.send({ do: 'run' });
    }
  }

  /** Back to the structure as it was opened. */
  reset(): void {
    const { phase, run } = this.store.state;
    if (!run || phase === 'ready' || phase === 'opening') return;
    this.store.set({ ...NOTHING_RUN, phase: 'opening' });
    this.send({ do: 'reset' });
  }

  /** The analysis of frames whose figures are wanted. */
  watch(name: string | null): void {
    this.send({ do: 'watch', analysis: name });
  }

  setTemperature(kelvin: number): void {
    this.store.set({ kelvin });
    this.send({ do: 'temperature', kelvin });
  }

  async file(name: string): Promise<Blob | null> {
    const reply = await this.ask((ticket) => ({ do: 'file', ticket, name }));
    return reply.is === 'file' ? reply.blob : null;
  }

  async selftest(request: SelftestRequest): Promise<SelftestResult> {
    const reply = await this.ask((ticket) => ({ do: 'selftest', ticket, request }));
    return reply.is === 'selftest' ? reply.result : { failed: 'no answer' };
  }

  private offer(runs: readonly UnfinishedRun[]): void {
    const unfinished = runs.filter(({ id }) => !this.discarded.has(id));
    // The same list again must not take away a button that is being pressed.
    if (JSON.stringify(unfinished) !== JSON.stringify(this.store.state.unfinished)) {
      this.store.set({ unfinished });
    }
  }

  private ask(order: (ticket: number) => ToWorker): Promise<FromWorker> {
    const ticket = this.nextTicket++;
    return new Promise((resolve) => {
      this.tickets.set(ticket, resolve);
      this.send(order(ticket));
    });
  }

  private send(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  private receive(message: FromWorker): void {
    // Answers to an order that is no longer the last one.
    if ('id' in message && message.id !== this.openId) return;
    if ('ticket' in message) {
      this.tickets.get(message.ticket)?.(message);
      this.tickets.delete(message.ticket);
    } else if (message.is === 'unfinished') this.offer(message.runs);
    else this.store.set(patchOf(this.store.state, message));
  }
}

function originOf(source: Source): RunOrigin {
  if (source.kind === 'stored') return source.origin;
  return { kind: source.kind, name: source.kind === 'file' ? source.file.name : source.name };
}
