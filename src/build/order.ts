/**
 * Ordering of partly occupied crystals: from a structure with occupancies to supercells in which every site is full or
 * empty, with the refined composition as closely as whole numbers of ions and neutrality allow.
 */
import { InputError } from '../core/errors.ts';
import { type Repeats, supercell } from '../model/supercell.ts';
import { checkSystem, formulaUnits, type Species, type System } from '../model/system.ts';
import { chargesOf, ewaldSum } from '../reference/ewald.ts';
import { type Arena, arenaOf, EMPTY, freePools, refinedPools, type SiteEnergies } from './arrangement.ts';
import type { Draw } from './distinct.ts';
import { bunchesOf, CLOSENESS, type Closeness, exclusionsOf, type PairDistances } from './exclusions.ts';
import { formalChargesOf } from './formalCharges.ts';
import { potentialAt, siteMatrix } from './latticePotential.ts';
import { composition, netCharge, noneNeutral, notesOf, tooCrowded } from './orderNotes.ts';
import { drawn, lowest, type Search } from './search.ts';
import { type Disorder, disorderOf } from './siteGroups.ts';
import { stoichiometryOf } from './stoichiometry.ts';

export const ORDERINGS = ['ewald', 'random'] as const;
export type Ordering = (typeof ORDERINGS)[number];

export const SITE_FREEDOMS = ['refined', 'free'] as const;
export type SiteFreedom = (typeof SITE_FREEDOMS)[number];

export interface OrderOptions {
  readonly order: Ordering;
  readonly repeats: Repeats;
  readonly seed: number;
  /** Supercells asked for; 1. */
  readonly draws?: number;
  /** Formal charges by label or element that take the place of the file's and of the usual ones, e. */
  readonly charges?: Readonly<Record<string, number>>;
  /**
   * `refined` (default): every crystallographic site holds what its occupancies ask for. `free`: species stand on any of
   * their sites, only their amounts are kept.
   */
  readonly sites?: SiteFreedom;
  /** Shortest distances of two ions on partly occupied sites, such as `Li-Li`, Å. */
  readonly exclusions?: PairDistances;
}

export interface OrderedDraw {
  readonly system: System;
  /** eV of the formal charges, of the supercell, an ion and a formula unit; absent for more sites than the matrix has room for. */
  readonly energy?: { readonly total: number; readonly perAtom: number; readonly perFormula: number };
  /** Symmetric copies met. */
  readonly met: number;
}

export interface OrderReport {
  readonly order: Ordering;
  readonly method: Search['method'];
  readonly supercell: Repeats;
  /** Partly occupied sites of the supercell. */
  readonly sites: number;
  /** What the occupancies ask of the supercell, and what it has. */
  readonly asked: string;
  readonly reached: string;
  /** e, by species. */
  readonly charges: Readonly<Record<string, number>>;
  /** What the occupancies as refined would carry, e per supercell. */
  readonly refinedCharge: number;
  /** Å, of two cations, two anions, and unlike ions. */
  readonly exclusions: Closeness;
  readonly tried: number;
  /** Sentences for the log. */
  readonly notes: readonly string[];
}

export interface Ordered {
  readonly draws: readonly OrderedDraw[];
  readonly report: OrderReport;
}

/** Atoms of a given cell with occupancies: its pairs are gone through. */
const MOST_GIVEN = 4000;
/** Partly occupied sites of a supercell whose energies are compared: the matrix of a cell without translations takes 128 MB. */
export const MOST_SITES = 4000;
/** Partly occupied sites of a random draw. */
const MOST_RANDOM = 200000;
const MOST_DRAWS = 100;

/** True for a structure with partly occupied sites. */
export function isDisordered({ occupancies }: System): boolean {
  return occupancies?.some((occupancy) => occupancy < 1) ?? false;
}

/**
 * Supercells of a disordered structure in which every site is full or empty. Same input and seed, same result.
 *
 * `ewald`: the lowest Coulomb energies of formal charges in vacuum, all arrangements compared where there are at most 20000,
 * else annealed exchanges from six starts or more. `random`: any arrangement without forbidden neighbours.
 * @throws InputError when no neutral composition is near the refined one, when ions do not fit, or when there are too many sites
 */
export function orderSites(given: System, options: OrderOptions): Ordered {
  const { order, repeats, seed, draws: wanted = 1 } = options;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > MOST_DRAWS) {
    throw new InputError(`draws: expected a whole number from 1 to ${MOST_DRAWS}, found ${wanted}`);
  }
  if (given.typeOf.length > MOST_GIVEN) {
    throw new InputError(
      `${given.title}: ${given.typeOf.length} atoms with occupancies in the given cell; at most ${MOST_GIVEN} can be ordered`,
    );
  }
  const charges = formalChargesOf(given, options.charges);
  const disorder = disorderOf(given);
  const large = supercell(given, repeats);
  const copies = repeats[0] * repeats[1] * repeats[2];
  const sites = disorder.groupOf.length * copies;
  checkSize(given, order, sites);
  const positions = sitePositions(disorder, repeats);
  let energies: SiteEnergies | undefined;
  let failure: InputError | undefined;
  for (const [attempt, closeness] of CLOSENESS.entries()) {
    const exclusions = exclusionsOf(given, disorder, charges, closeness, options.exclusions);
    const bunches = bunchesOf(disorder, exclusions);
    const balance = { given, disorder, bunches, charges, repeats };
    const stoichiometry = stoichiometryOf(given, disorder, bunches, charges, copies);
    if (!stoichiometry) {
      failure = noneNeutral(balance, closeness);
      continue;
    }
    if (sites <= MOST_SITES) energies ??= energiesOf(given, disorder, repeats, charges);
    const pools = (options.sites === 'free' ? freePools : refinedPools)(disorder, stoichiometry.counts);
    const arena = arenaOf(disorder, repeats, pools, charges, exclusions, energies);
    const search =
      order === 'ewald' ? lowest(arena, large.cell, positions, wanted, seed) : drawn(arena, wanted, seed);
    if (!search) {
      failure = tooCrowded(given, stoichiometry, closeness);
      continue;
    }
    const draws = search.draws.map((draw) => {
      const system = systemOf(given, disorder, { arena, draw, positions, large });
      return {
        system,
        met: draw.met,
        ...(draw.energy !== undefined && { energy: shares(system, draw.energy) }),
      };
    });
    const report: OrderReport = {
      order,
      method: search.method,
      supercell: repeats,
      sites,
      asked: composition(given, stoichiometry.asked),
      reached: composition(given, stoichiometry.reached),
      charges: Object.fromEntries(given.species.map(({ label }, i) => [label, charges[i] as number])),
      refinedCharge: netCharge(stoichiometry.asked, charges),
      exclusions: closeness,
      tried: search.tried,
      notes: notesOf(balance, stoichiometry, { search, wanted, attempt, closeness }),
    };
    return { draws, report };
  }
  throw failure ?? new InputError(`${given.title}: the sites could not be ordered`);
}

function checkSize({ title }: System, order: Ordering, sites: number): void {
  const most = order === 'ewald' ? MOST_SITES : MOST_RANDOM;
  if (sites <= most) return;
  const instead = order === 'ewald' ? '; order a smaller supercell and repeat that, or order at random' : '';
  throw new InputError(
    `${title}: the supercell has ${sites} partly occupied sites; ordering "${order}" takes at most ${most}${instead}`,
  );
}

/** Sites of the supercell, in the order of an arrangement, Å. */
function sitePositions({ cell, positions }: Disorder, repeats: Repeats): Float64Array {
  if (positions.length === 0) return positions;
  const typeOf = new Uint16Array(positions.length / 3);
  return supercell({ title: '', cell, species: [], typeOf, positions }, repeats).positions;
}

function energiesOf(
  given: System,
  { cell, positions, fullAtoms }: Disorder,
  repeats: Repeats,
  charges: readonly number[],
): SiteEnergies {
  const full: System = {
    title: given.title,
    cell,
    species: given.species.map((species, i) => ({ ...species, charge: charges[i] as number })),
    typeOf: Uint16Array.from(fullAtoms, (i) => given.typeOf[i] as number),
    positions: Float64Array.from(fullAtoms.flatMap((i) => [...given.positions.subarray(3 * i, 3 * i + 3)])),
  };
  const copies = repeats[0] * repeats[1] * repeats[2];
  return {
    matrix: siteMatrix(cell, positions, repeats),
    field: potentialAt(cell, positions, full.positions, chargesOf(full)),
    constant: fullAtoms.length === 0 ? 0 : copies * ewaldSum(full).energy,
  };
}

/** What `systemOf` puts together. */
interface Placed {
  readonly arena: Arena;
  readonly draw: Draw;
  readonly positions: Float64Array;
  readonly large: System;
}

/** The supercell of one draw: cell by cell, full atoms first, then those on sites. Species that got no atom are gone. */
function systemOf(
  given: System,
  { fullAtoms, labels, groups, groupOf: siteGroup }: Disorder,
  { arena, draw, positions, large }: Placed,
): System {
  const { perCell, groupOf, types } = arena;
  const n = given.typeOf.length;
  const copies = large.typeOf.length / n;
  const atoms: { readonly type: number; readonly label: string | undefined; readonly at: Float64Array }[] =
    [];
  for (let m = 0; m < copies; m++) {
    for (const i of fullAtoms) {
      const at = large.positions.subarray(3 * (m * n + i), 3 * (m * n + i) + 3);
      atoms.push({ type: given.typeOf[i] as number, label: given.siteLabels?.[i], at });
    }
    for (let u = 0; u < perCell; u++) {
      const s = m * perCell + u;
      const option = draw.content[s] as number;
      if (option === EMPTY) continue;
      const type = types[groupOf[s] as number]?.[option] as number;
      const own = groups[siteGroup[u] as number]?.options.findIndex((one) => one.type === type) ?? -1;
      atoms.push({ type, label: labels[u]?.[own], at: positions.subarray(3 * s, 3 * s + 3) });
    }
  }
  const used = given.species.flatMap((_, type) => (atoms.some((atom) => atom.type === type) ? [type] : []));
  return checkSystem({
    title: given.title,
    cell: large.cell,
    species: used.map((type) => given.species[type] as Species),
    typeOf: Uint16Array.from(atoms, ({ type }) => used.indexOf(type)),
    positions: Float64Array.from(atoms.flatMap(({ at }) => [...at])),
    ...(given.siteLabels && { siteLabels: atoms.map(({ label }) => label ?? '') }),
  });
}

function shares(system: System, total: number): OrderedDraw['energy'] & object {
  return { total, perAtom: total / system.typeOf.length, perFormula: total / formulaUnits(system) };
}
