/**
 * Time of GPU work by itself: many repetitions in one submission, with timestamps of the device where a GPU offers them, else
 * by the clock from submission until the queue is empty (on a processor the host's own share is small and the same thing).
 */
import { median } from '../core/stats.ts';
import type { Gpu } from './device.ts';

/** Work that can be encoded any number of times. */
export type Encode = (pass: GPUComputePassEncoder) => void;

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
