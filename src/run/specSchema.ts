/** The JSON Schema of a run specification. */
import type { AnalysisOptions } from '../analysis/analysis.ts';
import { FRAME_ANALYSES } from '../analysis/frameAnalyses.ts';
import { ANALYSES } from '../analysis/index.ts';
import { COMPOSITION_PROPERTIES } from '../build/compositionSchema.ts';
import { FARTHEST } from '../build/exclusions.ts';
import { ORDERINGS, SITE_FREEDOMS } from '../build/order.ts';
import type { JsonSchema } from '../core/document.ts';
import { BAROSTAT_NAMES } from '../engine/barostat.ts';
import { COULOMB_METHODS } from '../forcefield/forceField.ts';

const positive = (description: string, preset?: number): JsonSchema => ({
  type: 'number',
  exclusiveMinimum: 0,
  description,
  ...(preset !== undefined && { default: preset }),
});
/** Steps and draws of random numbers are counted in 32 bits. */
export const LARGEST_COUNT = 4294967295;
const count = (description: string, minimum = 1): JsonSchema => ({
  type: 'integer',
  minimum,
  maximum: LARGEST_COUNT,
  description,
});
/** Options of an analysis, out of its own table of them. */
function optionsSchema(options: AnalysisOptions): JsonSchema {
  const properties = Object.entries(options).map(([key, option]): [string, JsonSchema] => [
    key,
    {
      type: typeof option.default,
      description: option.unit ?? option.help,
      ...(option.choices && { enum: [...option.choices] }),
      ...(option.range && { minimum: option.range[0], maximum: option.range[1] }),
    },
  ]);
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
}

/** Every name that the list of analyses may have. */
export const ANALYSIS_NAMES: readonly string[] = [...Object.keys(ANALYSES), ...Object.keys(FRAME_ANALYSES)];

const name: JsonSchema = { type: 'string', minLength: 1 };
const temperature = positive('K');
/** A number, or two: from the first step of a stage to its last along a line. */
const ramp = (end: JsonSchema): JsonSchema => ({
  if: { type: 'array' },
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  then: { type: 'array', minItems: 2, maxItems: 2, items: end },
  else: end,
});
/** Species by label or element. */
const frozen: JsonSchema = { type: 'array', items: name };
const CELL_SHAPES = ['iso', 'aniso', 'full'];
const field: JsonSchema = {
  type: ['array', 'null'],
  minItems: 3,
  maxItems: 3,
  items: { type: 'number', description: 'V/Å' },
};
const cell: JsonSchema = { enum: CELL_SHAPES };
const pressure: JsonSchema = { type: 'number', minimum: -1000, maximum: 1000, description: 'GPa' };

const minimizeSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name,
    do: { const: 'minimize' },
    frozen,
    cell: { enum: ['fixed', ...CELL_SHAPES] },
    pressure,
    fmax: positive('eV/Å'),
    smax: positive('GPa'),
    maxSteps: count('steps'),
  },
};

const dynamics = {
  name,
  frozen,
  duration: positive('fs'),
  timestep: { ...positive('fs'), maximum: 20 },
  production: { type: 'boolean' },
};

const nvtSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['temperature', 'duration'],
  properties: {
    ...dynamics,
    do: { const: 'nvt' },
    field,
    temperature: ramp(temperature),
    thermostat: { enum: ['csvr', 'langevin', 'noseHoover'] },
    tau: positive('fs'),
  },
};

// A cell that a field drives ions through has no stress to hold.
const { field: _, ...withoutField } = nvtSchema.properties as Record<string, JsonSchema>;

const nptSchema: JsonSchema = {
  ...nvtSchema,
  properties: {
    ...withoutField,
    do: { const: 'npt' },
    pressure: ramp(pressure),
    cell,
    barostat: { enum: [...BAROSTAT_NAMES] },
    tauP: positive('fs'),
    compressibility: positive('1/GPa'),
  },
};

const nveSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['duration'],
  properties: { ...dynamics, do: { const: 'nve' }, temperature, field },
};

// biome-ignore-start lint/suspicious/noThenProperty: the keyword of JSON Schema
const stageSchema: JsonSchema = {
  type: 'object',
  required: ['do'],
  properties: { do: { enum: ['minimize', 'nvt', 'npt', 'nve'] } },
  allOf: [
    { if: { properties: { do: { const: 'minimize' } } }, then: minimizeSchema },
    { if: { properties: { do: { const: 'nvt' } } }, then: nvtSchema },
    { if: { properties: { do: { const: 'npt' } } }, then: nptSchema },
    { if: { properties: { do: { const: 'nve' } } }, then: nveSchema },
  ],
};
// biome-ignore-end lint/suspicious/noThenProperty: the keyword of JSON Schema

const every = (minimum = 1): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  properties: { every: count('steps', minimum) },
});

export const RUN_SPEC_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['structure', 'potential', 'stages'],
  properties: {
    $schema: { type: 'string' },
    title: name,
    structure: name,
    supercell: { type: 'array', minItems: 3, maxItems: 3, items: count('repeats') },
    seed: { type: 'integer', minimum: 0, maximum: LARGEST_COUNT, description: '32 bits' },
    build: {
      type: 'object',
      additionalProperties: false,
      properties: {
        order: { enum: [...ORDERINGS, null] },
        sites: { enum: SITE_FREEDOMS },
        exclude: {
          type: 'object',
          maxProperties: 50,
          additionalProperties: { type: 'number', minimum: 0, maximum: FARTHEST, description: 'Å' },
        },
        ...COMPOSITION_PROPERTIES,
      },
    },
    potential: name,
    cutoff: { type: ['number', 'null'], exclusiveMinimum: 0, description: 'Å' },
    accuracy: { type: ['number', 'null'], exclusiveMinimum: 0, maximum: 0.1, description: 'of 14.4 eV/Å' },
    method: { enum: [...COULOMB_METHODS, null], description: 'long-range Coulomb' },
    velocities: { enum: ['maxwell', 'file'] },
    stages: { type: 'array', minItems: 1, items: stageSchema },
    replicas: {
      type: 'object',
      additionalProperties: false,
      properties: {
        temperature: { type: ['array', 'null'], minItems: 1, items: temperature },
        seed: { type: 'array', minItems: 1, items: { type: 'integer', minimum: 0, maximum: LARGEST_COUNT } },
      },
    },
    until: {
      type: ['object', 'null'],
      additionalProperties: false,
      required: ['conductivity', 'maxDuration'],
      properties: {
        conductivity: {
          type: 'object',
          additionalProperties: false,
          required: ['relativeError'],
          properties: {
            relativeError: { type: 'number', exclusiveMinimum: 0, maximum: 0.5, description: 'of σ' },
            estimator: { enum: ['collective', 'nernstEinstein'] },
            mobile: { type: ['string', 'null'] },
          },
        },
        maxDuration: positive('fs'),
      },
    },
    mobile: { type: ['string', 'null'] },
    record: {
      type: 'object',
      additionalProperties: false,
      properties: {
        trajectory: {
          type: 'object',
          additionalProperties: false,
          properties: { file: name, every: count('steps') },
        },
        series: every(),
        checkpoint: every(),
      },
    },
    analysis: {
      type: 'array',
      items: {
        type: ['string', 'object'],
        description: 'a name, or a name with options',
        maxProperties: 1,
        minProperties: 1,
        additionalProperties: false,
        properties: Object.fromEntries(
          Object.entries(FRAME_ANALYSES).map(([name, { options }]) => [name, optionsSchema(options)]),
        ),
      },
    },
  },
};
