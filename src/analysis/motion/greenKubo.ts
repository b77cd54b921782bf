/**
 * Ionic conductivity by Green and Kubo, out of the charge flux: at zero frequency by cepstral analysis, and against frequency.
 * The Einstein relation of transport/conductivity.ts is the other way to the same number.
 */
import { BOLTZMANN_EV_PER_K, S_PER_CM } from '../../core/constants.ts';
import { type Species, speciesCounts } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import { type Accumulator, type AnalysisContext, type AnalysisReport, frameAnalysis } from '../analysis.ts';
import { csv } from '../csv.ts';
import { type Estimate, resolved, unresolved, Z95 } from '../estimate.ts';
import type { Figure } from '../figure.ts';
import {
  type CepstralEstimate,
  cepstralEstimate,
  cepstralScan,
  FEWEST_ORDINATES,
  stableEstimate,
} from './cepstral.ts';
import { FluxSeries } from './fluxSeries.ts';
import { type Periodogram, periodogram } from './periodogram.ts';
import { LONGEST_INTERVAL, originWords, VelocitySource, velocityProblem } from './velocitySource.ts';

export interface GreenKuboOptions {
  /** THz */
  readonly fStar: number;
  /** THz */
  readonly resolution: number;
}

/** One replica's charge flux J(t) = Σ q v, e·Å/fs. */
export class GreenKuboPart implements Accumulator {
  readonly source: VelocitySource;
  readonly flux = new FluxSeries();
  private readonly charges: Float64Array;
  private readonly interval: number;

  constructor({ system, mobile, charges, frameInterval }: AnalysisContext) {
    this.source = new VelocitySource(system, mobile, frameInterval);
    this.charges = Float64Array.from(system.typeOf, (type) => charges[type] ?? 0);
    this.interval = frameInterval;
  }

  add(frame: Frame): void {
    if (this.interval > LONGEST_INTERVAL) {
      this.source.origin ??= frame.velocities ? 'recorded' : 'displacements';
      return;
    }
    const v = this.source.add(frame);
    if (v === undefined) return;
    let [x, y, z] = [0, 0, 0];
    for (let i = 0; i < this.charges.length; i++) {
      const q = this.charges[i] as number;
      x += q * (v[3 * i] as number);
      y += q * (v[3 * i + 1] as number);
      z += q * (v[3 * i + 2] as number);
    }
    this.flux.add(x, y, z);
  }
}

export const greenKubo = frameAnalysis({
  title: 'Ionic conductivity by Green–Kubo: cepstral analysis of the charge flux, and σ(ω)',
  inputs: ['temperature', 'formalCharges', 'velocities'],
  options: {
    fStar: {
      default: 0,
      unit: 'THz',
      help: 'frequency that the spectrum is cut at; 0: the highest at which σ does not drift',
      range: [0, 100],
    },
    resolution: { default: 0.25, unit: 'THz', help: 'width of the bins of σ(ω)', range: [0.001, 10] },
  },
  resultUnits: {
    'greenKubo.conductivity': 'S/cm',
    'greenKubo.fStar': 'THz',
    'greenKubo.pStar': '1',
  },
  cost: 'one product per atom and frame; 24 bytes per frame up to 2²⁰ frames (24 MB), then thinned',
  begin: (context) => new GreenKuboPart(context),
  report,
});

/** A replica's estimates. */
interface ReplicaEstimate {
  readonly spectrum: Periodogram;
  readonly scan: readonly CepstralEstimate[];
  readonly chosen: CepstralEstimate;
  readonly interval: number;
}

function report(
  parts: readonly GreenKuboPart[],
  context: AnalysisContext,
  options: GreenKuboOptions,
): AnalysisReport {
  const { temperature, frameInterval } = context;
  const origin = parts[0]?.source.origin;
  const problem =
    velocityProblem(frameInterval, origin) ??
    chargeProblem(context) ??
    (temperature === null ? 'no temperature was given' : undefined);
  const replicas = problem === undefined ? parts.flatMap((p) => estimateOf(p, frameInterval, options)) : [];
  const why =
    problem ??
    (replicas.length === 0
      ? `fewer than ${2 * FEWEST_ORDINATES} frames with a charge flux that is not zero`
      : undefined);
  if (why !== undefined) {
    return {
      results: { greenKubo: { conductivity: unresolved('S/cm', why), flux: origin ?? null } },
      tables: {},
      figures: [{ ...spectrumFigure([], []), emptyText: why }],
      methods: [],
      notes: [`Green–Kubo conductivity: ${why}`],
    };
  }
  const volume = parts.reduce((sum, p) => sum + p.source.displacements.meanVolume, 0) / parts.length;
  // σ = S(0)/2Vk_BT, one component: half of S is the integral from zero on.
  const toConductivity = S_PER_CM / (2 * volume * BOLTZMANN_EV_PER_K * (temperature as number));
  const conductivity = pooled(replicas, toConductivity);
  const curve = conductivitySpectrum(
    replicas,
    options.resolution,
    toConductivity,
    origin === 'displacements',
  );
  const notes = driftNotes(replicas, options);
  const missing = context.system.species.flatMap(({ label }, s) =>
    context.charges[s] === undefined ? [label] : [],
  );
  if (missing.length > 0)
    notes.push(`no formal charge for ${missing.join(', ')}: the charge flux counts the others only`);
  return {
    results: {
      greenKubo: {
        conductivity,
        flux: origin ?? null,
        pStar: replicas.map((r) => r.chosen.pStar),
        fStar: replicas.map((r) => r.chosen.fStar),
        samples: replicas.map((r) => r.spectrum.samples),
        sampleInterval: replicas.map((r) => r.interval),
        volume,
        notes,
      },
    },
    tables: {
      'conductivity_spectrum.csv': csv(
        ['frequency_THz', 'conductivity_S_per_cm', 'low_S_per_cm', 'high_S_per_cm'],
        curve.map(({ frequency, value, low, high }) => [frequency, value, low, high]),
      ),
      'green_kubo_scan.csv': csv(
        ['replica', 'f_star_THz', 'coefficients', 'conductivity_S_per_cm', 'standard_error_S_per_cm'],
        replicas.flatMap((r, k) =>
          r.scan.map((e) => [
            k,
            e.fStar,
            e.pStar,
            e.value * toConductivity,
            e.standardError * toConductivity,
          ]),
        ),
      ),
    },
    figures: [spectrumFigure(curve, replicas, conductivity), scanFigure(replicas, toConductivity)],
    methods: [
      `The charge flux Σqv was computed from ${originWords(origin)} with formal charges, relative to the centre of mass; its ` +
        'zero-frequency power, σ of Green and Kubo, comes from cepstral analysis {ercole2017} of the spectrum below ' +
        `${replicas.map((r) => r.chosen.fStar.toPrecision(3)).join(', ')} THz, ` +
        (options.fStar > 0 ? 'as given' : 'the highest cut at which σ did not drift') +
        ', averaged over numbers of coefficients with Akaike weights.',
    ],
    notes,
  };
}

function chargeProblem({ system, mobile, charges }: AnalysisContext): string | undefined {
  const counts = speciesCounts(system);
  const missing = mobile.filter((s) => charges[s] === undefined);
  if (missing.length > 0) {
    return `no formal charge is known for ${missing.map((s) => (system.species[s] as Species).label).join(', ')}`;
  }
  return charges.some((q, s) => q !== undefined && q !== 0 && (counts[s] as number) > 0)
    ? undefined
    : 'no species carries a formal charge';
}

function estimateOf(
  part: GreenKuboPart,
  frameInterval: number,
  { fStar }: GreenKuboOptions,
): ReplicaEstimate[] {
  const components = part.flux.components();
  if ((components[0]?.length ?? 0) < 2 * FEWEST_ORDINATES) return [];
  const interval = frameInterval * part.flux.stride;
  const spectrum = periodogram(components, interval);
  if (!spectrum.power.every((x) => x > 0)) return [];
  const scan = cepstralScan(spectrum);
  const chosen = fStar > 0 ? cepstralEstimate(spectrum, fStar) : (stableEstimate(scan) as CepstralEstimate);
  return [{ spectrum, scan, chosen, interval }];
}

/** Logarithms of the replicas averaged with weights of their inverse variances; log-normal interval. */
function pooled(replicas: readonly ReplicaEstimate[], factor: number): Estimate {
  let [weights, sum] = [0, 0];
  for (const { chosen } of replicas) {
    const w = 1 / chosen.logError ** 2;
    weights += w;
    sum += w * Math.log(chosen.value * factor);
  }
  const value = Math.exp(sum / weights);
  const ratio = Math.exp(Z95 / Math.sqrt(weights));
  return resolved(value, [value / ratio, value * ratio], 'S/cm');
}

/** Factor between neighbouring f* beyond which S(0) is said to depend on the cut. */
const DRIFT = 2;

function driftNotes(replicas: readonly ReplicaEstimate[], { fStar }: GreenKuboOptions): string[] {
  const isDrifting = replicas.some(({ scan, chosen }) =>
    scan.some(
      (e) => e.fStar < chosen.fStar && Math.abs(Math.log(e.value / chosen.value)) > DRIFT * e.logError,
    ),
  );
  return fStar > 0 && isDrifting
    ? [
        'the Green–Kubo conductivity depends on the cut that was given: lower cuts give another value beyond errors',
      ]
    : [];
}

interface SpectrumPoint {
  readonly frequency: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Highest frequency of σ(ω), THz. */
const HIGHEST = 40;

/**
 * σ(f) = S(f)/2Vk_BT in bins, with 95 % intervals of a mean of χ² variables; averages over an interval Δ are divided by
 * (sin πfΔ/πfΔ)². Replicas of other lengths have ordinates of their own: all of them count.
 */
function conductivitySpectrum(
  replicas: readonly ReplicaEstimate[],
  resolution: number,
  factor: number,
  isAverage: boolean,
): SpectrumPoint[] {
  const sums: { power: number; count: number }[] = [];
  for (const { spectrum, interval } of replicas) {
    for (let k = 1; k < spectrum.power.length; k++) {
      const f = k * spectrum.spacing;
      if (f >= HIGHEST) break;
      const x = Math.PI * f * interval * 1e-3;
      const lost = isAverage ? (Math.sin(x) / x) ** 2 : 1;
      const bin = Math.floor(f / resolution);
      sums[bin] ??= { power: 0, count: 0 };
      sums[bin].power += (spectrum.power[k] as number) / lost;
      sums[bin].count += 1;
    }
  }
  return sums.flatMap((sum, bin) => {
    const value = (factor * sum.power) / sum.count;
    const relative = Z95 / Math.sqrt(3 * sum.count);
    return [
      {
        frequency: (bin + 0.5) * resolution,
        value,
        low: value * Math.exp(-relative),
        high: value * Math.exp(relative),
      },
    ];
  });
}

function spectrumFigure(
  curve: readonly SpectrumPoint[],
  replicas: readonly ReplicaEstimate[],
  conductivity?: Estimate,
): Figure {
  return {
    name: 'conductivity_spectrum',
    title: 'Conductivity against frequency',
    xLabel: 'frequency, THz',
    yLabel: 'σ, S/cm',
    yScale: 'log',
    series: [
      {
        label: '',
        x: curve.map((p) => p.frequency),
        y: curve.map((p) => p.value),
        band: { low: curve.map((p) => p.low), high: curve.map((p) => p.high) },
        hue: 0,
      },
    ],
    lines: [
      ...(conductivity?.value == null ? [] : [{ y: conductivity.value, label: 'σ(0)' }]),
      ...replicas.slice(0, 1).map((r) => ({ x: r.chosen.fStar, label: 'f*' })),
    ],
    note: 'means over bins with 95 % bands; σ(0) by cepstral analysis below f*',
    emptyText: 'no flux',
  };
}

function scanFigure(replicas: readonly ReplicaEstimate[], factor: number): Figure {
  return {
    name: 'green_kubo_scan',
    title: 'Green–Kubo conductivity against the cut of the spectrum',
    xLabel: 'f*, THz',
    yLabel: 'σ, S/cm',
    xScale: 'log',
    series: replicas.slice(0, 6).map(({ scan }, k) => ({
      label: replicas.length > 1 ? `replica ${k}` : '',
      x: scan.map((e) => e.fStar),
      y: scan.map((e) => e.value * factor),
      band: {
        low: scan.map((e) => e.value * factor * Math.exp(-Z95 * e.logError)),
        high: scan.map((e) => e.value * factor * Math.exp(Z95 * e.logError)),
      },
      hue: k,
      points: true,
    })),
    lines: replicas.slice(0, 1).map((r) => ({ x: r.chosen.fStar, label: 'used' })),
    emptyText: 'no flux',
  };
}
