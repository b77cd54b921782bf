/**
 * Tracer diffusivity D* of one species with interval and verdict, from the tracks of one replica or of several at the same
 * temperature.
 */
import { CM2_PER_S } from '../../core/constants.ts';
import { bounded, type Estimate, type Interval, resolved, scaled, unresolved, Z95 } from '../estimate.ts';
import { type BlockEstimate, blockSlopes } from './blocks.ts';
import { glsLine } from './gls.ts';
import {
  logarithmicLags,
  type MsdCurve,
  squaredDisplacementVariance,
  TENSOR_COMPONENTS,
  type TensorComponent,
} from './msd.ts';
import { chooseStart, type FitInput, type StartPoint } from './startTime.ts';
import type { Tracks } from './tracks.ts';
import { FEWEST_FRAMES, heMoDeviation, judge, lateExponent, plainBeta, type Verdict } from './verdict.ts';

/** D_ab = ½ d⟨Δu_a Δu_b⟩/dτ with 95 % intervals, cm²/s; null where there is no value. */
export type DiffusionTensor = { readonly [K in TensorComponent]: number | null } & {
  readonly ci95: { readonly [K in TensorComponent]: Interval } | null;
  readonly unit: string;
};

export interface SpeciesDiffusion {
  /** cm²/s */
  readonly D: Estimate;
  /** The same in Å²/ps. */
  readonly angstrom2PerPs: Estimate;
  readonly tensor: DiffusionTensor;
  /** Estimate of the hops each ion made: 6 D T/a², uncorrelated hops of length a; zero when D is bounded. */
  readonly hopsPerIon: number;
  readonly verdict: Verdict;
  readonly ions: number;
  /** a, Å, and where it comes from. */
  readonly hopLength: HopLength;
  /** Hops of all ions and replicas together, what He & Mo's error is made of. */
  readonly effectiveHops: number;
  /** Log–log slope of the plain MSD, and the offset-free exponent from T/10 to T/2; null when undefined. */
  readonly beta: number | null;
  readonly exponent: number | null;
  /** What the value and its interval rest on; null when no start leaves a straight line. */
  readonly fit: FitReport | null;
  /** One fit per start lag. */
  readonly startScan: readonly StartScanRow[];
}

export interface FitReport {
  /** First and last lag, fs. */
  readonly start: number;
  readonly end: number;
  /** Vibrational offset, Å². */
  readonly intercept: number;
  readonly chiSquare: number;
  /** Standard errors of D, cm²/s. */
  readonly standardErrors: { readonly gls: number; readonly blocks: number | null };
  readonly blocks: number;
  /** Which of the three made the interval. */
  readonly interval: 'gls' | 'blocks' | 'hop count';
}

export interface StartScanRow {
  /** fs */
  readonly start: number;
  /** cm²/s */
  readonly D: number;
  readonly standardError: number;
  /** null when the curve bends without any noise to explain it. */
  readonly chiSquare: number | null;
}

export interface HopLength {
  readonly value: number;
  readonly unit: 'Å';
  readonly source: 'given' | 'nearest distance' | 'default';
}

/** D* and what conductivity.ts needs besides. */
export interface DiffusionAnalysis {
  readonly report: SpeciesDiffusion;
  /** Earliest acceptable start of the line, fs; undefined unless D is resolved. */
  readonly earliestStart: number | undefined;
}

/** Above this many effective hops the hop-count error is not needed: blocks and GLS see enough events. */
const ENOUGH_HOPS = 100;
/** Lags of the fit per decade, and the longest one as a fraction of the run. */
const LAGS_PER_DECADE = 10;
const LONGEST_LAG = 0.5;
/** slope in Å²/fs → D in cm²/s */
const SLOPE_TO_D = CM2_PER_S / 6;
const A2_PER_PS = 1e3 / CM2_PER_S;

/**
 * D* = (1/6) dMSD/dτ of a straight line with offset (gls.ts) from the start that startTime.ts chooses to T/2. Its 95 %
 * interval is the wider of 1.96 GLS errors and Student's t times the block error; with fewer than 100 effective hops also at
 * least exp(±1.96 r), r = 3.43/√N_eff + 0.04 (He & Mo; log-normal, so that it stays positive). verdict.ts says whether D is
 * reported at all. Replicas are pooled: one MSD over all of them, each weighing by its length. (Inverse-variance weights
 * would favour replicas that happen to come out slow, for their error bars shrink with D.)
 * @param tracks one entry per replica
 * @param curve their pooled MSD
 * @param hopLength a
 */
export function analyseDiffusion(
  tracks: readonly Tracks[],
  curve: MsdCurve,
  hopLength: HopLength,
): DiffusionAnalysis {
  const input = fitInput(tracks, curve);
  const { frames, frameInterval, walkerTime } = input;
  const beta = plainBeta(curve.msd, frames);
  const exponent = frames >= FEWEST_FRAMES ? lateExponent(curve.msd, frames) : Number.NaN;
  const choice = chooseStart(input);
  const chosen = frames >= FEWEST_FRAMES ? choice.chosen : undefined;
  const blocks = chosen && blockSlopes(tracks, chosen.startFrames);
  const halfWidth95 = chosen ? Math.max(Z95 * chosen.slopeError, blocks?.halfWidth95 ?? 0) : 0;
  const judgement = judge({
    choice: { ...choice, chosen },
    frames,
    frameInterval,
    walkerTime,
    hopLength: hopLength.value,
    halfWidth95,
    beta,
    exponent,
  });
  const { verdict, why = '', upperSlope } = judgement;
  const effectiveHops = chosen ? (Math.max(0, chosen.slope) * walkerTime) / hopLength.value ** 2 : 0;
  const unit = 'cm²/s';
  let D: Estimate;
  let interval: FitReport['interval'] = halfWidth95 > Z95 * (chosen?.slopeError ?? 0) ? 'blocks' : 'gls';
  if (verdict === 'diffusive' && chosen) {
    const ci = widen([chosen.slope - halfWidth95, chosen.slope + halfWidth95], chosen.slope, effectiveHops);
    if (ci.byHopCount) interval = 'hop count';
    D = resolved(chosen.slope * SLOPE_TO_D, [ci.low * SLOPE_TO_D, ci.high * SLOPE_TO_D], unit);
  } else if (upperSlope !== undefined) {
    D = bounded(upperSlope * SLOPE_TO_D, unit, why);
  } else {
    D = unresolved(unit, why);
  }
  const isResolved = D.value !== null;
  const ions = Math.max(0, ...tracks.map((t) => t.walkers));
  const longest = frames * frameInterval;
  return {
    earliestStart: isResolved ? choice.acceptable[0]?.start : undefined,
    report: {
      D,
      angstrom2PerPs: scaled(D, A2_PER_PS, 'Å²/ps'),
      tensor: tensorOf(curve, input, chosen, D),
      hopsPerIon: isResolved && chosen ? (chosen.slope * longest) / hopLength.value ** 2 : 0,
      verdict,
      ions,
      hopLength,
      effectiveHops,
      beta: finite(beta),
      exponent: finite(exponent),
      fit: chosen ? fitReport(input, chosen, blocks, interval) : null,
      startScan: choice.scan.map((p) => ({
        start: p.start,
        D: p.slope * SLOPE_TO_D,
        standardError: p.slopeError * SLOPE_TO_D,
        chiSquare: finite(p.chiSquare),
      })),
    },
  };
}

/** The MSD at the lags of a fit, up to a fraction of the run, with the variances its noise is estimated from. */
export function fitInput(tracks: readonly Tracks[], curve: MsdCurve): FitInput {
  const frames = curve.msd.length;
  const lags = logarithmicLags(1, Math.floor(LONGEST_LAG * frames), LAGS_PER_DECADE);
  return {
    lags,
    frameInterval: curve.frameInterval,
    msd: lags.map((lag) => curve.msd[lag] as number),
    variances: squaredDisplacementVariance(tracks, lags),
    walkerTime: tracks.reduce((sum, t) => sum + t.walkers * t.frames, 0) * curve.frameInterval,
    frames,
  };
}

/** The interval with the hop-count error, when hops are few; never below zero. */
function widen(
  [low, high]: Interval,
  value: number,
  effectiveHops: number,
): { low: number; high: number; byHopCount: boolean } {
  if (effectiveHops >= ENOUGH_HOPS) return { low: Math.max(0, low), high, byHopCount: false };
  const factor = Math.exp(Z95 * heMoDeviation(effectiveHops));
  return {
    low: Math.max(0, Math.min(low, value / factor)),
    high: Math.max(high, value * factor),
    byHopCount: value * factor > high,
  };
}

/**
 * Tensor components at the lags of the fit. Errors follow from that of the trace for Gaussian displacements: with
 * var(Δx²) = 2⟨Δx²⟩² and var(ΔxΔy) = ⟨Δx²⟩⟨Δy²⟩ against var(Δr²) = ⅔⟨Δr²⟩² (isotropic), relative errors are √3 times that
 * of D on the diagonal, and √(3/2) √(D_aa D_bb)/D off it.
 */
function tensorOf(
  curve: MsdCurve,
  input: FitInput,
  chosen: StartPoint | undefined,
  D: Estimate,
): DiffusionTensor {
  if (D.value === null || D.ci95 === null || chosen === undefined) {
    return { xx: null, yy: null, zz: null, xy: null, xz: null, yz: null, ci95: null, unit: D.unit };
  }
  const lags = input.lags.filter((lag) => lag >= chosen.startFrames);
  const times = lags.map((lag) => lag * input.frameInterval);
  const component = (ab: TensorComponent): number => {
    const values = lags.map((lag) => curve.tensor[ab][lag] as number);
    return (glsLine(times, values).slope * CM2_PER_S) / 2;
  };
  const values = Object.fromEntries(TENSOR_COMPONENTS.map((ab) => [ab, component(ab)])) as Record<
    TensorComponent,
    number
  >;
  const halfWidth = (D.ci95[1] - D.ci95[0]) / 2 / D.value;
  const diagonal = { x: Math.abs(values.xx), y: Math.abs(values.yy), z: Math.abs(values.zz) };
  const intervals = TENSOR_COMPONENTS.map((ab): [TensorComponent, Interval] => {
    const [a, b] = [ab[0], ab[1]] as ['x' | 'y' | 'z', 'x' | 'y' | 'z'];
    const scale = a === b ? Math.sqrt(3) : Math.sqrt(1.5);
    const half = scale * halfWidth * Math.sqrt(diagonal[a] * diagonal[b]);
    return [ab, [values[ab] - half, values[ab] + half]];
  });
  return {
    ...values,
    ci95: Object.fromEntries(intervals) as Record<TensorComponent, Interval>,
    unit: D.unit,
  };
}

function fitReport(
  input: FitInput,
  chosen: StartPoint,
  blocks: BlockEstimate | undefined,
  interval: FitReport['interval'],
): FitReport {
  return {
    start: chosen.start,
    end: (input.lags.at(-1) as number) * input.frameInterval,
    intercept: chosen.intercept,
    chiSquare: chosen.chiSquare,
    standardErrors: {
      gls: chosen.slopeError * SLOPE_TO_D,
      blocks: blocks ? blocks.standardError * SLOPE_TO_D : null,
    },
    blocks: blocks?.blocks ?? 0,
    interval,
  };
}

function finite(x: number): number | null {
  return Number.isFinite(x) ? x : null;
}
