/**
 * Structured documents (JSON, YAML) and their check against a JSON Schema. Every mistake is reported with the line it
 * stands on, the field it concerns, what was expected and what was found; unknown fields name the nearest known one.
 */
import { type Schema, Validator } from '@cfworker/json-schema';
import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { InputError, type SourceLocation, suggestion } from './errors.ts';
import { lineTooDeep } from './nesting.ts';
import { hasInvisible } from './printable.ts';
import { quote } from './text.ts';

/** Longest document, characters: four thousand points of a table in place; the parser takes seconds for brackets alone. */
export const LONGEST_DOCUMENT = 2 ** 18;
/** Deepest nesting of lists and objects; the formats here need eight levels. */
const DEEPEST = 64;
const TOO_DEEP = 'lists and objects are nested deeper than';

/** A parsed document that remembers where its fields stand. */
export interface ParsedDocument {
  readonly file: string;
  readonly value: unknown;
  /** Line (from 1) of a field, or of the nearest field around it that exists. */
  lineOf(path: readonly (string | number)[]): number | undefined;
}

/** A JSON Schema as a plain object; only the keywords used here are typed. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

/**
 * Parses JSON or YAML (of which JSON is a part). What comes out is plain: objects, lists, finite numbers, true, false, null
 * and texts that can be shown.
 */
export function parseStructured(text: string, file: string): ParsedDocument {
  if (text.length > LONGEST_DOCUMENT) {
    throw new InputError(
      `a document of more than ${LONGEST_DOCUMENT / 2 ** 10} KiB is not read; long tables belong in files`,
      { file },
    );
  }
  const deep = lineTooDeep(text, DEEPEST);
  if (deep !== undefined) throw new InputError(`${TOO_DEEP} ${DEEPEST} levels`, { file, line: deep });
  const lines = new LineCounter();
  const { document, value } = parsed(text, file, lines);
  const result: ParsedDocument = {
    file,
    value,
    lineOf(path) {
      for (let length = path.length; length >= 0; length--) {
        const node = document.getIn(path.slice(0, length), true) as
          | { range?: [number, number, number] }
          | undefined;
        if (node?.range) return lines.linePos(node.range[0]).line;
      }
      return undefined;
    },
  };
  checkPlain(result);
  return result;
}

function parsed(text: string, file: string, lines: LineCounter): { document: Document; value: unknown } {
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'error',
      // Its own search compares every key with every other one.
      uniqueKeys: false,
    });
    const [problem] = document.errors;
    if (problem) {
      const { line } = lines.linePos(problem.pos[0]);
      throw new InputError(problem.message.replace(/\s+/g, ' '), { file, line });
    }
    refuseRepeatedKeys(document, (offset) => ({ file, line: lines.linePos(offset).line }));
    return { document, value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError((error as Error).message, { file });
  }
}

function refuseRepeatedKeys(document: Document, locationOf: (offset: number) => SourceLocation): void {
  visit(document, {
    Map(_, { items }) {
      const known = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (known.has(name)) {
          throw new InputError(`the field ${quote(name)} comes twice`, locationOf(key.range?.[0] ?? 0));
        }
        known.add(name);
      }
    },
  });
}

/** Throws for what JSON cannot say, though YAML can: .nan, dates, sets, loops; and for text that hides something. */
export function checkPlain(
  document: ParsedDocument,
  value = document.value,
  path: readonly (string | number)[] = [],
): void {
  if (path.length > DEEPEST) {
    throw at(document, path.slice(0, 3), `${TOO_DEEP} ${DEEPEST} levels`);
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw fieldError(document, path, `expected a finite number, found ${value}`);
  }
  if (typeof value === 'string') checkText(document, path, value);
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [i, entry] of value.entries()) checkPlain(document, entry, [...path, i]);
    return;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) {
    throw fieldError(document, path, `expected a value that JSON knows, found a ${value.constructor.name}`);
  }
  for (const [key, entry] of Object.entries(value)) {
    checkText(document, path, key);
    checkPlain(document, entry, [...path, key]);
  }
}

function checkText(document: ParsedDocument, path: readonly (string | number)[], text: string): void {
  if (!hasInvisible(text.replace(/[\n\t]/g, ' '))) return;
  throw fieldError(document, path, `expected text without control characters, found ${quote(text)}`);
}

/** Throws an InputError for the first mistake of a document against a schema. */
export function checkAgainstSchema(document: ParsedDocument, schema: JsonSchema): void {
  const { errors } = new Validator(schema as Schema, '2020-12', false).validate(document.value);
  const unknownFields = errors.filter(
    ({ keyword, keywordLocation }) =>
      keyword === 'additionalProperties' &&
      schemaAt(schema, keywordLocation)?.['additionalProperties'] === false,
  );
  const [mistake] = [...unknownFields, ...errors.filter(({ keyword }) => !CONTAINERS.has(keyword))];
  if (!mistake) return;
  const path = pathOf(mistake.instanceLocation);
  if (mistake.keyword === 'additionalProperties') {
    const name = /"((?:[^"\\]|\\.)*)"/.exec(mistake.error)?.[1] ?? '';
    const known = Object.keys(schemaAt(schema, mistake.keywordLocation)?.properties ?? {});
    throw at(document, [...path, name], `unknown field ${label([...path, name])}${suggestion(name, known)}`);
  }
  if (mistake.keyword === 'required') {
    const name = /"((?:[^"\\]|\\.)*)"/.exec(mistake.error)?.[1] ?? '';
    throw at(document, path, `${label([...path, name])} is missing`);
  }
  const rule = schemaAt(schema, mistake.keywordLocation) ?? {};
  const expected = expectation(rule, mistake.keyword);
  throw at(
    document,
    path,
    `${label(path)}: expected ${expected}, found ${shown(valueAt(document.value, path))}`,
  );
}

/** An InputError at a field of a document. */
export function fieldError(
  document: ParsedDocument,
  path: readonly (string | number)[],
  message: string,
): InputError {
  return at(document, path, `${label(path)}: ${message}`);
}

/** Keywords that only say that something inside them failed. */
const CONTAINERS = new Set([
  'properties',
  'items',
  'prefixItems',
  'additionalProperties',
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  'then',
  '$ref',
  'false',
]);

const TYPE_NAMES: Readonly<Record<string, string>> = {
  number: 'a number',
  integer: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function at(document: ParsedDocument, path: readonly (string | number)[], message: string): InputError {
  const line = document.lineOf(path);
  return new InputError(message, { file: document.file, ...(line !== undefined && { line }) });
}

/** `#/stages/0/timestep` → ['stages', 0, 'timestep']. */
function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** `stages[0].timestep`; the whole document when the path is empty. */
function label(path: readonly (string | number)[]): string {
  if (path.length === 0) return 'the document';
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${part}`))
    .join('');
}

function schemaAt(schema: JsonSchema, location: string): JsonSchema | undefined {
  let here: unknown = schema;
  for (const part of pathOf(location).slice(0, -1)) {
    // A reference is followed where it stands; the location then names it once more.
    if (part === '$ref') continue;
    here = (here as Record<string, unknown> | undefined)?.[part];
    const reference = (here as JsonSchema | undefined)?.['$ref'];
    if (typeof reference === 'string') {
      here = pathOf(reference).reduce<unknown>((node, name) => (node as JsonSchema)?.[name], schema);
    }
  }
  return here as JsonSchema | undefined;
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (node, part) => (node as Record<string | number, unknown> | undefined)?.[part],
    value,
  );
}

function expectation(rule: JsonSchema, keyword: string): string {
  const described = typeof rule['description'] === 'string' ? ` (${rule['description']})` : '';
  switch (keyword) {
    case 'enum':
      return `one of ${(rule['enum'] as unknown[]).map((one) => JSON.stringify(one)).join(', ')}`;
    case 'const':
      return JSON.stringify(rule['const']);
    case 'exclusiveMinimum':
      return `a number above ${rule['exclusiveMinimum']}${described}`;
    case 'minimum':
      return `a number of at least ${rule['minimum']}${described}`;
    case 'exclusiveMaximum':
    case 'maximum':
      return `a number of at most ${rule['maximum'] ?? rule['exclusiveMaximum']}${described}`;
    case 'minItems':
    case 'maxItems':
      return `${rule['minItems'] ?? 0} to ${rule['maxItems'] ?? 'any number of'} entries${described}`;
    case 'type': {
      const types = [rule['type']].flat().map((type) => TYPE_NAMES[type as string] ?? String(type));
      return `${types.join(' or ')}${described}`;
    }
    default:
      return `something that meets "${keyword}": ${JSON.stringify(rule[keyword])}${described}`;
  }
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : quoteUnlessNumber(value);
}

function quoteUnlessNumber(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
