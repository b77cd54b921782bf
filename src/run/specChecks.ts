/** What a run specification must not say, and no schema can express. */
import { fieldError, type ParsedDocument } from '../core/document.ts';
import { suggestion } from '../core/errors.ts';
import { fileNameProblem } from './fileName.ts';
import { held, isDynamic, type RunSpec, stageSteps } from './spec.ts';
import { ANALYSIS_NAMES, FUTURE, LARGEST_COUNT } from './specSchema.ts';

/** Demands that no schema can say. */
export function checkConsistency(document: ParsedDocument, spec: RunSpec): void {
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
export function refuseMisplaced(document: ParsedDocument): void {
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

export function refuseFuture(document: ParsedDocument): void {
  const value = document.value as Record<string, unknown>;
  const refuse = (path: (string | number)[], what: string, instead: string): never => {
    throw fieldError(document, path, `${what} is not available in this version; ${instead}`);
  };
  for (const field of FUTURE.fields) {
    const given = value[field];
    if (Object.keys((given ?? {}) as object).length > 0) refuse([field], `"${field}"`, 'leave it out');
  }
  ((value['analysis'] ?? []) as (string | object)[]).forEach((one, i) => {
    if (typeof one === 'string' && !ANALYSIS_NAMES.includes(one)) {
      throw fieldError(
        document,
        ['analysis', i],
        `there is no analysis "${one}"${suggestion(one, ANALYSIS_NAMES)} (there are ${ANALYSIS_NAMES.join(', ')})`,
      );
    }
    if ((FUTURE.analyses as readonly unknown[]).includes(one)) {
      refuse(['analysis', i], `the analysis "${one}"`, `leave it out`);
    }
  });
}
