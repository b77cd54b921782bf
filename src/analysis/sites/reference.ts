/** The framework at rest: mean places of its atoms over the first frames, and what stands around what. */
import { surroundings } from '../../model/around.ts';
import { type Cell, cellFromVectors, toCartesian } from '../../model/cell.ts';
import type { AnalysisContext } from '../analysis.ts';
import { firstMinimum } from './coordination.ts';
import { cornerSpecies } from './corners.ts';
import type { Placement } from './locator.ts';

/** Indices of atoms by what they are to sites. */
export interface AtomGroups {
  readonly ions: Int32Array;
  /** Framework atoms that polyhedra have as corners. */
  readonly corners: Int32Array;
  /** The other framework atoms: polyhedra around them are no sites. */
  readonly fillings: Int32Array;
  readonly framework: Int32Array;
}

/** One kept frame: cell, fractional places of all atoms, mean fractional displacement of the framework since the first frame. */
export interface KeptFrame {
  readonly h: Float64Array;
  readonly fractional: Float64Array;
  readonly drift: Float64Array;
}

export interface Reference {
  readonly cell: Cell;
  /** [corners×3] and [fillings×3] fractional, unwrapped, drift taken off. */
  readonly corners: Float64Array;
  readonly fillings: Float64Array;
  /** Å; root mean square displacement of corners from their mean places. */
  readonly amplitude: number;
  /** Å; mean distance of a corner to the nearest other one. */
  readonly nearest: number;
  /** Å; first minimum of the pair distribution of ions and corners. */
  readonly cutoff: number | undefined;
}

export function atomGroups({ system, mobile, charges }: AnalysisContext): AtomGroups {
  const corner = cornerSpecies(system, mobile, charges);
  const atoms = (is: (type: number) => boolean): Int32Array =>
    Int32Array.from([...system.typeOf.keys()].filter((i) => is(system.typeOf[i] as number)));
  return {
    ions: atoms((type) => mobile.includes(type)),
    corners: atoms((type) => corner.includes(type)),
    fillings: atoms((type) => !mobile.includes(type) && !corner.includes(type)),
    framework: atoms((type) => !mobile.includes(type)),
  };
}

/** Means over kept frames. */
export function referenceOf(kept: readonly KeptFrame[], groups: AtomGroups): Reference {
  const cell = cellFromVectors(
    Float64Array.from({ length: 9 }, (_, k) => kept.reduce((s, { h }) => s + at(h, k), 0) / kept.length),
  );
  const corners = meanPlaces(kept, groups.corners);
  let square = 0;
  for (const { fractional, drift } of kept) {
    const away = gathered(fractional, groups.corners).map((x, j) => x - at(drift, j % 3) - at(corners, j));
    square += toCartesian(cell, away).reduce((s, x) => s + x * x, 0);
  }
  // Eight instants give the minimum to a bin.
  const stride = Math.max(1, Math.floor(kept.length / 8));
  const some = kept
    .filter((_, t) => t % stride === 0)
    .map(
      ({ h, fractional, drift }): Placement => ({
        h,
        drift,
        ions: gathered(fractional, groups.ions),
        corners: gathered(fractional, groups.corners),
      }),
    );
  return {
    cell,
    corners,
    fillings: meanPlaces(kept, groups.fillings),
    amplitude: Math.sqrt(square / Math.max(1, kept.length * groups.corners.length)),
    nearest: nearestDistance(cell, corners),
    cutoff: groups.corners.length < 6 ? undefined : firstMinimum(some),
  };
}

/** Nearer to a filling than this fraction of the distance of corners, a corner is bound to it: 0.61 in PS₄, 0.71 in YCl₆. */
const BOUND = 0.8;

/**
 * What each corner is called in compositions: its species, and where some atoms of the species are bound to framework atoms
 * that are no corners and some are not, which: `S(P)` of PS₄ beside the free `S` of an argyrodite.
 * @param labelOf of an atom's species
 */
export function cornerNames(
  { cell, corners, fillings, nearest }: Reference,
  groups: AtomGroups,
  labelOf: (atom: number) => string,
): string[] {
  const labels = Array.from(groups.corners, labelOf);
  if (fillings.length === 0) return labels;
  const { around } = surroundings(cell, toCartesian(cell, fillings));
  const places = toCartesian(cell, corners);
  const bound = labels.map((label, c) => {
    let closest = { r: BOUND * nearest, name: label };
    around(at(places, 3 * c), at(places, 3 * c + 1), at(places, 3 * c + 2), closest.r, (i, _x, _y, _z, r) => {
      if (r < closest.r) closest = { r, name: `${label}(${labelOf(at(groups.fillings, i))})` };
    });
    return closest.name;
  });
  return labels.map((label, c) => {
    const names = new Set(bound.filter((_, other) => labels[other] === label));
    return names.size > 1 ? (bound[c] as string) : label;
  });
}

/** Corners within the cutoff of places. @param places [n×3] fractional @returns of each place the indices of its corners */
export function cornersAround(
  { cell, corners, cutoff }: Reference,
  places: Float64Array,
): readonly (readonly number[])[] {
  const cartesian = toCartesian(cell, places);
  const { around } = surroundings(cell, toCartesian(cell, corners));
  return Array.from({ length: places.length / 3 }, (_, s) => {
    const near: number[] = [];
    if (cutoff === undefined) return near;
    around(at(cartesian, 3 * s), at(cartesian, 3 * s + 1), at(cartesian, 3 * s + 2), cutoff, (corner) => {
      near.push(corner);
    });
    return near;
  });
}

function meanPlaces(kept: readonly KeptFrame[], atoms: Int32Array): Float64Array {
  const sum = new Float64Array(3 * atoms.length);
  for (const { fractional, drift } of kept) {
    gathered(fractional, atoms).forEach((x, j) => {
      sum[j] = at(sum, j) + (x - at(drift, j % 3)) / kept.length;
    });
  }
  return sum;
}

function gathered(fractional: Float64Array, atoms: Int32Array): Float64Array {
  const out = new Float64Array(3 * atoms.length);
  gather(fractional, atoms, out);
  return out;
}

/** Copies the places of some atoms. */
export function gather(from: Float64Array, atoms: Int32Array, into: Float64Array): void {
  for (let j = 0; j < atoms.length; j++) {
    const i = 3 * (atoms[j] as number);
    into[3 * j] = from[i] as number;
    into[3 * j + 1] = from[i + 1] as number;
    into[3 * j + 2] = from[i + 2] as number;
  }
}

/** Of at most 200 corners. */
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
