/** Potential files → ForceField, and the library of sets that ships with the project (potentials/*.json). */
import { checkAgainstSchema, fieldError, type ParsedDocument, parseStructured } from '../core/document.ts';
import { ELEMENTS } from '../core/elements.ts';
import { InputError, suggestion } from '../core/errors.ts';
import { isSpeciesLabel } from '../model/system.ts';
import { type Curve, type CurvePoints, curveThrough } from './curve.ts';
import type { CoulombMethod, ForceField, PairTerm, SpeciesDefinition, Truncation } from './forceField.ts';
import { interactionsOf } from './interactions.ts';
import { type PairFormName, pairForm } from './pairForms.ts';
import { POTENTIAL_SCHEMA } from './potentialSchema.ts';
import { overflowOf } from './singlePrecision.ts';
import { parseTableFile } from './tableFile.ts';

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

/** A form given by points, as a file has it. */
interface RawPoints extends Partial<CurvePoints> {
  readonly file?: string;
}

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
    form: PairFormName | 'none';
    params?: Record<string, number> | RawPoints;
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
  readonly combinesWith?: string[];
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
 * @param tables texts of the table files that it names (`tableFiles`), by those names
 */
export function parsePotential(
  text: string,
  file: string,
  name = file,
  tables: ReadonlyMap<string, string> = new Map(),
): ForceField {
  const document = parseStructured(text, file);
  checkAgainstSchema(document, POTENTIAL_SCHEMA);
  const raw = document.value as RawPotential;
  const fail = (path: (string | number)[], message: string): never => {
    throw fieldError(document, path, message);
  };
  if (raw.manyBody) fail(['manyBody'], 'many-body models are not available in this version');
  for (const [label, { element, shell }] of Object.entries(raw.species)) {
    if (!isSpeciesLabel(label)) fail(['species', label], 'this is no name for a species');
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
  const warnings: string[] = [];
  raw.pairs.forEach(({ between, form, params }, i) => {
    for (const [k, label] of between.entries()) {
      if (!Object.hasOwn(raw.species, label)) {
        fail(
          ['pairs', i, 'between', k],
          `no species "${label}"${suggestion(label, Object.keys(raw.species))}`,
        );
      }
    }
    if (form === 'none') silentPairs.push(between);
    else if (pairForm(form).points) {
      const { curve, warnings: doubts } = readCurve(document, i, (params ?? {}) as RawPoints, tables);
      pairs.push({ between, form, params: {}, curve });
      warnings.push(...doubts);
    } else pairs.push({ between, form, params: withDefaults(form, params as Record<string, number>) });
  });
  const forceField: ForceField = {
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
    ...(raw.combinesWith && { combinesWith: raw.combinesWith }),
    ...(warnings.length > 0 && { warnings }),
  };
  let acting = 0;
  raw.pairs.forEach(({ form }, i) => {
    if (form === 'none') return;
    const overflow = overflowOf(pairs[acting++] as PairTerm, forceField.cutoff);
    if (overflow !== undefined) fail(['pairs', i, 'params'], overflow);
  });
  raw.pairs.forEach(({ between, form }, i) => {
    if (form === 'none' || !pairForm(form).points) return;
    const species = between.map((label) => ({ label, ...(raw.species[label] as SpeciesDefinition) }));
    try {
      interactionsOf(forceField, species, forceField.cutoff);
    } catch (error) {
      if (error instanceof InputError) fail(['pairs', i], error.message);
      throw error;
    }
  });
  return forceField;
}

/** Names of the table files that a potential file refers to, as it has them: relative to its own folder. */
export function tableFiles(text: string, file: string): string[] {
  const { value } = parseStructured(text, file);
  const pairs = (value as Partial<RawPotential> | null)?.pairs;
  const names = (Array.isArray(pairs) ? pairs : []).map(
    (pair) => (pair?.params as RawPoints | undefined)?.file,
  );
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

/** The curve of a term given by points, in a file or in place. */
function readCurve(
  document: ParsedDocument,
  pair: number,
  { file, r, V, F }: RawPoints,
  tables: ReadonlyMap<string, string>,
): { curve: Curve; warnings: string[] } {
  const path = ['pairs', pair, 'params'];
  if ((file !== undefined) === (r !== undefined || V !== undefined || F !== undefined)) {
    throw fieldError(document, path, 'expected either "file", or "r", "V" and "F"');
  }
  if (file !== undefined) {
    const text = tables.get(file);
    if (text === undefined) {
      const message = 'no file can be read beside this potential; give the points as "r", "V" and "F"';
      throw fieldError(document, [...path, 'file'], message);
    }
    const { points, lines } = parseTableFile(text, file);
    return curveThrough(points, (i) => (lines.length > 0 ? `${file}:${lines[i]}` : file));
  }
  const lengths = [r, V, F].map((column) => column?.length ?? 0);
  if (new Set(lengths).size > 1) {
    throw fieldError(document, path, `${lengths.join(', ')} numbers in r, V and F; expected as many in each`);
  }
  const points = { r, V, F } as CurvePoints;
  return curveThrough(
    points,
    (i) => `${document.file}:${document.lineOf([...path, 'r', i])}: pairs[${pair}], point ${i + 1}`,
  );
}

function withDefaults(form: PairFormName, params: Record<string, number> = {}): Record<string, number> {
  const presets = Object.entries(pairForm(form).params).flatMap(([name, { default: preset }]) =>
    preset === undefined ? [] : [[name, preset] as const],
  );
  return { ...Object.fromEntries(presets), ...params };
}
