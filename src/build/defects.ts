/** Vacancies, antisites and interstitials. */
import { InputError } from '../core/errors.ts';
import type { Amount } from './apportion.ts';
import { apportion } from './apportion.ts';
import { commonCharge, withBalance } from './balance.ts';
import type { Context, Step } from './change.ts';
import { parseFormula } from './chemicalFormula.ts';
import { type Draft, sitesOf, typesNamed, VACANT, withSpecies } from './draft.ts';
import { withInterstitials } from './interstitials.ts';
import { type Antisite, amountOf, type HowMany, type Insertion, type Vacancy } from './operations.ts';
import { withAssignments } from './place.ts';

/** Removes atoms of a species, or whole formula units. */
export function removeAtoms(draft: Draft, operation: Vacancy, context: Context, what: string): Step {
  const { remove: name, balance = null } = operation;
  const unit = unitOf(draft, name, `${what}.remove`);
  const parts = [...unit].map(([part, perUnit]) => {
    const types = typesNamed(draft, part, `${what}.remove`);
    const charge = commonCharge(draft, types, `${what}.remove`);
    return { sites: sitesOf(draft, types), perUnit, charge };
  });
  const available = Math.min(...parts.map(({ sites, perUnit }) => Math.floor(sites.length / perUnit)));
  const amount = required(operation, what);
  const [units = 0] = apportion([amount], available, what);
  const groups = parts.map(({ sites, perUnit }) => ({
    sites,
    fill: [{ type: VACANT, count: units * perUnit }],
  }));
  const charge = parts.reduce((sum, part) => sum - units * part.perUnit * part.charge, 0);
  const balanced = withBalance(draft, groups, charge, balance, context, what);
  const { assignments } = context.place(balanced.draft, balanced.groups);
  return {
    draft: withAssignments(balanced.draft, assignments),
    changes: [{ what: `${name} removed`, asked: amount, count: units, of: available }, ...balanced.changes],
  };
}

/** Exchanges atoms of two species. */
export function swapAntisites(draft: Draft, operation: Antisite, context: Context, what: string): Step {
  const [a, b] = operation.swap;
  const [typesA, typesB] = [a, b].map((name) => typesNamed(draft, name, `${what}.swap`)) as [
    number[],
    number[],
  ];
  if (typesA.some((type) => typesB.includes(type))) {
    throw new InputError(`${what}.swap: ${a} and ${b} are the same atoms`);
  }
  const [sitesA, sitesB] = [sitesOf(draft, typesA), sitesOf(draft, typesB)];
  const available = Math.min(sitesA.length, sitesB.length);
  const amount = required(operation, what);
  const [count = 0] = apportion([amount], available, what);
  const { assignments } = context.place(draft, [
    { sites: sitesA, fill: [{ type: typesB[0] as number, count }] },
    { sites: sitesB, fill: [{ type: typesA[0] as number, count }] },
  ]);
  // Placing decides where; what goes there is the partner's own species, so that labels keep their numbers.
  const isA = new Set(sitesA);
  const [chosenA, chosenB] = [
    assignments.filter(({ site }) => isA.has(site)),
    assignments.filter(({ site }) => !isA.has(site)),
  ];
  const exchanged = chosenA.flatMap(({ site }, i) => {
    const partner = chosenB[i]?.site as number;
    return [
      { site, type: draft.typeOf[partner] as number },
      { site: partner, type: draft.typeOf[site] as number },
    ];
  });
  return {
    draft: withAssignments(draft, exchanged),
    changes: [{ what: `${a} and ${b} exchanged`, asked: amount, count, of: available }],
  };
}

/** Puts atoms on interstitial sites. */
export function insertAtoms(draft: Draft, operation: Insertion, context: Context, what: string): Step {
  const { species: name, sites: points, balance = null } = operation;
  const added = withSpecies(draft, name, context.charges, `${what}.species`);
  const { draft: open, sites } = withInterstitials(
    added.draft,
    points,
    context.repeats,
    added.type,
    `${what}.sites`,
  );
  const amount = amountOf(operation) ?? 1;
  const [count = 0] = apportion([amount], sites.length, what);
  const charge = count * (open.charges[added.type] as number);
  const groups = [{ sites, fill: [{ type: added.type, count }] }];
  const balanced = withBalance(open, groups, charge, balance, context, what);
  const { assignments } = context.place(balanced.draft, balanced.groups);
  return {
    draft: withAssignments(balanced.draft, assignments),
    changes: [{ what: `${name} put in`, asked: amount, count, of: sites.length }, ...balanced.changes],
  };
}

/** Atoms per unit: one of a species, those of a formula otherwise. */
function unitOf(draft: Draft, name: string, what: string): ReadonlyMap<string, number> {
  const isSpecies = draft.species.some(({ label, element }) => label === name || element === name);
  return isSpecies ? new Map([[name, 1]]) : parseFormula(name, what);
}

function required(howMany: HowMany, what: string): Amount {
  const amount = amountOf(howMany);
  if (amount === undefined) throw new InputError(`${what}: "count" or "fraction" is missing`);
  return amount;
}
