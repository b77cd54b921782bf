/** Which temperature of a specification the slider means, and the specification with another one. */
import { held, isDynamic, type RunSpec, type Stage } from '../../run/spec.ts';
import type { Bath } from '../protocol.ts';

const ROOM_TEMPERATURE = 300;

/** The bath of the production stage; in a run at constant energy, what the stages before it are heated to. */
export function bathOf(spec: RunSpec): Bath {
  const { temperature } = spec.replicas;
  const production = spec.stages.find((stage) => isDynamic(stage) && stage.production);
  const kelvinOf = (stage: Stage | undefined): number | undefined =>
    stage && isDynamic(stage) ? held(stage.temperature) : undefined;
  const own = kelvinOf(production);
  const before = kelvinOf(spec.stages.findLast((stage) => kelvinOf(stage) !== undefined));
  return {
    kelvin: temperature?.[0] ?? own ?? before ?? ROOM_TEMPERATURE,
    locked: temperature && new Set(temperature).size > 1 ? 'several' : null,
    constantEnergy: production?.do === 'nve',
  };
}

/** True for a stage whose temperature is the bath's: a melting stage at another one is left alone. */
export function followsBath(stage: Stage | undefined, spec: RunSpec): boolean {
  if (stage?.do !== 'nvt' && stage?.do !== 'npt') return false;
  return spec.replicas.temperature !== null || stage.temperature === bathOf(spec).kelvin;
}

/** The same run at another bath temperature. */
export function withBath(spec: RunSpec, kelvin: number): RunSpec {
  const bath = bathOf(spec);
  if (bath.locked || bath.kelvin === kelvin) return spec;
  return {
    ...spec,
    replicas: { ...spec.replicas, temperature: spec.replicas.temperature?.map(() => kelvin) ?? null },
    stages: spec.stages.map((stage) =>
      isDynamic(stage) && stage.temperature === bath.kelvin ? { ...stage, temperature: kelvin } : stage,
    ),
  };
}
