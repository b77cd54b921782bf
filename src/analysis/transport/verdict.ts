/**
 * Does an MSD show long-range diffusion, and how much motion is behind it? The gates that stand between a fitted slope and
 * a diffusion coefficient.
 */
import { poissonInterval } from '../../core/stats.ts';
import type { StartChoice, StartPoint } from './startTime.ts';

export type Verdict = 'diffusive' | 'subdiffusive' | 'not diffusing' | 'too short';

export interface Judgement {
  readonly verdict: Verdict;
  /** In words, with the numbers that decided; absent when diffusive. */
  readonly why?: string;
  /** Upper limit of the slope dMSD/dτ (one-sided 95 %), Å²/fs, when there is no value; undefined when nothing can be said. */
  readonly upperSlope?: number;
}

export interface Evidence {
  readonly choice: StartChoice;
  /** Number of frames of the longest run, and fs between them. */
  readonly frames: number;
  readonly frameInterval: number;
  /** Ions × run length, fs. */
  readonly walkerTime: number;
  /** Å */
  readonly hopLength: number;
  /** Half width of the 95 % interval of the chosen slope before any hop-count widening, Å²/fs. */
  readonly halfWidth95: number;
  /** Log–log slope of the MSD from T/10 to T/2, plain and free of the offset. */
  readonly beta: number;
  readonly exponent: number;
}

/** Fewer frames leave less than two dozen lags to T/2 and four starts to choose from. */
export const FEWEST_FRAMES = 40;
/** Effective hops below which He, Zhu, Epstein & Mo's relative error (3.43/√N + 0.04) exceeds two thirds. */
export const FEWEST_HOPS = 30;
/** Poisson: no event seen means fewer than three at 95 %. */
const UNSEEN_HOPS = 3;
/** Exponents below: the MSD saturates. Halfway between a cage and diffusion. */
const SATURATING = 0.5;
/** Log–log slopes above: still ballistic, or carried by a drift. */
const ACCELERATING = 1.2;
/** One-sided 95 % of a normal distribution. */
const ONE_SIDED = 1.645;

/**
 * The gates, in order. Too few frames, or an MSD that still accelerates: too short. A slope that is not told from zero, by GLS
 * and by blocks, or fewer than three effective hops N_eff = W T·slope/a²: not diffusing (too short, if the slope would amount
 * to 30 hops). No straight part (startTime.ts) and an MSD that levels off: a cage, not diffusing. Fewer than 30 effective
 * hops: too short. No straight part otherwise: subdiffusive. What is left is diffusive.
 * Without a value the slope is bounded by what the late MSD allows, and by the hops that could have gone unseen: slope <
 * 3.0 a²/(W T) when none was seen (Garwood's limit for the ones that were).
 */
export function judge(evidence: Evidence): Judgement {
  const { choice, frames, frameInterval, walkerTime, hopLength, halfWidth95, beta, exponent } = evidence;
  const { chosen, latest } = choice;
  const picoseconds = (frames * frameInterval) / 1000;
  if (frames < FEWEST_FRAMES || latest === undefined) {
    return {
      verdict: 'too short',
      why: `${frames} frames (${format(picoseconds)} ps): at least ${FEWEST_FRAMES} are needed to see how the MSD grows`,
    };
  }
  const hopsOf = (slope: number): number => (Math.max(0, slope) * walkerTime) / hopLength ** 2;
  const upper = (point: StartPoint): number => {
    // One-sided 95 % = upper end of a central 90 %: 3.0 hops when none were seen, 4.7 after one.
    const hopsAllowed = poissonInterval(Math.ceil(hopsOf(point.slope)), 0.9)[1];
    const byCount = (hopsAllowed * hopLength ** 2) / walkerTime;
    return Math.max(byCount, Math.max(0, point.slope) + ONE_SIDED * point.slopeError);
  };

  if (chosen === undefined && beta > ACCELERATING) {
    return {
      verdict: 'too short',
      why: `the MSD still accelerates (log–log slope ${beta.toFixed(2)}): ${format(picoseconds)} ps do not reach diffusive motion`,
    };
  }
  const best = chosen ?? latest;
  const hops = hopsOf(best.slope);
  const significant = chosen ? chosen.slope > halfWidth95 : latest.slope > ONE_SIDED * latest.slopeError;
  if (!significant && hops >= FEWEST_HOPS) {
    return {
      verdict: 'too short',
      why: `the slope of the MSD is not told from zero: parts of the ${format(picoseconds)} ps differ as much as it amounts to`,
      upperSlope: upper(best) + Math.max(0, halfWidth95 - ONE_SIDED * best.slopeError),
    };
  }
  if (!significant || hops < UNSEEN_HOPS) {
    return {
      verdict: 'not diffusing',
      why: significant
        ? `the MSD grows by no more than ${format(hops)} hops of ${format(hopLength)} Å among all ions in ${format(picoseconds)} ps`
        : `the MSD does not grow beyond its vibrational plateau in ${format(picoseconds)} ps`,
      upperSlope: upper(best),
    };
  }
  if (chosen === undefined && exponent < SATURATING) {
    return {
      verdict: 'not diffusing',
      why: `the MSD levels off (late exponent ${exponent.toFixed(2)}): ions move inside cages, no long-range motion is seen in ${format(picoseconds)} ps`,
      upperSlope: upper(latest),
    };
  }
  if (hops < FEWEST_HOPS) {
    return {
      verdict: 'too short',
      why: `about ${format(hops)} effective hops of ${format(hopLength)} Å among all ions in ${format(picoseconds)} ps; ${FEWEST_HOPS} are needed for a number`,
      upperSlope: Math.max(upper(best), best.slope * Math.exp(ONE_SIDED * heMoDeviation(hops))),
    };
  }
  if (chosen === undefined) {
    return {
      verdict: 'subdiffusive',
      why: `no straight part: the MSD still bends at long lags (late exponent ${exponent.toFixed(2)}), its slope is an upper bound`,
      upperSlope: upper(latest),
    };
  }
  return { verdict: 'diffusive' };
}

/**
 * Relative standard deviation of D from the number of effective hops, 3.43/√N_eff + 0.04 (He, Zhu, Epstein & Mo, npj Comput.
 * Mater. 4, 18 (2018), doi:10.1038/s41524-018-0074-y).
 */
export function heMoDeviation(effectiveHops: number): number {
  return 3.43 / Math.sqrt(effectiveHops) + 0.04;
}

/**
 * Exponent β of M = c + k τ^β from three points, lags T/10, T/5 and T/2: the vibrational offset c drops out of the two slopes
 * between them, β = 1 + ln(g₂/g₁)/ln √5. One for diffusion, below for a bending curve; −∞ when the curve stops growing.
 */
export function lateExponent(msd: ArrayLike<number>, frames: number): number {
  const [a, b, c] = [0.1, 0.2, 0.5].map((x) => Math.max(1, Math.round(x * frames))) as [
    number,
    number,
    number,
  ];
  const slope = (i: number, j: number): number => ((msd[j] as number) - (msd[i] as number)) / (j - i);
  const [early, late] = [slope(a, b), slope(b, c)];
  if (late <= 0) return Number.NEGATIVE_INFINITY;
  if (early <= 0) return Number.POSITIVE_INFINITY;
  return 1 + Math.log(late / early) / Math.log(Math.sqrt((b * c) / (a * b)));
}

/** Log–log slope of the plain MSD between T/10 and T/2; below one by c/MSD when there is a vibrational offset c. */
export function plainBeta(msd: ArrayLike<number>, frames: number): number {
  const [a, b] = [Math.round(frames / 10), Math.round(frames / 2)];
  if (a < 1 || b >= msd.length) return Number.NaN;
  return Math.log((msd[b] as number) / (msd[a] as number)) / Math.log(b / a);
}

/** Three significant digits. */
export function format(x: number): string {
  return Number(x.toPrecision(3)).toString();
}
