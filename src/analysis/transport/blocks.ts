/** Slopes of the MSD in separate stretches of the run: an error bar that assumes nothing about how ions move together. */
import { mean, studentQuantile, variance } from '../../core/stats.ts';
import { glsLine } from './gls.ts';
import { logarithmicLags } from './msd.ts';
import type { Tracks } from './tracks.ts';

export interface BlockEstimate {
  /** Mean of the block slopes, Å²/fs. */
  readonly mean: number;
  /** Standard error of that mean. */
  readonly standardError: number;
  /** Half width of its 95 % interval, with Student's t for the number of blocks. */
  readonly halfWidth95: number;
  readonly blocks: number;
}

/** A run is cut into at most twenty blocks of at least four times the start lag, but into four in any case. */
const MOST_BLOCKS = 20;
const FEWEST_BLOCKS = 4;
const STARTS_PER_BLOCK = 4;
/** Longest lag as a fraction of the block: a fifth of the block is left for time origins. */
const LONGEST_LAG = 0.8;

/**
 * Block means (Flyvbjerg & Petersen, J. Chem. Phys. 91, 461 (1989), doi:10.1063/1.457480): the line of gls.ts through the MSD
 * of each block alone, then mean, scatter and Student's t. Four replicas or more count as one block each, since disorder may
 * differ between them more than stretches of one run do.
 * @param start first lag of the line, frames
 * @returns undefined when blocks would be too short for a line
 */
export function blockSlopes(tracks: readonly Tracks[], start: number): BlockEstimate | undefined {
  const slopes = slopesOfBlocks(tracks, start);
  return slopes && blockEstimate(slopes);
}

/** The slopes themselves, block by block, Å²/fs: linear in the MSD, so that those of sums and differences follow. */
export function slopesOfBlocks(tracks: readonly Tracks[], start: number): number[] | undefined {
  const slopes: number[] = [];
  for (const replica of tracks) {
    const wanted = Math.floor(replica.frames / (STARTS_PER_BLOCK * start));
    const count = tracks.length >= FEWEST_BLOCKS ? 1 : Math.min(MOST_BLOCKS, Math.max(FEWEST_BLOCKS, wanted));
    const length = Math.floor(replica.frames / count);
    const lags = logarithmicLags(start, Math.floor(LONGEST_LAG * length), 12);
    if (lags.length < 3) return undefined;
    const times = lags.map((lag) => lag * replica.frameInterval);
    for (const msd of blockMsd(replica, length, count, lags)) {
      slopes.push(glsLine(times, msd).slope);
    }
  }
  return slopes;
}

/** Mean, scatter and Student's t of independent values. */
export function blockEstimate(slopes: readonly number[]): BlockEstimate {
  const standardError = Math.sqrt(variance(slopes) / slopes.length);
  return {
    mean: mean(slopes),
    standardError,
    halfWidth95: studentQuantile(0.975, slopes.length - 1) * standardError,
    blocks: slopes.length,
  };
}

/** MSD at the given lags within each block, by direct sums; time origins an eighth of the first lag apart. */
function blockMsd(
  { walkers, frames, read }: Tracks,
  length: number,
  count: number,
  lags: number[],
): Float64Array[] {
  const [x, y, z] = [new Float64Array(frames), new Float64Array(frames), new Float64Array(frames)];
  const sums = Array.from({ length: count }, () => new Float64Array(lags.length));
  const stride = Math.max(1, Math.floor((lags[0] as number) / 8));
  for (let i = 0; i < walkers; i++) {
    read(i, x, y, z);
    for (let b = 0; b < count; b++) {
      const sum = sums[b] as Float64Array;
      for (let l = 0; l < lags.length; l++) {
        const lag = lags[l] as number;
        let s = 0;
        for (let t = b * length; t + lag < (b + 1) * length; t += stride) {
          const dx = (x[t + lag] as number) - (x[t] as number);
          const dy = (y[t + lag] as number) - (y[t] as number);
          const dz = (z[t + lag] as number) - (z[t] as number);
          s += dx * dx + dy * dy + dz * dz;
        }
        sum[l] = (sum[l] as number) + s;
      }
    }
  }
  for (const sum of sums) {
    lags.forEach((lag, l) => {
      sum[l] = (sum[l] as number) / (walkers * Math.ceil((length - lag) / stride));
    });
  }
  return sums;
}
