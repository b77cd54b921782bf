/**
 * Ionic conductivity from tracer diffusivities (Nernst–Einstein), and the Haven ratio between it and the collective one
 * (collective.ts).
 */
import { BOLTZMANN_EV_PER_K, CM2_PER_S, S_PER_CM } from '../../core/constants.ts';
import { bounded, type Estimate, relativeError, resolved, unresolved, Z95 } from '../estimate.ts';
import { type CollectiveFit, LARGEST_RELATIVE_ERROR } from './collective.ts';
import type { Onsager } from './onsager.ts';

export interface Conductivity {
  /** S/cm */
  readonly nernstEinstein: Estimate;
  /** S/cm */
  readonly collective: Estimate;
  /** σ_NE/σ_collective */
  readonly havenRatio: Estimate;
  /** The line behind the collective conductivity, resolved or not; absent where there is none. */
  readonly collectiveFit?: CollectiveFit;
  /** What each species, and each pair of them, contributes to the collective conductivity; absent where there is no line. */
  readonly onsager?: Onsager;
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
