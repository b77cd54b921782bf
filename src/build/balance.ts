/** Who pays for the charge that an operation brings. */
import { InputError } from '../core/errors.ts';
import { signed } from '../model/oxidation.ts';
import type { Change, Context } from './change.ts';
import { type Draft, sitesOf, typesNamed, VACANT, withSpecies } from './draft.ts';
import { withInterstitials } from './interstitials.ts';
import type { Balance, Point } from './operations.ts';
import type { SiteGroup } from './place.ts';

export interface Balanced {
  readonly draft: Draft;
  readonly groups: readonly SiteGroup[];
  readonly changes: readonly Change[];
}

/**
 * Adds to the groups of an operation the removals or insertions that compensate `charge`, the charge it brings. Throws with the
 * reason where that is not possible in whole atoms.
 */
export function withBalance(
  draft: Draft,
  groups: readonly SiteGroup[],
  charge: number,
  balance: Balance,
  { repeats, charges: given }: Context,
  what: string,
): Balanced {
  if (charge === 0 || balance === null) return { draft, groups, changes: [] };
  const { species: name, sites: points } =
    typeof balance === 'string' ? { species: balance, sites: [] } : balance;
  const field = `${what}.balance`;
  const brings = `${what}: it brings ${signed(charge)} e`;
  const isInsertion = points.length > 0;
  const present = isInsertion ? withSpecies(draft, name, given, field) : undefined;
  const types = present ? [present.type] : typesNamed(draft, name, field);
  const q = commonCharge(present?.draft ?? draft, types, field);
  const count = -charge / q;
  if (!Number.isInteger(count)) {
    throw new InputError(`${brings}, which no whole number of ${name} (${signed(q)} e) compensates`);
  }
  if (count < 0) return withRemoval(draft, groups, types, -count, name, brings);
  if (!present) throw new InputError(needsSites(brings, count, name, q));
  return withInsertion(present.draft, groups, { type: present.type, count, name, points }, repeats, {
    field,
    brings,
  });
}

/** The cation of charge +1 that there is most of, by label; undefined when there is none. */
export function mobileCation({ species, charges, typeOf }: Draft): string | undefined {
  const counts = species.map((_, type) =>
    charges[type] === 1 ? typeOf.filter((one) => one === type).length : 0,
  );
  const most = Math.max(0, ...counts);
  return most === 0 ? undefined : species[counts.indexOf(most)]?.element;
}

/** The oxidation state that all these species share, e. */
export function commonCharge({ species, charges }: Draft, types: readonly number[], what: string): number {
  const [first, ...others] = types;
  const q = charges[first as number] as number;
  const odd = others.find((type) => charges[type] !== q);
  if (odd === undefined) return q;
  const state = (type: number): string => `${species[type]?.label} ${signed(charges[type] as number)} e`;
  throw new InputError(
    `${what}: ${state(first as number)} and ${state(odd)} differ in charge; name one of them by its label`,
  );
}

function withRemoval(
  draft: Draft,
  groups: readonly SiteGroup[],
  types: readonly number[],
  count: number,
  name: string,
  brings: string,
): Balanced {
  const sites = sitesOf(draft, types);
  const isSame = (group: SiteGroup): boolean =>
    group.sites.length === sites.length && group.sites.every((site, i) => site === sites[i]);
  const shared = groups.find(isSame);
  const taken = new Set(groups.flatMap((group) => group.sites));
  const free = shared ? sites : sites.filter((site) => !taken.has(site));
  const filled = shared?.fill.reduce((sum, one) => sum + one.count, 0) ?? 0;
  if (count > free.length - filled) {
    throw new InputError(
      `${brings}: ${count} ${name} would have to go, but there are ${free.length - filled}`,
    );
  }
  const fill = { type: VACANT, count };
  return {
    draft,
    groups: shared
      ? groups.map((group) => (group === shared ? { ...group, fill: [...group.fill, fill] } : group))
      : [...groups, { sites: free, fill: [fill] }],
    changes: [{ what: `${name} removed for the balance of charge`, asked: null, count, of: sites.length }],
  };
}

function withInsertion(
  draft: Draft,
  groups: readonly SiteGroup[],
  { type, count, name, points }: { type: number; count: number; name: string; points: readonly Point[] },
  repeats: Context['repeats'],
  { field, brings }: { field: string; brings: string },
): Balanced {
  const added = withInterstitials(draft, points, repeats, type, field);
  if (count > added.sites.length) {
    throw new InputError(
      `${brings}: ${count} ${name} would have to be put in, but there are ${added.sites.length} sites`,
    );
  }
  return {
    draft: added.draft,
    groups: [...groups, { sites: added.sites, fill: [{ type, count }] }],
    changes: [
      { what: `${name} put in for the balance of charge`, asked: null, count, of: added.sites.length },
    ],
  };
}

function needsSites(brings: string, count: number, name: string, q: number): string {
  const other = q > 0 ? 'an anion to remove' : 'a cation to remove';
  return (
    `${brings}: ${count} ${name} would have to be put in, and no sites for them are given ` +
    `(balance=${name}@x,y,z); or name ${other}`
  );
}
