/** What an operation was asked for and what came of it, and what every operation needs to know. */
import type { Repeats } from '../model/supercell.ts';
import type { Amount } from './apportion.ts';
import type { Draft } from './draft.ts';
import { amountText } from './operations.ts';
import type { GivenCharges } from './oxidation.ts';
import type { Placed, SiteGroup } from './place.ts';

export interface Change {
  /** `Y → Zr`, `LiCl removed`. */
  readonly what: string;
  /** Null: it follows from the balance of charge. */
  readonly asked: Amount | null;
  readonly count: number;
  /** Atoms, sites or formula units that could have been chosen. */
  readonly of: number;
  /** eV by which swaps lowered the Coulomb energy of the first draw, of the whole operation. */
  readonly lowered?: number;
}

export interface Context {
  /** Of the cell that fractional coordinates belong to. */
  readonly repeats: Repeats;
  readonly charges: GivenCharges;
  readonly place: (draft: Draft, groups: readonly SiteGroup[]) => Placed;
}

export interface Step {
  readonly draft: Draft;
  readonly changes: readonly Change[];
}

/** `Y → Zr: 5 of 16 (0.3125); a share of 0.3 was asked for`. */
export function changeText({ what, asked, count, of, lowered }: Change): string {
  const reached = `${what}: ${count} of ${of}${of > 0 ? ` (${Number((count / of).toFixed(4))})` : ''}`;
  const request = typeof asked === 'number' ? `; ${amountText(asked)} was asked for` : '';
  if (lowered === undefined) return reached + request;
  // Ions of one charge may be swapped for nothing.
  const ranked =
    lowered > 0
      ? `swaps lowered the Coulomb energy by ${lowered.toFixed(3)} eV`
      : 'no swap lowers the Coulomb energy: drawn by lot';
  return `${reached}${request}; ${ranked}`;
}
