/**
 * Sums over blocks of time of a run whose length nobody knows yet: the memory of a fixed number of blocks, and blocks that
 * double in length when they are all full.
 */
import { studentQuantile } from '../../core/stats.ts';
import { type Estimate, resolved } from '../estimate.ts';

/** Most blocks that are held; between half of them and all of them are full at any later time. */
const MOST_BLOCKS = 16;
/** Fewest blocks that an error may rest on. */
export const FEWEST_BLOCKS = 4;

/** Rows of numbers added up in blocks of equal numbers of rows. Memory 16 × width. */
export class BlockSums {
  readonly width: number;
  /** Over all rows. */
  readonly total: Float64Array;
  rows = 0;
  private readonly blocks: Float64Array[] = [];
  /** Rows in a full block. */
  length = 1;
  private filled = 0;

  constructor(width: number) {
    this.width = width;
    this.total = new Float64Array(width);
  }

  /** Adds a row; the array may be reused. */
  add(row: Float64Array): void {
    if (this.filled === this.length) {
      this.filled = 0;
      if (this.blocks.length === MOST_BLOCKS) this.merge();
    }
    if (this.filled === 0) this.blocks.push(new Float64Array(this.width));
    const block = this.blocks[this.blocks.length - 1] as Float64Array;
    for (let k = 0; k < this.width; k++) {
      const value = row[k] as number;
      block[k] = (block[k] as number) + value;
      this.total[k] = (this.total[k] as number) + value;
    }
    this.filled++;
    this.rows++;
  }

  /** Sums of the full blocks, all of the same number of rows, in order of time. */
  full(): readonly Float64Array[] {
    return this.filled === this.length ? this.blocks : this.blocks.slice(0, -1);
  }

  private merge(): void {
    for (let b = 0; b < MOST_BLOCKS / 2; b++) {
      const [first, second] = [this.blocks[2 * b], this.blocks[2 * b + 1]] as [Float64Array, Float64Array];
      for (let k = 0; k < this.width; k++) first[k] = (first[k] as number) + (second[k] as number);
      this.blocks[b] = first;
    }
    this.blocks.length = MOST_BLOCKS / 2;
    this.length *= 2;
  }
}

/** What several replicas' sums come to. */
export interface PooledBlocks {
  /** Sums over everything. */
  readonly total: Float64Array;
  readonly rows: number;
  /** Sums over blocks that count as independent. */
  readonly blocks: readonly Float64Array[];
  /** What a block is, in words. */
  readonly what: string;
}

/** Blocks of all replicas together: stretches of time, or, of four replicas and more, one replica each. */
export function pooledBlocks(parts: readonly BlockSums[]): PooledBlocks {
  const width = parts[0]?.width ?? 0;
  const total = new Float64Array(width);
  for (const part of parts)
    part.total.forEach((x, k) => {
      total[k] = (total[k] as number) + x;
    });
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const filled = parts.filter((part) => part.rows > 0);
  const isByReplica = filled.length >= FEWEST_BLOCKS;
  const blocks = isByReplica ? filled.map((part) => part.total) : filled.flatMap((part) => part.full());
  const what = isByReplica ? `${blocks.length} replicas` : `${blocks.length} blocks of time`;
  return { total, rows, blocks, what };
}

/** Mean and standard error of one number over blocks; NaN where there are fewer than four with that number. */
export interface BlockSpread {
  readonly standardError: number;
  /** Half width of the 95 % interval, Student's t. */
  readonly halfWidth95: number;
}

/** Scatter of a number over blocks: s/√n, and Student's t times that. */
export function blockSpread(values: readonly number[]): BlockSpread {
  const known = values.filter((x) => Number.isFinite(x));
  const n = known.length;
  if (n < FEWEST_BLOCKS) return { standardError: Number.NaN, halfWidth95: Number.NaN };
  const centre = known.reduce((sum, x) => sum + x, 0) / n;
  const squares = known.reduce((sum, x) => sum + (x - centre) ** 2, 0);
  const standardError = Math.sqrt(squares / (n * (n - 1)));
  return { standardError, halfWidth95: quantile(n - 1) * standardError };
}

/**
 * A number of the whole with the interval that its scatter over blocks gives. Without four blocks the value stands alone, and
 * `why` says so: nothing is known of its error.
 * @param values the same number of each block
 * @param what the blocks in words
 */
export function blockEstimate(
  value: number,
  values: readonly number[],
  unit: string,
  what: string,
): Estimate {
  if (!Number.isFinite(value)) return { value: null, ci95: null, unit, why: 'nothing was counted' };
  const { halfWidth95 } = blockSpread(values);
  if (!Number.isFinite(halfWidth95)) {
    return { value, ci95: null, unit, why: `no error: ${what}, at least ${FEWEST_BLOCKS} are needed` };
  }
  return resolved(value, [value - halfWidth95, value + halfWidth95], unit, what);
}

/** `2.625 ± 0.012 Å`: two digits of the half width; the value alone where there is no interval. */
export function inWords({ value, ci95, unit }: Estimate): string {
  const of = unit === '1' ? '' : ` ${unit}`;
  if (value === null) return 'not resolved';
  if (ci95 === null) return `${Number(value.toPrecision(4))}${of}`;
  const half = (ci95[1] - ci95[0]) / 2;
  const digits = half > 0 ? Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(half)))) : 4;
  return `${value.toFixed(digits)} ± ${half.toFixed(digits)}${of}`;
}

const QUANTILES = new Map<number, number>();

/** t at 97.5 %, remembered: a curve of 200 bins asks 200 times for the same one. */
function quantile(freedom: number): number {
  const known = QUANTILES.get(freedom) ?? studentQuantile(0.975, freedom);
  QUANTILES.set(freedom, known);
  return known;
}
