/**
 * The run specification out of its file: validated against a schema, every default filled in, so that two runs with the same
 * completed spec are the same run.
 */
import { type AnalysisName, DEFAULT_ANALYSES } from '../analysis/index.ts';
import { type GivenOptions, isFrameAnalysis, requestOf } from '../analysis/request.ts';
import { parseComposition, type RawComposition } from '../build/compositionSchema.ts';
import {
  checkAgainstSchema,
  fieldError,
  LONGEST_DOCUMENT,
  type ParsedDocument,
  parseStructured,
} from '../core/document.ts';
import { InputError } from '../core/errors.ts';
import { withOverrides } from './overrides.ts';
import type {
  AnalysisEntry,
  Build,
  MinimizeStage,
  NptStage,
  NvtStage,
  Ramp,
  RunSpec,
  Stage,
  Until,
} from './spec.ts';
import { checkAnalyses, checkConsistency, refuseMisplaced } from './specChecks.ts';
import { RUN_SPEC_SCHEMA } from './specSchema.ts';

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
  checkAnalyses(document);
  const raw = document.value as Raw<
    Omit<RunSpec, 'stages' | 'replicas' | 'record' | 'build' | 'analysis' | 'until'>
  > & {
    structure: string;
    potential: string;
    stages: RawStage[];
    analysis?: (string | Record<string, GivenOptions>)[];
    build?: RawComposition & Partial<Pick<Build, 'order' | 'sites' | 'exclude'>>;
    replicas?: { temperature?: number[] | null; seed?: number[] };
    until?: {
      conductivity: Raw<Until['conductivity']> & { relativeError: number };
      maxDuration: number;
    } | null;
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
    build: {
      order: raw.build?.order ?? null,
      sites: raw.build?.sites ?? 'refined',
      exclude: raw.build?.exclude ?? {},
      ...parseComposition(document, raw.build ?? {}, ['build']),
    },
    potential: raw.potential,
    cutoff: raw.cutoff ?? null,
    accuracy: raw.accuracy ?? null,
    method: raw.method ?? null,
    velocities: raw.velocities ?? 'maxwell',
    stages,
    replicas: { temperature: raw.replicas?.temperature ?? null, seed: raw.replicas?.seed ?? [seed] },
    until: raw.until
      ? {
          conductivity: { estimator: 'collective', mobile: null, ...raw.until.conductivity },
          maxDuration: raw.until.maxDuration,
        }
      : null,
    mobile: raw.mobile ?? raw.until?.conductivity.mobile ?? null,
    record: {
      trajectory: { file: 'trajectory.extxyz', every: 50, ...raw.record?.trajectory },
      series: { every: 50, ...raw.record?.series },
      checkpoint: { every: 5000, ...raw.record?.checkpoint },
    },
    analysis: (raw.analysis ?? DEFAULT_ANALYSES).map(completeEntry),
  };
  checkConsistency(document, spec);
  // spec.json holds it completed; a run that goes on reads that.
  if (JSON.stringify(spec, null, 2).length >= LONGEST_DOCUMENT) {
    throw new InputError('the completed specification is too long to be kept in spec.json', { file });
  }
  return spec;
}

/** An entry of the list of analyses with its options; the schema has checked them. */
function completeEntry(entry: string | Readonly<Record<string, GivenOptions>>): AnalysisEntry {
  if (typeof entry !== 'string') {
    return Object.fromEntries(
      Object.entries(entry).map(([name, given]) => [name, requestOf(name, given).options]),
    );
  }
  return isFrameAnalysis(entry) ? { [entry]: requestOf(entry).options } : (entry as AnalysisName);
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
