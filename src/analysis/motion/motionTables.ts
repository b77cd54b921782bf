/** Tables of the displacement statistics, and what tables and figures are made of. */
import { csv, type Tables } from '../csv.ts';
import type { Estimate } from '../estimate.ts';
import { sumOf } from './blockSums.ts';
import type { DisplacementSums } from './displacementSums.ts';
import type { DistinctVanHove } from './distinctVanHove.ts';
import { isMilestone, lagOf } from './multiTau.ts';
import type { Scattering } from './quasiElastic.ts';
import { type MotionCurves, pooledHistogram } from './speciesMotion.ts';

/** One species as it is shown. */
export interface SpeciesPresentation {
  readonly label: string;
  readonly curves: MotionCurves;
  readonly sums: readonly DisplacementSums[];
  readonly distinct: readonly DistinctVanHove[];
  readonly isMobile: boolean;
  readonly hop: Estimate;
  readonly widths?: Scattering;
}

export interface MotionView {
  /** The mobile ones first. */
  readonly species: readonly SpeciesPresentation[];
  readonly lags: number;
  /** fs */
  readonly frameInterval: number;
  /** Longest lag shown in figures, frames. */
  readonly longest: number;
  /** Å */
  readonly binWidth: number;
}

/** `motion.csv`, `motion_tensor.csv`, `van_hove_self.csv`, `van_hove_distinct.csv`, `incoherent_scattering.csv`, `scattering_widths.csv`. */
export function motionTables(view: MotionView): Tables {
  const { species, lags, frameInterval } = view;
  const indices = Array.from({ length: lags }, (_, l) => l);
  const time = (l: number): number => lagOf(l) * frameInterval;
  const tables: Record<string, string> = {
    'motion.csv': csv(
      [
        'lag_fs',
        ...species.flatMap(({ label }) => [
          `${label}_msd_A2`,
          `${label}_non_gaussian`,
          `${label}_non_gaussian_error`,
          `${label}_ergodicity_breaking`,
        ]),
      ],
      indices.map((l) => [
        time(l),
        ...species.flatMap(({ curves }) => [
          curves.msd[l] as number,
          curves.alpha[l] as number,
          curves.alphaError[l] as number,
          curves.ergodicityBreaking[l] as number,
        ]),
      ]),
    ),
    'motion_tensor.csv': csv(
      [
        'lag_fs',
        ...species.flatMap(({ label }) =>
          ['xx', 'yy', 'zz', 'xy', 'xz', 'yz'].map((ab) => `${label}_${ab}_A2`),
        ),
      ],
      indices.map((l) => [
        time(l),
        ...species.flatMap(({ curves }) => curves.tensor[l] as readonly number[]),
      ]),
    ),
    'van_hove_self.csv': selfTable(view),
  };
  if (species.some((s) => s.distinct.length > 0)) tables['van_hove_distinct.csv'] = distinctTable(view);
  const scatterers = species.filter((s) => s.widths);
  if (scatterers.length > 0) {
    tables['incoherent_scattering.csv'] = csv(
      [
        'lag_fs',
        ...scatterers.flatMap(({ label, widths }) =>
          (widths?.q ?? []).map((q) => `${label}_q_${q.toFixed(1)}_per_A`),
        ),
      ],
      indices
        .filter((l) => isMilestone(l))
        .map((l) => [
          time(l),
          ...scatterers.flatMap(({ curves }) => curves.scattering[l] as readonly number[]),
        ]),
    );
    tables['scattering_widths.csv'] = csv(
      ['species', 'q_per_A', 'hwhm_ueV', 'low_ueV', 'high_ueV', 'elastic', 'elastic_low', 'elastic_high'],
      scatterers.flatMap(({ label, widths }) =>
        (widths as Scattering).q.map((q, j) => [
          label,
          q,
          ...numbers((widths as Scattering).width[j] as Estimate),
          ...numbers((widths as Scattering).elastic[j] as Estimate),
        ]),
      ),
    );
  }
  return tables;
}

function numbers({ value, ci95 }: Estimate): (number | null)[] {
  return [value, ci95?.[0] ?? null, ci95?.[1] ?? null];
}

/** 4πr²G_s at every milestone, per Å. */
function selfTable({ species, lags, frameInterval, binWidth }: MotionView): string {
  const columns = species.flatMap(({ label, sums }) =>
    milestones(lags).map((l) => ({
      name: `${label}_${lagOf(l) * frameInterval}fs_per_A`,
      values: selfVanHove(sums, l, binWidth),
    })),
  );
  const rows = Math.max(0, ...columns.map((c) => c.values.length));
  return csv(
    ['r_A', ...columns.map((c) => c.name)],
    Array.from({ length: rows }, (_, b) => [
      (b + 0.5) * binWidth,
      ...columns.map((c) => c.values[b] as number),
    ]),
  );
}

function distinctTable({ species, lags, frameInterval, binWidth }: MotionView): string {
  const columns = species.flatMap(({ label, distinct }) =>
    Array.from({ length: lags }, (_, l) => l)
      .filter((l) => distinct.some((p) => p.counts[l]))
      .map((l) => ({ name: `${label}_${lagOf(l) * frameInterval}fs`, values: distinctVanHove(distinct, l) })),
  );
  const rows = Math.max(0, ...columns.map((c) => c.values.length));
  return csv(
    ['r_A', ...columns.map((c) => c.name)],
    Array.from({ length: rows }, (_, b) => [
      (b + 0.5) * binWidth,
      ...columns.map((c) => c.values[b] ?? Number.NaN),
    ]),
  );
}

/** 4πr²G_s(r), per Å; it integrates to one but for what lies beyond the last bin. */
export function selfVanHove(sums: readonly DisplacementSums[], l: number, binWidth: number): Float64Array {
  const counts = pooledHistogram(sums, l) ?? new Float64Array(1);
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.subarray(0, -1).map((c) => c / (total * binWidth));
}

/** G_d(r), 1 at large r. */
export function distinctVanHove(parts: readonly DistinctVanHove[], l: number): Float64Array {
  const counts = sumOf(parts.flatMap((p) => (p.counts[l] ? [p.counts[l]] : [])));
  const expected = sumOf(parts.flatMap((p) => (p.expected[l] ? [p.expected[l]] : [])));
  return counts.map((c, b) => c / (expected[b] as number));
}

export function milestones(lags: number): number[] {
  return Array.from({ length: lags }, (_, l) => l).filter((l) => isMilestone(l));
}
