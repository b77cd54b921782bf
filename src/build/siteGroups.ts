/**
 * The sites of a disordered crystal: atoms that share a place become one site with several possible contents, and sites
 * that the crystal's symmetry makes alike become one group.
 */
import { InputError } from '../core/errors.ts';
import type { Cell } from '../model/cell.ts';
import { atomName, type Species, type System } from '../model/system.ts';
import { nearImages } from './images.ts';

/** Atoms nearer than this are on one site, at their mean, Å. */
const SAME_SITE = 0.1;
/** Refined occupancies of one site add up to more than one by their uncertainties. */
const OVERFULL = 1.05;
const FULL = 1 - 1e-6;

/** What may stand on a site beside nothing. */
export interface SiteOption {
  /** Index into the species of the system. */
  readonly type: number;
  readonly occupancy: number;
}

/** Sites with the same mixture. */
export interface SiteGroup {
  /** Such as `Li2/Mg1`. */
  readonly name: string;
  readonly options: readonly SiteOption[];
  /** Number of such sites in the given cell. */
  readonly size: number;
}

/** The given cell, taken apart. */
export interface Disorder {
  readonly cell: Cell;
  /** Index of each full atom. */
  readonly fullAtoms: readonly number[];
  readonly groups: readonly SiteGroup[];
  /** [n×3] Å, of the partly occupied sites. */
  readonly positions: Float64Array;
  /** Group of each site. */
  readonly groupOf: readonly number[];
  /** Name of each option of each site. */
  readonly labels: readonly (readonly string[])[];
}

/** One site on the way. */
interface Mixture {
  readonly position: readonly [number, number, number];
  /** By type and label. */
  readonly entries: { readonly type: number; readonly label: string; occupancy: number }[];
}

/**
 * Sites and groups of a system with occupancies. A site is in the group of those with the same labels in the same
 * mixture; where a label names one single atom (a file without symmetry), of those with the same species and occupancies.
 * @throws InputError when occupancies of a site add up to more than 1.05
 */
export function disorderOf(system: System): Disorder {
  const { occupancies } = system;
  const fullAtoms: number[] = [];
  const mixtures: Mixture[] = [];
  for (const atoms of sharedPlaces(system)) {
    const [first] = atoms as [number];
    if (atoms.length === 1 && (occupancies?.[first] ?? 1) >= FULL) {
      fullAtoms.push(first);
      continue;
    }
    mixtures.push(mixtureOf(system, atoms));
  }
  const atomsOf = new Map<string, number>();
  for (const label of system.siteLabels ?? []) atomsOf.set(label, (atomsOf.get(label) ?? 0) + 1);
  const isSingle = ({ entries }: Mixture): boolean => entries.every(({ label }) => atomsOf.get(label) === 1);
  const groupOfKey = new Map<string, number>();
  const members: Mixture[][] = [];
  const groupOf = mixtures.map((mixture) => {
    const named = !isSingle(mixture);
    const key = mixture.entries
      .map(({ type, label, occupancy }) => `${type}@${occupancy.toFixed(3)}${named ? `@${label}` : ''}`)
      .join(' ');
    const group = groupOfKey.get(key) ?? groupOfKey.set(key, groupOfKey.size).size - 1;
    const known = members[group];
    if (known) known.push(mixture);
    else members[group] = [mixture];
    return group;
  });
  const groups = members.map((sites): SiteGroup => {
    const [{ entries }] = sites as [Mixture];
    return {
      name: entries.map(({ label }) => label).join('/'),
      options: entries.map(({ type, occupancy }) => ({ type, occupancy })),
      size: sites.length,
    };
  });
  return {
    cell: system.cell,
    fullAtoms,
    groups,
    groupOf,
    positions: Float64Array.from(mixtures.flatMap(({ position }) => position)),
    labels: mixtures.map(({ entries }) => entries.map(({ label }) => label)),
  };
}

/** Atoms in bunches: those that share a place with a partly occupied one. */
function sharedPlaces({ cell, positions, typeOf, occupancies }: System): number[][] {
  const bunchOf = new Map<number, number[]>();
  const isFull = (i: number): boolean => (occupancies?.[i] ?? 1) >= FULL;
  for (const { i, j } of nearImages(cell, positions, SAME_SITE)) {
    if (j <= i || (isFull(i) && isFull(j))) continue;
    const bunch = bunchOf.get(i) ?? [i];
    const other = bunchOf.get(j) ?? [j];
    if (bunch === other) continue;
    bunch.push(...other);
    for (const atom of bunch) bunchOf.set(atom, bunch);
  }
  const done = new Set<number>();
  const bunches: number[][] = [];
  for (const i of typeOf.keys()) {
    if (done.has(i)) continue;
    const bunch = bunchOf.get(i) ?? [i];
    for (const atom of bunch) done.add(atom);
    bunches.push(bunch);
  }
  return bunches;
}

function mixtureOf(system: System, atoms: readonly number[]): Mixture {
  const { cell, positions, typeOf, occupancies, siteLabels, species } = system;
  const entries: Mixture['entries'] = [];
  for (const i of atoms) {
    const type = typeOf[i] as number;
    const label = siteLabels?.[i] ?? (species[type] as Species).label;
    const occupancy = occupancies?.[i] ?? 1;
    const known = entries.find((entry) => entry.type === type && entry.label === label);
    if (known) known.occupancy += occupancy;
    else entries.push({ type, label, occupancy });
  }
  const sum = entries.reduce((total, { occupancy }) => total + occupancy, 0);
  if (sum > OVERFULL) {
    const named = entries.map(({ label, occupancy }) => `${label} (${Number(occupancy.toFixed(4))})`);
    throw new InputError(
      `${system.title}: occupancies of the site of ${atomName(system, atoms[0] as number)} add up to ` +
        `${sum.toFixed(3)}: ${named.join(', ')}; expected at most 1`,
    );
  }
  const scale = 1 / Math.max(1, sum);
  entries.sort((a, b) => a.type - b.type || (a.label < b.label ? -1 : 1));
  return {
    position: meanPlace(cell, positions, atoms),
    entries: entries.map((entry) => ({ ...entry, occupancy: entry.occupancy * scale })),
  };
}

/** The mean of nearest images. */
function meanPlace(
  cell: Cell,
  positions: Float64Array,
  atoms: readonly number[],
): readonly [number, number, number] {
  const own = (i: number): number[] => [...positions.subarray(3 * i, 3 * i + 3)];
  const first = own(atoms[0] as number);
  const sum = [...first];
  for (const atom of atoms.slice(1)) {
    const pair = Float64Array.of(...first, ...own(atom));
    const near = nearImages(cell, pair, 3 * SAME_SITE).find(({ i, j }) => i === 0 && j === 1);
    const [a, b, c] = near?.image ?? [0, 0, 0];
    for (let k = 0; k < 3; k++) {
      const shift = a * (cell.h[k] as number) + b * (cell.h[3 + k] as number) + c * (cell.h[6 + k] as number);
      sum[k] = (sum[k] as number) + (pair[3 + k] as number) + shift;
    }
  }
  return sum.map((x) => x / atoms.length) as [number, number, number];
}
