/** Everything the page shows, in one object. */
import type { Precision } from '../run/precision.ts';
import type {
  AdapterState,
  Failure,
  LiveAnalysis,
  LiveReportOf,
  Notice,
  OpenedRun,
  Progress,
  RunOrigin,
  Scene,
  UnfinishedRun,
} from './protocol.ts';
import type { SeriesTable } from './seriesTable.ts';
import { createStore, type Store } from './store.ts';

export interface AppState {
  readonly adapter: AdapterState;
  /** Name of the example, or of the user's file. */
  readonly source: RunOrigin | null;
  readonly scene: Scene | null;
  readonly run: OpenedRun | null;
  readonly phase: Phase;
  /** Pause was pressed; the batch in progress is not done yet. */
  readonly pausing: boolean;
  /** K, what the slider shows. */
  readonly kelvin: number;
  readonly progress: Progress | null;
  /** Positions last received, and their time (fs). */
  readonly frame: {
    readonly time: number;
    readonly positions: Float32Array<ArrayBuffer>;
    /** As it is; positions stand in the scene's. */
    readonly cell: Float64Array;
  } | null;
  readonly series: SeriesTable | null;
  /** Counts with every row that arrives. */
  readonly seriesVersion: number;
  readonly analysis: LiveAnalysis | null;
  /** Of the analysis of frames that is looked at. */
  readonly report: LiveReportOf | null;
  /** Conductivity as it converges: one entry per analysis since the count began. */
  readonly history: readonly HistoryPoint[];
  /** How well it was integrated, up to the last checkpoint. */
  readonly precision: Precision | null;
  /** Set when the bath was changed in mid-run. */
  readonly restarted: { readonly kelvin: number; readonly time: number } | null;
  readonly failure: Failure | null;
  readonly notices: readonly Notice[];
  /** Counts how often the run went back to a checkpoint. */
  readonly rewinds: number;
  /** Runs of earlier visits that can be continued. */
  readonly unfinished: readonly UnfinishedRun[];
  readonly theme: 'auto' | 'light' | 'dark';
  readonly layers: Layers;
}

/**
 * empty: nothing is open · opening · refused: what was opened cannot be run · ready · starting: kernels compile ·
 * running · paused · finished · failed: ended by physics or the device
 */
export type Phase =
  | 'empty'
  | 'opening'
  | 'refused'
  | 'ready'
  | 'starting'
  | 'running'
  | 'paused'
  | 'finished'
  | 'failed';

export interface HistoryPoint {
  /** fs of production counted, and of the run when they were. */
  readonly duration: number;
  readonly time: number;
  /** S/cm, from tracer diffusion; NaN where there is none. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Layers {
  readonly trails: boolean;
  readonly hulls: boolean;
  readonly cell: boolean;
  /** Spheres as large as the ions. */
  readonly ionic: boolean;
}

export type AppStore = Store<AppState>;

export const NOTHING_RUN = {
  pausing: false,
  progress: null,
  frame: null,
  series: null,
  seriesVersion: 0,
  analysis: null,
  report: null,
  history: [],
  precision: null,
  restarted: null,
  failure: null,
  notices: [],
  rewinds: 0,
} as const satisfies Partial<AppState>;

export function createAppStore(): AppStore {
  return createStore<AppState>({
    ...NOTHING_RUN,
    adapter: { kind: 'probing' },
    source: null,
    scene: null,
    run: null,
    phase: 'empty',
    unfinished: [],
    kelvin: 600,
    theme: 'auto',
    layers: { trails: true, hulls: true, cell: true, ionic: false },
  });
}

/** True while there is a run that Pause, Reset and the bath act on. */
export function isActive(phase: Phase): boolean {
  return phase === 'starting' || phase === 'running' || phase === 'paused';
}
