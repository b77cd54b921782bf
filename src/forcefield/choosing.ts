/**
 * The potentials that can run a composition, the most trustworthy first: measured for this very compound before not, published
 * before fitted, sets before softBV, and what is for comparing engines only last. Among equals the one made for the fewest
 * species, then the one that is off least.
 */
import { InputError } from '../core/errors.ts';
import { matchSpecies } from './assign.ts';
import { combine } from './combine.ts';
import { type Composition, compositionOfFormula, isSameCompound } from './composition.ts';
import type { ForceField, MeasuredCheck } from './forceField.ts';
import { libraryNames, libraryPotential } from './library.ts';
import { isSoftbvName, parseSoftbvName, SOFTBV, softbvForceField } from './softbv.ts';

/** How far a set can be trusted for a composition, best first. */
export const STANDINGS = {
  publishedMeasured: 'published, measured for this compound',
  fittedMeasured: 'fitted here, measured for this compound',
  published: 'published, not measured for this compound',
  fitted: 'fitted here, not measured for this compound',
  softbv: 'made from the softBV table: for screening at a fixed cell',
  check: 'for comparing engines, no potential for science',
} as const;
export type Standing = keyof typeof STANDINGS;

export interface Candidate {
  /** By the name that chooses it. */
  readonly name: string;
  readonly forceField: ForceField;
  readonly standing: Standing;
  /** Measured for this compound. */
  readonly measured: readonly MeasuredCheck[];
  /** Measured for others. */
  readonly measuredElsewhere: readonly MeasuredCheck[];
  /** Charge of the composition by the set's valences, e per atom: not zero where the set has another oxidation state. */
  readonly chargePerAtom: number;
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** Why softBV cannot run the composition; undefined when it can. */
  readonly softbvLacks?: string;
}

/** Everything that covers every pair of a composition. */
export function candidatesFor(composition: Composition): Candidates {
  const names = libraryNames();
  const found = names.flatMap((name) => candidate(name, libraryPotential(name), composition) ?? []);
  const isEnough = new Set(found.map(({ name }) => name));
  for (const name of names) {
    // Sets that were made to be combined, where none of them is enough alone.
    const parts = [name, ...(libraryPotential(name).combinesWith ?? [])];
    if (parts.length === 1 || parts.some((part) => isEnough.has(part))) continue;
    const together = combine(parts.map(libraryPotential));
    found.push(...(candidate(together.name, together, composition) ?? []));
  }
  let softbvLacks: string | undefined;
  try {
    const made = softbvForceField(composition, parseSoftbvName(SOFTBV));
    found.push(...(candidate(made.name, made, composition) ?? []));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    softbvLacks = error.message;
  }
  const order = Object.keys(STANDINGS);
  const size = ({ forceField }: Candidate): number => Object.keys(forceField.species).length;
  const candidates = found.sort(
    (a, b) =>
      order.indexOf(a.standing) - order.indexOf(b.standing) ||
      size(a) - size(b) ||
      worstError(a.measured) - worstError(b.measured) ||
      (a.name < b.name ? -1 : 1),
  );
  return { candidates, ...(softbvLacks !== undefined && { softbvLacks }) };
}

/** Relative deviation of a measured figure from its reference; undefined for a reference of zero. */
export function relativeError({ value, reference }: MeasuredCheck): number | undefined {
  return reference === 0 ? undefined : (value - reference) / Math.abs(reference);
}

/** Nothing for a set that lacks a species or a pair. */
function candidate(name: string, forceField: ForceField, composition: Composition): [Candidate] | undefined {
  const chargePerAtom = chargeOf(forceField, composition);
  if (chargePerAtom === undefined) return undefined;
  const isHere = ({ system }: MeasuredCheck): boolean => isOf(system, composition);
  const measured = forceField.measured.filter(isHere);
  return [
    {
      name,
      forceField,
      measured,
      measuredElsewhere: forceField.measured.filter((one) => !isHere(one)),
      standing: standingOf(name, forceField, measured.length > 0),
      chargePerAtom,
    },
  ];
}

function standingOf(name: string, { provenance }: ForceField, isMeasured: boolean): Standing {
  if (isSoftbvName(name)) return 'softbv';
  if (/-check$/.test(name)) return 'check';
  if (isMeasured) return provenance === 'published' ? 'publishedMeasured' : 'fittedMeasured';
  return provenance;
}

/** Charge of a composition in a force field, e per atom; undefined for one that it does not cover. */
function chargeOf(forceField: ForceField, { title, species, amounts }: Composition): number | undefined {
  try {
    const { labels } = matchSpecies(species, forceField, title);
    const atoms = amounts.reduce((sum, amount) => sum + amount, 0);
    const valence = (label: string | undefined): number => {
      const { charge = 0, formalCharge = charge } = forceField.species[label as string] ?? {};
      return formalCharge;
    };
    return amounts.reduce((sum, amount, i) => sum + amount * valence(labels[i]), 0) / atoms;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** True when a measured system, such as `LiCl, rock salt`, is this compound. */
function isOf(system: string, composition: Composition): boolean {
  const [formula = ''] = system.split(/[ ,]/);
  try {
    return isSameCompound(compositionOfFormula(formula), composition);
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

function worstError(measured: readonly MeasuredCheck[]): number {
  return Math.max(0, ...measured.map((one) => Math.abs(relativeError(one) ?? 0)));
}
