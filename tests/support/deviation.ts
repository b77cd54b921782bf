import { expect } from 'vitest';

/** rms of the difference over rms of the expected. */
export function deviation(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (found[i]! - expected[i]!) ** 2;
    size += expected[i]! ** 2;
  }
  expect(found.length).toBe(expected.length);
  return Math.sqrt(difference / size);
}
