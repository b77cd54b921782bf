/** Short timings of work on the GPU, for choices made at the start of a run. */
import type { StateBuffers } from './stateBuffers.ts';

export interface TimedWork {
  /** Done before each timing, not counted apart. */
  prepare?(): void;
  encode(pass: GPUComputePassEncoder): void;
}

/** Times closer than this are equal: clocks on a busy machine scatter by more than a part in ten. */
export const TIE = 1.1;

/** Milliseconds that one timing should take at least, repetitions in it at most, and timings of each work. */
const TIMING = { milliseconds: 20, repetitions: 100, rounds: 3 } as const;

/** The shortest of a few timings of each work, ms, taken by turns so that a busy moment hits all. */
export async function timeByTurns(
  { gpu, status }: StateBuffers,
  works: readonly TimedWork[],
): Promise<number[]> {
  const time = async ({ prepare, encode }: TimedWork, count: number): Promise<number> => {
    const begin = performance.now();
    prepare?.();
    gpu.submit('timing', (encoder) => {
      const pass = encoder.beginComputePass({ label: 'timing' });
      for (let i = 0; i < count; i++) encode(pass);
      pass.end();
    });
    await gpu.read(status);
    return (performance.now() - begin) / count;
  };
  const counts: number[] = [];
  for (const work of works) {
    await time(work, 1);
    const once = await time(work, 1);
    counts.push(Math.max(1, Math.min(TIMING.repetitions, Math.ceil(TIMING.milliseconds / once))));
  }
  const best = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < TIMING.rounds; round++) {
    for (const [i, work] of works.entries()) {
      best[i] = Math.min(best[i] as number, await time(work, counts[i] as number));
    }
  }
  return best;
}
