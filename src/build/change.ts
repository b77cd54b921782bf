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
export function changeText({ what, asked, count, of }: Change): string {
  const reached = `${what}: ${count} of ${of}${of > 0 ? ` (${Number((count / of).toFixed(4))})` : ''}`;
  return typeof asked === 'number' ? `${reached}; ${amountText(asked)} was asked for` : reached;
}
