/**
 * What the displacements of one species say: MSD, non-Gaussian parameter, ergodicity breaking, hop length; pooled over
 * replicas, errors by blocks of time and by ions.
 */
import { studentQuantile } from '../../core/stats.ts';
import { type Estimate, resolved, unresolved } from '../estimate.ts';
import { FEWEST_BLOCKS, jackknife, sumOf } from './blockSums.ts';
import { type DisplacementSums, Q_COUNT, SUM, scatteringPlace, sumPlace } from './displacementSums.ts';
import { isMilestone, lagOf, originSpacing } from './multiTau.ts';
import { secondPeak } from './selfPeaks.ts';

/** Curves over the lags that have a time origin; lag index 0 is lag 0. */
export interface MotionCurves {
  /** fs */
  readonly times: readonly number[];
  /** Å² */
  readonly msd: readonly number[];
  /** Å², [lags] of xx, yy, zz, xy, xz, yz. */
  readonly tensor: readonly (readonly number[])[];
  readonly alpha: readonly number[];
  /** Standard errors; NaN where fewer than four independent stretches of time hold the lag. */
  readonly alphaError: readonly number[];
  /** Ergodicity-breaking parameter at milestones, else NaN. */
  readonly ergodicityBreaking: readonly number[];
  /** I(q,t) at milestones, by q; empty elsewhere. */
  readonly scattering: readonly (readonly number[])[];
}

/** Longest lag whose statistics carry an error, as a fraction of the run: at least four stretches of it. */
export const LONGEST_LAG = 1 / FEWEST_BLOCKS;

/** 95 % two-sided quantile of Student's t for these blocks. */
const quantile = (blocks: number): number => studentQuantile(0.975, Math.max(1, blocks - 1));

/** All curves of a species. @param lags how many lag indices; @param interval fs */
export function motionCurves(
  parts: readonly DisplacementSums[],
  lags: number,
  interval: number,
): MotionCurves {
  const total = sumOf(parts.map((p) => p.blocks.total()));
  const at = (l: number, which: number): number => total[sumPlace(l, which)] ?? 0;
  const indices = Array.from({ length: lags }, (_, l) => l);
  const mean = (l: number, which: number): number => (l === 0 ? 0 : at(l, which) / at(l, SUM.samples));
  return {
    times: indices.map((l) => lagOf(l) * interval),
    msd: indices.map((l) => mean(l, SUM.xx) + mean(l, SUM.yy) + mean(l, SUM.zz)),
    tensor: indices.map((l) =>
      [SUM.xx, SUM.yy, SUM.zz, SUM.xy, SUM.xz, SUM.yz].map((which) => mean(l, which)),
    ),
    alpha: indices.map((l) => (l === 0 ? Number.NaN : alphaOf(total, l))),
    alphaError: indices.map((l) => (l === 0 ? Number.NaN : alphaError(parts, l, at(l, SUM.samples)))),
    ergodicityBreaking: indices.map((l) =>
      isMilestone(l) ? ergodicityBreaking(parts, l).value : Number.NaN,
    ),
    scattering: indices.map((l) =>
      isMilestone(l)
        ? Array.from({ length: Q_COUNT }, (_, j) => (total[scatteringPlace(l, j)] ?? 0) / at(l, SUM.samples))
        : [],
    ),
  };
}

/** α₂ = 3⟨r⁴⟩/(5⟨r²⟩²) − 1 from sums. */
function alphaOf(sums: Float64Array, l: number): number {
  const n = sums[sumPlace(l, SUM.samples)] as number;
  const r2 =
    (sums[sumPlace(l, SUM.xx)] as number) +
    (sums[sumPlace(l, SUM.yy)] as number) +
    (sums[sumPlace(l, SUM.zz)] as number);
  return (0.6 * n * (sums[sumPlace(l, SUM.r4)] as number)) / (r2 * r2) - 1;
}

/** Blocks of all replicas that are at least as long as a lag, frames. */
export function blocksOf(parts: readonly DisplacementSums[], frames: number): Float64Array[] {
  return parts.flatMap((p) => p.blocks.blocks(frames));
}

/** The larger of the jackknife errors over stretches of time and over ions, as Student's t widens them to 95 %, over 1.96. */
function alphaError(parts: readonly DisplacementSums[], l: number, samples: number): number {
  const [byTime] = jackknife(blocksOf(parts, lagOf(l)), (sums) => [alphaOf(sums, l)]);
  if (!byTime) return Number.NaN;
  return (
    (quantile(byTime.blocks) / 1.96) * Math.max(byTime.standardError, alphaErrorByIons(parts, l, samples))
  );
}

function alphaErrorByIons(parts: readonly DisplacementSums[], l: number, samples: number): number {
  const squares = parts.flatMap((p) => Array.from(p.ionSquares[l] ?? []));
  const fourths = parts.flatMap((p) => Array.from(p.ionFourths[l] ?? []));
  const n = squares.length;
  if (n < 2) return 0;
  const s2 = squares.reduce((a, b) => a + b, 0);
  const s4 = fourths.reduce((a, b) => a + b, 0);
  // Up to a factor that all share.
  const without = squares.map((x, i) => ((n - 1) * (s4 - (fourths[i] as number))) / (s2 - x) ** 2);
  const centre = without.reduce((a, b) => a + b, 0) / n;
  const scale = (0.6 * samples) / n;
  return scale * Math.sqrt(((n - 1) / n) * without.reduce((a, x) => a + (x - centre) ** 2, 0));
}

/**
 * EB(t) = Var(δ²)/⟨δ²⟩² over ions, δ² the time-averaged squared displacement of one ion (He, Burov, Metzler & Barkai, Phys.
 * Rev. Lett. 101, 058101 (2008), doi:10.1103/PhysRevLett.101.058101), with its jackknife error.
 */
export function ergodicityBreaking(
  parts: readonly DisplacementSums[],
  l: number,
): { readonly value: number; readonly standardError: number; readonly ions: number } {
  // A replica's ions relative to the mean of all: replicas of one length share their number of origins.
  const x = parts.flatMap((p) => Array.from(p.ionSquares[l] ?? []));
  const n = x.length;
  if (n < 3) return { value: Number.NaN, standardError: Number.NaN, ions: n };
  const [s1, s2] = [x.reduce((a, b) => a + b, 0), x.reduce((a, b) => a + b * b, 0)];
  const eb = (sum: number, squares: number, m: number): number =>
    ((squares / m - (sum / m) ** 2) * (m / (m - 1))) / (sum / m) ** 2;
  const without = x.map((d) => eb(s1 - d, s2 - d * d, n - 1));
  const centre = without.reduce((a, b) => a + b, 0) / n;
  return {
    value: eb(s1, s2, n),
    standardError: Math.sqrt(((n - 1) / n) * without.reduce((a, d) => a + (d - centre) ** 2, 0)),
    ions: n,
  };
}

export interface NonGaussian {
  readonly maximum: Estimate;
  /** fs */
  readonly time: Estimate;
  /** At `residualLag`. */
  readonly residual: Estimate;
  /** fs */
  readonly residualLag: number | null;
}

/** Maximum of α₂, its time t*, and what is left of it at a quarter of the run. */
export function nonGaussian({ times, alpha, alphaError: error }: MotionCurves): NonGaussian {
  const known = times.flatMap((_, l) => (Number.isFinite(error[l]) && Number.isFinite(alpha[l]) ? [l] : []));
  const last = known.at(-1);
  if (last === undefined) {
    const why = 'the run holds no lag four times over';
    return {
      maximum: unresolved('1', why),
      time: unresolved('fs', why),
      residual: unresolved('1', why),
      residualLag: null,
    };
  }
  const a = (l: number): number => alpha[l] as number;
  const half = (l: number): number => 1.96 * (error[l] as number);
  const top = known.reduce((best, l) => (a(l) > a(best) ? l : best));
  const estimate = (l: number): Estimate => resolved(a(l), [a(l) - half(l), a(l) + half(l)], '1');
  let time: Estimate;
  if (a(top) - half(top) <= 0) {
    time = unresolved('fs', 'α₂ does not differ from zero: displacements are Gaussian within errors');
  } else if (top === last) {
    time = unresolved('fs', 'α₂ still rises at a quarter of the run');
  } else if (top === known[0]) {
    time = unresolved('fs', 'α₂ is largest at the shortest lag: its maximum lies below the frame interval');
  } else {
    const near = known.filter((l) => a(l) + half(l) >= a(top));
    time = resolved(
      times[top] as number,
      [times[near[0] as number] as number, times[near.at(-1) as number] as number],
      'fs',
      'lags whose α₂ reaches the maximum within its 95 % error',
    );
  }
  return { maximum: estimate(top), time, residual: estimate(last), residualLag: times[last] as number };
}

/** Length of a hop, Å: the second peak of 4πr²G_s where it stands out most; range over the lags that show it. */
export function hopLength(parts: readonly DisplacementSums[], lags: number, binWidth: number): Estimate {
  const peaks = Array.from({ length: lags }, (_, l) => l).flatMap((l) => {
    const counts = pooledHistogram(parts, l);
    const peak =
      counts && secondPeak(counts.subarray(0, -1), binWidth, Math.max(1, lagOf(l) / originSpacing(l)));
    return peak ? [peak] : [];
  });
  const [first, ...others] = peaks;
  if (!first || others.length === 0) {
    return unresolved('Å', 'the self van Hove function has no second peak at two lags or more');
  }
  const best = peaks.reduce((a, b) => (b.prominence > a.prominence ? b : a));
  const same = peaks.filter((p) => Math.abs(p.r - best.r) < 0.5).map((p) => p.r);
  return resolved(
    best.r,
    [Math.min(...same) - binWidth / 2, Math.max(...same) + binWidth / 2],
    'Å',
    `range over ${same.length} lags`,
  );
}

/** Counts of |Δu| of all replicas at a lag; undefined where none were collected. */
export function pooledHistogram(parts: readonly DisplacementSums[], l: number): Float64Array | undefined {
  const found = parts.flatMap((p) => (p.histograms[l] ? [p.histograms[l]] : []));
  return found.length > 0 ? sumOf(found) : undefined;
}
