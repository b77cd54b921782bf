/**
 * Sums collected in stretches of time, so that what is computed from them gets an error: a bounded number of blocks whose
 * length doubles as the run goes on, and the jackknife over them.
 */
import { studentQuantile } from '../../core/stats.ts';
import type { Interval } from '../estimate.ts';

/** Blocks are merged in pairs when there are so many: 32 to 64 of them in a long run. */
const MOST_BLOCKS = 64;
/** Fewer blocks give no error worth the name: Student's t of three degrees of freedom is 3.2. */
export const FEWEST_BLOCKS = 4;

/** One vector of sums per block of frames. Its width may grow. Owns them, hence a class. */
export class BlockSums {
  /** Sums of the block that is being filled: add to it. Read it anew after `reserve` and `endFrame`. */
  current: Float64Array;
  private complete: Float64Array[] = [];
  private length = 1;
  private filled = 0;

  constructor(width: number) {
    this.current = new Float64Array(width);
  }

  /** Makes room for at least this many sums per block. */
  reserve(width: number): void {
    if (width <= this.current.length) return;
    const room = Math.max(width, Math.ceil(1.5 * this.current.length));
    const widened = (block: Float64Array): Float64Array => {
      const out = new Float64Array(room);
      out.set(block);
      return out;
    };
    this.current = widened(this.current);
    this.complete = this.complete.map(widened);
  }

  /** Tells that all sums of a frame have been added. */
  endFrame(): void {
    this.filled++;
    if (this.filled < this.length) return;
    this.complete.push(this.current);
    this.current = new Float64Array(this.current.length);
    this.filled = 0;
    if (this.complete.length < MOST_BLOCKS) return;
    const halves: Float64Array[] = [];
    for (let b = 0; b < this.complete.length; b += 2) {
      const first = this.complete[b] as Float64Array;
      addTo(first, this.complete[b + 1] as Float64Array);
      halves.push(first);
    }
    this.complete = halves;
    this.length *= 2;
  }

  /** Sums of at least `frames` frames each, in order; what is left over at the end joins the last one. */
  blocks(frames: number): Float64Array[] {
    const perGroup = Math.max(1, Math.ceil(frames / this.length));
    const groups: Float64Array[] = [];
    const whole = Math.floor(this.complete.length / perGroup) * perGroup;
    this.complete.forEach((block, b) => {
      if (b % perGroup === 0 && (b < whole || groups.length === 0)) groups.push(Float64Array.from(block));
      else addTo(groups.at(-1) as Float64Array, block);
    });
    if (groups.length === 0) return [Float64Array.from(this.current)];
    addTo(groups.at(-1) as Float64Array, this.current);
    return groups;
  }

  /** Sums of all frames. */
  total(): Float64Array {
    const [total] = this.blocks(Number.POSITIVE_INFINITY);
    return total as Float64Array;
  }
}

function addTo(sums: Float64Array, more: Float64Array): void {
  for (let k = 0; k < more.length; k++) sums[k] = (sums[k] as number) + (more[k] as number);
}

/** Blocks of several replicas added up; widths may differ. */
export function sumOf(blocks: readonly Float64Array[]): Float64Array {
  const total = new Float64Array(Math.max(0, ...blocks.map((b) => b.length)));
  for (const block of blocks) addTo(total, block);
  return total;
}

/** A value computed from sums, and its error. */
export interface Jackknifed {
  readonly value: number;
  readonly standardError: number;
  readonly blocks: number;
}

/**
 * Values f(Σ blocks) with the standard error of the delete-one jackknife, s² = (n − 1)/n Σ (f₍₋ᵢ₎ − f̄)² (Efron & Stein, Ann.
 * Stat. 9, 586 (1981), doi:10.1214/aos/1176345462). NaN below four blocks, or where a value is not a number without one of
 * them.
 * @param blocks independent of each other: at least as long as the longest lag that f reads
 */
export function jackknife(
  blocks: readonly Float64Array[],
  f: (sums: Float64Array) => readonly number[],
): Jackknifed[] {
  const total = sumOf(blocks);
  const values = f(total);
  const n = blocks.length;
  if (n < FEWEST_BLOCKS) return values.map((value) => ({ value, standardError: Number.NaN, blocks: n }));
  const without = new Float64Array(total.length);
  const leftOut = blocks.map((block) => {
    without.set(total);
    for (let k = 0; k < block.length; k++) without[k] = (total[k] as number) - (block[k] as number);
    return f(without);
  });
  return values.map((value, j) => {
    let mean = 0;
    for (const one of leftOut) mean += (one[j] as number) / n;
    let sum = 0;
    for (const one of leftOut) sum += ((one[j] as number) - mean) ** 2;
    return { value, standardError: Math.sqrt(((n - 1) / n) * sum), blocks: n };
  });
}

/** value ± t s with Student's t for the number of blocks. */
export function interval95({ value, standardError, blocks }: Jackknifed): Interval {
  const half = studentQuantile(0.975, blocks - 1) * standardError;
  return [value - half, value + half];
}
