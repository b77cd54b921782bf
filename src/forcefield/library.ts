/** Potential files → ForceField, and the library of sets that ships with the project (potentials/*.json). */
import { checkAgainstSchema, fieldError, parseStructured } from '../core/document.ts';
import { ELEMENTS } from '../core/elements.ts';
import { InputError, suggestion } from '../core/errors.ts';
import type { CoulombMethod, ForceField, PairTerm, SpeciesDefinition, Truncation } from './forceField.ts';
import { type PairFormName, pairForm } from './pairForms.ts';
import { FUTURE_FORMS, POTENTIAL_SCHEMA } from './potentialSchema.ts';

const FILES: Readonly<Record<string, string>> = import.meta.glob('../../potentials/*.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Text of every set of the library by its name, the file name without .json. */
const LIBRARY: ReadonlyMap<string, string> = new Map(
  Object.entries(FILES)
    .map(([path, text]) => [path.replace(/^.*\/(.*)\.json$/, '$1'), text] as const)
    .filter(([name]) => name !== 'schema'),
);

/** What a file may leave out. */
interface RawPotential {
  readonly name?: string;
  readonly version?: number;
  readonly description?: string;
  readonly citation?: ForceField['citation'];
  readonly provenance?: ForceField['provenance'];
  readonly validFor?: string;
  readonly validTemperature?: [number, number];
  readonly knownFailures?: string;
  readonly measured?: ForceField['measured'];
  readonly species: Record<string, SpeciesDefinition & { shell?: object }>;
  readonly pairs: {
    between: [string, string];
    form: PairFormName | 'none' | 'table';
    params?: Record<string, number>;
  }[];
  readonly cutoff?: number;
  readonly truncation?: Truncation;
  readonly coulomb?: {
    method?: CoulombMethod;
    accuracy?: number;
    alpha?: number | null;
    order?: 3 | 5 | 7;
    differentiation?: 'ik' | 'ad';
  };
  readonly manyBody?: object;
}

/** Names of the library's sets. */
export function libraryNames(): string[] {
  return [...LIBRARY.keys()].sort();
}

/** The text of a library set, as its file has it. */
export function libraryText(name: string): string {
  const text = LIBRARY.get(name);
  if (text === undefined) {
    throw new InputError(`there is no potential "${name}" in the library${suggestion(name, libraryNames())}`);
  }
  return text;
}

/** A set of the library. */
export function libraryPotential(name: string): ForceField {
  return parsePotential(libraryText(name), `potentials/${name}.json`, name);
}

/**
 * Reads a potential file.
 * @param file its name for error messages
 * @param name what to call the set when the file does not say
 */
export function parsePotential(text: string, file: string, name = file): ForceField {
  const document = parseStructured(text, file);
  checkAgainstSchema(document, POTENTIAL_SCHEMA);
  const raw = document.value as RawPotential;
  const fail = (path: (string | number)[], message: string): never => {
    throw fieldError(document, path, message);
  };
  if (raw.manyBody) fail(['manyBody'], 'many-body models are not available in this version');
  for (const [label, { element, shell }] of Object.entries(raw.species)) {
    if (!ELEMENTS.has(element)) {
      fail(
        ['species', label, 'element'],
        `"${element}" is no element${suggestion(element, ELEMENTS.keys())}`,
      );
    }
    if (shell) fail(['species', label, 'shell'], 'core–shell species are not available in this version');
  }
  const pairs: PairTerm[] = [];
  const silentPairs: [string, string][] = [];
  raw.pairs.forEach(({ between, form, params }, i) => {
    for (const [k, label] of between.entries()) {
      if (!(label in raw.species)) {
        fail(
          ['pairs', i, 'between', k],
          `no species "${label}"${suggestion(label, Object.keys(raw.species))}`,
        );
      }
    }
    if ((FUTURE_FORMS as readonly string[]).includes(form)) {
      fail(['pairs', i, 'form'], `"${form}" is not available in this version`);
    }
    if (form === 'none') silentPairs.push(between);
    else
      pairs.push({ between, form: form as PairFormName, params: withDefaults(form as PairFormName, params) });
  });
  return {
    name: raw.name ?? name,
    version: raw.version ?? 1,
    description: raw.description ?? '',
    citation: raw.citation ?? [],
    provenance: raw.provenance ?? 'fitted',
    validFor: raw.validFor ?? 'not stated',
    ...(raw.validTemperature && { validTemperature: raw.validTemperature }),
    knownFailures: raw.knownFailures ?? 'not stated',
    measured: raw.measured ?? [],
    species: raw.species,
    pairs,
    silentPairs,
    cutoff: raw.cutoff ?? 10,
    truncation: raw.truncation ?? 'none',
    coulomb: {
      method: raw.coulomb?.method ?? 'auto',
      accuracy: raw.coulomb?.accuracy ?? 1e-5,
      alpha: raw.coulomb?.alpha ?? null,
      ...(raw.coulomb?.order && { order: raw.coulomb.order }),
      ...(raw.coulomb?.differentiation && { differentiation: raw.coulomb.differentiation }),
    },
  };
}

function withDefaults(form: PairFormName, params: Record<string, number> = {}): Record<string, number> {
  const presets = Object.entries(pairForm(form).params).flatMap(([name, { default: preset }]) =>
    preset === undefined ? [] : [[name, preset] as const],
  );
  return { ...Object.fromEntries(presets), ...params };
}
