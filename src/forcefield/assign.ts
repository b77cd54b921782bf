/** Species labels, masses and charges of a force field onto a structure; refuses what the force field cannot run. */
import { InputError, suggestion } from '../core/errors.ts';
import type { Species, System } from '../model/system.ts';
import { type ForceField, pairKey } from './forceField.ts';

/** Total charge beyond which a cell counts as charged, e: a part in a thousand of one ion. */
const NEUTRAL = 1e-3;

/**
 * The system with the force field's species, in the force field's order. A species of the structure finds its
 * counterpart by label, else by element.
 */
export function assignForceField(system: System, forceField: ForceField): System {
  const { labels, species } = matchSpecies(system.species, forceField, system.title, (i) =>
    occurs(system, i),
  );
  const index = new Map(species.map(({ label }, i) => [label, i]));
  return {
    ...system,
    species,
    typeOf: system.typeOf.map((type) => index.get(labels[type] as string) as number),
  };
}

/**
 * What the species of a structure are in a force field: their labels there, and those that occur as it defines them.
 * @throws for a species or a pair of species that the force field does not have
 */
export function matchSpecies(
  given: readonly Species[],
  forceField: ForceField,
  title: string,
  isPresent: (species: number) => boolean = () => true,
): { readonly labels: readonly string[]; readonly species: readonly Species[] } {
  const known = Object.entries(forceField.species);
  const labels = given.map((species) => counterpart(species, known, forceField, title));
  const used = known.filter(([label]) => given.some((_, i) => labels[i] === label && isPresent(i)));
  const species = used.map(([label, definition]): Species => {
    const { element, mass, charge } = definition;
    const formal = definition.formalCharge ?? (Number.isInteger(charge) ? charge : undefined);
    return { label, element, mass, charge, ...(formal !== undefined && { formalCharge: formal }) };
  });
  checkPairs(species, forceField);
  return { labels, species };
}

/** Sum of the charges, e. */
export function netCharge(system: System): number {
  let sum = 0;
  for (const type of system.typeOf) sum += (system.species[type] as Species).charge ?? 0;
  return sum;
}

/** What a cell that is not neutral carries, and the counts that make it so; undefined for a neutral one. */
function chargeOfCell(system: System): { readonly net: number; readonly sentence: string } | undefined {
  const net = netCharge(system);
  if (Math.abs(net) < NEUTRAL) return undefined;
  const counts = system.species.map(({ label, charge }, type) => {
    const n = system.typeOf.filter((one) => one === type).length;
    return `${n} ${label} × ${charge} e`;
  });
  return { net, sentence: `${system.title}: the cell carries ${signed(net)} e (${counts.join(', ')})` };
}

function signed(charge: number): string {
  return `${charge > 0 ? '+' : '−'}${Math.abs(charge).toFixed(3)}`;
}

/** Throws for a charged cell under a method that knows no background. */
export function checkNeutral(system: System, { coulomb }: ForceField): void {
  const charged = coulomb.method === 'dsf' ? chargeOfCell(system) : undefined;
  if (!charged) return;
  throw new InputError(
    `${charged.sentence}; dsf needs a neutral one: use ewald or pppm, which add a neutralising background`,
  );
}

/** Says of a charged cell that its sums are made with a background, naming the charge. */
export function chargeWarnings(system: System, { coulomb }: ForceField): string[] {
  const charged = ['none', 'dsf'].includes(coulomb.method) ? undefined : chargeOfCell(system);
  if (!charged) return [];
  return [
    `${charged.sentence}; a uniform background of ${signed(-charged.net)} e neutralises it and is part of energy and pressure`,
  ];
}

function occurs(system: System, type: number): boolean {
  return system.typeOf.includes(type);
}

function counterpart(
  species: Species,
  known: readonly (readonly [string, { readonly element: string }])[],
  forceField: ForceField,
  title: string,
): string {
  const byLabel = known.find(([label]) => label === species.label);
  if (byLabel) return byLabel[0];
  const byElement = known.filter(([, { element }]) => element === species.element);
  const [only] = byElement;
  if (only && byElement.length === 1) return only[0];
  const labels = known.map(([label]) => label);
  if (byElement.length > 1) {
    throw new InputError(
      `${title}: species ${species.label} could be any of ${byElement.map(([label]) => label).join(', ')} of the potential ${forceField.name}; name it in the structure`,
    );
  }
  throw new InputError(
    `${title}: the potential ${forceField.name} has no species for ${species.label}${suggestion(species.label, labels)}`,
  );
}

/** Every pair of species must have a term, be declared silent, or be two cations (Coulomb only). */
function checkPairs(species: readonly Species[], forceField: ForceField): void {
  const covered = new Set([
    ...forceField.pairs.map(({ between }) => pairKey(...between)),
    ...forceField.silentPairs.map((pair) => pairKey(...pair)),
  ]);
  species.forEach((a, i) => {
    for (const b of species.slice(i)) {
      if (covered.has(pairKey(a.label, b.label))) continue;
      if ((a.charge ?? 0) > 0 && (b.charge ?? 0) > 0) continue;
      throw new InputError(
        `the potential ${forceField.name} has no term between ${a.label} and ${b.label}; ` +
          'add one, or an entry with "form": "none" when there is meant to be none',
      );
    }
  });
}
