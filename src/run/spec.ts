/**
 * The run specification: one JSON (or YAML) file that says what is simulated. Validated against a schema, every default
 * filled in, so that two runs with the same completed spec are the same run.
 */
import {
  checkAgainstSchema,
  fieldError,
  type JsonSchema,
  type ParsedDocument,
  parseStructured,
} from '../core/document.ts';
import { InputError } from '../core/errors.ts';
import { INTEGRATORS } from '../engine/integrators.ts';

export interface MinimizeStage {
  readonly name: string;
  readonly do: 'minimize';
  readonly cell: 'fixed';
  /** eV/Å */
  readonly fmax: number;
  readonly maxSteps: number;
}

export interface DynamicStage {
  readonly name: string;
  readonly do: 'nvt' | 'nve';
  readonly thermostat?: 'csvr' | 'langevin';
  /** K; of an nve stage: what initial velocities are drawn at */
  readonly temperature?: number;
  /** fs */
  readonly tau: number;
  readonly duration: number;
  readonly timestep: number;
  readonly production: boolean;
}

export type Stage = MinimizeStage | DynamicStage;

export interface RunSpec {
  readonly title: string;
  readonly structure: string;
  readonly supercell: readonly [number, number, number];
  readonly seed: number;
  readonly potential: string;
  /** Å; null: the potential's */
  readonly cutoff: number | null;
  /** null: the potential's */
  readonly accuracy: number | null;
  readonly velocities: 'maxwell' | 'file';
  readonly stages: readonly Stage[];
  readonly replicas: { readonly temperature: readonly number[] | null; readonly seed: readonly number[] };
  /** The species whose transport is asked for; null: every cation of charge +1. */
  readonly mobile: string | null;
  readonly record: {
    readonly trajectory: { readonly file: string; readonly every: number };
    readonly series: { readonly every: number };
    readonly checkpoint: { readonly every: number };
  };
  readonly analysis: readonly AnalysisName[];
}

export const ANALYSES = ['msd', 'conductivity'] as const;
export type AnalysisName = (typeof ANALYSES)[number];

/** Known to the format, not run by this version: refused by name instead of being called unknown. */
const FUTURE = {
  fields: ['build', 'until'],
  stages: ['npt'],
  cells: ['iso', 'aniso', 'full'],
  thermostats: ['noseHoover'],
  analyses: ['rdf', 'sites', 'density', 'arrhenius'],
} as const;

const positive = (description: string, preset?: number): JsonSchema => ({
  type: 'number',
  exclusiveMinimum: 0,
  description,
  ...(preset !== undefined && { default: preset }),
});
const count = (description: string, minimum = 1): JsonSchema => ({ type: 'integer', minimum, description });
const name: JsonSchema = { type: 'string', minLength: 1, description: 'text' };
const temperature = positive('K');

const minimizeSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name,
    do: { const: 'minimize' },
    cell: { enum: ['fixed', ...FUTURE.cells] },
    fmax: positive('eV/Å'),
    maxSteps: count('steps'),
  },
};

const dynamics = {
  name,
  temperature,
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
    do: { enum: ['nvt', ...FUTURE.stages] },
    thermostat: { enum: ['csvr', 'langevin', ...FUTURE.thermostats] },
    tau: positive('fs'),
    pressure: { type: 'number' },
    cell: { type: 'string' },
  },
};

const nveSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['duration'],
  properties: { ...dynamics, do: { const: 'nve' } },
};

// biome-ignore-start lint/suspicious/noThenProperty: the keyword of JSON Schema
const stageSchema: JsonSchema = {
  type: 'object',
  required: ['do'],
  properties: { do: { enum: ['minimize', 'nvt', 'nve', ...FUTURE.stages] } },
  allOf: [
    { if: { properties: { do: { const: 'minimize' } } }, then: minimizeSchema },
    { if: { properties: { do: { enum: ['nvt', ...FUTURE.stages] } } }, then: nvtSchema },
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
    seed: { type: 'integer', minimum: 0, maximum: 4294967295, description: '32 bits' },
    build: { type: 'object' },
    potential: name,
    cutoff: { type: ['number', 'null'], exclusiveMinimum: 0, description: 'Å' },
    accuracy: { type: ['number', 'null'], exclusiveMinimum: 0, maximum: 0.1, description: 'of 14.4 eV/Å' },
    velocities: { enum: ['maxwell', 'file'] },
    stages: { type: 'array', minItems: 1, items: stageSchema },
    replicas: {
      type: 'object',
      additionalProperties: false,
      properties: {
        temperature: { type: ['array', 'null'], minItems: 1, items: temperature },
        seed: { type: 'array', minItems: 1, items: { type: 'integer', minimum: 0, maximum: 4294967295 } },
      },
    },
    until: { type: 'object' },
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
    analysis: { type: 'array', items: { enum: [...ANALYSES, ...FUTURE.analyses] } },
  },
};

type Raw<T> = { -readonly [K in keyof T]?: T[K] };

/** A stage as the file has it, checked by the schema. */
type RawStage = Raw<Omit<MinimizeStage, 'do'> & Omit<DynamicStage, 'do'>> & { do: Stage['do'] };

/**
 * Parses and completes a run specification.
 * @param overrides `path=value` pairs, e.g. `stages.1.temperature=700`
 */
export function parseRunSpec(text: string, file: string, overrides: readonly string[] = []): RunSpec {
  const document = withOverrides(parseStructured(text, file), overrides);
  checkAgainstSchema(document, RUN_SPEC_SCHEMA);
  refuseFuture(document);
  const raw = document.value as Raw<Omit<RunSpec, 'stages' | 'replicas' | 'record'>> & {
    structure: string;
    potential: string;
    stages: RawStage[];
    replicas?: { temperature?: number[] | null; seed?: number[] };
    record?: {
      trajectory?: { file?: string; every?: number };
      series?: { every?: number };
      checkpoint?: { every?: number };
    };
  };
  const stages = completeStages(document, raw.stages);
  const seed = raw.seed ?? 1;
  const spec: RunSpec = {
    title: raw.title ?? raw.structure.replace(/^.*\//, '').replace(/\.[^.]*$/, ''),
    structure: raw.structure,
    supercell: raw.supercell ?? [1, 1, 1],
    seed,
    potential: raw.potential,
    cutoff: raw.cutoff ?? null,
    accuracy: raw.accuracy ?? null,
    velocities: raw.velocities ?? 'maxwell',
    stages,
    replicas: { temperature: raw.replicas?.temperature ?? null, seed: raw.replicas?.seed ?? [seed] },
    mobile: raw.mobile ?? null,
    record: {
      trajectory: { file: 'trajectory.extxyz', every: 50, ...raw.record?.trajectory },
      series: { every: 50, ...raw.record?.series },
      checkpoint: { every: 5000, ...raw.record?.checkpoint },
    },
    analysis: raw.analysis ?? [...ANALYSES],
  };
  checkConsistency(document, spec);
  return spec;
}

/** Temperatures (K) and seeds of the replicas: the product of the two lists, temperatures outermost. */
export function replicaGrid(spec: RunSpec): { temperature: number | null; seed: number }[] {
  const temperatures = spec.replicas.temperature ?? [null];
  return temperatures.flatMap((temperature) => spec.replicas.seed.map((seed) => ({ temperature, seed })));
}

/** Whole steps of a dynamic stage. */
export function stageSteps({ duration, timestep }: DynamicStage): number {
  return Math.max(1, Math.round(duration / timestep));
}

export function isDynamic(stage: Stage): stage is DynamicStage {
  return stage.do !== 'minimize';
}

function completeStages(document: ParsedDocument, raw: readonly RawStage[]): Stage[] {
  const flagged = raw.some(({ production }) => production === true);
  const lastDynamic = raw.findLastIndex(({ do: what }) => what !== 'minimize');
  return raw.map((stage, i): Stage => {
    const title = stage.name ?? `${stage.do} ${i + 1}`;
    if (stage.do === 'minimize') {
      return {
        name: title,
        do: 'minimize',
        cell: 'fixed',
        fmax: stage.fmax ?? 0.01,
        maxSteps: stage.maxSteps ?? 2000,
      };
    }
    if (stage.duration === undefined) throw fieldError(document, ['stages', i], 'duration is missing');
    return {
      name: title,
      do: stage.do,
      ...(stage.do === 'nvt' && { thermostat: stage.thermostat ?? 'csvr' }),
      ...(stage.temperature !== undefined && { temperature: stage.temperature }),
      tau: stage.tau ?? 100,
      duration: stage.duration,
      timestep: stage.timestep ?? 1,
      production: stage.production ?? (!flagged && i === lastDynamic),
    };
  });
}

/** Demands that no schema can say. */
function checkConsistency(document: ParsedDocument, spec: RunSpec): void {
  const firstDynamic = spec.stages.findIndex(isDynamic);
  const first = spec.stages[firstDynamic];
  if (
    first &&
    isDynamic(first) &&
    spec.velocities === 'maxwell' &&
    first.temperature === undefined &&
    spec.replicas.temperature === null
  ) {
    throw fieldError(
      document,
      ['stages', firstDynamic],
      'temperature is missing: the first velocities are drawn at it ("velocities": "file" keeps those of the structure)',
    );
  }
  const timesteps = spec.stages.flatMap((stage, i) =>
    isDynamic(stage) && stage.production ? [{ i, timestep: stage.timestep }] : [],
  );
  const odd = timesteps.find(({ timestep }) => timestep !== timesteps[0]?.timestep);
  if (odd) {
    throw fieldError(
      document,
      ['stages', odd.i, 'timestep'],
      'production stages must share one timestep, or their frames are not evenly spaced in time',
    );
  }
  const replicas = spec.replicas.seed.length * (spec.replicas.temperature?.length ?? 1);
  if (replicas > 4096)
    throw fieldError(document, ['replicas'], `${replicas} replicas; at most 4096 share a run`);
  const { file } = spec.record.trajectory;
  if (/[\\/]/.test(file)) {
    throw fieldError(document, ['record', 'trajectory', 'file'], 'expected a file name without a folder');
  }
}

function refuseFuture(document: ParsedDocument): void {
  const value = document.value as Record<string, unknown>;
  const refuse = (path: (string | number)[], what: string, instead: string): never => {
    throw fieldError(document, path, `${what} is not available in this version; ${instead}`);
  };
  for (const field of FUTURE.fields) {
    const given = value[field];
    // An ordering rule without substitutions asks for nothing of an ordered structure.
    const asks = Object.entries((given ?? {}) as object).some(
      ([key, x]) => key !== 'order' && [x].flat().length > 0,
    );
    if (asks) refuse([field], `"${field}"`, 'leave it out');
  }
  (value['stages'] as Record<string, unknown>[]).forEach((stage, i) => {
    if (stage['do'] === 'npt') refuse(['stages', i, 'do'], '"npt"', 'use "nvt" at the volume you want');
    if (stage['do'] === 'minimize' && (stage['cell'] ?? 'fixed') !== 'fixed') {
      refuse(['stages', i, 'cell'], 'relaxing the cell', 'use "fixed"');
    }
    for (const field of stage['do'] === 'nvt' ? ['pressure', 'cell'] : []) {
      if (field in stage) {
        throw fieldError(document, ['stages', i, field], 'belongs to an npt stage, this one is nvt');
      }
    }
    if (stage['thermostat'] === 'noseHoover') {
      const known = Object.keys(INTEGRATORS).filter((one) => one !== 'nve');
      refuse(['stages', i, 'thermostat'], '"noseHoover"', `use one of ${known.join(', ')}`);
    }
  });
  ((value['analysis'] ?? []) as string[]).forEach((one, i) => {
    if ((FUTURE.analyses as readonly string[]).includes(one)) {
      refuse(['analysis', i], `the analysis "${one}"`, `this one has ${ANALYSES.join(', ')}`);
    }
  });
}

/** Applies `path=value` overrides: dots or brackets separate fields, values are JSON or plain text. */
function withOverrides(document: ParsedDocument, overrides: readonly string[]): ParsedDocument {
  if (overrides.length === 0) return document;
  const value = structuredClone(document.value) as Record<string | number, unknown>;
  for (const override of overrides) {
    const equals = override.indexOf('=');
    if (equals < 1)
      throw new InputError(`--set ${override}: expected path=value, e.g. stages.1.temperature=700`);
    const path = override
      .slice(0, equals)
      .split(/[.[\]]+/)
      .filter(Boolean)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    let node = value;
    for (const part of path.slice(0, -1)) {
      node[part] ??= {};
      const next = node[part];
      if (typeof next !== 'object' || next === null) {
        throw new InputError(`--set ${override}: ${String(part)} is not an object or list`);
      }
      node = next as Record<string | number, unknown>;
    }
    node[path.at(-1) as string | number] = literal(override.slice(equals + 1));
  }
  return { ...document, value };
}

function literal(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
