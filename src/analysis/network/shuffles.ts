/** Null hypotheses for correlated motion: what would chance alone show? */
import type { RandomSequence } from '../../core/rng.ts';
import { mean } from '../../core/stats.ts';

/** A statistic against its distribution under a null. */
export interface AgainstNull {
  readonly observed: number;
  /** Mean under the null. */
  readonly expected: number;
  /** 2.5 and 97.5 % quantiles under the null. */
  readonly range: readonly [number, number];
  /** observed/expected; null when chance shows nothing. */
  readonly excess: number | null;
  /** (1 + shuffles at least as large)/(1 + shuffles): one-sided, exact for exchangeable shuffles, never zero. */
  readonly pValue: number;
  readonly shuffles: number;
}

/** Compares with values under the null. */
export function againstNull(observed: number, nulls: readonly number[]): AgainstNull {
  const sorted = Float64Array.from(nulls).sort();
  const at = (q: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] as number;
  const expected = mean(sorted);
  // Sums in another order differ in the last digit.
  const limit = observed - 1e-12 * Math.abs(observed);
  const asLarge = sorted.reduce((count, x) => count + (x >= limit ? 1 : 0), 0);
  return {
    observed,
    expected,
    range: [at(0.025), at(0.975)],
    excess: expected > 0 ? observed / expected : null,
    pValue: (1 + asLarge) / (1 + sorted.length),
    shuffles: sorted.length,
  };
}

/** One shift in frames per ion, uniform: each ion keeps its own train of events, and loses what ties it to the others'. */
export function shifts(ions: number, frames: number, random: RandomSequence): Int32Array {
  return Int32Array.from({ length: ions }, () => random.below(frames));
}
