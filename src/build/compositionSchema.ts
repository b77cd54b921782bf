/** Changes of composition in a run specification: the JSON Schema of their fields, and how they are read. */
import { fieldError, type JsonSchema, type ParsedDocument } from '../core/document.ts';
import { InputError } from '../core/errors.ts';
import {
  type Antisite,
  type Composition,
  type HowMany,
  type Insertion,
  PLACEMENTS,
  type Substitution,
  type Vacancy,
} from './operations.ts';
import { parseAntisite, parseInsertion, parseSubstitution, parseVacancy } from './operationText.ts';

const name: JsonSchema = { type: 'string', minLength: 1, maxLength: 100 };
const share: JsonSchema = {
  type: 'number',
  minimum: 0,
  maximum: 1,
  description: 'a share; counts are {"count": 3}',
};
const count: JsonSchema = {
  type: 'integer',
  minimum: 0,
  maximum: 999999999,
  description: 'atoms or formula units',
};
const howMany = { count, fraction: { type: 'number', minimum: 0, maximum: 1 } };
const MOST_OPERATIONS = 100;

// biome-ignore-start lint/suspicious/noThenProperty: the keyword of JSON Schema
const amount: JsonSchema = {
  if: { type: 'object' },
  then: { type: 'object', additionalProperties: false, required: ['count'], properties: { count } },
  else: share,
};
const sites: JsonSchema = {
  type: 'array',
  minItems: 1,
  maxItems: 1000,
  items: {
    type: 'array',
    minItems: 3,
    maxItems: 3,
    items: { type: 'number', minimum: -100, maximum: 100, description: 'fractional coordinate' },
  },
};
const balance: JsonSchema = {
  if: { type: 'object' },
  then: {
    type: 'object',
    additionalProperties: false,
    required: ['species', 'sites'],
    properties: { species: name, sites },
  },
  else: { type: ['string', 'null'], minLength: 1, maxLength: 100 },
};
/** A list whose entries are objects, or texts of operationText.ts. */
const operations = (required: readonly string[], properties: Record<string, JsonSchema>): JsonSchema => ({
  type: 'array',
  maxItems: MOST_OPERATIONS,
  items: {
    if: { type: 'string' },
    then: { type: 'string', minLength: 1, maxLength: 10000 },
    else: { type: 'object', additionalProperties: false, required, properties },
  },
});
// biome-ignore-end lint/suspicious/noThenProperty: the keyword of JSON Schema

/** Fields of `build` in a run specification. */
export const COMPOSITION_PROPERTIES: Readonly<Record<string, JsonSchema>> = {
  substitute: operations(['species', 'by'], {
    species: name,
    by: { type: 'object', minProperties: 1, maxProperties: 50, additionalProperties: amount },
    balance,
  }),
  antisites: operations(['swap'], {
    swap: { type: 'array', minItems: 2, maxItems: 2, items: name },
    ...howMany,
  }),
  vacancies: operations(['remove'], { remove: name, ...howMany, balance }),
  insert: operations(['species', 'sites'], { species: name, sites, ...howMany, balance }),
  placement: { enum: [...PLACEMENTS] },
  charges: {
    type: 'object',
    maxProperties: 100,
    additionalProperties: { type: 'integer', minimum: -9, maximum: 9, description: 'oxidation state' },
  },
};

/** A composition as a document has it, checked against COMPOSITION_PROPERTIES. */
export interface RawComposition {
  readonly substitute?: readonly (string | Substitution)[];
  readonly antisites?: readonly (string | Antisite)[];
  readonly vacancies?: readonly (string | Vacancy)[];
  readonly insert?: readonly (string | Insertion)[];
  readonly placement?: Composition['placement'];
  readonly charges?: Composition['charges'];
}

/** Completes a composition. Throws an InputError that names the field and its line. */
export function parseComposition(
  document: ParsedDocument,
  raw: RawComposition,
  path: readonly (string | number)[],
): Composition {
  const list = <T extends object>(
    field: string,
    entries: readonly (string | T)[] | undefined,
    parse: (text: string, what: string) => T,
    check?: (entry: T & HowMany, here: readonly (string | number)[]) => void,
  ): T[] =>
    (entries ?? []).map((entry, i) => {
      const here = [...path, field, i];
      if (typeof entry === 'string') return fromText(document, here, entry, parse);
      check?.(entry, here);
      return entry;
    });
  const one = (entry: HowMany, here: readonly (string | number)[]): void => {
    if ((entry.count === undefined) === (entry.fraction === undefined)) {
      throw fieldError(document, here, 'expected either "count" or "fraction"');
    }
  };
  const atMostOne = (entry: HowMany, here: readonly (string | number)[]): void => {
    if (entry.count !== undefined && entry.fraction !== undefined) one(entry, here);
  };
  return {
    substitute: list('substitute', raw.substitute, parseSubstitution),
    antisites: list('antisites', raw.antisites, parseAntisite, one),
    vacancies: list('vacancies', raw.vacancies, parseVacancy, one),
    insert: list('insert', raw.insert, parseInsertion, atMostOne),
    placement: raw.placement ?? 'random',
    charges: raw.charges ?? {},
  };
}

function fromText<T>(
  document: ParsedDocument,
  path: readonly (string | number)[],
  text: string,
  parse: (text: string, what: string) => T,
): T {
  try {
    return parse(text, '');
  } catch (error) {
    if (error instanceof InputError) throw fieldError(document, path, error.message.replace(/^: /, ''));
    throw error;
  }
}
