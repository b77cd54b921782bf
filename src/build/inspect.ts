/** Everything that a structure tells before a run: symmetry, distances, charges, bond valences, polyhedra, voids, doubts. */
import { AVOGADRO } from '../core/constants.ts';
import { InputError } from '../core/errors.ts';
import { surroundings } from '../model/around.ts';
import { type CellParameters, cellParameters, perpendicularWidths, volume } from '../model/cell.ts';
import { amountsOf, type ChargeSource, formalChargesOf } from '../model/oxidation.ts';
import type { Repeats } from '../model/supercell.ts';
import { repeatsForWidth } from '../model/supercell.ts';
import { atomCount, type Species, type System } from '../model/system.ts';
import { type BondValences, bondValences } from './bonds.ts';
import { coordination, type Polyhedron, type Shape, type Sharing, sharing } from './coordination.ts';
import { doubts } from './doubts.ts';
import { type FormulaUnit, formulaUnitOf } from './formulaUnit.ts';
import { type Site, sitePositions, sitesOf } from './sites.ts';
import { type Symmetry, symmetryOf } from './symmetryOf.ts';
import { type Void, voidsOf } from './voids.ts';

export interface InspectOptions {
  /** Å, of the symmetry search; 0.01 by default. */
  readonly tolerance?: number;
}

/** The shortest distance between two species. */
export interface ShortestDistance {
  readonly between: readonly [string, string];
  /** Å */
  readonly distance: number;
  /** Indices of the two sites. */
  readonly sites: readonly [number, number];
}

/** Polyhedra of one cation species and shape, weighted by occupancy. */
export interface Census {
  readonly species: string;
  readonly shape: Shape;
  /** Ions of the cell. */
  readonly count: number;
  /** Å */
  readonly meanLength: number;
  readonly distortion: number;
}

/** A void and the cations in it. */
export interface FilledVoid extends Void {
  readonly holds: readonly { readonly site: number; readonly distance: number }[];
}

export interface Inspection {
  readonly title: string;
  readonly atoms: number;
  readonly composition: FormulaUnit;
  readonly cell: CellParameters & {
    /** Å³ */
    readonly volume: number;
    /** Å³; occupancies counted. */
    readonly volumePerAtom: number;
    /** Å, between opposite faces. */
    readonly widths: readonly number[];
    /** The smallest supercell that is 16 Å wide, twice a cutoff of 8 Å. */
    readonly supercell: Repeats;
  };
  /** g/cm³ */
  readonly density: number;
  /** Net charge of the cell, e, and what each species carries. */
  readonly charge: {
    readonly net: number;
    readonly species: readonly {
      readonly label: string;
      readonly charge: number;
      readonly source: ChargeSource;
    }[];
  };
  readonly sites: readonly Site[];
  /** A sentence where none was found. */
  readonly symmetry: Symmetry | string;
  readonly distances: readonly ShortestDistance[];
  readonly bondValences: BondValences;
  readonly polyhedra: readonly Polyhedron[];
  readonly census: readonly Census[];
  /** Sharing among polyhedra of cations with a charge of at least 2. */
  readonly sharing: Sharing;
  /** A sentence where voids make no sense. */
  readonly voids: readonly FilledVoid[] | string;
  readonly warnings: readonly string[];
}

/** Pairs of species are sought up to here, Å. */
const FARTHEST_PAIR = 8;
/** A cation belongs to a void when it is nearer to its centre than this fraction of the radius. */
const INSIDE = 0.5;
/** Twice a cutoff of 8 Å. */
export const WIDTH = 16;
/** More atoms are a snapshot of a run, not a crystal. */
const MOST_ATOMS = 2 ** 17;
const TOLERANCE = 0.01;

/** The report on a structure. Throws an InputError for more atoms than make sense, or heaped ones. */
export async function inspect(system: System, options: InspectOptions = {}): Promise<Inspection> {
  const n = atomCount(system);
  if (n > MOST_ATOMS) throw new InputError(`${n} atoms: at most ${MOST_ATOMS} are inspected`);
  const { tolerance = TOLERANCE } = options;
  if (!(tolerance > 0 && tolerance <= 1)) {
    throw new InputError(`tolerance: expected above 0 and up to 1 Å, found ${tolerance}`);
  }
  const sites = sitesOf(system);
  const oxidation = formalChargesOf(system);
  const { charges, sources, net } = oxidation;
  const isOf = (sign: number) => (site: Site) =>
    site.occupants.some(({ species }) => sign * (charges[species] as number) > 0);
  const indices = sites.map((_, i) => i);
  const cations = indices.filter((i) => isOf(1)(sites[i] as Site));
  const anions = indices.filter((i) => isOf(-1)(sites[i] as Site));
  const polyhedra = coordination(system, sites, cations, anions);
  const amounts = amountsOf(system);
  const space = volume(system.cell);
  const mass = amounts.reduce((sum, amount, i) => sum + amount * (system.species[i] as Species).mass, 0);
  const metals = polyhedra.filter(({ site }) =>
    (sites[site] as Site).occupants.some(({ species }) => (charges[species] as number) >= 2),
  );
  const report: Omit<Inspection, 'warnings'> = {
    title: system.title,
    atoms: n,
    composition: formulaUnitOf(system, charges),
    cell: {
      ...cellParameters(system.cell),
      volume: space,
      volumePerAtom: space / amounts.reduce((sum, amount) => sum + amount, 0),
      widths: perpendicularWidths(system.cell),
      supercell: repeatsForWidth(system.cell, WIDTH),
    },
    density: (mass / space / AVOGADRO) * 1e24,
    charge: {
      net: Math.round(net * 1e6) / 1e6 + 0,
      species: system.species.map(({ label }, i) => ({
        label,
        charge: charges[i] as number,
        source: sources[i] as ChargeSource,
      })),
    },
    sites,
    symmetry: await symmetryOf(system, sites, tolerance),
    distances: shortestDistances(system, sites),
    bondValences: bondValences(system, sites, oxidation),
    polyhedra,
    census: censusOf(system, sites, polyhedra, charges),
    sharing: sharing(metals),
    voids: filledVoids(system, sites, anions, cations),
  };
  return { ...report, warnings: await doubts(system, report) };
}

/** Shortest distance of each pair of species up to 8 Å, shortest first. Species that share a site are not near each other. */
function shortestDistances(system: System, sites: readonly Site[]): ShortestDistance[] {
  const { species, cell } = system;
  const { around } = surroundings(cell, sitePositions(sites));
  const best = new Map<string, { distance: number; sites: readonly [number, number] }>();
  const types = species.length;
  // As far as the pairs found so far need it: later sites look nearer around themselves.
  const wanted = (types * (types + 1)) / 2;
  sites.forEach(({ position: [x, y, z], occupants }, i) => {
    const reach =
      best.size < wanted
        ? FARTHEST_PAIR
        : [...best.values()].reduce((most, { distance }) => Math.max(most, distance), 0);
    around(x, y, z, reach, (j, _dx, _dy, _dz, distance) => {
      if (j === i && distance < 1e-9) return;
      for (const { species: a } of occupants) {
        for (const { species: b } of (sites[j] as Site).occupants) {
          const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
          if (distance < (best.get(key)?.distance ?? FARTHEST_PAIR))
            best.set(key, { distance, sites: [i, j] });
        }
      }
    });
  });
  return [...best]
    .map(([key, found]) => {
      const [a, b] = key.split(' ').map((k) => (species[Number(k)] as Species).label) as [string, string];
      return { between: [a, b] as const, ...found };
    })
    .sort((p, q) => p.distance - q.distance);
}

function censusOf(
  { species }: System,
  sites: readonly Site[],
  polyhedra: readonly Polyhedron[],
  charges: readonly number[],
): Census[] {
  const rows = new Map<
    string,
    { species: number; shape: Shape; count: number; length: number; bent: number }
  >();
  for (const { site, shape, meanLength, distortion } of polyhedra) {
    for (const { species: type, occupancy } of (sites[site] as Site).occupants) {
      if ((charges[type] as number) <= 0) continue;
      const key = `${type} ${shape}`;
      const row = rows.get(key) ?? { species: type, shape, count: 0, length: 0, bent: 0 };
      row.count += occupancy;
      row.length += occupancy * meanLength;
      row.bent += occupancy * distortion;
      rows.set(key, row);
    }
  }
  return [...rows.values()]
    .sort((a, b) => a.species - b.species || b.count - a.count)
    .map(({ species: type, shape, count, length, bent }) => ({
      species: (species[type] as Species).label,
      shape,
      count: Math.round(count * 1e6) / 1e6,
      meanLength: length / count,
      distortion: bent / count,
    }));
}

function filledVoids(
  { cell }: System,
  sites: readonly Site[],
  anions: readonly number[],
  cations: readonly number[],
): FilledVoid[] | string {
  if (anions.length === 0) return 'there are no anions to have voids between';
  const at = (i: number): readonly number[] => (sites[i] as Site).position;
  const voids = voidsOf(cell, Float64Array.from(anions.flatMap((i) => [...at(i)])));
  if (voids.length === 0) return 'the anions are too far apart to have voids between';
  const centers = voids.flatMap(({ center: [u, v, w] }) =>
    [0, 1, 2].map(
      (k) => u * (cell.h[k] as number) + v * (cell.h[3 + k] as number) + w * (cell.h[6 + k] as number),
    ),
  );
  const { around } = surroundings(cell, centers);
  const held = voids.map((): { site: number; distance: number }[] => []);
  const largest = voids.reduce((most, { radius }) => Math.max(most, radius), 0);
  for (const site of cations) {
    let nearest = { index: -1, distance: INSIDE * largest };
    const [x, y, z] = at(site) as [number, number, number];
    around(x, y, z, INSIDE * largest, (index, _dx, _dy, _dz, distance) => {
      if (distance < nearest.distance) nearest = { index, distance };
    });
    const { index, distance } = nearest;
    if (index >= 0 && distance <= INSIDE * (voids[index] as Void).radius)
      held[index]?.push({ site, distance });
  }
  return voids.map((one, i) => ({
    ...one,
    anions: one.anions.map((k) => anions[k] as number),
    holds: held[i] as { site: number; distance: number }[],
  }));
}
