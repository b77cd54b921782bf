/** Seeded choices for the fuzzer: everything it does follows from a seed and the index of the input. */
import { RandomSequence } from '../../src/core/rng.ts';

export interface Draw {
  /** Whole number in [0, n). */
  readonly below: (n: number) => number;
  /** True with this probability. */
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
}

export function drawOf(seed: number, index: number): Draw {
  const random = new RandomSequence(seed, index);
  return {
    below: (n) => random.below(n),
    chance: (probability) => random.uniform() < probability,
    pick: (list) => list[random.below(list.length)] as (typeof list)[number],
  };
}
