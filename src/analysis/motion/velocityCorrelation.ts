/**
 * Velocity autocorrelation functions by species, frame by frame, and what follows from them: vibrational densities of
 * states, mean and attempt frequencies, the running integral to the diffusivity.
 */
import { BOLTZMANN_EV_PER_K, CM2_PER_S, MASS_EV_FS2_PER_ANGSTROM2 } from '../../core/constants.ts';
import type { Species } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import { type Accumulator, type AnalysisContext, type AnalysisReport, frameAnalysis } from '../analysis.ts';
import { csv } from '../csv.ts';
import { type Estimate, resolved, unresolved } from '../estimate.ts';
import type { Figure } from '../figure.ts';
import { atomsOf } from '../frames/displacements.ts';
import { BlockSums, interval95, type Jackknifed, jackknife, sumOf } from './blockSums.ts';
import { LONGEST_INTERVAL, originWords, VelocitySource, velocityProblem } from './velocitySource.ts';
import { firstMoment, type Spectrum, vibrationalSpectrum } from './vibrations.ts';

export interface VacfOptions {
  /** fs */
  readonly maxLag: number;
  readonly massWeighted: boolean;
  /** THz */
  readonly slowest: number;
}

/** Memory for past velocities, bytes: 12 per atom and origin, in f32. */
const MEMORY = 64 * 1024 * 1024;
/** Time origins are this far apart, fs: closer ones tell little more about vibrations of 50 fs and slower. */
const ORIGIN_SPACING = 10;

/** One replica's share. */
export class VacfPart implements Accumulator {
  readonly source: VelocitySource;
  /** By species: Σ v(0)·v(t) at place t of each block, counts of ions at place lags + t. */
  readonly blocks: BlockSums[];
  /** Lags 0 … lags − 1, frames. */
  readonly lags: number;
  frames = 0;
  private readonly interval: number;
  private readonly atoms: Int32Array[];
  private readonly spacing: number;
  private readonly origins: { values: Float32Array; frame: number }[] = [];

  constructor({ system, mobile, frameInterval }: AnalysisContext, options: VacfOptions) {
    this.source = new VelocitySource(system, mobile, frameInterval);
    this.interval = frameInterval;
    this.lags = Math.max(2, Math.round(options.maxLag / frameInterval) + 1);
    this.atoms = system.species.map((_, s) => Int32Array.from(atomsOf(system, s)));
    this.blocks = this.atoms.map(() => new BlockSums(2 * this.lags));
    const perOrigin = 12 * system.typeOf.length;
    this.spacing = Math.max(
      1,
      Math.round(ORIGIN_SPACING / frameInterval),
      Math.ceil((this.lags * perOrigin) / MEMORY),
    );
  }

  add(frame: Frame): void {
    // Too far apart to be of use: say so in the report, and do not work.
    if (this.interval > LONGEST_INTERVAL) {
      this.source.origin ??= frame.velocities ? 'recorded' : 'displacements';
      return;
    }
    const v = this.source.add(frame);
    if (v === undefined) return;
    const t = this.frames++;
    if (t % this.spacing === 0) this.keep(v, t);
    for (const { values, frame: begin } of this.origins) {
      if (t - begin < this.lags) this.correlate(values, v, t - begin);
    }
    for (const sums of this.blocks) sums.endFrame();
  }

  private keep(v: Float64Array, t: number): void {
    const oldest = this.origins[0];
    const isFree = oldest !== undefined && t - oldest.frame >= this.lags;
    const origin = isFree
      ? (this.origins.shift() as typeof oldest)
      : { values: new Float32Array(v.length), frame: t };
    origin.values.set(v);
    origin.frame = t;
    this.origins.push(origin);
  }

  private correlate(earlier: Float32Array, later: Float64Array, lag: number): void {
    this.atoms.forEach((atoms, s) => {
      let sum = 0;
      for (let i = 0; i < atoms.length; i++) {
        const a = 3 * (atoms[i] as number);
        sum +=
          (earlier[a] as number) * (later[a] as number) +
          (earlier[a + 1] as number) * (later[a + 1] as number) +
          (earlier[a + 2] as number) * (later[a + 2] as number);
      }
      const { current } = this.blocks[s] as BlockSums;
      current[lag] = (current[lag] as number) + sum;
      current[this.lags + lag] = (current[this.lags + lag] as number) + atoms.length;
    });
  }
}

export const vacf = frameAnalysis({
  title: 'Velocity autocorrelation and vibrational density of states',
  inputs: ['velocities'],
  options: {
    maxLag: {
      default: 2000,
      unit: 'fs',
      help: 'longest lag: the spectrum resolves its inverse',
      range: [100, 1e5],
    },
    massWeighted: { default: true, help: 'weigh species by mass in the total density of states' },
    slowest: {
      default: 1,
      unit: 'THz',
      help: 'attempt frequency: slower motion is no vibration at a site',
      range: [0, 30],
    },
  },
  resultUnits: {
    'vacf.species.<species>.meanFrequency': 'THz',
    'vacf.species.<species>.attemptFrequency': 'THz',
    'vacf.species.<species>.D': 'cm²/s',
    'vacf.species.<species>.temperature': 'K',
  },
  cost: 'maxLag/10 fs products per atom and frame (0.9 µs per atom at 2 ps, measured); memory 12 bytes per atom and origin, at most 64 MB',
  begin: (context, options) => new VacfPart(context, options),
  report,
});

interface SpeciesVacf {
  readonly label: string;
  readonly correlation: Float64Array;
  readonly spectrum: Spectrum;
  readonly integral: Float64Array;
  readonly ions: number;
}

/** C(t) = ⟨v(0)·v(t)⟩ from sums. */
function correlationOf(sums: Float64Array, lags: number): Float64Array {
  return Float64Array.from({ length: lags }, (_, k) => (sums[k] as number) / (sums[lags + k] as number));
}

/** ⅓∫₀ᵗ C dt by trapezoids, cm²/s. */
function runningIntegral(correlation: Float64Array, interval: number): Float64Array {
  const out = new Float64Array(correlation.length);
  for (let k = 1; k < out.length; k++) {
    const area = ((correlation[k - 1] as number) + (correlation[k] as number)) / 2;
    out[k] = (out[k - 1] as number) + (area * interval * CM2_PER_S) / 3;
  }
  return out;
}

function report(parts: readonly VacfPart[], context: AnalysisContext, options: VacfOptions): AnalysisReport {
  const { system, frameInterval } = context;
  const origin = parts[0]?.source.origin;
  const lags = parts[0]?.lags ?? 0;
  const frames = Math.min(...parts.map((p) => p.frames));
  const problem =
    velocityProblem(frameInterval, origin) ?? (frames > lags ? undefined : tooShort(frames, lags));
  if (problem !== undefined) {
    return {
      results: { vacf: { species: {}, velocities: origin ?? null, why: problem } },
      tables: {},
      figures: [{ ...spectrumFigure([]), emptyText: problem }],
      methods: [],
      notes: [`velocity autocorrelation: ${problem}`],
    };
  }
  const shown: SpeciesVacf[] = [];
  const species: Record<string, unknown> = {};
  system.species.forEach(({ label }, s) => {
    const ions = atomsOf(system, s).length;
    if (ions === 0) return;
    const total = sumOf(parts.map((p) => (p.blocks[s] as BlockSums).total()));
    const correlation = correlationOf(total, lags);
    const spectrum = vibrationalSpectrum(correlation, frameInterval, origin === 'displacements');
    shown.push({ label, correlation, spectrum, integral: runningIntegral(correlation, frameInterval), ions });
    species[label] = speciesResults(parts, s, lags, context, options);
  });
  return {
    results: {
      vacf: {
        species,
        velocities: origin ?? null,
        maxLag: (lags - 1) * frameInterval,
        frames: parts.map((p) => p.frames),
      },
    },
    tables: tables(shown, frameInterval, options),
    figures: [spectrumFigure(shown), correlationFigure(shown, frameInterval)],
    methods: [
      `Velocity autocorrelation functions were computed from ${originWords(origin)}, relative to the centre of mass, to ` +
        `${(lags - 1) * frameInterval} fs; densities of states are their cosine transforms under a Hann window, ` +
        `${origin === 'displacements' ? 'corrected for the average over an interval and ' : ''}normalised to one.`,
      `Attempt frequencies are first moments of the density of states above ${options.slowest} THz; errors are those of the ` +
        'jackknife over blocks of time.',
    ],
    notes: [],
  };
}

function tooShort(frames: number, lags: number): string {
  return `${frames} frames are no more than the longest lag (${lags - 1}); expected several times as many`;
}

/** Frequencies, temperature and D of one species with their errors. */
function speciesResults(
  parts: readonly VacfPart[],
  s: number,
  lags: number,
  { system, frameInterval }: AnalysisContext,
  options: VacfOptions,
): object {
  const { mass } = system.species[s] as Species;
  const isAverage = parts[0]?.source.origin === 'displacements';
  const blocks = parts.flatMap((p) => (p.blocks[s] as BlockSums).blocks(2 * lags));
  const half = Math.floor((lags - 1) / 2);
  const [mean, attempt, D, halfway, square] = jackknife(blocks, (sums) => {
    const correlation = correlationOf(sums, lags);
    const spectrum = vibrationalSpectrum(correlation, frameInterval, isAverage);
    const integral = runningIntegral(correlation, frameInterval);
    return [
      firstMoment(spectrum, 0),
      firstMoment(spectrum, options.slowest),
      integral[lags - 1] as number,
      integral[half] as number,
      correlation[0] as number,
    ];
  }) as [Jackknifed, Jackknifed, Jackknifed, Jackknifed, Jackknifed];
  const why = `fewer than four stretches of ${2 * (lags - 1) * frameInterval} fs`;
  const estimate = (x: Jackknifed, unit: string, factor = 1): Estimate => {
    if (!Number.isFinite(x.standardError)) return unresolved(unit, why);
    const [low, high] = interval95(x);
    return resolved(x.value * factor, [low * factor, high * factor], unit);
  };
  const diffusivity = estimate(D, 'cm²/s');
  const tolerance = Math.max(Math.abs(D.value) * 0.2, 2 * D.standardError);
  const isSettled = Math.abs(D.value - halfway.value) <= tolerance;
  const isPositive = diffusivity.ci95 !== null && diffusivity.ci95[0] > 0;
  return {
    meanFrequency: estimate(mean, 'THz'),
    attemptFrequency: estimate(attempt, 'THz'),
    D:
      diffusivity.value === null || (isSettled && isPositive)
        ? diffusivity
        : unresolved(
            'cm²/s',
            isSettled
              ? 'the integral of the autocorrelation function does not differ from zero'
              : 'the integral of the autocorrelation function has not settled at the longest lag: hops are slower; use the MSD',
          ),
    // An average over the interval has less kinetic energy than the velocity itself.
    ...(!isAverage && {
      temperature: estimate(square, 'K', (mass * MASS_EV_FS2_PER_ANGSTROM2) / (3 * BOLTZMANN_EV_PER_K)),
    }),
  };
}

function tables(
  shown: readonly SpeciesVacf[],
  interval: number,
  { massWeighted }: VacfOptions,
): Record<string, string> {
  const lags = shown[0]?.correlation.length ?? 0;
  const frequencies = shown[0]?.spectrum.frequencies ?? new Float64Array(0);
  // By equipartition m⟨v²⟩ is the same for all: weighed by mass, species count by their ions.
  const weights = shown.map(({ ions, correlation }) =>
    massWeighted ? ions : ions * (correlation[0] as number),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  return {
    'vacf.csv': csv(
      [
        'lag_fs',
        ...shown.flatMap(({ label }) => [`${label}_vacf_A2_per_fs2`, `${label}_running_D_cm2_per_s`]),
      ],
      Array.from({ length: lags }, (_, k) => [
        k * interval,
        ...shown.flatMap(({ correlation, integral }) => [correlation[k] as number, integral[k] as number]),
      ]),
    ),
    'vdos.csv': csv(
      ['frequency_THz', ...shown.map(({ label }) => `${label}_per_THz`), 'total_per_THz'],
      Array.from(frequencies, (f, k) => {
        const values = shown.map(({ spectrum }) => spectrum.density[k] as number);
        const total = values.reduce((a, g, s) => a + g * (weights[s] as number), 0) / sum;
        return [f, ...values, total];
      }),
    ),
  };
}

function spectrumFigure(shown: readonly SpeciesVacf[]): Figure {
  return {
    name: 'vdos',
    title: 'Vibrational density of states',
    xLabel: 'frequency, THz',
    yLabel: 'density of states, THz⁻¹',
    xRange: [0, 30],
    series: shown.slice(0, 6).map(({ label, spectrum }) => ({
      label,
      x: spectrum.frequencies,
      y: spectrum.density,
      hue: { species: label },
    })),
    note: 'normalised to one for each species; Hann window',
    emptyText: 'no velocities',
  };
}

function correlationFigure(shown: readonly SpeciesVacf[], interval: number): Figure {
  return {
    name: 'vacf',
    title: 'Velocity autocorrelation',
    xLabel: 'lag, fs',
    yLabel: 'C(t)/C(0)',
    series: shown.slice(0, 6).map(({ label, correlation }) => ({
      label,
      x: Float64Array.from(correlation, (_, k) => k * interval),
      y: correlation.map((c) => c / (correlation[0] as number)),
      hue: { species: label },
    })),
    lines: [{ y: 0, label: '' }],
    emptyText: 'no velocities',
  };
}
