/**
 * The run specification: one JSON (or YAML) file that says what is simulated. Validated against a schema, every default
 * filled in, so that two runs with the same completed spec are the same run.
 */
import { ANALYSES, type AnalysisName } from '../analysis/index.ts';
import {
  checkAgainstSchema,
  checkPlain,
  fieldError,
  LONGEST_DOCUMENT,
  type ParsedDocument,
  parseStructured,
} from '../core/document.ts';
import { InputError } from '../core/errors.ts';
import type { BarostatSettings, CellShape } from '../engine/barostat.ts';
import type { CoulombMethod } from '../forcefield/forceField.ts';
import { fileNameProblem } from './fileName.ts';
import { FUTURE, LARGEST_COUNT, RUN_SPEC_SCHEMA } from './specSchema.ts';

export interface MinimizeStage {
  readonly name: string;
  readonly do: 'minimize';
  readonly cell: 'fixed' | CellShape;
  /** GPa */
  readonly pressure: number;
  /** eV/Å */
  readonly fmax: number;
  /** GPa: largest deviation of the stress from the pressure, where the cell is not fixed. */
  readonly smax: number;
  readonly maxSteps: number;
  /** Species, by label or element, that stand still. */
  readonly frozen: readonly string[];
}

interface Dynamics {
  readonly name: string;
  /** fs */
  readonly duration: number;
  /** fs */
  readonly timestep: number;
  readonly production: boolean;
  /** Species, by label or element, that stand still. */
  readonly frozen: readonly string[];
}

/** One value, or a line from the first to the second over a stage. */
export type Ramp = number | readonly [number, number];

interface Thermostatted extends Dynamics {
  readonly thermostat: 'csvr' | 'langevin' | 'noseHoover';
  /** K */
  readonly temperature: Ramp;
  /** Relaxation time of the thermostat, fs. */
  readonly tau: number;
}

export interface NvtStage extends Thermostatted {
  readonly do: 'nvt';
  /** Uniform electric field, V/Å. */
  readonly field: readonly [number, number, number] | null;
}

export interface NptStage extends Thermostatted {
  readonly do: 'npt';
  readonly cell: CellShape;
  /** GPa */
  readonly pressure: Ramp;
  readonly barostat: BarostatSettings['barostat'];
  /** Relaxation time of the barostat, fs. */
  readonly tauP: number;
  /** What the barostat takes for the compressibility, 1/GPa. */
  readonly compressibility: number;
}

export interface NveStage extends Dynamics {
  readonly do: 'nve';
  /** K: what initial velocities are drawn at */
  readonly temperature?: number;
  readonly field: readonly [number, number, number] | null;
}

export type DynamicStage = NvtStage | NptStage | NveStage;

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
  /** Long-range Coulomb; null: the potential's */
  readonly method: CoulombMethod | null;
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

type Raw<T> = { -readonly [K in keyof T]?: T[K] };

/** A stage as the file has it, checked by the schema. */
type RawStage = Raw<
  Omit<MinimizeStage, 'do' | 'cell' | 'pressure'> & Omit<NptStage, 'do' | 'cell' | 'temperature'>
> & {
  do: Stage['do'];
  cell?: MinimizeStage['cell'];
  temperature?: Ramp;
  field?: NvtStage['field'];
};

/**
 * Parses and completes a run specification.
 * @param overrides `path=value` pairs, e.g. `stages.1.temperature=700`
 */
export function parseRunSpec(text: string, file: string, overrides: readonly string[] = []): RunSpec {
  const document = withOverrides(parseStructured(text, file), overrides);
  refuseMisplaced(document);
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
    method: raw.method ?? null,
    velocities: raw.velocities ?? 'maxwell',
    stages,
    replicas: { temperature: raw.replicas?.temperature ?? null, seed: raw.replicas?.seed ?? [seed] },
    mobile: raw.mobile ?? null,
    record: {
      trajectory: { file: 'trajectory.extxyz', every: 50, ...raw.record?.trajectory },
      series: { every: 50, ...raw.record?.series },
      checkpoint: { every: 5000, ...raw.record?.checkpoint },
    },
    analysis: raw.analysis ?? (Object.keys(ANALYSES) as AnalysisName[]),
  };
  checkConsistency(document, spec);
  // spec.json holds it completed; a run that goes on reads that.
  if (JSON.stringify(spec, null, 2).length >= LONGEST_DOCUMENT) {
    throw new InputError('the completed specification is too long to be kept in spec.json', { file });
  }
  return spec;
}

/** Temperatures (K) and seeds of the replicas: the product of the two lists, temperatures outermost. */
export function replicaGrid(spec: RunSpec): { temperature: number | null; seed: number }[] {
  const temperatures = spec.replicas.temperature ?? [null];
  return temperatures.flatMap((temperature) => spec.replicas.seed.map((seed) => ({ temperature, seed })));
}

/** Both ends of a ramp. */
export function ends(ramp: Ramp): readonly [number, number] {
  return typeof ramp === 'number' ? [ramp, ramp] : ramp;
}

/** The one value that a stage holds; undefined for a ramp. */
export function held(ramp: Ramp | undefined): number | undefined {
  if (ramp === undefined) return undefined;
  const [first, last] = ends(ramp);
  return first === last ? first : undefined;
}

/** True when a stage may change the cell. */
export function movesCell(stage: Stage): boolean {
  return stage.do === 'npt' || (stage.do === 'minimize' && stage.cell !== 'fixed');
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
        cell: stage.cell ?? 'fixed',
        pressure: (stage.pressure as number | undefined) ?? 0,
        fmax: stage.fmax ?? 0.01,
        smax: stage.smax ?? 0.001,
        maxSteps: stage.maxSteps ?? 2000,
        frozen: stage.frozen ?? [],
      };
    }
    const { duration, temperature } = stage;
    if (duration === undefined) throw fieldError(document, ['stages', i], 'duration is missing');
    const common = {
      name: title,
      duration,
      timestep: stage.timestep ?? 1,
      production: stage.production ?? (!flagged && i === lastDynamic),
      frozen: stage.frozen ?? [],
    };
    const field = stage.field ?? null;
    if (stage.do === 'nve') {
      return { ...common, do: 'nve', field, ...(typeof temperature === 'number' && { temperature }) };
    }
    if (temperature === undefined) throw fieldError(document, ['stages', i], 'temperature is missing');
    const bath = { thermostat: stage.thermostat ?? 'csvr', temperature, tau: stage.tau ?? 100 } as const;
    if (stage.do === 'nvt') return { ...common, do: 'nvt', ...bath, field };
    return {
      ...common,
      do: 'npt',
      ...bath,
      cell: stage.cell === undefined || stage.cell === 'fixed' ? 'iso' : stage.cell,
      pressure: stage.pressure ?? 0,
      barostat: stage.barostat ?? 'cellRescaling',
      tauP: stage.tauP ?? 1000,
      compressibility: stage.compressibility ?? 0.04,
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
  const ramped = spec.stages.findIndex(
    (stage) => isDynamic(stage) && stage.temperature !== undefined && held(stage.temperature) === undefined,
  );
  if (ramped >= 0 && spec.replicas.temperature) {
    throw fieldError(
      document,
      ['stages', ramped, 'temperature'],
      'a ramp, but the temperatures of replicas take the place of that of every stage; leave one of the two out',
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
  const steps = spec.stages.reduce((sum, stage) => sum + (isDynamic(stage) ? stageSteps(stage) : 0), 0);
  if (steps > LARGEST_COUNT) {
    throw fieldError(document, ['stages'], `${steps} steps in all; at most ${LARGEST_COUNT} can be counted`);
  }
  const problem = fileNameProblem(spec.record.trajectory.file);
  if (problem !== undefined) throw fieldError(document, ['record', 'trajectory', 'file'], problem);
}

/** Fields of an npt stage in another one: no slip of the pen, so no nearest name is of help. */
function refuseMisplaced(document: ParsedDocument): void {
  const stages = (document.value as { stages?: unknown } | null)?.stages;
  if (!Array.isArray(stages)) return;
  stages.forEach((stage: unknown, i) => {
    const given = (stage ?? {}) as Record<string, unknown>;
    if (given['do'] === 'npt' && given['field']) {
      const why =
        'a field that drives ions through the cell leaves no stress at rest to hold; use nvt or nve';
      throw fieldError(document, ['stages', i, 'field'], `an npt stage has none: ${why}`);
    }
    if (given['do'] !== 'nvt' && given['do'] !== 'nve') return;
    for (const field of ['pressure', 'cell', 'barostat', 'tauP', 'compressibility']) {
      if (field in given) {
        throw fieldError(
          document,
          ['stages', i, field],
          `belongs to an npt stage, this one is ${given['do']}`,
        );
      }
    }
  });
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
  ((value['analysis'] ?? []) as string[]).forEach((one, i) => {
    if ((FUTURE.analyses as readonly string[]).includes(one)) {
      refuse(['analysis', i], `the analysis "${one}"`, `this one has ${Object.keys(ANALYSES).join(', ')}`);
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
    const fail = (why: string): never => {
      throw new InputError(`--set ${override}: ${why}`);
    };
    let node: unknown = value;
    for (const [depth, part] of path.entries()) {
      if (typeof node !== 'object' || node === null) {
        fail(`${String(path[depth - 1] ?? 'the document')} is not an object or list`);
      }
      // A name that every object answers to is no field, and a list grows by one entry at most.
      if (typeof part === 'string' && part in {}) fail(`"${part}" is no field`);
      const entries = Array.isArray(node) ? node.length : Infinity;
      if (typeof part === 'string' ? Array.isArray(node) : part > entries) {
        fail(`${String(part)} is none of the ${entries} entries of the list`);
      }
      const fields = node as Record<string | number, unknown>;
      if (depth === path.length - 1) fields[part] = literal(override.slice(equals + 1));
      else fields[part] ??= {};
      node = fields[part];
    }
  }
  const changed = { ...document, value };
  checkPlain(changed);
  return changed;
}

function literal(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
