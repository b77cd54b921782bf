/**
 * A thread beside the one that reads: it ends the process when one input takes too long or too much memory, which nothing
 * in the reading thread could do. Its last words go to stderr.
 */
import { Worker } from 'node:worker_threads';

/** Of one input, and of the process. */
export interface Limits {
  /** Time of the processor; six times as much on the clock, for what waits instead of working. */
  readonly milliseconds: number;
  readonly bytes: number;
}

export interface Watchdog {
  /** From now on this is what the process does. */
  readonly begin: (what: string) => void;
  /** Time (ms) of what it did, and the largest resident size (bytes) that was seen meanwhile. */
  readonly end: () => { readonly milliseconds: number; readonly peak: number };
  readonly stop: () => Promise<number>;
}

/** Milliseconds between two looks. */
const PERIOD = 20;
const LONGEST_NAME = 200;

/** Shared numbers: when the input began (0 between inputs) and the largest size since. */
const [BEGAN, PEAK] = [0, 1];

const CODE = `
const { workerData: { numbers, name, milliseconds, bytes, period } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const die = (why) => {
  const what = Buffer.from(name).toString('utf8').replace(/\\0.*$/s, '');
  writeSync(2, 'watchdog: ' + what + ': ' + why + '\\n');
  process.kill(process.pid, 'SIGKILL');
};
let watched = 0;
let worked = 0;
const work = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
setInterval(() => {
  const began = numbers[${BEGAN}];
  if (began === 0) return;
  if (began !== watched) [watched, worked] = [began, work()];
  const size = process.memoryUsage.rss();
  if (size > numbers[${PEAK}]) numbers[${PEAK}] = size;
  if (size > bytes) die(Math.round(size / 2 ** 20) + ' MiB of memory');
  if (work() - worked > milliseconds || Date.now() - began > 6 * milliseconds) die('longer than ' + milliseconds / 1000 + ' s');
}, period);
`;

export function watchdog(limits: Limits): Watchdog {
  const numbers = new Float64Array(new SharedArrayBuffer(16));
  const name = new Uint8Array(new SharedArrayBuffer(LONGEST_NAME));
  const worker = new Worker(CODE, {
    eval: true,
    workerData: { numbers, name, period: PERIOD, ...limits },
  });
  worker.unref();
  let began = 0;
  return {
    begin(what) {
      name.fill(0);
      name.set(new TextEncoder().encode(what).subarray(0, LONGEST_NAME - 1));
      began = performance.now();
      numbers[PEAK] = process.memoryUsage.rss();
      numbers[BEGAN] = Date.now();
    },
    end() {
      numbers[BEGAN] = 0;
      const peak = Math.max(numbers[PEAK] as number, process.memoryUsage.rss());
      return { milliseconds: performance.now() - began, peak };
    },
    stop: () => worker.terminate(),
  };
}
