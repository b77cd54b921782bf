/** A structure while its composition changes: sites of which some are empty. Values; every change makes a new one. */
import { ELEMENTS } from '../core/elements.ts';
import { InputError, suggestion } from '../core/errors.ts';
import { quote } from '../core/text.ts';
import type { Cell } from '../model/cell.ts';
import { isSpeciesLabel, type Species, type System } from '../model/system.ts';
import { type GivenCharges, oxidationState } from './oxidation.ts';

/** In place of a species: nothing is on this site. */
export const VACANT = -1;

export interface Draft {
  readonly cell: Cell;
  readonly species: readonly Species[];
  /** Oxidation states of the species, e. */
  readonly charges: readonly number[];
  /** Index into `species`, or VACANT, of every site. */
  readonly typeOf: readonly number[];
  /** [n×3] Å */
  readonly positions: readonly number[];
  readonly siteLabels?: readonly string[];
}

/** A structure whose sites are all full. Throws for partial occupancies and unknown oxidation states. */
export function draftOf(system: System, given: GivenCharges): Draft {
  if (system.occupancies?.some((x) => x < 1)) {
    throw new InputError(
      `${system.title}: the composition of partly occupied sites is not changed; order them first`,
    );
  }
  const { cell, species, siteLabels } = system;
  const unknown = Object.keys(given).find(
    (name) => !ELEMENTS.has(name) && !species.some(({ label }) => label === name),
  );
  if (unknown !== undefined) throw noSpecies('charges', unknown, species);
  return {
    cell,
    species,
    charges: species.map((one) => oxidationState(one, given)),
    typeOf: [...system.typeOf],
    positions: [...system.positions],
    ...(siteLabels && { siteLabels }),
  };
}

/** The structure of the full sites and of the species that are left; velocities belong to what was there before. */
export function systemOfDraft(
  { cell, species, typeOf, positions, siteLabels }: Draft,
  title: string,
): System {
  const kept = typeOf.flatMap((type, i) => (type === VACANT ? [] : [i]));
  const left = species.flatMap((_, type) => (typeOf.includes(type) ? [type] : []));
  return {
    title,
    cell,
    species: left.map((type) => species[type] as Species),
    typeOf: Uint16Array.from(kept, (i) => left.indexOf(typeOf[i] as number)),
    positions: Float64Array.from(kept.flatMap((i) => positions.slice(3 * i, 3 * i + 3))),
    ...(siteLabels && { siteLabels: kept.map((i) => siteLabels[i] as string) }),
  };
}

/** Sum of the oxidation states, e. */
export function draftCharge({ typeOf, charges }: Draft): number {
  return typeOf.reduce((sum, type) => sum + chargeOf(charges, type), 0);
}

/** Of a species or of an empty site, e. */
export function chargeOf(charges: readonly number[], type: number): number {
  return type === VACANT ? 0 : (charges[type] as number);
}

/**
 * Species that a name stands for: the one with this label, else all of this element that occur.
 * @param what names the field in messages
 */
export function typesNamed({ species, typeOf }: Draft, name: string, what: string): number[] {
  const occurring = species.flatMap((_, type) => (typeOf.includes(type) ? [type] : []));
  const byLabel = occurring.filter((type) => species[type]?.label === name);
  const found = byLabel.length > 0 ? byLabel : occurring.filter((type) => species[type]?.element === name);
  if (found.length > 0) return found;
  throw noSpecies(
    what,
    name,
    occurring.map((type) => species[type] as Species),
  );
}

function noSpecies(what: string, name: string, species: readonly Species[]): InputError {
  const known = new Set(species.flatMap(({ label, element }) => [label, element]));
  return new InputError(`${what}: no species is called ${quote(name)}${suggestion(name, known)}`);
}

/** Sites that hold any of these species. */
export function sitesOf({ typeOf }: Draft, types: readonly number[]): number[] {
  return typeOf.flatMap((type, i) => (types.includes(type) ? [i] : []));
}

/**
 * The species that new atoms of a name become: the one with this label, the only one of this element, else a new one of the
 * element with its weight and oxidation state.
 */
export function withSpecies(
  draft: Draft,
  name: string,
  given: GivenCharges,
  what: string,
): { readonly draft: Draft; readonly type: number } {
  const { species, charges } = draft;
  const byLabel = species.findIndex(({ label }) => label === name);
  if (byLabel >= 0) return { draft, type: byLabel };
  const ofElement = species.flatMap(({ element }, type) => (element === name ? [type] : []));
  if (ofElement.length === 1) return { draft, type: ofElement[0] as number };
  const element = ELEMENTS.get(name);
  if (!element || !isSpeciesLabel(name)) {
    const near = suggestion(name.slice(0, 20), ELEMENTS.keys());
    throw new InputError(
      `${what}: ${quote(name)} is neither an element nor a species of the structure${near.includes('did you mean') ? near : ''}`,
    );
  }
  const bare = { label: name, element: name, mass: element.mass };
  const charge = oxidationState(bare, given);
  return {
    draft: {
      ...draft,
      species: [...species, { ...bare, formalCharge: charge }],
      charges: [...charges, charge],
    },
    type: species.length,
  };
}

/** Empty sites at these positions (Å) added; returns their indices. */
export function withEmptySites(
  draft: Draft,
  positions: readonly number[],
  label: string,
): { readonly draft: Draft; readonly sites: number[] } {
  const n = draft.typeOf.length;
  const sites = Array.from({ length: positions.length / 3 }, (_, i) => n + i);
  return {
    sites,
    draft: {
      ...draft,
      typeOf: [...draft.typeOf, ...sites.map(() => VACANT)],
      positions: [...draft.positions, ...positions],
      ...(draft.siteLabels && { siteLabels: [...draft.siteLabels, ...sites.map(() => label)] }),
    },
  };
}
