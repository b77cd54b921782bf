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
    expect(patchOf(waiting, { is: 'frame', time: 1, positions: new Float32Array(3) })).toEqual({});
    expect(patchOf(waiting, { is: 'phase', phase: 'ready' })).toMatchObject({ phase: 'ready' });
    expect(patchOf(state('running'), { is: 'progress', progress })).toEqual({ progress });
  });
});
