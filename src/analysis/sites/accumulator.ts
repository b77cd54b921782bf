/**
 * Sites and visits of one replica, frame by frame. The first frames are kept until the mean places of the framework are known;
 * then polyhedra or spheres are set up, the kept frames go through them, and nothing more is kept. Sites by density need all
 * places: these are stored, and gone through when a report is asked for.
 */
import { InputError } from '../../core/errors.ts';
import { inverse } from '../../core/vec.ts';
import { surroundings } from '../../model/around.ts';
import { type Cell, cellFromVectors, toCartesian } from '../../model/cell.ts';
import { atomCount } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import type { Accumulator, AnalysisContext } from '../analysis.ts';
import { checkAtomCount, transform } from '../frames/unwrap.ts';
import {
  CoordinationCounts,
  firstMinimum,
  NEITHER,
  OCTAHEDRAL,
  TETRAHEDRAL,
  type ThreeWays,
  type Verdict,
} from './coordination.ts';
import { ANION_RADII, composition, cornerSpecies } from './corners.ts';
import { densityLocator, densitySites } from './density.ts';
import { type Locator, type Placement, type PolyhedronLocator, polyhedronLocator } from './locator.ts';
import { type Polyhedra, polyhedra } from './polyhedra.ts';
import { type OccupancyCounts, type RecrossingFilter, VisitRecorder } from './recorder.ts';
import { listedSites, sphereLocator, sphereSites } from './spheres.ts';
import type { SiteHistory } from './visits.ts';
import { WindowCounts, type WindowKind } from './window.ts';

export type SiteDefinition = 'polyhedra' | 'crystallographic' | 'density';

/** Settings of one replica's accumulator; sites.ts gives them their defaults. */
export interface SiteSettings {
  readonly definition: string;
  /** Further crystallographic sites: `label x y z; …`. */
  readonly sites: string;
  /** Å; 0: from the amplitude of vibration. */
  readonly radius: number;
  /** fs; 0: one vibration period. */
  readonly stay: number;
  /** Frames; beats `stay` when above 0. */
  readonly stayFrames: number;
  readonly core: number;
  /** Frames that the mean places of the framework are taken from. */
  readonly reference: number;
  /** Å */
  readonly spacing: number;
  readonly smoothing: number;
  readonly leastOccupancy: number;
  readonly shapeLimit: number;
}

/** What one replica can say. */
export interface SiteSummary {
  readonly definition: SiteDefinition;
  readonly history: SiteHistory;
  readonly occupancies: OccupancyCounts;
  readonly doubleOccupancy: number;
  /** [sites] corners of each site by species, such as `Cl1 S3`; empty without corners. */
  readonly environments: readonly string[];
  /** Absent without corners or without a first minimum of their pair distribution. */
  readonly coordination?: ThreeWays;
  /** Å */
  readonly cutoff?: number;
  readonly windows: readonly WindowKind[];
  readonly polyhedra?: Polyhedra;
  /** Å; the largest, of sites that are spheres. */
  readonly sphereRadius?: number;
  /** Å; as used. */
  readonly spacing?: number;
  /** Of the corners: root mean square displacement from their mean places, Å, and the distance of nearest corners, Å. */
  readonly cornerAmplitude: number;
  readonly cornerDistance: number;
  /** Frames that the density's store leaves out between those it keeps, plus one. */
  readonly stride: number;
}

/** The framework is rigid while its corners vibrate by less than this fraction of their distance (Lindemann's 0.1–0.15). */
const LINDEMANN = 0.15;
/** Bytes of places kept for sites by density; when full every second frame is dropped. */
const MOST_BYTES = 256 * 2 ** 20;
/** fs; of Li at 10 THz. Other ions are slower as the root of their mass. */
const PERIOD = 100;
const LITHIUM = 6.94;

interface Kept {
  readonly h: Float64Array;
  readonly fractional: Float64Array;
  readonly drift: Float64Array;
}

/** Sites found, and what grows with frames. */
interface Following {
  readonly definition: SiteDefinition;
  readonly locator: Locator;
  readonly faces: PolyhedronLocator | undefined;
  readonly recorder: VisitRecorder;
  readonly windows: WindowCounts | undefined;
  readonly coordination: CoordinationCounts | undefined;
  /** Of sites by density. */
  readonly store?: PlaceStore;
  readonly polyhedra?: Polyhedra;
  readonly sphereRadius?: number;
  readonly spacing?: number;
}

/** Places of the ions in the frame of the framework, f32; grows, and halves itself, hence a class. */
class PlaceStore {
  places: Float32Array[] = [];
  /** Every how many frames one is kept. */
  stride = 1;
  private received = 0;
  private readonly most: number;

  constructor(ions: number) {
    this.most = Math.max(64, Math.floor(MOST_BYTES / (12 * ions)));
  }

  add({ ions, drift }: Placement): void {
    if (this.received++ % this.stride !== 0) return;
    const places = new Float32Array(ions.length);
    for (let k = 0; k < places.length; k++) places[k] = (ions[k] as number) - (drift[k % 3] as number);
    this.places.push(places);
    if (this.places.length <= this.most) return;
    this.places = this.places.filter((_, t) => t % 2 === 0);
    this.stride *= 2;
  }
}

/** Mean places of a framework and how much it moves. */
interface Reference {
  readonly cell: Cell;
  /** [corners×3] and [fillings×3] fractional, unwrapped. */
  readonly corners: Float64Array;
  readonly fillings: Float64Array;
  /** Å */
  readonly amplitude: number;
  readonly nearest: number;
  readonly cutoff: number | undefined;
}

export class SiteAccumulator implements Accumulator {
  private readonly context: AnalysisContext;
  private readonly settings: SiteSettings;
  private readonly ions: Int32Array;
  private readonly corners: Int32Array;
  private readonly fillings: Int32Array;
  private readonly framework: Int32Array;
  private readonly filter: RecrossingFilter;
  private readonly fractional: Float64Array;
  private readonly placement: Placement & { h: Float64Array };
  private origin: Float64Array | undefined;
  private kept: Kept[] = [];
  private frames = 0;
  private reference: Reference | undefined;
  private following: Following | undefined;
  /** [ions] the site each is at in this frame, before the filter. */
  private readonly present: Int32Array;
  private cached: { readonly frames: number; readonly following: Following } | undefined;

  constructor(context: AnalysisContext, settings: SiteSettings) {
    const { system, mobile, charges } = context;
    const corner = cornerSpecies(system, mobile, charges);
    const atoms = (is: (type: number) => boolean): Int32Array =>
      Int32Array.from([...system.typeOf.keys()].filter((i) => is(system.typeOf[i] as number)));
    this.context = context;
    this.settings = settings;
    this.ions = atoms((type) => mobile.includes(type));
    this.corners = atoms((type) => corner.includes(type));
    this.fillings = atoms((type) => !mobile.includes(type) && !corner.includes(type));
    this.framework = atoms((type) => !mobile.includes(type));
    if (this.ions.length === 0) throw new InputError('sites: no ions are named as mobile');
    if (settings.definition === 'polyhedra' && this.corners.length < 4) {
      throw new InputError('sites: the framework has no anions that polyhedra could be made of');
    }
    this.filter = recrossingFilter(context, settings);
    this.present = new Int32Array(this.ions.length);
    this.fractional = new Float64Array(3 * atomCount(system));
    this.placement = {
      h: new Float64Array(9),
      ions: new Float64Array(3 * this.ions.length),
      corners: new Float64Array(3 * this.corners.length),
      drift: new Float64Array(3),
    };
  }

  add(frame: Frame): void {
    checkAtomCount(frame, atomCount(this.context.system), this.frames);
    transform(frame.positions, inverse(frame.cell.h), this.fractional);
    this.origin ??= Float64Array.from(this.fractional);
    const { drift } = this.placement;
    drift.fill(0);
    const at = this.framework.length > 0 ? this.framework : this.ions;
    for (let j = 0; j < at.length; j++) {
      const i = 3 * (at[j] as number);
      for (let k = 0; k < 3; k++) {
        drift[k] =
          (drift[k] as number) +
          ((this.fractional[i + k] as number) - (this.origin[i + k] as number)) / at.length;
      }
    }
    this.frames++;
    if (this.reference === undefined) {
      this.kept.push({
        h: Float64Array.from(frame.cell.h),
        fractional: Float64Array.from(this.fractional),
        drift: Float64Array.from(drift),
      });
      if (this.kept.length < this.settings.reference) return;
      const { kept } = this;
      this.reference = this.referenceOf(kept);
      this.following = this.follow(this.reference, kept);
      this.kept = [];
      for (const one of kept) this.process(this.following, this.placed(one.h, one.fractional, one.drift));
      return;
    }
    this.process(this.following as Following, this.placed(frame.cell.h, this.fractional, drift));
  }

  /** Every visit so far. */
  history(): SiteHistory {
    const { recorder, store } = this.current();
    return recorder.history(this.context.frameInterval * (store?.stride ?? 1));
  }

  /** The corners of each site by species, such as `Cl1 S3`: what rates and edges of the network can be attributed to. */
  environments(): readonly string[] {
    return this.environmentsOf(this.current(), this.known());
  }

  summary(): SiteSummary {
    const following = this.current();
    const reference = this.known();
    const { system } = this.context;
    const typeOf = (corner: number): number => system.typeOf[this.corners[corner] as number] as number;
    const { kinds } = following.locator.sites;
    return {
      definition: following.definition,
      history: this.history(),
      occupancies: following.recorder.occupancies(),
      doubleOccupancy: following.recorder.doubleOccupancy,
      environments: this.environmentsOf(following, reference),
      ...(following.coordination && { coordination: following.coordination }),
      ...(reference.cutoff !== undefined && { cutoff: reference.cutoff }),
      windows:
        following.windows?.kinds(
          (site) => kinds[site] ?? 'closed',
          (corners) => composition(system, corners.map(typeOf)),
        ) ?? [],
      ...(following.polyhedra && { polyhedra: following.polyhedra }),
      ...(following.sphereRadius !== undefined && { sphereRadius: following.sphereRadius }),
      ...(following.spacing !== undefined && { spacing: following.spacing }),
      cornerAmplitude: reference.amplitude,
      cornerDistance: reference.nearest,
      stride: following.store?.stride ?? 1,
    };
  }

  /** The sites, as they stand: those of the frames so far while the reference is not complete, and always those by density. */
  private current(): Following {
    if (this.frames === 0) throw new InputError('sites: there are no frames');
    if (this.following && !this.following.store) return this.following;
    if (this.cached?.frames === this.frames) return this.cached.following;
    let following = this.following;
    if (following === undefined) {
      following = this.follow(this.known(), this.kept);
      for (const one of this.kept) this.process(following, this.placed(one.h, one.fractional, one.drift));
    }
    if (following.store) following = this.drained(following, following.store, this.known());
    this.cached = { frames: this.frames, following };
    return following;
  }

  private known(): Reference {
    return this.reference ?? this.referenceOf(this.kept);
  }

  private placed(h: Float64Array, fractional: Float64Array, drift: Float64Array): Placement {
    const { placement } = this;
    placement.h = h;
    gather(fractional, this.ions, placement.ions);
    gather(fractional, this.corners, placement.corners);
    placement.drift.set(drift);
    return placement;
  }

  private referenceOf(kept: readonly Kept[]): Reference {
    const mean = (atoms: Int32Array): Float64Array => {
      const sum = new Float64Array(3 * atoms.length);
      for (const { fractional, drift } of kept) {
        for (let j = 0; j < sum.length; j++) {
          const x = fractional[3 * (atoms[Math.floor(j / 3)] as number) + (j % 3)] as number;
          sum[j] = (sum[j] as number) + (x - (drift[j % 3] as number)) / kept.length;
        }
      }
      return sum;
    };
    const cell = cellFromVectors(
      Float64Array.from(
        { length: 9 },
        (_, k) => kept.reduce((s, { h }) => s + (h[k] as number), 0) / kept.length,
      ),
    );
    const corners = mean(this.corners);
    let square = 0;
    for (const { fractional, drift } of kept) {
      const away = new Float64Array(corners.length);
      for (let j = 0; j < away.length; j++) {
        const x = fractional[3 * (this.corners[Math.floor(j / 3)] as number) + (j % 3)] as number;
        away[j] = x - (drift[j % 3] as number) - (corners[j] as number);
      }
      square += toCartesian(cell, away).reduce((s, x) => s + x * x, 0);
    }
    const stride = Math.max(1, Math.floor(kept.length / 8));
    const some = kept.filter((_, t) => t % stride === 0);
    const cutoff =
      this.corners.length < 6
        ? undefined
        : firstMinimum(
            some.map(({ h, fractional, drift }) => {
              const { ions, corners: at } = this.placed(h, fractional, drift);
              return { h, ions: Float64Array.from(ions), corners: Float64Array.from(at), drift };
            }),
          );
    return {
      cell,
      corners,
      fillings: mean(this.fillings),
      amplitude: Math.sqrt(square / Math.max(1, kept.length * this.corners.length)),
      nearest: nearestDistance(cell, corners),
      cutoff,
    };
  }

  private chosen(reference: Reference): SiteDefinition {
    const { definition } = this.settings;
    if (definition === 'polyhedra' || definition === 'crystallographic' || definition === 'density') {
      return definition;
    }
    if (this.corners.length < 4) return 'density';
    return reference.amplitude < LINDEMANN * reference.nearest ? 'polyhedra' : 'density';
  }

  private follow(reference: Reference, kept: readonly Kept[]): Following {
    const { settings, context } = this;
    const definition = this.chosen(reference);
    const n = this.ions.length;
    const coordination =
      reference.cutoff === undefined
        ? undefined
        : new CoordinationCounts(n, reference.cutoff, settings.shapeLimit);
    const core = this.filter.core;
    if (definition === 'polyhedra') {
      const wrap = Int32Array.from(reference.corners, Math.floor);
      const home = reference.corners.map((x, k) => x - (wrap[k] as number));
      const found = polyhedra(reference.cell, home, reference.fillings);
      const locator = polyhedronLocator(found, wrap, n, core);
      const radii = Float64Array.from(this.corners, (atom) => {
        const { element } = context.system.species[context.system.typeOf[atom] as number] ?? { element: '' };
        return ANION_RADII[element] ?? 0;
      });
      const windows = new WindowCounts(locator, n, (corner) => radii[corner] as number);
      const recorder = new VisitRecorder(found.sites, n, this.filter, (ion, from, to) =>
        windows.hopped(ion, from, to),
      );
      return { definition, locator, faces: locator, recorder, windows, coordination, polyhedra: found };
    }
    if (definition === 'crystallographic') {
      const stride = Math.max(1, Math.floor(kept.length / 10));
      const seen = kept
        .filter((_, t) => t % stride === 0)
        .flatMap(({ fractional, drift }) =>
          [...this.ions].flatMap((i) => [0, 1, 2].map((k) => at(fractional, 3 * i + k) - at(drift, k))),
        );
      const sites = listedSites(context.system, context.mobile, settings.sites);
      const spheres = sphereSites({ ...sites, cell: reference.cell }, settings.radius, seen);
      const locator = sphereLocator(spheres, n, core);
      const recorder = new VisitRecorder(locator.sites, n, this.filter);
      return {
        definition,
        locator,
        faces: undefined,
        recorder,
        windows: undefined,
        coordination,
        sphereRadius: Math.max(...spheres.radius),
      };
    }
    // Nothing to locate with before the density is complete: see drained().
    const sites = { cell: reference.cell, fractional: new Float64Array(0), kinds: [] };
    const located = { site: -1, x: 0, y: 0, z: 0, isCore: false };
    const none: Locator = { sites, located, begin() {}, locate() {} };
    return {
      definition,
      locator: none,
      faces: undefined,
      recorder: new VisitRecorder(sites, n, this.filter),
      windows: undefined,
      coordination,
      store: new PlaceStore(n),
    };
  }

  /** One frame through sites, windows and coordination. */
  private process(following: Following, placement: Placement): void {
    const { locator, faces, recorder, windows, coordination, store } = following;
    if (store) {
      store.add(placement);
      coordination?.add(placement, () => NEITHER);
      return;
    }
    locator.begin(placement);
    windows?.beginFrame(placement.h);
    for (let ion = 0; ion < this.ions.length; ion++) {
      locator.locate(ion);
      const { located } = locator;
      if (faces && windows) {
        const crossing = faces.crossing();
        if (crossing) windows.crossed(ion, crossing);
      }
      this.present[ion] = located.site;
      recorder.put(ion, located.site, located.x, located.y, located.z, located.isCore);
    }
    const { kinds } = locator.sites;
    coordination?.add(placement, (ion) => verdictOf(kinds[this.present[ion] as number]));
    windows?.endFrame();
    recorder.endFrame();
  }

  /** Sites of the density of all places kept, and the visits of these places. */
  private drained(following: Following, store: PlaceStore, { cell }: Reference): Following {
    const { settings } = this;
    const sites = densitySites(cell, store.places, store.places.length, settings);
    const locator = densityLocator(sites);
    const recorder = new VisitRecorder(sites.sites, this.ions.length, {
      frames: Math.max(1, Math.ceil(this.filter.frames / store.stride)),
      core: this.filter.core,
    });
    const drift = new Float64Array(3);
    const ions = new Float64Array(3 * this.ions.length);
    for (const places of store.places) {
      ions.set(places);
      locator.begin({ h: cell.h, ions, corners: new Float64Array(0), drift });
      for (let ion = 0; ion < this.ions.length; ion++) {
        locator.locate(ion);
        const { site, x, y, z, isCore } = locator.located;
        recorder.put(ion, site, x, y, z, isCore && this.filter.core > 0);
      }
      recorder.endFrame();
    }
    return { ...following, locator, recorder, spacing: Math.max(...sites.spacing) };
  }

  private environmentsOf({ locator, polyhedra: found }: Following, reference: Reference): string[] {
    const { system } = this.context;
    const typeOf = (corner: number): number => system.typeOf[this.corners[corner] as number] as number;
    const { sites } = locator;
    if (found) {
      return sites.kinds.map((_, s) =>
        composition(
          system,
          [...found.cornerOf.subarray(found.start[s] as number, found.start[s + 1] as number)].map(typeOf),
        ),
      );
    }
    const { cutoff } = reference;
    if (cutoff === undefined) return sites.kinds.map(() => '');
    const { around } = surroundings(reference.cell, toCartesian(reference.cell, reference.corners));
    const places = toCartesian(reference.cell, sites.fractional);
    return sites.kinds.map((_, s) => {
      const types: number[] = [];
      around(at(places, 3 * s), at(places, 3 * s + 1), at(places, 3 * s + 2), cutoff, (corner) => {
        types.push(typeOf(corner));
      });
      return composition(system, types);
    });
  }
}

/** What the filter is in frames: given so, or the shortest stay over the interval. */
function recrossingFilter(
  context: AnalysisContext,
  { stay, stayFrames, core }: SiteSettings,
): RecrossingFilter {
  const { system, mobile, frameInterval } = context;
  if (stayFrames > 0) return { frames: Math.round(stayFrames), core };
  const mass = Math.max(...mobile.map((s) => system.species[s]?.mass ?? LITHIUM));
  const shortest = stay > 0 ? stay : PERIOD * Math.max(1, Math.sqrt(mass / LITHIUM));
  const frames = frameInterval > 0 ? Math.max(1, Math.ceil(shortest / frameInterval - 1e-6)) : 1;
  return { frames, core };
}

function verdictOf(kind: string | undefined): Verdict {
  return kind === 'tetrahedral' ? TETRAHEDRAL : kind === 'octahedral' ? OCTAHEDRAL : NEITHER;
}

function gather(from: Float64Array, atoms: Int32Array, into: Float64Array): void {
  for (let j = 0; j < atoms.length; j++) {
    const i = 3 * (atoms[j] as number);
    into[3 * j] = from[i] as number;
    into[3 * j + 1] = from[i + 1] as number;
    into[3 * j + 2] = from[i + 2] as number;
  }
}

/** Mean distance of a corner to the nearest other one, Å; of at most 200 of them. */
function nearestDistance(cell: Cell, corners: Float64Array): number {
  if (corners.length < 6) return Number.NaN;
  const places = toCartesian(cell, corners);
  const { around } = surroundings(cell, places);
  const stride = Math.max(1, Math.floor(corners.length / 600));
  let sum = 0;
  let count = 0;
  for (let i = 0; i < corners.length / 3; i += stride) {
    let least = 8;
    around(at(places, 3 * i), at(places, 3 * i + 1), at(places, 3 * i + 2), least, (_j, _x, _y, _z, r) => {
      if (r > 1e-6) least = Math.min(least, r);
    });
    sum += least;
    count++;
  }
  return sum / count;
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] as number;
}
