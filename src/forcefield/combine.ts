/**
 * Two sets as one, `a+b`: only where either names the other in `combinesWith`, and only when they agree on all that they
 * share. Charges, radii and dispersion of a set are fitted together: terms of two sets side by side are a third,
 * untested set, so the default is a refusal.
 */
import { InputError } from '../core/errors.ts';
import { type ForceField, pairKey } from './forceField.ts';

/** The names in `a+b`; one name alone for anything else. */
export function partsOfName(name: string): string[] {
  return name.split('+').map((part) => part.trim());
}

/** The sets together, in the order given. */
export function combine(sets: readonly ForceField[]): ForceField {
  const [first, ...others] = sets;
  if (!first) throw new InputError('no potential was named');
  return others.reduce(combineTwo, first);
}

function combineTwo(a: ForceField, b: ForceField): ForceField {
  const name = `${a.name}+${b.name}`;
  const refuse = (why: string): never => {
    throw new InputError(`potential ${name}: ${why}`);
  };
  // A set that was combined already is known by all its names.
  const isAllowed = partsOfName(a.name).every((one) => allows(a, b.name) || allows(b, one));
  if (!isAllowed) {
    refuse(
      `${a.name} and ${b.name} were not made for each other, and neither says that they may be combined ("combinesWith"); ` +
        'charges and terms of different sets do not add up to a potential. Use one set that covers the whole composition: ' +
        'halide-md list potentials --for FORMULA',
    );
  }
  for (const [label, definition] of Object.entries(b.species)) {
    const known = a.species[label];
    if (known && (known.charge !== definition.charge || known.element !== definition.element)) {
      refuse(`${label} has ${known.charge} e in ${a.name} and ${definition.charge} e in ${b.name}`);
    }
  }
  if (a.cutoff !== b.cutoff || a.truncation !== b.truncation || a.coulomb.method !== b.coulomb.method) {
    refuse('the sets differ in cutoff, truncation or Coulomb method');
  }
  if ([...a.pairs, ...b.pairs].some(({ curve }) => curve)) refuse('terms given by points are not combined');
  const terms = (set: ForceField, key: string): string =>
    JSON.stringify(
      set.pairs
        .filter(({ between }) => pairKey(...between) === key)
        .map(({ form, params }) => [form, params]),
    );
  const shared = new Set(a.pairs.map(({ between }) => pairKey(...between)));
  const fresh = b.pairs.filter(({ between }) => !shared.has(pairKey(...between)));
  for (const { between } of b.pairs) {
    const key = pairKey(...between);
    if (shared.has(key) && terms(a, key) !== terms(b, key)) {
      refuse(`the sets have different terms between ${between.join(' and ')}`);
    }
  }
  const ranges = [a, b].flatMap(({ validTemperature }) => (validTemperature ? [validTemperature] : []));
  const { combinesWith: _, validTemperature: __, ...rest } = a;
  return {
    ...rest,
    name,
    description: `${a.description} Together with: ${b.description}`,
    citation: [...a.citation, ...b.citation.filter(({ text }) => a.citation.every((c) => c.text !== text))],
    provenance: a.provenance === 'published' && b.provenance === 'published' ? 'published' : 'fitted',
    validFor: `${a.validFor}; ${b.validFor}`,
    ...(ranges.length > 0 && {
      validTemperature: [Math.max(...ranges.map((r) => r[0])), Math.min(...ranges.map((r) => r[1]))],
    }),
    knownFailures: `${a.knownFailures} ${b.knownFailures}`,
    measured: [...a.measured, ...b.measured],
    species: { ...a.species, ...b.species },
    pairs: [...a.pairs, ...fresh],
    silentPairs: [...a.silentPairs, ...b.silentPairs],
    ...((a.warnings || b.warnings) && { warnings: [...(a.warnings ?? []), ...(b.warnings ?? [])] }),
    ...((a.combinesWith || b.combinesWith) && {
      combinesWith: [...(a.combinesWith ?? []), ...(b.combinesWith ?? [])],
    }),
  };
}

function allows({ combinesWith = [] }: ForceField, other: string): boolean {
  return combinesWith.includes(other);
}
