/** Sites that have been set up and what grows with frames: the recorder of visits, windows, coordination, stored places. */
import type { AnalysisContext } from '../analysis.ts';
import { CoordinationCounts, NEITHER, OCTAHEDRAL, TETRAHEDRAL, type Verdict } from './coordination.ts';
import { ANION_RADII } from './corners.ts';
import { densityLocator, densitySites } from './density.ts';
import { type Locator, type Placement, type PolyhedronLocator, polyhedronLocator } from './locator.ts';
import { PlaceStore } from './placeStore.ts';
import { type Polyhedra, polyhedra } from './polyhedra.ts';
import { VisitRecorder } from './recorder.ts';
import type { AtomGroups, KeptFrame, Reference } from './reference.ts';
import { chosenDefinition, recrossingFilter, type SiteDefinition, type SiteSettings } from './settings.ts';
import { listedSites, sphereLocator, sphereSites } from './spheres.ts';
import { WindowCounts } from './window.ts';

export interface Following {
  readonly definition: SiteDefinition;
  readonly locator: Locator;
  readonly recorder: VisitRecorder;
  /** [ions] the site each is at in the present frame, before the filter. */
  readonly present: Int32Array;
  readonly coordination?: CoordinationCounts;
  /** Of polyhedra. */
  readonly faces?: PolyhedronLocator;
  readonly windows?: WindowCounts;
  readonly polyhedra?: Polyhedra;
  /** Å; of spheres. */
  readonly sphereRadius?: number;
  /** Of sites by density. */
  readonly store?: PlaceStore;
  /** Å */
  readonly spacing?: number;
}

/** Sets sites up. @param kept frames that an amplitude of vibration can be read from */
export function follow(
  context: AnalysisContext,
  settings: SiteSettings,
  groups: AtomGroups,
  reference: Reference,
  kept: readonly KeptFrame[],
): Following {
  const n = groups.ions.length;
  const filter = recrossingFilter(context, settings);
  const definition = chosenDefinition(settings, groups.corners.length, reference);
  const common = {
    definition,
    present: new Int32Array(n),
    ...(reference.cutoff !== undefined && {
      coordination: new CoordinationCounts(n, reference.cutoff, settings.shapeLimit),
    }),
  };
  if (definition === 'polyhedra') {
    const wrap = Int32Array.from(reference.corners, Math.floor);
    const home = reference.corners.map((x, k) => x - (wrap[k] as number));
    const found = polyhedra(reference.cell, home, reference.fillings);
    const locator = polyhedronLocator(found, wrap, n, filter.frames > 1 ? filter.core : 0);
    const { species, typeOf } = context.system;
    const radii = Float64Array.from(
      groups.corners,
      (atom) => ANION_RADII[species[typeOf[atom] as number]?.element ?? ''] ?? Number.NaN,
    );
    const windows = new WindowCounts(locator, n, (corner) => radii[corner] as number);
    const recorder = new VisitRecorder(found.sites, n, filter, (ion, from, to) =>
      windows.hopped(ion, from, to),
    );
    return { ...common, locator, faces: locator, recorder, windows, polyhedra: found };
  }
  if (definition === 'crystallographic') {
    const stride = Math.max(1, Math.floor(kept.length / 10));
    const seen = kept
      .filter((_, t) => t % stride === 0)
      .flatMap(({ fractional, drift }) =>
        [...groups.ions].flatMap((i) =>
          [0, 1, 2].map((k) => (fractional[3 * i + k] as number) - (drift[k] as number)),
        ),
      );
    const sites = listedSites(context.system, context.mobile, settings.sites);
    const spheres = sphereSites({ ...sites, cell: reference.cell }, settings.radius, seen);
    return {
      ...common,
      locator: sphereLocator(spheres, n, filter.core),
      recorder: new VisitRecorder(spheres.sites, n, filter),
      sphereRadius: spheres.radius.reduce((a, b) => Math.max(a, b), 0),
    };
  }
  // Nothing to locate with before the density is asked for: drained() does.
  const sites = { cell: reference.cell, fractional: new Float64Array(0), kinds: [] };
  const located = { site: -1, x: 0, y: 0, z: 0, isCore: false };
  return {
    ...common,
    locator: { sites, located, begin() {}, locate() {} },
    recorder: new VisitRecorder(sites, n, filter),
    store: new PlaceStore(n),
  };
}

/** One frame through sites, windows and coordination. */
export function process(following: Following, placement: Placement): void {
  const { locator, faces, recorder, windows, coordination, store, present } = following;
  if (store) {
    store.add(placement);
    coordination?.add(placement, () => NEITHER);
    return;
  }
  locator.begin(placement);
  windows?.beginFrame(placement.h);
  for (let ion = 0; ion < present.length; ion++) {
    locator.locate(ion);
    const { located } = locator;
    const crossing = faces?.crossing();
    if (crossing) windows?.crossed(ion, crossing);
    present[ion] = located.site;
    recorder.put(ion, located.site, located.x, located.y, located.z, located.isCore);
  }
  const { kinds } = locator.sites;
  coordination?.add(placement, (ion) => verdictOf(kinds[present[ion] as number]));
  windows?.endFrame();
  recorder.endFrame();
}

/** Sites of the density of all places kept, and the visits of these places. */
export function drained(
  following: Following,
  store: PlaceStore,
  { cell }: Reference,
  settings: SiteSettings,
): Following {
  const { filter, ions: n } = following.recorder;
  const sites = densitySites(cell, store.places, store.places.length, settings);
  const locator = densityLocator(sites);
  const frames = Math.max(1, Math.ceil(filter.frames / store.stride));
  const recorder = new VisitRecorder(sites.sites, n, { frames, core: filter.core });
  const placement = {
    h: cell.h,
    ions: new Float64Array(3 * n),
    corners: new Float64Array(0),
    drift: new Float64Array(3),
  };
  for (const places of store.places) {
    placement.ions.set(places);
    locator.begin(placement);
    for (let ion = 0; ion < n; ion++) {
      locator.locate(ion);
      const { site, x, y, z, isCore } = locator.located;
      recorder.put(ion, site, x, y, z, isCore && filter.core > 0);
    }
    recorder.endFrame();
  }
  return { ...following, locator, recorder, spacing: Math.max(...sites.spacing) };
}

function verdictOf(kind: string | undefined): Verdict {
  return kind === 'tetrahedral' ? TETRAHEDRAL : kind === 'octahedral' ? OCTAHEDRAL : NEITHER;
}
