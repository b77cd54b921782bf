/** Names in files -> species. Every reader goes through here, so that `Li`, `LI` and `Li1` mean the same everywhere. */
import { ELEMENTS, type Element, elementOfMass } from '../core/elements.ts';
import { InputError, type SourceLocation, suggestion } from '../core/errors.ts';
import { quote } from '../core/text.ts';
import type { Species } from '../model/system.ts';

/**
 * The element a type name stands for: `Li`, `LI`, `Li1`, `Cl_shell`, `Cl1-`; undefined for words such as `Carbon`,
 * which begin with a symbol by accident.
 */
export function elementNamed(name: string): Element | undefined {
  const letters = /^[A-Za-z]+/.exec(name)?.[0] ?? '';
  if (letters.length <= 2) {
    const whole = ELEMENTS.get(letters.charAt(0).toUpperCase() + letters.slice(1).toLowerCase());
    if (whole) return whole;
  }
  // Longer names: a symbol in its usual case, not followed by more of a word ("LiA", "OW", not "Carbon").
  const symbol = /^[A-Z][a-z]?(?![a-z])/.exec(name)?.[0] ?? '';
  return ELEMENTS.get(symbol);
}

/** As elementNamed, but an unknown name is an InputError with its place. */
export function requireElement(name: string, location: SourceLocation): Element {
  const element = elementNamed(name);
  if (element) return element;
  const near = /^[A-Za-z]{1,3}$/.test(name) ? suggestion(name, ELEMENTS.keys()) : '';
  // The list of all elements helps nobody.
  const hint = near.includes('did you mean') ? near : '';
  throw new InputError(`expected an element symbol, found ${quote(name)}${hint}`, location);
}

/**
 * Species out of one label per atom, in order of appearance.
 * @param describe element, mass and charges of a label, asked once with the first atom that carries it
 */
export function speciesOfLabels(
  labels: readonly string[],
  describe: (label: string, atom: number) => Omit<Species, 'label'>,
): { readonly species: Species[]; readonly typeOf: Uint16Array } {
  const species: Species[] = [];
  const indexOf = new Map<string, number>();
  const typeOf = Uint16Array.from(labels, (label, atom) => {
    const known = indexOf.get(label);
    if (known !== undefined) return known;
    if (species.length > 0xffff) throw new InputError('more than 65536 different species');
    indexOf.set(label, species.length);
    return species.push({ label, ...describe(label, atom) }) - 1;
  });
  return { species, typeOf };
}

/** Masses outside are in other units than u: kg, g, electron masses. */
const MASSES = { lightest: 1e-3, heaviest: 1e6 } as const;

/** A mass (u) that a file gives, refused unless positive and that of a particle. */
export function positiveMass(mass: number, location: SourceLocation): number {
  if (mass >= MASSES.lightest && mass <= MASSES.heaviest) return mass;
  const { lightest, heaviest } = MASSES;
  const expected = mass > 0 ? `${lightest} to ${heaviest} u` : 'a positive number';
  throw new InputError(`mass: expected ${expected}, found ${mass}`, location);
}

/** e; larger charges are in other units, or in the wrong column. */
const LARGEST_CHARGE = 100;

function checkedCharge(charge: number, location: SourceLocation): number {
  if (Math.abs(charge) <= LARGEST_CHARGE) return charge;
  throw new InputError(
    `charge: expected −${LARGEST_CHARGE} to ${LARGEST_CHARGE} e, found ${charge}`,
    location,
  );
}

/** What a LAMMPS file says about one of its numbered types. */
export interface NumberedType {
  /** From 1. */
  readonly number: number;
  /** From a comment, a type label or an element column. */
  readonly name?: string | undefined;
  /** u */
  readonly mass?: number | undefined;
  /** e */
  readonly charge?: number | undefined;
  readonly location: SourceLocation;
}

/**
 * Species of numbered types: by the file's own name, then by the caller's list of names, then by a mass that only one
 * element has. Labels are made unique by the type number when two types carry one name.
 * @param types in order of their numbers
 */
export function speciesOfTypes(
  types: readonly NumberedType[],
  names: readonly string[] | undefined,
): { readonly species: Species[]; readonly warnings: string[] } {
  const warnings: string[] = [];
  const highest = types.at(-1)?.number ?? 0;
  if (names && names.length < highest) {
    throw new InputError(`${highest} atom types, but --types names ${names.length}: ${names.join(',')}`);
  }
  const labels = types.map((type) => labelOfType(type, names?.[type.number - 1], warnings));
  const uses = new Map<string, number>();
  for (const { label } of labels) uses.set(label, (uses.get(label) ?? 0) + 1);
  const unique = (label: string, number: number): string => {
    if ((uses.get(label) ?? 0) <= 1) return label;
    let name = `${label}${number}`;
    // Li, Li and Li1: the numbered label may be another type's own.
    while (uses.has(name)) name += `_${number}`;
    return name;
  };
  const species = types.map(({ number, mass, charge, location }, i): Species => {
    const { label, element } = labels[i] as { label: string; element: Element };
    return {
      label: unique(label, number),
      element: element.symbol,
      mass: mass === undefined ? element.mass : positiveMass(mass, location),
      ...(charge !== undefined && { charge: checkedCharge(charge, location) }),
    };
  });
  return { species, warnings };
}

function labelOfType(
  { number, name, mass, location }: NumberedType,
  given: string | undefined,
  warnings: string[],
): { label: string; element: Element } {
  // A comment that is no element ("# core") says nothing.
  const own = name === undefined ? undefined : elementNamed(name);
  if (name !== undefined && own) {
    if (given !== undefined && given !== name) {
      warnings.push(`type ${number} is ${name} in the file, which counts before ${given} of --types`);
    }
    return { label: name, element: own };
  }
  if (given !== undefined) return { label: given, element: requireElement(given, { file: '--types' }) };
  const massElement = mass === undefined ? undefined : elementOfMass(mass);
  if (massElement) return { label: massElement.symbol, element: massElement };
  const known = mass === undefined ? 'has no mass' : `has mass ${mass}, which belongs to no single element`;
  throw new InputError(
    `atom type ${number} ${known} and no name: give the names in order, such as --types Li,Y,Cl`,
    location,
  );
}
