/**
 * Coordination polyhedra: which anions stand around each cation, the shape they make, and how polyhedra share anions.
 * The shell ends at the widest gap in the distances divided by the sums of the ionic radii, so that a short M–O bond
 * beside a long M–Cl one is no gap.
 */
import { ELEMENTS } from '../core/elements.ts';
import { dot, norm, type Vec3 } from '../core/vec.ts';
import { surroundings } from '../model/around.ts';
import type { System } from '../model/system.ts';
import type { Site } from './sites.ts';

export type Shape =
  | 'tetrahedron'
  | 'square plane'
  | 'octahedron'
  | 'trigonal prism'
  | 'cube'
  | `${number} anions`;

export interface Corner {
  /** Index into the sites. */
  readonly site: number;
  /** Å, from the cation. */
  readonly vector: Vec3;
  /** Å */
  readonly distance: number;
}

export interface Polyhedron {
  /** Index of the cation's site. */
  readonly site: number;
  readonly shape: Shape;
  readonly corners: readonly Corner[];
  /** Å */
  readonly meanLength: number;
  /** Mean |l − l̄|/l̄ of its bond lengths: W. H. Baur, Acta Cryst. B30, 1195 (1974), doi:10.1107/S0567740874004560. */
  readonly distortion: number;
  /**
   * Variance of its angles from those of the regular shape, degrees²; tetrahedra and octahedra only: K. Robinson,
   * G. V. Gibbs, P. H. Ribbe, Science 172, 567 (1971), doi:10.1126/science.172.3983.567.
   */
  readonly angleVariance?: number;
}

/** Distances beyond this many sums of radii, or shortest distances, are no bonds. */
const LONGEST = { ofRadii: 1.9, ofShortest: 1.5 } as const;
const MOST_CORNERS = 14;
/** Angle at the centre, degrees, between two anions opposite to each other. */
const OPPOSITE = 145;

/** Polyhedra around the sites `centers` made of the sites `anions`. Centres with fewer than two anions near have none. */
export function coordination(
  system: System,
  sites: readonly Site[],
  centers: readonly number[],
  anions: readonly number[],
): Polyhedron[] {
  const positions = Float64Array.from(anions.flatMap((i) => [...(sites[i] as Site).position]));
  const { around } = surroundings(system.cell, positions);
  const radius = sites.map((site) => radiusOf(system, site));
  const largest = anions.reduce((most, i) => Math.max(most, radius[i] as number), 0);
  return centers.flatMap((site): Polyhedron[] => {
    const own = radius[site] as number;
    const found: (Corner & { readonly reduced: number })[] = [];
    const [x, y, z] = (sites[site] as Site).position;
    around(x, y, z, LONGEST.ofRadii * (own + largest), (k, dx, dy, dz, distance) => {
      const other = anions[k] as number;
      const reduced = distance / (own + (radius[other] as number));
      if (reduced <= LONGEST.ofRadii) found.push({ site: other, vector: [dx, dy, dz], distance, reduced });
    });
    found.sort((a, b) => a.reduced - b.reduced);
    const corners = found.slice(0, shellOf(found.map(({ reduced }) => reduced)));
    if (corners.length < 2) return [];
    const lengths = corners.map(({ distance }) => distance);
    const meanLength = lengths.reduce((sum, l) => sum + l, 0) / lengths.length;
    const shape = shapeOf(corners);
    const variance = angleVariance(corners, shape);
    return [
      {
        site,
        shape,
        corners: corners.map(({ reduced: _, ...corner }) => corner),
        meanLength,
        distortion: lengths.reduce((sum, l) => sum + Math.abs(l / meanLength - 1), 0) / lengths.length,
        ...(variance !== undefined && { angleVariance: variance }),
      },
    ];
  });
}

/** Of sorted reduced distances the number before the widest gap. */
function shellOf(reduced: readonly number[]): number {
  const shortest = reduced[0] ?? 0;
  let best = { size: Math.min(reduced.length, MOST_CORNERS), gap: 0 };
  for (let k = 2; k <= Math.min(reduced.length, MOST_CORNERS); k++) {
    const last = reduced[k - 1] as number;
    if (last > LONGEST.ofShortest * shortest) break;
    const gap = (reduced[k] ?? LONGEST.ofRadii) / last;
    if (gap > best.gap + 1e-6) best = { size: k, gap };
  }
  return best.size;
}

function radiusOf({ species }: System, { occupants, occupancy }: Site): number {
  return occupants.reduce((sum, one) => {
    const element = species[one.species]?.element ?? '';
    return sum + ((ELEMENTS.get(element)?.ionicRadius ?? 1) * one.occupancy) / occupancy;
  }, 0);
}

function shapeOf(corners: readonly Corner[]): Shape {
  const opposite = angles(corners).filter((angle) => angle > OPPOSITE).length;
  if (corners.length === 4) return opposite === 2 ? 'square plane' : 'tetrahedron';
  if (corners.length === 6 && opposite === 3) return 'octahedron';
  if (corners.length === 6 && opposite === 0) return 'trigonal prism';
  if (corners.length === 8 && opposite === 4) return 'cube';
  return `${corners.length} anions`;
}

/** Angles at the centre between all pairs of anions, degrees. */
function angles(corners: readonly Corner[]): number[] {
  return corners.flatMap(({ vector: a }, i) =>
    corners.slice(i + 1).map(({ vector: b }) => {
      const cosine = dot(a, b) / (norm(a) * norm(b));
      return (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
    }),
  );
}

/** Σ(θ − θ₀)²/(m − 1) over the 6 angles of a tetrahedron (109.47°), the 12 right angles of an octahedron. */
function angleVariance(corners: readonly Corner[], shape: Shape): number | undefined {
  if (shape !== 'tetrahedron' && shape !== 'octahedron') return undefined;
  const ideal = shape === 'tetrahedron' ? (Math.acos(-1 / 3) * 180) / Math.PI : 90;
  const used = angles(corners)
    .sort((a, b) => a - b)
    .slice(0, shape === 'tetrahedron' ? 6 : 12);
  return used.reduce((sum, angle) => sum + (angle - ideal) ** 2, 0) / (used.length - 1);
}

/** Pairs of polyhedra by the number of anions they share; each pair of polyhedra of the crystal counts once per cell. */
export interface Sharing {
  readonly corner: number;
  readonly edge: number;
  readonly face: number;
}

/** Å; ways between two centres are compared to this. */
const SAME_WAY = 0.1;

/** How polyhedra share anions. Images of one polyhedron are others. */
export function sharing(polyhedra: readonly Polyhedron[]): Sharing {
  const usersOf = new Map<number, { readonly polyhedron: number; readonly toCenter: Vec3 }[]>();
  polyhedra.forEach(({ corners }, polyhedron) => {
    for (const { site, vector } of corners) {
      const users = usersOf.get(site) ?? [];
      users.push({ polyhedron, toCenter: [-vector[0], -vector[1], -vector[2]] });
      usersOf.set(site, users);
    }
  });
  // Two centres that an anion joins, with the ways between them: anions of equal ways belong to one pair of polyhedra.
  const pairs = new Map<string, { readonly way: Vec3; anions: number }[]>();
  for (const users of usersOf.values()) {
    users.forEach((one, i) => {
      for (const other of users.slice(i + 1)) {
        const [a, b] = one.polyhedron <= other.polyhedron ? [one, other] : [other, one];
        const isSame = a.polyhedron === b.polyhedron;
        const way = between(a.toCenter, b.toCenter);
        const found = pairs.get(`${a.polyhedron} ${b.polyhedron}`) ?? [];
        pairs.set(`${a.polyhedron} ${b.polyhedron}`, found);
        const known = found.find(
          ({ way: w }) => near(w, way) || (isSame && near(w, [-way[0], -way[1], -way[2]])),
        );
        if (known) known.anions++;
        else found.push({ way, anions: 1 });
      }
    });
  }
  const shared = [...pairs.values()].flat();
  const count = (test: (anions: number) => boolean): number =>
    shared.filter(({ anions }) => test(anions)).length;
  return { corner: count((n) => n === 1), edge: count((n) => n === 2), face: count((n) => n >= 3) };
}

function between(from: Vec3, to: Vec3): Vec3 {
  return [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
}

function near(a: Vec3, b: Vec3): boolean {
  return norm(between(a, b)) < SAME_WAY;
}
