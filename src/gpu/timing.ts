/**
 * Time of GPU work by itself: many repetitions in one submission, with timestamps of the device where a GPU offers them, else
 * by the clock from submission until the queue is empty (on a processor the host's own share is small and the same thing).
 */
import { median } from '../core/stats.ts';
import type { Gpu } from './device.ts';

/** Work that can be encoded any number of times. */
export type Encode = (pass: GPUComputePassEncoder) => void;

export interface TimedWork {
  /** Done before each timing, not counted. */
  prepare?(): void;
  readonly encode: Encode;
}

/** Times closer than this are equal: clocks on a busy machine scatter by more than a part in ten. */
export const TIE = 1.1;

/** Of a choice: seconds that one timing should take at least, repetitions in it at most, and timings of each work. */
const CHOICE = { seconds: 0.02, repetitions: 100, rounds: 3 } as const;

const REPEATS = 3;
/** A submission of more encodings than this costs the host more than it tells. */
const MOST_ENCODINGS = 4096;

/**
 * Seconds of one encoding: the median of three submissions.
 * @param leastSeconds a submission repeats the work until it takes at least so long
 */
export async function secondsOf(
  gpu: Gpu,
  encode: Encode,
  leastSeconds = 0.2,
  byTimestamps = gpu.adapter.kind === 'gpu' && gpu.device.features.has('timestamp-query'),
): Promise<number> {
  const measure = byTimestamps ? byDevice : byClock;
  // The first use compiles what a driver compiles lazily.
  await measure(gpu, encode, 1);
  let count = 1;
  let seconds = await measure(gpu, encode, count);
  while (seconds < leastSeconds && count < MOST_ENCODINGS) {
    const wanted = (1.2 * count * leastSeconds) / Math.max(seconds, 1e-9);
    count = Math.min(MOST_ENCODINGS, Math.max(2 * count, Math.ceil(Math.min(wanted, 16 * count))));
    seconds = await measure(gpu, encode, count, seconds);
  }
  const all = [seconds];
  while (all.length < REPEATS) all.push(await measure(gpu, encode, count, seconds));
  return median(all) / count;
}

/** Seconds of each work, the shortest of a few timings by the clock, taken by turns so that a busy moment hits all. */
export async function secondsByTurns(gpu: Gpu, works: readonly TimedWork[]): Promise<number[]> {
  const time = async ({ prepare, encode }: TimedWork, count: number): Promise<number> => {
    prepare?.();
    return (await byClock(gpu, encode, count)) / count;
  };
  const counts: number[] = [];
  for (const work of works) {
    await time(work, 1);
    const once = await time(work, 1);
    counts.push(Math.max(1, Math.min(CHOICE.repetitions, Math.ceil(CHOICE.seconds / once))));
  }
  const best = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < CHOICE.rounds; round++) {
    for (const [i, work] of works.entries()) {
      best[i] = Math.min(best[i] as number, await time(work, counts[i] as number));
    }
  }
  return best;
}

async function byClock(gpu: Gpu, encode: Encode, count: number, expectedSeconds = 0): Promise<number> {
  const began = performance.now();
  gpu.submit('timed', (encoder) => {
    const pass = encoder.beginComputePass({ label: 'timed' });
    for (let i = 0; i < count; i++) encode(pass);
    pass.end();
  });
  await gpu.rest(1000 * expectedSeconds);
  await gpu.device.queue.onSubmittedWorkDone();
  gpu.check();
  return (performance.now() - began) / 1000;
}

async function byDevice(gpu: Gpu, encode: Encode, count: number): Promise<number> {
  const querySet = gpu.device.createQuerySet({ label: 'timed', type: 'timestamp', count: 2 });
  const { QUERY_RESOLVE, COPY_SRC } = GPUBufferUsage;
  const stamps = gpu.createBuffer('timestamps', 16, QUERY_RESOLVE | COPY_SRC);
  gpu.submit('timed', (encoder) => {
    const timestampWrites = { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 };
    const pass = encoder.beginComputePass({ label: 'timed', timestampWrites });
    for (let i = 0; i < count; i++) encode(pass);
    pass.end();
    encoder.resolveQuerySet(querySet, 0, 2, stamps, 0);
  });
  const [begin, end] = new BigUint64Array(await gpu.read(stamps, 16));
  gpu.destroyBuffer(stamps);
  querySet.destroy();
  return Number((end as bigint) - (begin as bigint)) / 1e9;
}
