/**
 * Widths of quasi-elastic scattering of one species out of its sums, with errors by blocks of time: fits and models are
 * those of scattering.ts.
 */
import { CM2_PER_S, HBAR_EV_FS } from '../../core/constants.ts';
import { type Estimate, resolved, unresolved } from '../estimate.ts';
import { FEWEST_BLOCKS, interval95, jackknife } from './blockSums.ts';
import {
  type DisplacementSums,
  Q_COUNT,
  Q_SPACING,
  SUM,
  scatteringPlace,
  sumPlace,
} from './displacementSums.ts';
import { isMilestone, lagOf } from './multiTau.ts';
import { chudleyElliott, decayRate } from './scattering.ts';
import { blocksOf, type MotionCurves } from './speciesMotion.ts';

/** Widths of quasi-elastic scattering. */
export interface Scattering {
  /** Å⁻¹ */
  readonly q: readonly number[];
  /** HWHM ħΓ, µeV. */
  readonly width: readonly Estimate[];
  /** I(q) at `elasticLag`: what a longer decay has left. */
  readonly elastic: readonly Estimate[];
  /** fs */
  readonly elasticLag: number | null;
  /** Window of the fits, fs, by q; null where there is none. */
  readonly windows: readonly (readonly [number, number] | null)[];
  readonly chudleyElliott: {
    /** Å */
    readonly jumpLength: Estimate;
    /** fs */
    readonly residenceTime: Estimate;
    /** d²/6τ, cm²/s */
    readonly D: Estimate;
    /** Largest relative deviation of a width from the model. */
    readonly deviation: number | null;
  };
}

/** A decay is fitted where I is above this: below, noise and what other exponents are left. */
const LOWEST_INTENSITY = 0.1;
/** … from the first lag after vibrations to at least so much less. */
const LEAST_DECAY = 0.7;
const FEWEST_POINTS = 4;
/** Widths that a jump model can be fitted to. */
const FEWEST_WIDTHS = 4;

/** Γ(q), elastic intensities and the Chudley–Elliott model. @param start fs, after which vibrations have died out */
export function scattering(
  parts: readonly DisplacementSums[],
  { times, scattering: curves }: MotionCurves,
  start: number,
): Scattering {
  const q = Array.from({ length: Q_COUNT }, (_, j) => (j + 1) * Q_SPACING);
  const held = times.flatMap((_, l) =>
    isMilestone(l) && blocksOf(parts, lagOf(l)).length >= FEWEST_BLOCKS ? [l] : [],
  );
  const last = held.at(-1);
  const windows = q.map((_, j) => {
    const window = held.filter(
      (l) => (times[l] as number) >= start && (curves[l]?.[j] ?? 0) > LOWEST_INTENSITY,
    );
    // Up to the first lag that falls below.
    return window.filter((l, k) => k === 0 || isNextMilestone(window[k - 1] as number, l));
  });
  const isFitted = windows.map((window, j) => {
    const [first, end] = [curves[window[0] ?? -1]?.[j], curves[window.at(-1) ?? -1]?.[j]];
    return window.length >= FEWEST_POINTS && first !== undefined && (end as number) < LEAST_DECAY * first;
  });
  const blocks = last === undefined ? [] : blocksOf(parts, lagOf(last));
  const intensity = (sums: Float64Array, l: number, j: number): number =>
    (sums[scatteringPlace(l, j)] as number) / (sums[sumPlace(l, SUM.samples)] as number);
  const ratesOf = (sums: Float64Array): number[] =>
    windows.map((window, j) => {
      if (!isFitted[j]) return Number.NaN;
      // Inverse variances of ln I grow with I² and fall with t, the fewer independent stretches there are.
      const weights = window.map((l) => (curves[l]?.[j] as number) ** 2 / (times[l] as number));
      return decayRate(
        window.map((l) => times[l] as number),
        window.map((l) => intensity(sums, l, j)),
        weights,
      ).rate;
    });
  const fitted = q.flatMap((_, j) => (isFitted[j] ? [j] : []));
  const estimates = jackknife(blocks, (sums) => {
    const rates = ratesOf(sums);
    const model = chudleyElliott(
      fitted.map((j) => q[j] as number),
      fitted.map((j) => rates[j] as number),
    );
    const D = (CM2_PER_S * model.length ** 2) / (6 * model.residenceTime);
    const left = q.map((_, j) => (last === undefined ? Number.NaN : intensity(sums, last, j)));
    return [...rates, ...left, model.length, model.residenceTime, D, model.deviation];
  });
  const estimate = (k: number, unit: string, factor: number, why: string): Estimate => {
    const found = estimates[k];
    if (!found || !Number.isFinite(found.value) || !Number.isFinite(found.standardError)) {
      return unresolved(unit, why);
    }
    const [low, high] = interval95(found);
    return resolved(found.value * factor, [low * factor, high * factor], unit);
  };
  const short = 'the run holds no lag four times over';
  const slow = (j: number): string =>
    last === undefined
      ? short
      : `I(q,t) falls too little between ${start} fs and a quarter of the run (to ` +
        `${(curves[last]?.[j] ?? Number.NaN).toFixed(2)}), or too fast for ${FEWEST_POINTS} lags: no width can be fitted`;
  const noModel =
    fitted.length < FEWEST_WIDTHS
      ? `${fitted.length} widths are known, ${FEWEST_WIDTHS} are needed`
      : 'no jump length between 1 and 8 Å describes the widths';
  const deviation = estimates[2 * Q_COUNT + 3]?.value ?? Number.NaN;
  const model = (k: number, unit: string): Estimate => {
    if (fitted.length < FEWEST_WIDTHS) return unresolved(unit, noModel);
    const found = estimate(2 * Q_COUNT + k, unit, 1, noModel);
    if (found.value === null) return found;
    return {
      ...found,
      why: `statistical; the model misses a width by up to ${(100 * deviation).toFixed(0)} %`,
    };
  };
  const jumpLength = model(0, 'Å');
  return {
    q,
    width: q.map((_, j) => estimate(j, 'µeV', HBAR_EV_FS * 1e6, slow(j))),
    elastic: q.map((_, j) => estimate(Q_COUNT + j, '1', 1, short)),
    elasticLag: last === undefined ? null : (times[last] as number),
    windows: windows.map((window, j) =>
      isFitted[j] ? [times[window[0] as number] as number, times[window.at(-1) as number] as number] : null,
    ),
    chudleyElliott: {
      jumpLength,
      residenceTime: model(1, 'fs'),
      D: model(2, 'cm²/s'),
      deviation: jumpLength.value === null ? null : deviation,
    },
  };
}

/** True when no milestone lies between two of them. */
function isNextMilestone(l: number, next: number): boolean {
  for (let between = l + 1; between < next; between++) if (isMilestone(between)) return false;
  return true;
}
