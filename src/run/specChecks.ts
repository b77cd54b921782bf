/** What a run specification must not say, and no schema can express. */
import { fieldError, type ParsedDocument } from '../core/document.ts';
import { suggestion } from '../core/errors.ts';
import { fileNameProblem } from './fileName.ts';
import { held, isDynamic, mostSteps, type RunSpec } from './spec.ts';
import { ANALYSIS_NAMES, LARGEST_COUNT } from './specSchema.ts';

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
  const steps = spec.stages.reduce((sum, stage) => sum + (isDynamic(stage) ? mostSteps(spec, stage) : 0), 0);
  if (steps > LARGEST_COUNT) {
    throw fieldError(document, ['stages'], `${steps} steps in all; at most ${LARGEST_COUNT} can be counted`);
  }
  checkUntil(document, spec);
  const problem = fileNameProblem(spec.record.trajectory.file);
  if (problem !== undefined) throw fieldError(document, ['record', 'trajectory', 'file'], problem);
}

/** Production that goes on until it knows enough: one stage, the last one, at one temperature, with an analysis to ask. */
function checkUntil(document: ParsedDocument, { until, stages, mobile, analysis }: RunSpec): void {
  if (!until) return;
  const production = stages.flatMap((stage, i) =>
    isDynamic(stage) && stage.production ? [{ stage, i }] : [],
  );
  const [first] = production;
  if (!first || production.length > 1 || first.i !== stages.length - 1) {
    throw fieldError(
      document,
      ['until'],
      'needs one stage of production, and that the last one: it is what goes on',
    );
  }
  const { stage, i } = first;
  if (stage.temperature !== undefined && held(stage.temperature) === undefined) {
    throw fieldError(
      document,
      ['stages', i, 'temperature'],
      'a ramp cannot go on "until": hold one temperature',
    );
  }
  if (stage.do === 'npt' && held(stage.pressure) === undefined) {
    throw fieldError(document, ['stages', i, 'pressure'], 'a ramp cannot go on "until": hold one pressure');
  }
  if (until.maxDuration < stage.duration) {
    throw fieldError(
      document,
      ['until', 'maxDuration'],
      `${until.maxDuration} fs is less than the ${stage.duration} fs that stage ${stage.name} lasts in any case`,
    );
  }
  const asked = until.conductivity.mobile;
  if (asked !== null && asked !== mobile) {
    throw fieldError(
      document,
      ['until', 'conductivity', 'mobile'],
      `"${asked}", but the run asks for the transport of "${mobile}"; name one species`,
    );
  }
  if (!analysis.includes('conductivity')) {
    throw fieldError(
      document,
      ['analysis'],
      '"until" asks for a conductivity: add the analysis "conductivity"',
    );
  }
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

/** Names in the list of analyses, with the nearest that there is. */
export function checkAnalyses(document: ParsedDocument): void {
  const { analysis = [] } = document.value as { analysis?: readonly (string | object)[] };
  analysis.forEach((one, i) => {
    if (typeof one !== 'string' || ANALYSIS_NAMES.includes(one)) return;
    throw fieldError(
      document,
      ['analysis', i],
      `there is no analysis "${one}"${suggestion(one, ANALYSIS_NAMES)} (there are ${ANALYSIS_NAMES.join(', ')})`,
    );
  });
}
