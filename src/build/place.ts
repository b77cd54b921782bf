/** Which sites get which occupant: by lot, or by swaps that lower a Coulomb energy. */
import { InputError } from '../core/errors.ts';
import { RandomSequence } from '../core/rng.ts';
import { anneal } from './anneal.ts';
import { chargeOf, type Draft } from './draft.ts';
import type { Placement } from './operations.ts';
import { type SiteCoulomb, siteCoulomb } from './siteCoulomb.ts';

/** Sites of which some change their occupant; no site is in two groups. */
export interface SiteGroup {
  readonly sites: readonly number[];
  /** How many sites get which species (or VACANT); the others stay as they are. */
  readonly fill: readonly { readonly type: number; readonly count: number }[];
}

/** A site and what it holds from now on. */
export interface Assignment {
  readonly site: number;
  readonly type: number;
}

export interface PlaceOptions {
  readonly placement: Placement;
  readonly seed: number;
  /** Tells the draws of one operation from those of another. */
  readonly tag: number;
}

export interface Placed {
  readonly assignments: readonly Assignment[];
  /** eV by which swaps lowered the energy of the first draw; absent where nothing was ranked. */
  readonly lowered?: number;
}

/** The occupant of a site that stays as it is. */
const STAYS = -2;
/** Sites in a matrix of 72 MB; a tenth of a minute. */
const MOST_RANKED = 3000;

/** Assigns the occupants of all groups at once, deterministic in the seed. */
export function place(draft: Draft, groups: readonly SiteGroup[], options: PlaceOptions): Placed {
  const random = new RandomSequence(options.seed, options.tag);
  const sites = groups.flatMap((group) => group.sites);
  const groupOf = groups.flatMap((group, g) => group.sites.map(() => g));
  const occupants = groups.flatMap(({ sites: own, fill }) => {
    const drawn = fill.flatMap(({ type, count }) => new Array<number>(count).fill(type));
    return random.shuffle([...drawn, ...new Array<number>(own.length - drawn.length).fill(STAYS)]);
  });
  const assigned = (): Assignment[] =>
    occupants.flatMap((type, i) => (type === STAYS ? [] : [{ site: sites[i] as number, type }]));
  if (options.placement === 'random') return { assignments: assigned() };
  if (sites.length > MOST_RANKED) {
    throw new InputError(
      `placement: ${sites.length} sites are more than the ${MOST_RANKED} that can be ranked by energy; use "random" or a smaller cell`,
    );
  }
  const kinds = [...new Set(occupants)].filter((type) => type !== STAYS);
  const dimension = options.placement === 'ewald' ? 1 : kinds.length;
  /** What a swap moves: the charge of an occupant, or a direction of its own for each kind. */
  const vectorOf = (occupant: number, i: number): readonly number[] => {
    if (options.placement === 'spread') return kinds.map((kind) => (kind === occupant ? 1 : 0));
    const type = occupant === STAYS ? (draft.typeOf[sites[i] as number] as number) : occupant;
    return [chargeOf(draft.charges, type)];
  };
  const energy = interactions(draft, sites, options);
  const lowered = anneal({ occupants, groupOf, vectorOf, dimension, energy, stays: STAYS }, random);
  return { assignments: assigned(), lowered };
}

/** A draft with the assignments made. */
export function withAssignments(draft: Draft, assignments: readonly Assignment[]): Draft {
  const typeOf = [...draft.typeOf];
  for (const { site, type } of assignments) typeOf[site] = type;
  return { ...draft, typeOf };
}

function interactions(draft: Draft, sites: readonly number[], options: PlaceOptions): SiteCoulomb {
  const { cell, typeOf, positions, charges } = draft;
  const isAffected = new Set(sites);
  const staying =
    options.placement === 'spread'
      ? []
      : typeOf.flatMap((type, i) => (isAffected.has(i) || type < 0 ? [] : [i]));
  const at = (chosen: readonly number[]): number[] =>
    chosen.flatMap((i) => positions.slice(3 * i, 3 * i + 3));
  return siteCoulomb(cell, at(sites), {
    positions: at(staying),
    charges: staying.map((i) => chargeOf(charges, typeOf[i] as number)),
  });
}
