/** What ordering says of itself: compositions, what was rounded, and why something cannot be ordered. */
import { InputError } from '../core/errors.ts';
import { perpendicularWidths, volume } from '../model/cell.ts';
import { amountsOf } from '../model/oxidation.ts';
import type { Repeats } from '../model/supercell.ts';
import { atomCount, type System } from '../model/system.ts';
import type { Bunch, Closeness } from './exclusions.ts';
import type { Search } from './search.ts';
import type { Disorder } from './siteGroups.ts';
import { type Stoichiometry, stoichiometryOf } from './stoichiometry.ts';

/** What the whole numbers are sought for. */
export interface Balance {
  readonly given: System;
  readonly disorder: Disorder;
  readonly bunches: readonly Bunch[];
  readonly charges: readonly number[];
  readonly repeats: Repeats;
}

/** Cells of the largest supercell that is suggested, and its atoms. */
const MOST_COPIES = 48;
const MOST_ATOMS = 5000;
/** A species off by more, and by half an ion, is worth a word. */
const NOTABLE = 0.02;
/** Width over the edge of a cube of the same volume: a supercell that is worth suggesting. */
const COMPACT = 0.5;
/** e per supercell */
const CHARGED = 0.005;

/** `Li17 Sc5 Cl32`, by element in order of appearance. */
export function composition({ species }: System, amounts: readonly number[]): string {
  const sums = new Map<string, number>();
  amounts.forEach((n, type) => {
    const element = species[type]?.element ?? '';
    sums.set(element, (sums.get(element) ?? 0) + n);
  });
  return [...sums].map(([element, n]) => `${element}${Number(n.toFixed(2))}`).join(' ');
}

/** e */
export function netCharge(amounts: readonly number[], charges: readonly number[]): number {
  return amounts.reduce((sum, n, type) => sum + n * (charges[type] as number), 0);
}

function signed(charge: number): string {
  return `${charge < 0 ? '−' : '+'}${Number(Math.abs(charge).toFixed(3))} e`;
}

/** Largest relative difference of a species from what was asked, beyond half an ion. */
function mostOff({ asked, reached }: Stoichiometry): number {
  return asked.reduce((most, n, type) => {
    const off = Math.abs((reached[type] as number) - n);
    return off < 0.5 ? most : Math.max(most, off / n);
  }, 0);
}

/** The smallest supercell, of the shape closest to a cube, whose composition is neutral and within `tolerance`. */
function suggestedRepeats(
  { given, disorder, bunches, charges }: Balance,
  tolerance = Number.POSITIVE_INFINITY,
): Repeats | undefined {
  for (let copies = 1; copies <= MOST_COPIES && copies * atomCount(given) <= MOST_ATOMS; copies++) {
    const found = stoichiometryOf(given, disorder, bunches, charges, copies);
    if (!found || mostOff(found) > tolerance) continue;
    const repeats = roundest(given, copies);
    if (tolerance === Number.POSITIVE_INFINITY || narrowest(given, repeats) > COMPACT) return repeats;
  }
  return undefined;
}

function roundest(given: System, copies: number): Repeats {
  let best: Repeats = [1, 1, copies];
  for (let a = 1; a <= copies; a++) {
    for (let b = 1; a * b <= copies; b++) {
      const repeats = [a, b, copies / (a * b)] as const;
      if (Number.isInteger(repeats[2]) && narrowest(given, repeats) > narrowest(given, best)) best = repeats;
    }
  }
  return best;
}

/** Smallest width over the edge of a cube of the same volume. */
function narrowest({ cell }: System, repeats: Repeats): number {
  const edge = Math.cbrt(volume(cell) * repeats[0] * repeats[1] * repeats[2]);
  return Math.min(...perpendicularWidths(cell).map((width, k) => (width * (repeats[k] as number)) / edge));
}

const named = (repeats: Repeats): string => repeats.join(' × ');

/** No whole numbers of ions near the refined ones are neutral, or fit on split positions. */
export function noneNeutral(balance: Balance, closeness: Closeness): InputError {
  const { given, disorder, charges, repeats } = balance;
  const amounts = amountsOf(given);
  const states = given.species.map(({ label }, i) => `${label} ${signed(charges[i] as number)}`).join(', ');
  const suggested = suggestedRepeats(balance);
  const isNeutral = Math.abs(netCharge(amounts, charges)) < CHARGED;
  const crowded = isNeutral
    ? '; there may be more ions than sites that far apart: allow shorter distances (--exclude Li-Li=1.2)'
    : '';
  const instead = suggested
    ? `the smallest supercell that does is ${named(suggested)}`
    : `no supercell up to ${MOST_COPIES} cells does either; are the formal charges right (${states})?${crowded}`;
  const partial = disorder.groups.map(({ name }) => name).join(', ');
  return new InputError(
    `${given.title}: no whole numbers of ions on ${partial} make a neutral ${named(repeats)} supercell near the refined ` +
      `composition (${composition(given, amounts)}, ${signed(netCharge(amounts, charges))} per cell), ` +
      `with ions as far apart as they must be (cations ${closeness.cations} Å if nothing else is said); ${instead}`,
  );
}

/** The whole numbers are fine, but no arrangement was found that keeps the ions apart. */
export function tooCrowded(given: System, { reached }: Stoichiometry, closeness: Closeness): InputError {
  return new InputError(
    `${given.title}: no arrangement of ${composition(given, reached)} was found with cations ${closeness.cations} Å, ` +
      `anions ${closeness.anions} Å and unlike ions ${closeness.unlike} Å apart; ` +
      'allow shorter distances (--exclude Li-Li=1.2) if the structure is meant',
  );
}

/** How the search went, for its notes. */
interface Outcome {
  readonly search: Search;
  readonly wanted: number;
  /** Place of the distances in the list of those tried. */
  readonly attempt: number;
  readonly closeness: Closeness;
}

/** Sentences for the log: what was asked for and reached, and how. */
export function notesOf(
  balance: Balance,
  stoichiometry: Stoichiometry,
  { search, wanted, attempt, closeness }: Outcome,
): string[] {
  const { given, charges, repeats } = balance;
  const { asked, reached, mobile } = stoichiometry;
  const notes = [
    `partly occupied sites of a ${named(repeats)} supercell were ordered: the occupancies ask for ` +
      `${composition(given, asked)}, reached ${composition(given, reached)}`,
  ];
  const net = netCharge(asked, charges);
  if (Math.abs(net) > CHARGED) {
    const label = given.species[mobile]?.label;
    notes.push(`as refined the supercell carries ${signed(net)}; mostly ${label} makes up for it`);
  }
  if (mostOff(stoichiometry) > NOTABLE) {
    const better = suggestedRepeats(balance, NOTABLE);
    const instead = better ? `; ${named(better)} comes within ${100 * NOTABLE} %` : '';
    notes.push(
      `a species is ${(100 * mostOff(stoichiometry)).toFixed(1)} % off the refined amount${instead}`,
    );
  }
  if (attempt > 0) {
    notes.push(`ions fit no farther apart than ${closeness.cations} Å between cations; relax before a run`);
  }
  const { method, tried, draws } = search;
  const ways = {
    exhaustive: `by the lowest Ewald energy of all ${tried} arrangements`,
    annealing: `by the lowest Ewald energy of annealed exchanges (${tried} tried)`,
    random: 'at random among arrangements without forbidden neighbours',
  };
  notes.push(`ordered ${ways[method]}`);
  if (draws.length < wanted) notes.push(`${draws.length} distinct arrangements instead of ${wanted}`);
  return notes;
}
