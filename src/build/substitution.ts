/** Atoms of one species replaced by others, one or several, with the charge paid for. */
import { InputError } from '../core/errors.ts';
import { signed } from '../model/oxidation.ts';
import { apportion } from './apportion.ts';
import { commonCharge, mobileCation, withBalance } from './balance.ts';
import type { Change, Context, Step } from './change.ts';
import { type Draft, sitesOf, typesNamed, withSpecies } from './draft.ts';
import type { Balance, Substitution } from './operations.ts';
import { withAssignments } from './place.ts';

/** Applies a substitution. Throws for shares above one, too many atoms, and a charge that nothing pays for. */
export function substitute(given: Draft, operation: Substitution, context: Context, what: string): Step {
  const { species: name, by } = operation;
  const replaced = typesNamed(given, name, `${what}.species`);
  const old = commonCharge(given, replaced, `${what}.species`);
  const sites = sitesOf(given, replaced);
  const names = Object.keys(by);
  if (names.length === 0) throw new InputError(`${what}.by: nothing is named to take the place of ${name}`);
  const counts = apportion(Object.values(by), sites.length, `${what}.by`);

  let draft = given;
  let charge = 0;
  const fill: { type: number; count: number }[] = [];
  const changes: Change[] = [];
  names.forEach((to, i) => {
    const count = counts[i] as number;
    const asked = by[to] ?? null;
    // Part of a mix that stays what it is: Y by {Y: 0.2, Er: 0.2, …}.
    if (to === name || replaced.some((type) => given.species[type]?.label === to)) {
      changes.push({ what: `${name} kept`, asked, count, of: sites.length });
      return;
    }
    const added = withSpecies(draft, to, context.charges, `${what}.by`);
    draft = added.draft;
    charge += count * ((draft.charges[added.type] as number) - old);
    fill.push({ type: added.type, count });
    changes.push({ what: `${name} → ${to}`, asked, count, of: sites.length });
  });
  const balance = operation.balance === undefined ? usualBalance(draft, charge, what) : operation.balance;
  const balanced = withBalance(draft, [{ sites, fill }], charge, balance, context, what);
  const { assignments } = context.place(balanced.draft, balanced.groups);
  return {
    draft: withAssignments(balanced.draft, assignments),
    changes: [...changes, ...balanced.changes],
  };
}

/** Who pays where nobody is named: the mobile cation. */
function usualBalance(draft: Draft, charge: number, what: string): Balance {
  if (charge === 0) return null;
  const mobile = mobileCation(draft);
  if (mobile !== undefined) return mobile;
  throw new InputError(
    `${what}: it brings ${signed(charge)} e, and there is no cation of charge +1 to balance it; name a "balance"`,
  );
}
