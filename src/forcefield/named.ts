/** What a name of a potential means where the species are known: a set of the library, softBV made for them, or sets combined. */
import { InputError, suggestion } from '../core/errors.ts';
import { combine, partsOfName } from './combine.ts';
import type { Composition } from './composition.ts';
import type { ForceField } from './forceField.ts';
import { libraryNames, libraryPotential, libraryText } from './library.ts';
import { potentialText } from './potentialText.ts';
import { isSoftbvName, parseSoftbvName, SOFTBV, softbvForceField } from './softbv.ts';

export interface NamedPotential {
  readonly forceField: ForceField;
  /** The text of its file; of a set that was made, the text it would have. */
  readonly text: string;
  /** True for a set that stands in no file. */
  readonly isMade: boolean;
}

/** Every name that means a potential, softBV's without its options. */
export function potentialNames(): string[] {
  return [...libraryNames(), SOFTBV];
}

/**
 * The potential of a name for a composition.
 * @throws for an unknown name, for sets that may not be combined, for pairs that softBV does not have
 */
export function namedPotential(name: string, composition: Composition): NamedPotential {
  if (isSoftbvName(name)) {
    const forceField = softbvForceField(composition, parseSoftbvName(name));
    return { forceField, text: potentialText(forceField), isMade: true };
  }
  const parts = partsOfName(name);
  for (const part of parts) checkKnown(part, name);
  if (parts.length === 1) {
    return { forceField: libraryPotential(name), text: libraryText(name), isMade: false };
  }
  const forceField = combine(parts.map(libraryPotential));
  return { forceField, text: potentialText(forceField), isMade: true };
}

function checkKnown(part: string, name: string): void {
  if (libraryNames().includes(part)) return;
  if (isSoftbvName(part)) {
    throw new InputError(
      `potential ${name}: softbv is combined with nothing; it covers a whole composition or none of it`,
    );
  }
  throw new InputError(
    `there is no potential "${part}" in the library${suggestion(part, potentialNames())} (a file of your own: ./name.json)`,
  );
}
