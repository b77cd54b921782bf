/**
 * Ionic conductivity from tracer diffusivities (Nernst–Einstein) and from the collective charge displacement (Einstein), and
 * the Haven ratio between them.
 */
import { BOLTZMANN_EV_PER_K, CM2_PER_S, S_PER_CM } from '../../core/constants.ts';
import { bounded, type Estimate, relativeError, resolved, unresolved, Z95 } from '../estimate.ts';
import { blockSlopes } from './blocks.ts';
import { logarithmicLags, type MsdCurve, TENSOR_COMPONENTS } from './msd.ts';
import { chooseStart } from './startTime.ts';
import type { Tracks } from './tracks.ts';
import { format } from './verdict.ts';

export interface Conductivity {
  /** S/cm */
  readonly nernstEinstein: Estimate;
  /** S/cm */
  readonly collective: Estimate;
  /** σ_NE/σ_collective */
  readonly havenRatio: Estimate;
}

/** One charged species in the Nernst–Einstein sum. */
export interface Carrier {
  readonly label: string;
  /** Formal charge, e. */
  readonly charge: number;
  /** Ions per Å³. */
  readonly density: number;
  /** cm²/s */
  readonly D: Estimate;
}

const UNIT = 'S/cm';
/** Longest lag of the collective fit: fewer than five independent windows are no average. */
const LONGEST_LAG = 0.2;
const LAGS_PER_DECADE = 10;
/** e²Å²: an electrolyte of one species has no collective displacement relative to its own centre of mass. */
const VANISHING = 1e-6;
/** Above this relative error a collective conductivity is a bound and a Haven ratio is not resolved. */
const LARGEST_RELATIVE_ERROR = 0.5;

/**
 * σ_NE = (e²/k_B T) Σ_s n_s z_s² D*_s over the species whose D* is resolved; intervals add in quadrature.
 * @param temperature K
 */
export function nernstEinstein(carriers: readonly Carrier[], temperature: number): Estimate {
  const charged = carriers.filter((c) => c.charge !== 0);
  const kT = BOLTZMANN_EV_PER_K * temperature;
  const factor = ({ density, charge }: Carrier): number =>
    ((density * charge ** 2) / kT / CM2_PER_S) * S_PER_CM;
  if (charged.length === 0) return unresolved(UNIT, 'no mobile species has a formal charge');
  const conducting = charged.filter((c) => c.D.value !== null);
  if (conducting.length === 0) {
    const limits = charged.map((c) => (c.D.ci95 ? c.D.ci95[1] * factor(c) : Number.NaN));
    const upper = limits.reduce((sum, x) => sum + x, 0);
    const why = charged.map((c) => `${c.label}: ${c.D.why ?? 'no diffusivity'}`).join('; ');
    return Number.isFinite(upper) ? bounded(upper, UNIT, why) : unresolved(UNIT, why);
  }
  let value = 0;
  let below = 0;
  let above = 0;
  for (const carrier of conducting) {
    const { value: D, ci95 } = carrier.D;
    if (D === null || ci95 === null) continue;
    value += D * factor(carrier);
    below += ((D - ci95[0]) * factor(carrier)) ** 2;
    above += ((ci95[1] - D) * factor(carrier)) ** 2;
  }
  const left = charged.filter((c) => c.D.value === null).map((c) => c.label);
  return resolved(
    value,
    [Math.max(0, value - Math.sqrt(below)), value + Math.sqrt(above)],
    UNIT,
    left.length > 0 ? `without ${left.join(', ')}, whose diffusivity is not resolved` : undefined,
  );
}

/**
 * σ = (1/6 V k_B T) d⟨|Σ_i q_i Δu_i|²⟩/dτ (Einstein–Helfand): the line of gls.ts through the collective curve up to T/5, from
 * the first lag at or after `start` that startTime.ts accepts. The cell is one walker, so n independent windows are T/τ,
 * without a factor N: errors are √N larger than those of D*. The sum over many ions is Gaussian, hence var(|ΔP|²) =
 * 2 Σ_ab ⟨ΔP_a ΔP_b⟩² stands in for a measured variance. The error is the wider of GLS and blocks, as for D*; the interval is
 * log-normal, exp(±1.96 r).
 * @param tracks collective tracks, one per replica
 * @param curve their pooled MSD, e²Å²
 * @param start where ions begin to diffuse: the earliest start accepted for D*, fs
 * @param volume mean cell volume, Å³
 * @param temperature K
 */
export function collectiveConductivity(
  tracks: readonly Tracks[],
  curve: MsdCurve,
  start: number,
  volume: number,
  temperature: number,
): Estimate {
  const frames = curve.msd.length;
  if (curve.msd.every((x) => Math.abs(x) < VANISHING)) {
    return unresolved(UNIT, 'the collective displacement is zero in this frame of reference');
  }
  const lags = logarithmicLags(1, Math.floor(LONGEST_LAG * frames), LAGS_PER_DECADE);
  const choice = chooseStart({
    lags,
    frameInterval: curve.frameInterval,
    msd: lags.map((lag) => curve.msd[lag] as number),
    variances: lags.map((lag) => gaussianVariance(curve, lag)),
    walkerTime: tracks.reduce((sum, t) => sum + t.frames, 0) * curve.frameInterval,
    frames,
  });
  const line = choice.acceptable.find((point) => point.start >= start);
  if (line === undefined) {
    return unresolved(
      UNIT,
      `the collective displacement has no straight part between ${format(start)} fs and a fifth of the run`,
    );
  }
  const blocks = blockSlopes(tracks, line.startFrames);
  const half = Math.max(Z95 * line.slopeError, blocks?.halfWidth95 ?? 0);
  const factor = S_PER_CM / (6 * volume * BOLTZMANN_EV_PER_K * temperature);
  const error = half / Z95 / line.slope;
  if (error > LARGEST_RELATIVE_ERROR) {
    return bounded(
      (line.slope + half) * factor,
      UNIT,
      `relative error ${Math.round(100 * error)} %: the collective displacement of one cell fluctuates too much in this run`,
    );
  }
  const value = line.slope * factor;
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

/**
 * H_R = σ_NE/σ, with relative errors in quadrature and a log-normal interval. Not resolved when its relative error exceeds
 * one half, or when either conductivity has no value.
 */
export function havenRatio(nernstEinsteinSigma: Estimate, collective: Estimate): Estimate {
  const unit = '1';
  if (nernstEinsteinSigma.value === null) {
    return unresolved(unit, 'not resolved: no tracer diffusivity');
  }
  if (collective.value === null) {
    return unresolved(unit, 'not resolved: no collective conductivity');
  }
  const error = Math.hypot(relativeError(nernstEinsteinSigma), relativeError(collective));
  if (error > LARGEST_RELATIVE_ERROR) {
    return unresolved(
      unit,
      `not resolved: relative error ${Math.round(100 * error)} %, more than ${100 * LARGEST_RELATIVE_ERROR} %; collective motion of one cell needs a longer run or more replicas`,
    );
  }
  const value = nernstEinsteinSigma.value / collective.value;
  const factor = Math.exp(Z95 * error);
  return resolved(value, [value / factor, value * factor], unit);
}
