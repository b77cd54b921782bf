/**
 * Conductivity from runs in an electric field: the current that flows, from pairs of runs in opposite fields, and whether it is
 * proportional to the field at all.
 */
import { BOLTZMANN_EV_PER_K, S_PER_CM } from '../../core/constants.ts';
import { InputError } from '../../core/errors.ts';
import { blockMeans, fitLine, mean, studentQuantile, variance } from '../../core/stats.ts';
import { type Estimate, resolved, unresolved, Z95 } from '../estimate.ts';
import type { DisplacementSeries } from '../frames/displacements.ts';
import { collectiveTracks, driftOf } from './tracks.ts';
import { format } from './verdict.ts';

/** One run in a uniform field. */
export interface FieldRun {
  /** V/Å */
  readonly field: readonly [number, number, number];
  /** Displacements in the steady state: the transient after switching on is left out. */
  readonly series: DisplacementSeries;
}

/** The runs at +E and −E of one strength. */
export interface FieldPair {
  /** V/Å */
  readonly strength: number;
  /** S/cm; error of one standard deviation, and the blocks behind it. */
  readonly sigma: number;
  readonly standardError: number;
  readonly blocks: number;
  /** (J₊ + J₋)/2 in its standard errors: zero but for chance when nothing but the field drives a current. */
  readonly evenDeviation: number;
  /** Field energy of one charge over a hop of 3 Å in k_B T: far above one no response is linear. Null without a temperature. */
  readonly hopEnergy: number | null;
}

export interface FieldConductivity {
  /** S/cm at zero field */
  readonly sigma: Estimate;
  readonly pairs: readonly FieldPair[];
  /** Coefficient of E² in σ(E), in its standard errors; null for a single strength. */
  readonly cubicDeviation: number | null;
}

/** Blocks of a run, and frames that a block must have to be longer than vibrations. */
const BLOCKS = 10;
const FEWEST_FRAMES = 40;
/** Å */
const HOP = 3;
/** Standard errors beyond which a term that should vanish counts as seen: once in a hundred. */
const LIMIT = 2.576;

/**
 * σ = (J₊ − J₋)/2E for every strength E, J = d(P·ê)/dt/V with P = Σ q u the collective displacement: what is even in the field
 * (heating, a net drift) drops out, and runs from the same state share much of their noise. The mean current of ten blocks of
 * the difference, its scatter and Student's t make the interval. A cubic response is a term σ₂E² of σ(E): with two strengths or
 * more a weighted line in E² is fitted; when its slope differs from zero by 2.58 standard errors the response is not linear and
 * there is no value, else σ is the weighted mean.
 * @param runs in any order; every strength with both signs, along one axis
 * @param charges e, by species
 * @param temperature K, to say how strong the fields are
 */
export function fieldConductivity(
  runs: readonly FieldRun[],
  charges: readonly number[],
  temperature?: number,
): FieldConductivity {
  const unit = 'S/cm';
  const pairs = pairsOf(runs).map(([plus, minus]) => pairOf(plus, minus, charges, temperature));
  if (pairs.some(({ blocks }) => blocks < BLOCKS)) {
    const why = `runs in a field are too short: ${BLOCKS} blocks of ${FEWEST_FRAMES / BLOCKS} frames are needed`;
    return { sigma: unresolved(unit, why), pairs, cubicDeviation: null };
  }
  const weights = pairs.map(({ standardError }) => standardError ** -2);
  const total = weights.reduce((a, b) => a + b, 0);
  const sigma = pairs.reduce((sum, pair, i) => sum + pair.sigma * (weights[i] as number), 0) / total;
  const half = studentQuantile(0.975, BLOCKS - 1) / Math.sqrt(total);
  const line =
    pairs.length > 1
      ? fitLine(
          pairs.map(({ strength }) => strength ** 2),
          pairs.map((pair) => pair.sigma),
          weights,
        )
      : undefined;
  const cubicDeviation = line ? line.slope / line.slopeError : null;
  const uneven = pairs.find(({ evenDeviation }) => Math.abs(evenDeviation) > LIMIT);
  const problem =
    cubicDeviation !== null && Math.abs(cubicDeviation) > LIMIT
      ? `the response is not linear: ${pairs.map((p) => `${format(p.sigma)} S/cm at ${format(p.strength)} V/Å`).join(', ')}; take weaker fields`
      : uneven
        ? `at ${format(uneven.strength)} V/Å a current flows that does not turn round with the field (${uneven.evenDeviation.toFixed(1)} standard errors): not a steady state`
        : half > Z95 * Math.abs(sigma) * 0.5
          ? `not resolved: between ${format(sigma - half)} and ${format(sigma + half)} S/cm`
          : undefined;
  if (problem !== undefined) return { sigma: unresolved(unit, problem), pairs, cubicDeviation };
  const why = line ? undefined : 'one field strength: whether the response is linear was not checked';
  return { sigma: resolved(sigma, [sigma - half, sigma + half], unit, why), pairs, cubicDeviation };
}

/** Runs at +E and −E, by rising strength. */
function pairsOf(runs: readonly FieldRun[]): [FieldRun, FieldRun][] {
  const [first] = runs;
  if (!first) throw new InputError('conductivity in a field: no runs given');
  const along = (field: FieldRun['field']): number =>
    field.reduce((sum, e, k) => sum + e * (first.field[k] as number), 0) / Math.hypot(...first.field);
  for (const { field } of runs) {
    if (Math.abs(Math.abs(along(field)) - Math.hypot(...field)) > 1e-9 * Math.hypot(...field)) {
      throw new InputError('conductivity in a field: fields must lie along one axis');
    }
  }
  const pairs = runs.flatMap((plus): [FieldRun, FieldRun][] => {
    const strength = along(plus.field);
    if (strength < 0) return [];
    const minus = runs.find(({ field }) => Math.abs(along(field) + strength) < 1e-9 * strength);
    if (!minus) {
      throw new InputError(`conductivity in a field: no run at the opposite of ${format(strength)} V/Å`);
    }
    return [[plus, minus]];
  });
  if (pairs.length === 0) throw new InputError('conductivity in a field: no pair of opposite fields');
  return pairs.sort(([a], [b]) => Math.hypot(...a.field) - Math.hypot(...b.field));
}

function pairOf(
  plus: FieldRun,
  minus: FieldRun,
  charges: readonly number[],
  temperature: number | undefined,
): FieldPair {
  const strength = Math.hypot(...plus.field);
  const axis = plus.field.map((e) => e / strength);
  const [up, down] = [currents(plus, axis, charges), currents(minus, axis, charges)];
  const frames = Math.min(up.length, down.length);
  const hopEnergy = temperature === undefined ? null : (strength * HOP) / (BOLTZMANN_EV_PER_K * temperature);
  if (frames < FEWEST_FRAMES) {
    const none = { sigma: Number.NaN, standardError: Number.NaN, blocks: 0, evenDeviation: 0 };
    return { strength, ...none, hopEnergy };
  }
  const combined = (sign: number): Float64Array =>
    blockMeans(
      Float64Array.from({ length: frames }, (_, t) => ((up[t] as number) + sign * (down[t] as number)) / 2),
      BLOCKS,
    );
  const [odd, even] = [combined(-1), combined(1)];
  const error = (blocks: Float64Array): number => Math.sqrt(variance(blocks) / BLOCKS);
  return {
    strength,
    sigma: (mean(odd) / strength) * S_PER_CM,
    standardError: (error(odd) / strength) * S_PER_CM,
    blocks: BLOCKS,
    evenDeviation: mean(even) / error(even),
    hopEnergy,
  };
}

/** Current density along an axis between two frames, e/(Å² fs). */
function currents({ series }: FieldRun, axis: readonly number[], charges: readonly number[]): Float64Array {
  const tracks = collectiveTracks(series, charges, driftOf(series, 'massCenter', []));
  const components = [0, 1, 2].map(() => new Float64Array(tracks.frames)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  tracks.read(0, ...components);
  const along = (t: number): number =>
    axis.reduce((sum, e, k) => sum + e * ((components[k] as Float64Array)[t] as number), 0);
  const rate = 1 / (series.volume * series.frameInterval);
  return Float64Array.from(
    { length: Math.max(0, tracks.frames - 1) },
    (_, t) => (along(t + 1) - along(t)) * rate,
  );
}
