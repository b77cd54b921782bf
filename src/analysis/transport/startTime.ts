/**
 * Where the straight part of an MSD begins. A fit by generalised least squares is decided by its shortest lag, so this
 * choice matters more than any other; the rule below has no length, time or material in it.
 */
import { fitGls, type GlsFit, glsLine, type MsdNoise, msdNoise } from './gls.ts';

/** An MSD at the lags of the fit, with what its noise is estimated from. */
export interface FitInput {
  /** [n] in frames, rising. */
  readonly lags: readonly number[];
  /** fs */
  readonly frameInterval: number;
  /** [n] Å² */
  readonly msd: readonly number[];
  /** [n] variance of Δr² of single walkers, Å⁴ */
  readonly variances: ArrayLike<number>;
  /** Summed length of all walkers' tracks, fs. */
  readonly walkerTime: number;
  /** Length of the (longest) run in frames. */
  readonly frames: number;
}

/** The fit that starts at one lag. */
export interface StartPoint extends GlsFit {
  /** fs */
  readonly start: number;
  readonly startFrames: number;
  readonly noise: MsdNoise;
}

export interface StartChoice {
  /** The scan: one fit per start, up to a fifth of the run. */
  readonly scan: readonly StartPoint[];
  /** The fit to report; undefined when no start up to a tenth of the run leaves a straight line. */
  readonly chosen: StartPoint | undefined;
  /** All acceptable starts, rising. The collective conductivity, short of statistics, takes an early one. */
  readonly acceptable: readonly StartPoint[];
  /** The fit from a fifth of the run on: the long-time slope, straight or not. */
  readonly latest: StartPoint | undefined;
}

/** Starts to choose from end at T/10: a decade of lags … */
const LATEST_START = 0.1;
/** … and are compared with starts up to T/5. */
const LATEST_COMPARISON = 0.2;
/** Largest reduced χ² of a straight line. Lattice walks fitted from T/40 on have 0.25 on average; the largest of 560 was 1.3. */
const LARGEST_CHI_SQUARE = 2;
/** Standard errors by which two starts may differ. */
const LARGEST_DEVIATION = 2.5;
/** Precision that may be spent on a later start. */
const LATE_START_COST = 1.25;
/** A line and its noise need this many lags. */
const FEWEST_LAGS = 4;

/** The fit of all lags from index `first` on. */
export function fitFrom(input: FitInput, first: number): StartPoint {
  const lags = input.lags.slice(first).map((lag) => lag * input.frameInterval);
  const startFrames = input.lags[first] as number;
  const variances = Array.from(input.variances).slice(first);
  const msd = input.msd.slice(first);
  const noise = msdNoise(
    lags,
    variances,
    glsLine(lags, msd).slope,
    input.walkerTime,
    startFrames,
    input.frames,
  );
  return { start: lags[0] as number, startFrames, noise, ...fitGls(lags, msd, noise) };
}

/**
 * The rule. A start is *acceptable* when the line from there on has χ² < 2, and when no later start (up to T/5) gives a slope
 * that differs by more than 2.5 standard errors of the difference. An efficient estimate and a less efficient one from part
 * of the same numbers differ by Var_late − Var_early (Hausman, Econometrica 46, 1251 (1978), doi:10.2307/1913827), here
 * Var_path,late·(1 − τ_early/τ_late): the counting noise is common to both and cancels. Among the acceptable starts up to
 * T/10 the *latest* is taken whose error is within 1.25 of the smallest: a later start costs little where hop counting
 * limits the precision, and leaves less short-time motion in the slope.
 */
export function chooseStart(input: FitInput): StartChoice {
  const scan: StartPoint[] = [];
  for (let i = 0; i + FEWEST_LAGS <= input.lags.length; i++) {
    if ((input.lags[i] as number) > LATEST_COMPARISON * input.frames) break;
    scan.push(fitFrom(input, i));
  }
  const acceptable = scan.filter(
    (point, i) =>
      point.startFrames <= LATEST_START * input.frames &&
      point.slope > 0 &&
      point.chiSquare < LARGEST_CHI_SQUARE &&
      scan.slice(i + 1).every((later) => agrees(point, later)),
  );
  const smallest = Math.min(...acceptable.map((p) => p.slopeError));
  return {
    scan,
    acceptable,
    chosen: acceptable.filter((p) => p.slopeError <= LATE_START_COST * smallest).at(-1),
    latest: scan.at(-1),
  };
}

function agrees(early: StartPoint, late: StartPoint): boolean {
  const pathVariance = late.slopeError ** 2 - late.noise.count;
  const variance = pathVariance * (1 - early.start / late.start);
  return Math.abs(early.slope - late.slope) <= LARGEST_DEVIATION * Math.sqrt(variance);
}
