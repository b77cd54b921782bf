/**
 * Sites and visits of one replica, frame by frame. The first frames are kept until the mean places of the framework are known;
 * then polyhedra or spheres are set up, the kept frames go through them, and nothing more is kept. Sites by density need all
 * places: these are stored, and gone through when a report is asked for.
 */
import { InputError } from '../../core/errors.ts';
import { inverse, rowsTimes } from '../../core/vec.ts';
import { toCartesian } from '../../model/cell.ts';
import { atomCount } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import type { Accumulator, AnalysisContext } from '../analysis.ts';
import { checkAtomCount } from '../frames/unwrap.ts';
import type { ThreeWays } from './coordination.ts';
import { composition } from './corners.ts';
import { drained, type Following, follow, process } from './following.ts';
import type { Placement } from './locator.ts';
import { type Polyhedra, sharedFaces } from './polyhedra.ts';
import type { OccupancyCounts } from './recorder.ts';
import {
  type AtomGroups,
  atomGroups,
  cornerNames,
  cornersAround,
  gather,
  type KeptFrame,
  type Reference,
  referenceOf,
} from './reference.ts';
import type { SiteDefinition, SiteSettings } from './settings.ts';
import type { SiteHistory } from './visits.ts';
import type { WindowKind } from './window.ts';

/** What one replica can say. */
export interface SiteSummary {
  readonly definition: SiteDefinition;
  readonly history: SiteHistory;
  readonly occupancies: OccupancyCounts;
  readonly doubleOccupancy: number;
  /** [sites] corners of each site, such as `Cl1 S3`; empty without corners. */
  readonly environments: readonly string[];
  /** Absent without corners or without a first minimum of their pair distribution. */
  readonly coordination?: ThreeWays;
  /** Å; that minimum. */
  readonly cutoff?: number;
  readonly windows: readonly WindowKind[];
  readonly polyhedra?: Polyhedra;
  /** Å; the largest, of sites that are spheres. */
  readonly sphereRadius?: number;
  /** Å; of the density's grid, as used. */
  readonly spacing?: number;
  /** Å; root mean square displacement of corners from their mean places, in the first frames or the last one. */
  readonly cornerAmplitude: number;
  /** Å; mean distance of a corner to the nearest other one. */
  readonly cornerDistance: number;
  /** Every how many frames the density's store keeps one. */
  readonly stride: number;
}

/** What the network of hops can be attributed to. */
export interface SiteEnvironments {
  /** [sites] corners of each site, such as `Cl1 S3`; empty without corners. */
  readonly sites: readonly string[];
  /** Corners of the window between two sites that share a face, by `faceKey`; empty where sites are no polyhedra. */
  readonly windows: ReadonlyMap<string, string>;
}

export class SiteAccumulator implements Accumulator {
  private readonly context: AnalysisContext;
  private readonly settings: SiteSettings;
  private readonly groups: AtomGroups;
  private readonly fractional: Float64Array<ArrayBuffer>;
  private readonly placement: Placement & { h: Float64Array };
  private origin: Float64Array | undefined;
  private kept: KeptFrame[] = [];
  private frames = 0;
  private reference: Reference | undefined;
  private following: Following | undefined;
  /** Sites that later frames can change. */
  private provisional:
    | { readonly frames: number; readonly following: Following; readonly reference: Reference }
    | undefined;

  constructor(context: AnalysisContext, settings: SiteSettings) {
    this.context = context;
    this.settings = settings;
    this.groups = atomGroups(context);
    const { ions, corners } = this.groups;
    if (ions.length === 0) throw new InputError('sites: no ions are named as mobile');
    if (settings.definition === 'polyhedra' && corners.length < 4) {
      throw new InputError('sites: the framework has no anions that polyhedra could be made of');
    }
    this.fractional = new Float64Array(3 * atomCount(context.system));
    this.placement = {
      h: new Float64Array(9),
      ions: new Float64Array(3 * ions.length),
      corners: new Float64Array(3 * corners.length),
      drift: new Float64Array(3),
    };
  }

  add(frame: Frame): void {
    checkAtomCount(frame, atomCount(this.context.system), this.frames);
    rowsTimes(frame.positions, inverse(frame.cell.h), this.fractional);
    this.origin ??= Float64Array.from(this.fractional);
    this.setDrift(this.origin);
    this.frames++;
    if (this.following) {
      process(this.following, this.placed(frame.cell.h, this.fractional));
      return;
    }
    this.kept.push({
      h: Float64Array.from(frame.cell.h),
      fractional: Float64Array.from(this.fractional),
      drift: Float64Array.from(this.placement.drift),
    });
    if (this.kept.length < this.settings.reference) return;
    this.reference = referenceOf(this.kept, this.groups);
    this.following = this.followed(this.reference);
    this.kept = [];
  }

  /** Every visit so far. */
  history(): SiteHistory {
    const { recorder, store } = this.current().following;
    return recorder.history(this.context.frameInterval * (store?.stride ?? 1));
  }

  /** What stands around each site, and which atoms each window consists of. */
  environments(): SiteEnvironments {
    const { following, reference } = this.current();
    const { locator, polyhedra } = following;
    const { kinds, fractional } = locator.sites;
    const names = this.names(reference);
    const nameOf = (corner: number): string => names[corner] as string;
    if (polyhedra) {
      const { cornerOf, start } = polyhedra;
      return {
        sites: kinds.map((_, s) => composition([...cornerOf.subarray(start[s], start[s + 1])].map(nameOf))),
        windows: sharedFaces(polyhedra, (corners) => composition(corners.map(nameOf))),
      };
    }
    const near = cornersAround(reference, fractional);
    return { sites: near.map((corners) => composition(corners.map(nameOf))), windows: new Map() };
  }

  summary(): SiteSummary {
    const { following, reference } = this.current();
    const { definition, recorder, coordination, windows, polyhedra, sphereRadius, spacing, store } =
      following;
    const { kinds } = following.locator.sites;
    const names = this.names(reference);
    return {
      definition,
      history: this.history(),
      occupancies: recorder.occupancies(),
      doubleOccupancy: recorder.doubleOccupancy,
      environments: this.environments().sites,
      ...(coordination && { coordination }),
      ...(reference.cutoff !== undefined && { cutoff: reference.cutoff }),
      windows:
        windows?.kinds(
          (site) => kinds[site] as string,
          (corners) => composition(corners.map((corner) => names[corner] as string)),
        ) ?? [],
      ...(polyhedra && { polyhedra }),
      ...(sphereRadius !== undefined && { sphereRadius }),
      ...(spacing !== undefined && { spacing }),
      cornerAmplitude: Math.max(reference.amplitude, this.amplitudeNow(reference)),
      cornerDistance: reference.nearest,
      stride: store?.stride ?? 1,
    };
  }

  /** The sites as they stand: of the frames so far while the reference is not complete, and always so by density. */
  private current(): { readonly following: Following; readonly reference: Reference } {
    if (this.frames === 0) throw new InputError('sites: there are no frames');
    if (this.following && this.reference && !this.following.store) {
      return { following: this.following, reference: this.reference };
    }
    if (this.provisional?.frames === this.frames) return this.provisional;
    const reference = this.reference ?? referenceOf(this.kept, this.groups);
    const sofar = this.following ?? this.followed(reference);
    const following = sofar.store ? drained(sofar, sofar.store, reference, this.settings) : sofar;
    this.provisional = { frames: this.frames, following, reference };
    return this.provisional;
  }

  /** Sites set up, the kept frames gone through. */
  private followed(reference: Reference): Following {
    const following = follow(this.context, this.settings, this.groups, reference, this.kept);
    const drift = Float64Array.from(this.placement.drift);
    for (const one of this.kept) {
      this.placement.drift.set(one.drift);
      process(following, this.placed(one.h, one.fractional));
    }
    this.placement.drift.set(drift);
    return following;
  }

  private setDrift(origin: Float64Array): void {
    const { framework, ions } = this.groups;
    const { drift } = this.placement;
    const atoms = framework.length > 0 ? framework : ions;
    drift.fill(0);
    for (let j = 0; j < atoms.length; j++) {
      const i = 3 * (atoms[j] as number);
      for (let k = 0; k < 3; k++) {
        const moved = (this.fractional[i + k] as number) - (origin[i + k] as number);
        drift[k] = (drift[k] as number) + moved / atoms.length;
      }
    }
  }

  private placed(h: Float64Array, fractional: Float64Array): Placement {
    const { placement, groups } = this;
    placement.h = h;
    gather(fractional, groups.ions, placement.ions);
    gather(fractional, groups.corners, placement.corners);
    return placement;
  }

  private names(reference: Reference): string[] {
    const { species, typeOf } = this.context.system;
    return cornerNames(reference, this.groups, (atom) => species[typeOf[atom] as number]?.label ?? '?');
  }

  /** Å; of the corners in the last frame, which shows a framework that melts after the first frames. */
  private amplitudeNow({ cell, corners }: Reference): number {
    const { placement } = this;
    const away = placement.corners.map(
      (x, k) => x - (placement.drift[k % 3] as number) - (corners[k] as number),
    );
    const square = toCartesian(cell, away).reduce((sum, x) => sum + x * x, 0);
    return corners.length === 0 ? 0 : Math.sqrt((3 * square) / corners.length);
  }
}
