/**
 * A number with its interval, the way every result leaves the analysis. Three kinds: resolved (value and interval),
 * bounded (no value, interval from zero to an upper limit, and why), unresolved (neither, and why).
 */

/** 95 % two-sided quantile of the normal distribution. */
export const Z95 = 1.959964;

export type Interval = readonly [number, number];

export interface Estimate {
  readonly value: number | null;
  /** 95 % interval; [0, hi] without a value is an upper bound. */
  readonly ci95: Interval | null;
  readonly unit: string;
  /** Why there is no value, or what an interval rests on. */
  readonly why?: string;
}

export function resolved(value: number, ci95: Interval, unit: string, why?: string): Estimate {
  return { value, ci95, unit, ...(why !== undefined && { why }) };
}

export function bounded(upper: number, unit: string, why: string): Estimate {
  return { value: null, ci95: [0, upper], unit, why };
}

export function unresolved(unit: string, why: string): Estimate {
  return { value: null, ci95: null, unit, why };
}

/** The same estimate in another unit: value and interval times a positive factor. */
export function scaled(estimate: Estimate, factor: number, unit: string): Estimate {
  const { value, ci95 } = estimate;
  return {
    ...estimate,
    value: value === null ? null : value * factor,
    ci95: ci95 === null ? null : [ci95[0] * factor, ci95[1] * factor],
    unit,
  };
}

/** Relative standard error that an interval stands for: its width over 2·1.96 values; infinite without a value. */
export function relativeError({ value, ci95 }: Estimate): number {
  if (value === null || ci95 === null || value === 0) return Number.POSITIVE_INFINITY;
  return (ci95[1] - ci95[0]) / (2 * Z95 * Math.abs(value));
}
