/** Sites from a list of places, each a sphere: crystallographic sites. */
import { InputError } from '../../core/errors.ts';
import { surroundings } from '../../model/around.ts';
import { type Cell, toCartesian, toFractional } from '../../model/cell.ts';
import type { System } from '../../model/system.ts';
import { type Located, type Locator, type Placement, squareLength } from './locator.ts';
import type { SiteSet } from './visits.ts';

export interface SphereSites {
  readonly sites: SiteSet;
  /** [sites] Å; spheres do not overlap. */
  readonly radius: Float64Array;
  /** Å, per axis: what the radii rest on, NaN where they are half the distance to the nearest site. */
  readonly amplitude: number;
}

/** Places nearer to each other than this are one, Å. */
const SAME_PLACE = 0.5;
/** Radii reach this many standard deviations of a vibration: 97 % of its time is within. */
const AMPLITUDES = 3;
/** A lone site ends here, Å. */
const LARGEST_RADIUS = 3;

/**
 * The places of the mobile ions of a structure, then those of a list.
 * @param extra `label x y z; label x y z; …` in fractional coordinates of the cell
 */
export function listedSites(system: System, mobile: readonly number[], extra: string): SiteSet {
  const kinds: string[] = [];
  const places: number[] = [];
  const fractional = toFractional(system.cell, system.positions);
  const enter = (kind: string, s: readonly number[]): void => {
    for (let k = 0; k < places.length; k += 3) {
      const d = s.map((x, a) => x - (places[k + a] as number));
      const [u, v, w] = d.map((x) => x - Math.round(x)) as [number, number, number];
      if (squareLength(system.cell.h, u, v, w) < SAME_PLACE ** 2) return;
    }
    kinds.push(kind);
    places.push(...s.map((x) => x - Math.floor(x)));
  };
  system.typeOf.forEach((type, i) => {
    if (!mobile.includes(type)) return;
    enter(system.siteLabels?.[i] ?? system.species[type]?.label ?? 'site', [
      ...fractional.subarray(3 * i, 3 * i + 3),
    ]);
  });
  for (const entry of extra.split(';').map((text) => text.trim())) {
    if (entry === '') continue;
    const [label, ...rest] = entry.split(/\s+/);
    const s = rest.map(Number);
    if (label === undefined || s.length !== 3 || !s.every(Number.isFinite)) {
      throw new InputError(
        `sites: expected "label x y z; label x y z; …" in fractional coordinates, found ${JSON.stringify(entry)}`,
      );
    }
    enter(label, s);
  }
  return { cell: system.cell, fractional: Float64Array.from(places), kinds };
}

/**
 * Spheres about sites: radius `given`, or, when that is 0, three times the amplitude (per axis) of the ions about the sites
 * nearest to them; in either case at most half the distance to the nearest site.
 * @param seen fractional places of ions, drift taken off, that the amplitude is read from
 */
export function sphereSites(sites: SiteSet, given: number, seen: ArrayLike<number>): SphereSites {
  const { cell } = sites;
  const n = sites.kinds.length;
  if (n === 0) throw new InputError('sites: the list of crystallographic sites is empty');
  const half = halfDistances(cell, sites.fractional);
  let amplitude = Number.NaN;
  if (given === 0) {
    const { around } = surroundings(cell, toCartesian(cell, sites.fractional));
    const places = toCartesian(cell, seen);
    let sum = 0;
    let count = 0;
    for (let k = 0; k < places.length; k += 3) {
      around(
        places[k] as number,
        places[k + 1] as number,
        places[k + 2] as number,
        LARGEST_RADIUS,
        (site, _dx, _dy, _dz, r) => {
          if (r > (half[site] as number)) return;
          sum += r * r;
          count++;
        },
      );
    }
    if (count > 0) amplitude = Math.sqrt(sum / (3 * count));
  }
  const wanted = given > 0 ? given : Number.isNaN(amplitude) ? LARGEST_RADIUS : AMPLITUDES * amplitude;
  return { sites, radius: half.map((x) => Math.min(x, wanted)), amplitude };
}

function halfDistances(cell: Cell, fractional: Float64Array): Float64Array {
  const places = toCartesian(cell, fractional);
  const { around } = surroundings(cell, places);
  return Float64Array.from({ length: places.length / 3 }, (_, i) => {
    let least = 2 * LARGEST_RADIUS;
    around(
      places[3 * i] as number,
      places[3 * i + 1] as number,
      places[3 * i + 2] as number,
      least,
      (_j, _dx, _dy, _dz, r) => {
        if (r > 1e-6) least = Math.min(least, r);
      },
    );
    return least / 2;
  });
}

/** Bins of the search along an axis, by fractional coordinate: at least this wide, Å. */
const BIN = 2 * LARGEST_RADIUS;

/**
 * Sites by distance from their centres in the frame of the framework, in the metric of each frame's cell. Looks at the site the
 * ion was at last, then at those in the bins around it.
 * @param core fraction of the radius
 */
export function sphereLocator({ sites, radius }: SphereSites, ions: number, core: number): Locator {
  const n = sites.kinds.length;
  const { fractional } = sites;
  // A bin is wide enough that the sphere of a site reaches only the next one: 27 bins hold every candidate.
  const widths = [0, 1, 2].map((k) => binCount(sites.cell, k));
  const [na, nb, nc] = widths as [number, number, number];
  const bins = new Map<number, number[]>();
  const binOf = (s: number, count: number): number =>
    Math.min(count - 1, Math.floor((s - Math.floor(s)) * count));
  for (let i = 0; i < n; i++) {
    const key =
      (binOf(fractional[3 * i] as number, na) * nb + binOf(fractional[3 * i + 1] as number, nb)) * nc +
      binOf(fractional[3 * i + 2] as number, nc);
    const own = bins.get(key);
    if (own) own.push(i);
    else bins.set(key, [i]);
  }
  const steps = [na, nb, nc].map((count) => (count === 1 ? [0] : count === 2 ? [0, 1] : [-1, 0, 1]));
  const located: Located = { site: -1, x: 0, y: 0, z: 0, isCore: false };
  const last = new Int32Array(ions).fill(-1);
  let now: Placement | undefined;

  /** True when the place lies within the sphere of site i; then `located` holds it. */
  const holds = (i: number, x: number, y: number, z: number): boolean => {
    const u = x - (fractional[3 * i] as number);
    const v = y - (fractional[3 * i + 1] as number);
    const w = z - (fractional[3 * i + 2] as number);
    const [a, b, c] = [Math.round(u), Math.round(v), Math.round(w)];
    const square = squareLength((now as Placement).h, u - a, v - b, w - c);
    const r = radius[i] as number;
    if (square >= r * r) return false;
    located.site = i;
    located.x = a;
    located.y = b;
    located.z = c;
    located.isCore = square < (core * r) ** 2;
    return true;
  };

  return {
    sites,
    located,
    begin(placement) {
      now = placement;
    },
    locate(ion) {
      const { ions: at, drift } = now as Placement;
      const x = (at[3 * ion] as number) - (drift[0] as number);
      const y = (at[3 * ion + 1] as number) - (drift[1] as number);
      const z = (at[3 * ion + 2] as number) - (drift[2] as number);
      const before = last[ion] as number;
      if (before >= 0 && holds(before, x, y, z)) return;
      const [ia, ib, ic] = [binOf(x, na), binOf(y, nb), binOf(z, nc)];
      for (const da of steps[0] as number[]) {
        for (const db of steps[1] as number[]) {
          for (const dc of steps[2] as number[]) {
            const key = (((ia + da + na) % na) * nb + ((ib + db + nb) % nb)) * nc + ((ic + dc + nc) % nc);
            for (const i of bins.get(key) ?? []) {
              if (!holds(i, x, y, z)) continue;
              last[ion] = i;
              return;
            }
          }
        }
      }
      located.site = -1;
      located.isCore = false;
    },
  };
}

function binCount(cell: Cell, k: number): number {
  const g = toFractional(cell, [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  // The rows are the reciprocal vectors, component k of each: their length is one over the width.
  const width = 1 / Math.hypot(g[k] as number, g[3 + k] as number, g[6 + k] as number);
  return Math.max(1, Math.floor(width / BIN));
}
