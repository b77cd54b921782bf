/**
 * Transport of a run: MSD, tracer diffusivity and verdict of every species, conductivities and Haven ratio. The one entry
 * that the command line, the run and the app share; one replica or several at the same temperature.
 */
import { InputError, suggestion } from '../../core/errors.ts';
import type { Species, System } from '../../model/system.ts';
import { type Estimate, unresolved, Z95 } from '../estimate.ts';
import type { DisplacementSeries } from '../frames/displacements.ts';
import { collectiveConductivity, collectiveLine } from './collective.ts';
import { type Carrier, type Conductivity, havenRatio, nernstEinstein } from './conductivity.ts';
import { analyseDiffusion, type HopLength, type SpeciesDiffusion } from './diffusion.ts';
import { type MsdCurve, meanSquaredDisplacement } from './msd.ts';
import { onsagerMatrix } from './onsager.ts';
import { collectiveTracks, type Drift, driftOf, speciesTracks } from './tracks.ts';

export interface TransportOptions {
  /** Labels or elements of the species that conduct; the others are the framework. */
  readonly mobile: readonly string[];
  /** K; without it there is no conductivity. */
  readonly temperature?: number;
  /** Formal charge by species label or element, e; beats what the species carry. */
  readonly charges?: Readonly<Record<string, number>>;
  /**
   * Frame of reference; `massCenter` by default: the frame of a simulation that conserves momentum, and free of the
   * vibrations of the framework's mean (0.01–0.03 Å² in 600 atoms of Li3OCl). `framework` is for lattices that slide.
   */
  readonly drift?: Drift;
  /** Hop length by species label or element, Å; estimated from the structure when absent. */
  readonly hopLengths?: Readonly<Record<string, number>>;
}

/** The part of results.json that this analysis writes, and what it rests on. */
export interface TransportResults {
  readonly diffusion: Readonly<Record<string, SpeciesDiffusion>>;
  readonly conductivity: Conductivity;
  readonly transport: {
    /** What displacements are relative to. */
    readonly referenceFrame: Drift;
    readonly mobile: readonly string[];
    /** e, of the species that carry charge here. */
    readonly formalCharges: Readonly<Record<string, number>>;
    /** K */
    readonly temperature: number | null;
    /** Å³ */
    readonly volume: number;
    /** fs */
    readonly frameInterval: number;
    readonly frames: readonly number[];
    readonly replicas: number;
    /** Things the reader should know, in words. */
    readonly notes: readonly string[];
  };
}

/** Curves for plots and CSV files, beside the results. */
export interface TransportCurves {
  readonly species: Readonly<Record<string, MsdCurve>>;
  /** ⟨|Σ q Δu|²⟩, e²Å²; absent without charges. */
  readonly collective?: MsdCurve;
}

export interface TransportAnalysis {
  readonly results: TransportResults;
  readonly curves: TransportCurves;
}

/** He, Zhu, Epstein & Mo's typical site distance, Å: used when a species has one atom only. */
const DEFAULT_HOP_LENGTH = 3;
/** Hops in ionic solids are shorter than 4 Å, whatever the distance to the next carrier. */
const LONGEST_HOP = 4;
/** … and atoms closer than this have no structure to read a hop from. */
const SHORTEST_HOP = 1;

/**
 * MSD, D*, σ and H_R of one run, or of several replicas at one temperature pooled (every time origin of every replica counts
 * the same).
 * @param series displacements, one per replica; the same species and frame interval in all
 */
export function analyseTransport(
  series: DisplacementSeries | readonly DisplacementSeries[],
  options: TransportOptions,
): TransportAnalysis {
  const replicas: readonly DisplacementSeries[] = Array.isArray(series) ? series : [series];
  const { system } = checkReplicas(replicas);
  const mobile = [...new Set(options.mobile.flatMap((name) => speciesNamed(system, name)))];
  const notes: string[] = [];
  const drifts = replicas.map((r) => driftOf(r, options.drift ?? 'massCenter', mobile));
  const why = drifts[0]?.why;
  if (why !== undefined) notes.push(why);

  const charges = formalCharges(system, options.charges ?? {});
  const lengths = new Map<number, number>();
  for (const [name, length] of Object.entries(options.hopLengths ?? {})) {
    for (const s of speciesNamed(system, name)) lengths.set(s, length);
  }

  const diffusion: Record<string, SpeciesDiffusion> = {};
  const curves: Record<string, MsdCurve> = {};
  const carriers: Carrier[] = [];
  const starts: number[] = [];
  system.species.forEach(({ label }, s) => {
    const tracks = replicas.map((r, i) => speciesTracks(r, s, drifts[i] as (typeof drifts)[number]));
    if (tracks.every((t) => t.walkers === 0)) return;
    const curve = meanSquaredDisplacement(tracks);
    const analysis = analyseDiffusion(tracks, curve, hopLengthOf(replicas, s, lengths.get(s)));
    curves[label] = curve;
    diffusion[label] = analysis.report;
    const isMobile = mobile.includes(s);
    if (!isMobile && analysis.report.D.value !== null) {
      notes.push(`${label} diffuses although it counts as framework: melting, or name it as mobile`);
    }
    const charge = charges[s];
    if (!isMobile || charge === undefined) return;
    if (analysis.earliestStart !== undefined && charge !== 0) starts.push(analysis.earliestStart);
    carriers.push({ label, charge, density: densityOf(replicas, s), D: analysis.report.D });
  });

  const missing = mobile.filter((s) => charges[s] === undefined).map((s) => labelOf(system, s));
  const charged = charges.some((q) => q !== undefined && q !== 0);
  const collective = charged ? collectiveCurve(replicas, drifts, charges) : undefined;
  const { temperature } = options;
  let conductivity: Conductivity;
  if (temperature === undefined) {
    conductivity = noConductivity('no temperature was given');
  } else if (missing.length > 0) {
    conductivity = noConductivity(`no formal charge is known for ${missing.join(', ')}`);
  } else {
    const sigma = nernstEinstein(carriers, temperature);
    const start = starts.length > 0 ? Math.max(...starts) : undefined;
    const volume = meanVolume(replicas);
    const line =
      collective === undefined || start === undefined
        ? 'no mobile species has a resolved diffusivity'
        : collectiveLine(collective.tracks, collective.curve, start);
    const together = collectiveConductivity(line, volume, temperature);
    conductivity = {
      nernstEinstein: sigma,
      collective: together,
      havenRatio: havenRatio(sigma, together),
      ...(typeof line !== 'string' && {
        collectiveFit: {
          start: line.line.start,
          end: (line.input.lags.at(-1) as number) * line.input.frameInterval,
          relativeError: line.halfWidth95 / Z95 / line.line.slope,
        },
        onsager: onsagerMatrix({
          ...{ replicas, drifts, curves, mobile, volume, temperature },
          charges: charges.map((q) => q ?? 0),
          collective: line,
        }),
      }),
    };
    notes.push(...chargeNotes(system, charges));
  }
  return {
    results: {
      diffusion,
      conductivity,
      transport: {
        referenceFrame: drifts[0]?.frame ?? 'none',
        mobile: mobile.map((s) => labelOf(system, s)),
        formalCharges: Object.fromEntries(
          system.species.flatMap(({ label }, s) => (charges[s] === undefined ? [] : [[label, charges[s]]])),
        ),
        temperature: temperature ?? null,
        volume: meanVolume(replicas),
        frameInterval: replicas[0]?.frameInterval ?? 0,
        frames: replicas.map((r) => r.frames.length),
        replicas: replicas.length,
        notes,
      },
    },
    curves: { species: curves, ...(collective && { collective: collective.curve }) },
  };
}

/** Formal charge of each species: as given, else the species' own, else its charge when that is an integer. */
export function formalCharges(
  system: System,
  given: Readonly<Record<string, number>>,
): (number | undefined)[] {
  const charges = system.species.map(
    ({ formalCharge, charge }) => formalCharge ?? (Number.isInteger(charge) ? charge : undefined),
  );
  for (const [name, charge] of Object.entries(given)) {
    for (const s of speciesNamed(system, name)) charges[s] = charge;
  }
  return charges;
}

/** Indices of the species with this label, or, when there is none, of this element. */
export function speciesNamed(system: System, name: string): number[] {
  const matches = (test: (species: Species) => boolean): number[] =>
    system.species.flatMap((species, s) => (test(species) ? [s] : []));
  const byLabel = matches((species) => species.label === name);
  const found = byLabel.length > 0 ? byLabel : matches((species) => species.element === name);
  if (found.length === 0) {
    const known = system.species.map((species) => species.label);
    throw new InputError(`no species is called "${name}"${suggestion(name, known)}`);
  }
  return found;
}

function checkReplicas(replicas: readonly DisplacementSeries[]): DisplacementSeries {
  const [first, ...others] = replicas;
  if (first === undefined) throw new InputError('transport: no trajectory to analyse');
  const labels = (r: DisplacementSeries): string => r.system.species.map((s) => s.label).join(', ');
  for (const other of others) {
    if (labels(other) !== labels(first)) {
      throw new InputError(`replicas differ in species: ${labels(first)} and ${labels(other)}`);
    }
  }
  return first;
}

function hopLengthOf(
  replicas: readonly DisplacementSeries[],
  species: number,
  given: number | undefined,
): HopLength {
  if (given !== undefined) {
    if (!(given > 0)) throw new InputError(`hop length: expected a positive length in Å, found ${given}`);
    return { value: given, unit: 'Å', source: 'given' };
  }
  const nearest = replicas[0]?.nearestDistances[species] ?? Number.NaN;
  return nearest > SHORTEST_HOP
    ? { value: Math.min(LONGEST_HOP, nearest), unit: 'Å', source: 'nearest distance' }
    : { value: DEFAULT_HOP_LENGTH, unit: 'Å', source: 'default' };
}

function collectiveCurve(
  replicas: readonly DisplacementSeries[],
  drifts: readonly ReturnType<typeof driftOf>[],
  charges: readonly (number | undefined)[],
): { tracks: ReturnType<typeof collectiveTracks>[]; curve: MsdCurve } {
  const known = charges.map((q) => q ?? 0);
  const tracks = replicas.map((r, i) => collectiveTracks(r, known, drifts[i] as (typeof drifts)[number]));
  return { tracks, curve: meanSquaredDisplacement(tracks) };
}

/** Ions per Å³, over all replicas. */
function densityOf(replicas: readonly DisplacementSeries[], species: number): number {
  let ions = 0;
  for (const { system } of replicas) {
    for (const type of system.typeOf) if (type === species) ions++;
  }
  return ions / replicas.reduce((sum, r) => sum + r.volume, 0);
}

function meanVolume(replicas: readonly DisplacementSeries[]): number {
  return replicas.reduce((sum, r) => sum + r.volume, 0) / replicas.length;
}

function labelOf(system: System, species: number): string {
  return (system.species[species] as Species).label;
}

function chargeNotes(system: System, charges: readonly (number | undefined)[]): string[] {
  const without = system.species.flatMap(({ label }, s) => (charges[s] === undefined ? [label] : []));
  if (without.length > 0) {
    return [`no formal charge for ${without.join(', ')}: the collective conductivity counts the others only`];
  }
  let total = 0;
  for (const type of system.typeOf) total += charges[type] ?? 0;
  return Math.abs(total) > 1e-9
    ? [`formal charges sum to ${total} e: the collective conductivity depends on the frame of reference`]
    : [];
}

function noConductivity(why: string): Conductivity {
  const sigma: Estimate = unresolved('S/cm', why);
  return { nernstEinstein: sigma, collective: sigma, havenRatio: unresolved('1', why) };
}
