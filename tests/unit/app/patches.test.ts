import { describe, expect, it } from 'vitest';
import type { AppState } from '../../../src/app/appState.ts';
import { patchOf } from '../../../src/app/patches.ts';

const state = (phase: AppState['phase']): AppState =>
  ({ phase, run: {}, history: [] }) as unknown as AppState;
const progress = { stageIndex: 0, step: 78, steps: 100, totalStep: 78, time: 156, stepsPerSecond: 50 };

describe('messages of the worker', () => {
  it('of a run that has been put away change nothing, the end of the wait does', () => {
    const waiting = state('opening');
    expect(patchOf(waiting, { is: 'progress', progress })).toEqual({});
    expect(patchOf(waiting, { is: 'phase', phase: 'paused' })).toEqual({});
    expect(
      patchOf(waiting, { is: 'frame', time: 1, positions: new Float32Array(3), cell: new Float64Array(9) }),
    ).toEqual({});
    expect(patchOf(waiting, { is: 'phase', phase: 'ready' })).toMatchObject({ phase: 'ready' });
    expect(patchOf(state('running'), { is: 'progress', progress })).toEqual({ progress });
  });

  it('of a run that went back to a checkpoint take away what came after it', () => {
    const point = (time: number) => ({ duration: time - 100, time, value: 1, low: 0, high: 2 });
    const before = {
      ...state('running'),
      history: [point(200), point(300), point(400)],
      restarted: { kelvin: 620, time: 100 },
      rewinds: 2,
      seriesVersion: 7,
    } as AppState;
    const restarted = { kelvin: 620, time: 100 };
    expect(patchOf(before, { is: 'rewound', time: 300, restarted })).toEqual({
      history: [point(200), point(300)],
      report: null,
      restarted,
      rewinds: 3,
      series: null,
      seriesVersion: 8,
      analysis: null,
      precision: null,
    });
    // To before the bath was set: nothing of that count is left.
    expect(patchOf(before, { is: 'rewound', time: 90, restarted: null })).toMatchObject({
      history: [],
      restarted: null,
    });
  });

  it('keep the last notice of a kind', () => {
    const old = { about: 'device', sentence: 'step 1' } as const;
    const storage = { about: 'storage', sentence: 'full' } as const;
    const next = { about: 'device', sentence: 'step 2' } as const;
    const before = { ...state('running'), notices: [old, storage] } as AppState;
    expect(patchOf(before, { is: 'notice', notice: next })).toEqual({ notices: [storage, next] });
  });
});
