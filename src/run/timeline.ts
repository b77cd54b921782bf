/** Which step of a run belongs to which stage, and to which time: known before the first step. */
import { isDynamic, mostSteps, type RunSpec } from './spec.ts';

/** A stage of dynamics in steps and fs of the whole run. */
export interface StageSpan {
  readonly stage: number;
  readonly firstStep: number;
  readonly lastStep: number;
  /** fs */
  readonly firstTime: number;
  readonly timestep: number;
}

/** A stage that may end early (spec.until) is the last one: its span is the longest that it may have. */
export function timeline(spec: Pick<RunSpec, 'stages' | 'until'>): StageSpan[] {
  const spans: StageSpan[] = [];
  let [step, time] = [0, 0];
  spec.stages.forEach((stage, index) => {
    if (!isDynamic(stage)) return;
    const steps = mostSteps(spec, stage);
    const { timestep } = stage;
    spans.push({ stage: index, firstStep: step, lastStep: step + steps, firstTime: time, timestep });
    step += steps;
    time += steps * timestep;
  });
  return spans;
}

/** The step at which a stage begins, whatever it does. */
export function firstStepOf(spans: readonly StageSpan[], stage: number): number {
  return spans.findLast((span) => span.stage < stage)?.lastStep ?? 0;
}

/** fs at a step. */
export function timeAt(spans: readonly StageSpan[], step: number): number {
  const span = spanOf(spans, step);
  return span ? span.firstTime + (step - span.firstStep) * span.timestep : 0;
}

/** The span of a step; the last step of one stage is its own, not the next one's. */
export function spanOf(spans: readonly StageSpan[], step: number): StageSpan | undefined {
  return spans.find(({ lastStep }) => step <= lastStep) ?? spans.at(-1);
}
