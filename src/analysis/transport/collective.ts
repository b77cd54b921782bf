/** Ionic conductivity from the collective charge displacement of the cell (Einstein–Helfand). */
import { BOLTZMANN_EV_PER_K, S_PER_CM } from '../../core/constants.ts';
import { bounded, type Estimate, resolved, unresolved, Z95 } from '../estimate.ts';
import { blockSlopes } from './blocks.ts';
import { logarithmicLags, type MsdCurve, TENSOR_COMPONENTS } from './msd.ts';
import { chooseStart, type FitInput, type StartPoint } from './startTime.ts';
import type { Tracks } from './tracks.ts';
import { format } from './verdict.ts';

export interface CollectiveFit {
  /** First and last lag, fs. */
  readonly start: number;
  readonly end: number;
  /** Relative standard error of the slope: what grows less with the length of a run, as its square root. */
  readonly relativeError: number;
}

const UNIT = 'S/cm';
/** Longest lag of the collective fit: fewer than five independent windows are no average. */
const LONGEST_LAG = 0.2;
const LAGS_PER_DECADE = 10;
/** e²Å²: an electrolyte of one species has no collective displacement relative to its own centre of mass. */
const VANISHING = 1e-6;
/** Above this relative error a collective conductivity is a bound and a Haven ratio is not resolved. */
export const LARGEST_RELATIVE_ERROR = 0.5;

/** The straight part of a collective curve. */
export interface CollectiveLine {
  readonly line: StartPoint;
  /** What was fitted, and the place of the line's first lag in it. */
  readonly input: FitInput;
  readonly first: number;
  /** Half width of the 95 % interval of the slope, e²Å²/fs: the wider of GLS and blocks. */
  readonly halfWidth95: number;
}

/**
 * The line of gls.ts through the collective curve up to T/5, from the first lag at or after `start` that startTime.ts accepts.
 * The cell is one walker, so n independent windows are T/τ, without a factor N: errors are √N larger than those of D*. The sum
 * over many ions is Gaussian, hence var(|ΔP|²) = 2 Σ_ab ⟨ΔP_a ΔP_b⟩² stands in for a measured variance.
 * @param tracks collective tracks, one per replica
 * @param curve their pooled MSD, e²Å²
 * @param start where ions begin to diffuse: the earliest start accepted for D*, fs
 * @returns in words what is missing, where there is no line
 */
export function collectiveLine(
  tracks: readonly Tracks[],
  curve: MsdCurve,
  start: number,
): CollectiveLine | string {
  const frames = curve.msd.length;
  if (curve.msd.every((x) => Math.abs(x) < VANISHING)) {
    return 'the collective displacement is zero in this frame of reference';
  }
  const lags = logarithmicLags(1, Math.floor(LONGEST_LAG * frames), LAGS_PER_DECADE);
  const input: FitInput = {
    lags,
    frameInterval: curve.frameInterval,
    msd: lags.map((lag) => curve.msd[lag] as number),
    variances: lags.map((lag) => gaussianVariance(curve, lag)),
    walkerTime: tracks.reduce((sum, t) => sum + t.frames, 0) * curve.frameInterval,
    frames,
  };
  const line = chooseStart(input).acceptable.find((point) => point.start >= start);
  if (line === undefined) {
    return `the collective displacement has no straight part between ${format(start)} fs and a fifth of the run`;
  }
  const blocks = blockSlopes(tracks, line.startFrames);
  return {
    line,
    input,
    first: lags.indexOf(line.startFrames),
    halfWidth95: Math.max(Z95 * line.slopeError, blocks?.halfWidth95 ?? 0),
  };
}

/** A slope with the half width of its 95 % interval, e²Å²/fs. */
export interface SlopeInterval {
  readonly slope: number;
  readonly halfWidth95: number;
}

/** S/cm of a slope of e²Å²/fs: 1/(6 V k_B T). */
export function slopeToSigma(volume: number, temperature: number): number {
  return S_PER_CM / (6 * volume * BOLTZMANN_EV_PER_K * temperature);
}

/**
 * σ = (1/6 V k_B T) d⟨|Σ_i q_i Δu_i|²⟩/dτ (Einstein–Helfand) with a log-normal interval, exp(±1.96 r); a bound above a relative
 * standard error of one half.
 * @param volume mean cell volume, Å³
 * @param temperature K
 */
export function collectiveConductivity(
  found: CollectiveLine | SlopeInterval | string,
  volume: number,
  temperature: number,
): Estimate {
  if (typeof found === 'string') return unresolved(UNIT, found);
  const { slope, halfWidth95: half } = 'line' in found ? { ...found, slope: found.line.slope } : found;
  const factor = slopeToSigma(volume, temperature);
  const error = half / Z95 / slope;
  if (error > LARGEST_RELATIVE_ERROR) {
    return bounded(
      (slope + half) * factor,
      UNIT,
      `relative error ${Math.round(100 * error)} %: the collective displacement of one cell fluctuates too much in this run`,
    );
  }
  const value = slope * factor;
  const spread = Math.exp(Z95 * error);
  return resolved(value, [value / spread, value * spread], UNIT);
}

/** 2 Σ_ab ⟨ΔP_a ΔP_b⟩²: the variance of |ΔP|² for a Gaussian ΔP. */
function gaussianVariance(curve: MsdCurve, lag: number): number {
  return TENSOR_COMPONENTS.reduce(
    (sum, ab) => sum + (ab[0] === ab[1] ? 2 : 4) * (curve.tensor[ab][lag] as number) ** 2,
    0,
  );
}
