/** A session in the words and numbers that the page shows before it starts. */
import { FRAME_ANALYSES } from '../../analysis/frameAnalyses.ts';
import type { ForceField } from '../../forcefield/forceField.ts';
import { cellParameters } from '../../model/cell.ts';
import { atomCount, reducedFormula } from '../../model/system.ts';
import { type PreparedRun, validityWarnings } from '../../run/prepare.ts';
import { withSuffix } from '../../run/recorder.ts';
import { ends, held, isDynamic, type RunSpec, type Stage, stageSteps } from '../../run/spec.ts';
import type { OpenedRun, PotentialView, StageView } from '../protocol.ts';
import { bathOf } from './bath.ts';

export function describe(spec: RunSpec, prepared: PreparedRun, choices: OpenedRun['choices']): OpenedRun {
  const { system, forceField } = prepared;
  const { a, b, c, alpha, beta, gamma } = cellParameters(system.cell);
  const validity = validityWarnings(spec, forceField);
  return {
    title: spec.title,
    formula: reducedFormula(system),
    nAtoms: atomCount(system),
    replicas: prepared.replicas.length,
    supercell: spec.supercell,
    lattice: [a, b, c, alpha, beta, gamma],
    mobile: prepared.mobile,
    cutoff: forceField.cutoff,
    coulomb: forceField.coulomb.method,
    stages: spec.stages.map(stageView),
    potential: potentialView(forceField),
    choices,
    bath: bathOf(spec),
    // The page says itself, of the slider's temperature, what the force field is not valid for.
    warnings: prepared.warnings.filter((warning) => !validity.includes(warning)),
    built: prepared.built,
    analyses: spec.analysis.flatMap((entry) =>
      typeof entry === 'string'
        ? []
        : Object.keys(entry).map((name) => ({ name, title: FRAME_ANALYSES[name]?.title ?? name })),
    ),
    files: filesOf(prepared),
  };
}

function stageView(stage: Stage): StageView {
  const moves = stage.do === 'npt' || (stage.do === 'minimize' && stage.cell !== 'fixed');
  const common = {
    ...{ name: stage.name, do: stage.do },
    ...{ cell: moves ? stage.cell : 'fixed', pressure: moves ? ends(stage.pressure) : null },
  } as const;
  if (!isDynamic(stage)) {
    const { maxSteps } = stage;
    return {
      ...common,
      thermostat: null,
      kelvin: null,
      ramp: null,
      duration: null,
      timestep: null,
      steps: maxSteps,
      production: false,
    };
  }
  return {
    ...common,
    thermostat: stage.do === 'nve' ? null : stage.thermostat,
    kelvin: held(stage.temperature) ?? null,
    ramp:
      stage.temperature === undefined || held(stage.temperature) !== undefined
        ? null
        : ends(stage.temperature),
    duration: stage.duration,
    timestep: stage.timestep,
    steps: stageSteps(stage),
    production: stage.production,
  };
}

function potentialView(set: ForceField): PotentialView {
  const { name, description, provenance, citation, validFor, knownFailures, measured } = set;
  return {
    name,
    description,
    provenance,
    citation,
    validFor,
    validTemperature: set.validTemperature ?? null,
    knownFailures,
    measured,
  };
}

/** A set in a list to choose from. */
export function summary({ name, description }: ForceField): OpenedRun['choices'][number] {
  return { name, description };
}

function filesOf({ spec, replicas }: PreparedRun): string[] {
  const suffixes = replicas.length > 1 ? replicas.map((_, r) => `.${r}`) : [''];
  return [
    ...suffixes.map((suffix) => withSuffix(spec.record.trajectory.file, suffix)),
    ...suffixes.map((suffix) => withSuffix('thermo.csv', suffix)),
    'msd.csv',
    'results.json',
  ];
}
