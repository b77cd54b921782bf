import { describe, expect, it } from 'vitest';
import { ListInterval } from '../../../src/engine/listInterval.ts';

/** Steps after `rounds` intervals in which atoms move 0.01 Å per step. */
function settled(from: number, rounds = 60): number {
  const interval = new ListInterval(from, 0.5);
  for (let i = 0; i < rounds; i++) interval.adapt(0.01 * interval.steps);
  return interval.steps;
}

describe('interval of a neighbor list', () => {
  // Rounded down, a fifth more than four steps is four: an interval that cannot leave it costs a third of the speed.
  it.each([1, 2, 4, 100])('settles at six tenths of what is allowed, from %i steps', (from) => {
    expect(settled(from)).toBeGreaterThanOrEqual(29);
    expect(settled(from)).toBeLessThanOrEqual(31);
  });

  it('grows by one step or a fifth, also when nothing worth reporting has moved, up to 200', () => {
    const interval = new ListInterval(4, 0.5);
    const seen = Array.from({ length: 4 }, () => {
      interval.adapt(0);
      return interval.steps;
    });
    expect(seen).toEqual([5, 6, 7, 8]);
    for (let i = 0; i < 60; i++) interval.adapt(0);
    expect(interval.steps).toBe(200);
  });

  it('is never less than one step', () => {
    const interval = new ListInterval(3, 0.5);
    interval.shorten(0.5);
    interval.shorten(0.5);
    expect(interval.steps).toBe(1);
    interval.adapt(0.49);
    expect(interval.steps).toBe(1);
  });
});
