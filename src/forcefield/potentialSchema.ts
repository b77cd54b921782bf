/**
 * JSON Schema of a potential file, made from the registry of pair forms: a new form brings its own schema.
 * potentials/schema.json is this object, written by every build of the command line.
 */
import type { JsonSchema } from '../core/document.ts';
import { COULOMB_METHODS } from './forceField.ts';
import { PAIR_FORMS, type PairFormDefinition, type ParamDefinition } from './pairForms.ts';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const number = (description: string, rest: object = {}): JsonSchema => ({
  type: 'number',
  description,
  ...rest,
});

function paramSchema({ unit, minimum, exclusive, default: preset }: ParamDefinition): JsonSchema {
  const bound = minimum === undefined ? {} : { [exclusive ? 'exclusiveMinimum' : 'minimum']: minimum };
  return number(unit, { ...bound, ...(preset !== undefined && { default: preset }) });
}

/** Points in a file or in place; that it is one of the two is checked where they are read. */
function pointsSchema(form: PairFormDefinition): JsonSchema {
  const column = (unit: string): JsonSchema => ({ type: 'array', items: number(unit), description: unit });
  return {
    type: 'object',
    description: form.formula,
    additionalProperties: false,
    properties: {
      file: text('columns r (Å), V (eV), F = −dV/dr (eV/Å); relative to this file'),
      r: column('Å, increasing'),
      V: column('eV'),
      F: column('−dV/dr, eV/Å'),
    },
  };
}

function paramsSchema(form: PairFormDefinition): JsonSchema {
  if (form.points) return pointsSchema(form);
  const entries = Object.entries(form.params);
  return {
    type: 'object',
    description: form.formula,
    additionalProperties: false,
    required: entries.filter(([, param]) => param.default === undefined).map(([name]) => name),
    properties: Object.fromEntries(entries.map(([name, param]) => [name, paramSchema(param)])),
  };
}

const forms = Object.entries(PAIR_FORMS) as [string, PairFormDefinition][];

/** Names that the file format knows and this version does not run yet. */

export const POTENTIAL_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'halide-md potential file',
  description: 'Units: Å, eV, e, u, K. Several entries for one pair of species add up.',
  type: 'object',
  additionalProperties: false,
  required: ['species', 'pairs'],
  properties: {
    $schema: text('where this schema stands'),
    name: text('name of the set; in the library the file name without .json'),
    version: { type: 'integer', minimum: 1, description: 'raised when a number changes' },
    description: text('what the set is'),
    citation: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['text'],
        properties: { text: text('author, journal, year'), doi: text('without https://doi.org/') },
      },
    },
    provenance: { enum: ['published', 'fitted'] },
    validFor: text('compositions, phases and temperatures the set may be used for'),
    validTemperature: {
      type: 'array',
      minItems: 2,
      maxItems: 2,
      items: number('K', { minimum: 0 }),
      description: 'lowest and highest temperature, K',
    },
    knownFailures: text('what the set gets wrong'),
    measured: {
      type: 'array',
      description: 'properties of the set beside their references',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['system', 'quantity', 'value', 'reference', 'unit'],
        properties: {
          system: text('compound and structure'),
          quantity: text('what was measured'),
          value: number('of this set'),
          reference: number('experiment or a better model'),
          unit: text('of both numbers'),
          note: text('how'),
        },
      },
    },
    species: {
      type: 'object',
      minProperties: 1,
      description: 'by label',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['element', 'mass', 'charge'],
        properties: {
          element: text('chemical symbol'),
          mass: number('u', { exclusiveMinimum: 0, maximum: 1e6 }),
          charge: number('e; what the forces see', { minimum: -100, maximum: 100 }),
          formalCharge: number('e; what conductivities use', { minimum: -9, maximum: 9 }),
          shell: { type: 'object', description: 'polarisable shell' },
        },
      },
    },
    pairs: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['between', 'form'],
        properties: {
          between: { type: 'array', minItems: 2, maxItems: 2, items: text('species label') },
          form: { enum: [...forms.map(([name]) => name), 'none'] },
          params: { type: 'object' },
          note: text('where this term comes from'),
        },
        allOf: forms.map(([name, form]) => ({
          if: { properties: { form: { const: name } }, required: ['form'] },
          // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
          then: { required: ['params'], properties: { params: paramsSchema(form) } },
        })),
      },
    },
    cutoff: number('Å; pair terms and real-space Coulomb', { exclusiveMinimum: 0, default: 10 }),
    truncation: { enum: ['none', 'shift', 'shiftForce'], default: 'none' },
    coulomb: {
      type: 'object',
      additionalProperties: false,
      properties: {
        method: { enum: COULOMB_METHODS, default: 'auto' },
        accuracy: number('rms force error over 14.4 eV/Å', {
          exclusiveMinimum: 0,
          maximum: 0.1,
          default: 1e-5,
        }),
        alpha: {
          type: ['number', 'null'],
          exclusiveMinimum: 0,
          description: '1/Å; null: from the accuracy, 0.2 for dsf',
        },
        order: {
          enum: [3, 5, 7],
          description: 'of the splines of a particle mesh; 7, or 5 with ik, when left out',
        },
        differentiation: {
          enum: ['ik', 'ad'],
          description:
            'of a particle mesh: on its waves (ik, three transforms back) or by the slopes of its splines (ad, one); ' +
            'ad with order 7, ik below, when left out',
        },
      },
    },
    combinesWith: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      description: 'names of sets that this one may be combined with, as a+b; none when left out',
    },
    manyBody: { type: 'object', description: 'many-body model' },
  },
};
