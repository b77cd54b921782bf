/**
 * The Onsager matrix: what each species, and each pair of species, contributes to the collective conductivity; of one species
 * apart in what its ions would do alone and what they do together.
 */
import { type Estimate, resolved, unresolved, Z95 } from '../estimate.ts';
import type { DisplacementSeries } from '../frames/displacements.ts';
import { blockEstimate, slopesOfBlocks } from './blocks.ts';
import {
  type CollectiveLine,
  collectiveConductivity,
  LARGEST_RELATIVE_ERROR,
  slopeToSigma,
} from './collective.ts';
import {
  type MsdCurve,
  meanSquaredDisplacement,
  squaredDisplacementVariance,
  TENSOR_COMPONENTS,
  type TensorComponent,
} from './msd.ts';
import { chooseStart, type FitInput, fitFrom } from './startTime.ts';
import { collectiveTracks, type Drift, type DriftSeries, speciesTracks, type Tracks } from './tracks.ts';
import { format } from './verdict.ts';

/** σ_ab and its parts, S/cm; transport numbers, 1. */
export interface Onsager {
  readonly unit: string;
  /** What displacements are relative to: single terms depend on it, their sum does not in a neutral cell. */
  readonly referenceFrame: Drift;
  /** First lag of all lines, fs. */
  readonly start: number;
  /** Their sum: the collective conductivity, fitted from that lag on. */
  readonly total: Estimate;
  /** σ_ab = σ_ba by labels; the sum over all a and b is σ. */
  readonly matrix: Readonly<Record<string, Readonly<Record<string, Estimate>>>>;
  /** Of the diagonal: the sum over ions alone, and over pairs of different ions of the species. */
  readonly self: Readonly<Record<string, Estimate>>;
  readonly distinct: Readonly<Record<string, Estimate>>;
  /** t_a = Σ_b σ_ab/σ. */
  readonly transportNumbers: Readonly<Record<string, Estimate>>;
  /** Every term as it was fitted, also those that are not resolved: for tables. */
  readonly terms: readonly OnsagerTerm[];
  /** Said when a term may not be what it claims to be. */
  readonly why?: string;
}

export interface OnsagerTerm {
  readonly part: 'self' | 'distinct' | 'total' | 'cross';
  readonly species: readonly [string, string];
  /** z_a z_b, e²: L_ab = σ_ab/(z_a z_b). */
  readonly chargeProduct: number;
  /** S/cm */
  readonly sigma: number;
  readonly halfWidth95: number;
  readonly isResolved: boolean;
}

/** The species that carry charge, and what one run or several replicas say of them. */
export interface OnsagerInput {
  readonly replicas: readonly DisplacementSeries[];
  readonly drifts: readonly DriftSeries[];
  /** e, by species; zero where there is none. */
  readonly charges: readonly number[];
  /** Indices of the species that conduct. */
  readonly mobile: readonly number[];
  /** MSD of each species that has ions, Å². */
  readonly curves: Readonly<Record<string, MsdCurve>>;
  /** The line of the collective conductivity. */
  readonly collective: CollectiveLine;
  /** Å³ and K */
  readonly volume: number;
  readonly temperature: number;
}

/** Half widths of 95 % intervals that are worth printing, of what may be zero: transport numbers, and terms over their scale. */
const LARGEST_HALF_WIDTH = 0.5;

/**
 * σ_ab = (1/6 V k_B T) d⟨ΔP_a·ΔP_b⟩/dτ with P_a = z_a Σ_(i∈a) (u_i − d). All lines have the same lags, so that Σ_ab σ_ab = σ
 * exactly (a slope is linear in its curve). They start at the first lag of the collective line or later, where the curve of
 * every mobile species alone is straight too: vibrations of the frame of reference cancel in a neutral sum but not in its terms
 * (measured: σ_LiLi 17 % too large from a host of four atoms with a memory of 150 fs). Products of two species come from three squares,
 * ⟨ΔP_a·ΔP_b⟩ = ½[|ΔP_a + ΔP_b|² − |ΔP_a|² − |ΔP_b|²]. Self part: z_a² N_a dMSD_a/dτ; what is left of the diagonal is distinct
 * (Fong, Self, McCloskey & Persson, Macromolecules 54, 2575 (2021), doi:10.1021/acs.macromol.0c02545).
 *
 * The displacement of a cell is Gaussian: var(ΔX·ΔY) = Σ_αβ (⟨X_α X_β⟩⟨Y_α Y_β⟩ + ⟨X_α Y_β⟩²). Intervals are the wider of GLS
 * with this variance and blocks. On the diagonal a term is resolved when its standard error is below half of it. What may be zero
 * or negative is, when its 95 % interval is narrower than what it could be at most: √(σ_aa σ_bb) for a pair (the matrix is
 * positive), the larger of itself and the self part for the distinct one. t_a has the error of the product of ΔP_a − t_a ΔP with ΔP, whose mean slope is zero.
 */
export function onsagerMatrix(input: OnsagerInput): Onsager {
  const { replicas, drifts, charges, curves, collective, volume, temperature } = input;
  const { system } = replicas[0] as DisplacementSeries;
  const factor = slopeToSigma(volume, temperature);
  const carriers = charges.flatMap((q, s) => (q !== 0 && system.typeOf.includes(s) ? [s] : []));
  const labels = carriers.map((s) => (system.species[s] as { label: string }).label);
  const one = (a: number): number[] => carriers.map((_, b) => (a === b ? 1 : 0));
  const all = carriers.map(() => 1);
  const pairs = pairsOf(input, carriers);
  const conducting = carriers.flatMap((s, a) => (input.mobile.includes(s) ? [a] : []));
  const starts = conducting.map((a) =>
    chooseStart(fitInputOf(input, pairs, one(a), one(a))).acceptable.map(({ startFrames }) => startFrames),
  );
  const { lags } = collective.input;
  const straight = lags.findIndex((lag, i) => i >= collective.first && starts.every((s) => s.includes(lag)));
  const first = straight < 0 ? collective.first : straight;
  const startFrames = lags[first] as number;
  const blocks = blocksOf(input, carriers, startFrames);
  const slope = (x: readonly number[], y: readonly number[]): Slope => {
    const fit = fitFrom(fitInputOf(input, pairs, x, y), first);
    return slopeOf(fit.slope, fit.slopeError, bilinear(blocks, x, y));
  };
  const slopes = carriers.map((_, a) => carriers.map((__, b) => slope(one(a), one(b))));

  const terms: OnsagerTerm[] = [];
  const report = (
    part: OnsagerTerm['part'],
    [a, b]: readonly [number, number],
    { slope, half }: Pick<Slope, 'slope' | 'half'>,
    scale: number,
  ): Estimate => {
    const [sigma, halfWidth95] = [slope * factor, half * factor];
    const largest =
      part === 'cross' || part === 'distinct' ? LARGEST_HALF_WIDTH : Z95 * LARGEST_RELATIVE_ERROR;
    const isResolved = half <= largest * scale;
    terms.push({
      part,
      species: [labels[a] as string, labels[b] as string],
      chargeProduct: (charges[carriers[a] as number] as number) * (charges[carriers[b] as number] as number),
      ...{ sigma, halfWidth95, isResolved },
    });
    return isResolved
      ? resolved(sigma, [sigma - halfWidth95, sigma + halfWidth95], 'S/cm')
      : unresolved(
          'S/cm',
          `not resolved: between ${format(sigma - halfWidth95)} and ${format(sigma + halfWidth95)} S/cm`,
        );
  };

  const matrix: Record<string, Record<string, Estimate>> = Object.fromEntries(labels.map((l) => [l, {}]));
  const self: Record<string, Estimate> = {};
  const distinct: Record<string, Estimate> = {};
  labels.forEach((label, a) => {
    const diagonal = (slopes[a] as Slope[])[a] as Slope;
    const alone = selfSlope(input, carriers[a] as number, curves[label] as MsdCurve, first);
    // What pairs of ions do is nearly all of the noise of the sum: its covariance stands for theirs.
    const together = {
      slope: diagonal.slope - alone.slope,
      half: Math.max(diagonal.gls, halfOf(difference(diagonal.blocks, alone.blocks))),
    };
    self[label] = report('self', [a, a], alone, Math.abs(alone.slope));
    distinct[label] = report(
      'distinct',
      [a, a],
      together,
      Math.max(Math.abs(together.slope), Math.abs(alone.slope)),
    );
    (matrix[label] as Record<string, Estimate>)[label] = report(
      'total',
      [a, a],
      diagonal,
      Math.abs(diagonal.slope),
    );
  });
  labels.forEach((label, a) => {
    for (let b = a + 1; b < labels.length; b++) {
      const pair = (slopes[a] as Slope[])[b] as Slope;
      const scale = Math.sqrt(
        Math.abs(((slopes[a] as Slope[])[a] as Slope).slope * ((slopes[b] as Slope[])[b] as Slope).slope),
      );
      const estimate = report('cross', [a, b], pair, scale);
      (matrix[label] as Record<string, Estimate>)[labels[b] as string] = estimate;
      (matrix[labels[b] as string] as Record<string, Estimate>)[label] = estimate;
    }
  });

  const whole = slope(all, all);
  const total = collectiveConductivity({ slope: whole.slope, halfWidth95: whole.half }, volume, temperature);
  const transportNumbers = labels.map((label, a): [string, Estimate] => {
    const t = slope(one(a), all).slope / whole.slope;
    const { half } = slope(
      one(a).map((x) => x - t),
      all,
    );
    const width = half / whole.slope;
    if (total.value === null)
      return [label, unresolved('1', 'not resolved: the collective conductivity is not')];
    return [
      label,
      width <= LARGEST_HALF_WIDTH
        ? resolved(t, [t - width, t + width], '1')
        : unresolved('1', `not resolved: between ${format(t - width)} and ${format(t + width)}`),
    ];
  });
  return {
    unit: 'S/cm',
    referenceFrame: drifts[0]?.frame ?? 'none',
    start: startFrames * collective.input.frameInterval,
    total,
    matrix,
    self,
    distinct,
    transportNumbers: Object.fromEntries(transportNumbers),
    terms,
    ...(straight < 0 && {
      why: 'no lag from which the displacement of every species alone is straight: single terms may carry vibrations of the frame of reference',
    }),
  };
}

/** A slope, e²Å²/fs, with what its interval is made of. */
interface Slope {
  readonly slope: number;
  readonly half: number;
  /** 1.96 standard errors of the fit. */
  readonly gls: number;
  /** Slopes of blocks; empty when blocks would be too short. */
  readonly blocks: readonly number[];
}

type Components = Readonly<Record<TensorComponent, readonly number[]>>;

/** ⟨ΔP_a ΔP_b⟩ at the lags of the collective line, [carriers][carriers], e²Å². */
function pairsOf(
  { replicas, drifts, charges, collective }: OnsagerInput,
  carriers: readonly number[],
): readonly (readonly Components[])[] {
  const { lags } = collective.input;
  const square = (...members: readonly number[]): Components => {
    const tracks = replicas.map((r, i) => tracksOfSome(r, drifts[i] as DriftSeries, charges, members));
    const { tensor } = meanSquaredDisplacement(tracks);
    return components((ab) => lags.map((lag) => tensor[ab][lag] as number));
  };
  return polarised(carriers, square, (both, one, two) =>
    components((ab) => halfDifference(both[ab], one[ab], two[ab])),
  );
}

/** Slopes of the same, block by block. */
function blocksOf(
  { replicas, drifts, charges }: OnsagerInput,
  carriers: readonly number[],
  startFrames: number,
): readonly (readonly (readonly number[])[])[] {
  const square = (...members: readonly number[]): readonly number[] => {
    const tracks = replicas.map((r, i) => tracksOfSome(r, drifts[i] as DriftSeries, charges, members));
    return slopesOfBlocks(tracks, startFrames) ?? [];
  };
  return polarised(carriers, square, halfDifference);
}

/** Products of all pairs out of squares of sums. */
function polarised<T>(
  carriers: readonly number[],
  square: (...members: readonly number[]) => T,
  product: (both: T, one: T, two: T) => T,
): T[][] {
  const single = carriers.map((s) => square(s));
  const rows = carriers.map((): T[] => []);
  carriers.forEach((s, a) => {
    for (let b = 0; b <= a; b++) {
      const [one, two] = [single[a], single[b]] as [T, T];
      const found = a === b ? one : product(square(s, carriers[b] as number), one, two);
      (rows[a] as T[])[b] = found;
      (rows[b] as T[])[a] = found;
    }
  });
  return rows;
}

function tracksOfSome(
  replica: DisplacementSeries,
  drift: DriftSeries,
  charges: readonly number[],
  members: readonly number[],
): Tracks {
  return collectiveTracks(
    replica,
    charges.map((q, s) => (members.includes(s) ? q : 0)),
    drift,
  );
}

/** The curve of ⟨ΔX·ΔY⟩ for X = Σ x_a P_a, Y = Σ y_b P_b, with the variance of a Gaussian product. */
function fitInputOf(
  { collective }: OnsagerInput,
  pairs: readonly (readonly Components[])[],
  x: readonly number[],
  y: readonly number[],
): FitInput {
  const tensor = (u: readonly number[], v: readonly number[]): Components =>
    components((ab) =>
      bilinear(
        pairs.map((row) => row.map((pair) => pair[ab])),
        u,
        v,
      ),
    );
  const [xx, yy, xy] = [tensor(x, x), tensor(y, y), tensor(x, y)];
  const { input } = collective;
  return {
    ...input,
    msd: input.lags.map((_, l) => (xy.xx[l] as number) + (xy.yy[l] as number) + (xy.zz[l] as number)),
    variances: input.lags.map((_, l) =>
      TENSOR_COMPONENTS.reduce((sum, ab) => {
        const term = (xx[ab][l] as number) * (yy[ab][l] as number) + (xy[ab][l] as number) ** 2;
        return sum + (ab[0] === ab[1] ? term : 2 * term);
      }, 0),
    ),
  };
}

/** Σ_ab x_a y_b v_ab, element by element. */
function bilinear(
  values: readonly (readonly (readonly number[])[])[],
  x: readonly number[],
  y: readonly number[],
): number[] {
  const sum = new Array<number>(values[0]?.[0]?.length ?? 0).fill(0);
  values.forEach((row, a) => {
    row.forEach((vector, b) => {
      const weight = (x[a] as number) * (y[b] as number);
      if (weight === 0) return;
      vector.forEach((value, l) => {
        sum[l] = (sum[l] as number) + weight * value;
      });
    });
  });
  return sum;
}

/** z² N dMSD/dτ on the lags of the collective line. */
function selfSlope(
  { replicas, drifts, charges, collective: { input } }: OnsagerInput,
  species: number,
  curve: MsdCurve,
  first: number,
): Slope {
  const tracks = replicas.map((r, i) => speciesTracks(r, species, drifts[i] as DriftSeries));
  const walkers = Math.max(...tracks.map((t) => t.walkers));
  const fit = fitFrom(
    {
      ...input,
      msd: input.lags.map((lag) => curve.msd[lag] as number),
      variances: squaredDisplacementVariance(tracks, input.lags),
      walkerTime: tracks.reduce((sum, t) => sum + t.walkers * t.frames, 0) * curve.frameInterval,
    },
    first,
  );
  const weight = (charges[species] as number) ** 2 * walkers;
  const blocks = slopesOfBlocks(tracks, input.lags[first] as number) ?? [];
  return slopeOf(
    weight * fit.slope,
    weight * fit.slopeError,
    blocks.map((x) => weight * x),
  );
}

function slopeOf(slope: number, standardError: number, blocks: readonly number[]): Slope {
  const gls = Z95 * standardError;
  return { slope, gls, blocks, half: Math.max(gls, halfOf(blocks)) };
}

function halfOf(blocks: readonly number[]): number {
  return blocks.length > 1 ? blockEstimate(blocks).halfWidth95 : 0;
}

function difference(a: readonly number[], b: readonly number[]): number[] {
  return a.map((x, i) => x - (b[i] as number));
}

/** ½(c − a − b) */
function halfDifference(c: readonly number[], a: readonly number[], b: readonly number[]): number[] {
  return c.map((x, i) => (x - (a[i] as number) - (b[i] as number)) / 2);
}

function components(of: (ab: TensorComponent) => readonly number[]): Components {
  return Object.fromEntries(TENSOR_COMPONENTS.map((ab) => [ab, of(ab)])) as Record<
    TensorComponent,
    readonly number[]
  >;
}
