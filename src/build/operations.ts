/**
 * Changes of composition as run specifications hold them (operationText.ts has the short form of the command line). They are
 * applied to the supercell in this order: substitute, antisites, vacancies, insert; within each in the order of the list.
 */
import type { Amount } from './apportion.ts';
import type { GivenCharges } from './oxidation.ts';

/** Fractional coordinates in the cell of the structure file: each stands for its images in all cells of the supercell. */
export type Point = readonly [number, number, number];

/**
 * What pays for the charge that an operation brings: atoms of this species are removed, or put on the sites where
 * some are given. Null: nothing here, other operations pay. Absent: for substitutions the most abundant cation of charge +1,
 * else null.
 */
export type Balance = string | { readonly species: string; readonly sites: readonly Point[] } | null;

/** Shares and counts are of the atoms of `species` at that moment; what no entry asks for stays. */
export interface Substitution {
  /** Label or element. */
  readonly species: string;
  readonly by: Readonly<Record<string, Amount>>;
  readonly balance?: Balance;
}

/** Either a share of what is there (0 to 1) or a number. */
export interface HowMany {
  readonly fraction?: number;
  readonly count?: number;
}

/** The count is of exchanges, the fraction of the less abundant of the two. */
export interface Antisite extends HowMany {
  readonly swap: readonly [string, string];
}

/** A species, or a formula unit such as LiCl (a Schottky pair), of which there are as many as the scarcest ion allows. */
export interface Vacancy extends HowMany {
  readonly remove: string;
  readonly balance?: Balance;
}

/** Atoms on interstitial sites: all of them, a share or a number. */
export interface Insertion extends HowMany {
  readonly species: string;
  readonly sites: readonly Point[];
  readonly balance?: Balance;
}

/** How the atoms are chosen: by lot, by the lowest Coulomb energy of the oxidation states, or apart from their like. */
export const PLACEMENTS = ['random', 'ewald', 'spread'] as const;
export type Placement = (typeof PLACEMENTS)[number];

export interface Composition {
  readonly substitute: readonly Substitution[];
  readonly antisites: readonly Antisite[];
  readonly vacancies: readonly Vacancy[];
  readonly insert: readonly Insertion[];
  readonly placement: Placement;
  /** Oxidation states of species by label or element, where the structure and the usual ones do not say. */
  readonly charges: GivenCharges;
}

export const NO_CHANGE: Composition = {
  substitute: [],
  antisites: [],
  vacancies: [],
  insert: [],
  placement: 'random',
  charges: {},
};

/** True when a composition asks for anything. */
export function asksForChange({ substitute, antisites, vacancies, insert }: Composition): boolean {
  return substitute.length + antisites.length + vacancies.length + insert.length > 0;
}

export function amountOf({ count, fraction }: HowMany): Amount | undefined {
  return count === undefined ? fraction : { count };
}

/** `0.3` or `5 atoms`, as it was asked for. */
export function amountText(amount: Amount): string {
  return typeof amount === 'number' ? `a share of ${amount}` : String(amount.count);
}
