/** What a message of the worker changes in the state of the page. */
import type { AppState, HistoryPoint } from './appState.ts';
import type { FromWorker, LiveAnalysis } from './protocol.ts';
import { SeriesTable } from './seriesTable.ts';

/** Messages that are neither an answer to one order nor about runs of earlier visits. */
type News = Exclude<FromWorker, { readonly ticket: number } | { readonly is: 'unfinished' }>;

/** What only a run in progress says. */
const OF_A_RUN: ReadonlySet<News['is']> = new Set([
  'progress',
  'frame',
  'series',
  'analysis',
  'report',
  'precision',
  'restarted',
  'rewound',
  'notice',
  'phase',
]);

export function patchOf(state: AppState, message: News): Partial<AppState> {
  // Sent before the worker knew that its run is to end: the page has put that run away already.
  const late = state.phase === 'opening' && OF_A_RUN.has(message.is);
  if (late && !(message.is === 'phase' && message.phase === 'ready')) return {};
  switch (message.is) {
    case 'adapter':
      return { adapter: message.adapter };
    case 'scene':
      return { scene: message.scene };
    case 'opened':
      return { run: message.run, phase: 'ready', kelvin: message.kelvin };
    case 'refused':
      return { phase: 'refused', failure: { kind: 'input', sentence: message.sentence } };
    case 'phase':
      return { phase: message.phase, ...(message.phase !== 'running' && { pausing: false }) };
    case 'failed':
      return { phase: state.run ? 'failed' : 'refused', pausing: false, failure: message.failure };
    case 'progress':
      return { progress: message.progress };
    case 'frame':
      return { frame: { time: message.time, positions: message.positions, cell: message.cell } };
    case 'series': {
      const series = state.series ?? new SeriesTable();
      series.add(message.rows);
      return { series, seriesVersion: state.seriesVersion + 1 };
    }
    case 'analysis':
      return { analysis: message.analysis, history: [...state.history, historyPoint(message.analysis)] };
    case 'report':
      return { report: message.report };
    case 'precision':
      return { precision: message.precision };
    case 'restarted':
      return {
        restarted: { kelvin: message.kelvin, time: message.time },
        analysis: null,
        report: null,
        history: [],
      };
    case 'rewound': {
      const sameCount = message.restarted?.time === state.restarted?.time;
      return {
        rewinds: state.rewinds + 1,
        series: null,
        seriesVersion: state.seriesVersion + 1,
        analysis: null,
        report: null,
        precision: null,
        history: sameCount ? state.history.filter(({ time }) => time <= message.time) : [],
        restarted: message.restarted,
      };
    }
    case 'notice': {
      const others = state.notices.filter(({ about }) => about !== message.notice.about);
      return { notices: [...others, message.notice] };
    }
  }
}

function historyPoint({ duration, since, results }: LiveAnalysis): HistoryPoint {
  const time = since + duration;
  const { value, ci95 } = results.conductivity.nernstEinstein;
  if (value === null || ci95 === null) {
    return { duration, time, value: Number.NaN, low: Number.NaN, high: Number.NaN };
  }
  return { duration, time, value, low: ci95[0], high: ci95[1] };
}
