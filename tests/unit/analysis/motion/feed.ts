/** Feeds synthetic paths to an analysis of frames, as a run would. */
import type {
  Accumulator,
  AnalysisContext,
  FrameAnalysis,
  OptionValues,
} from '../../../../src/analysis/analysis.ts';
import type { Cell } from '../../../../src/model/cell.ts';
import type { System } from '../../../../src/model/system.ts';

/** A context without charges at 1000 K; species 0 conducts. */
export function contextOf(
  system: System,
  frameInterval: number,
  more: Partial<AnalysisContext> = {},
): AnalysisContext {
  return {
    system,
    mobile: [0],
    temperature: 1000,
    charges: system.species.map((s) => s.formalCharge),
    frameInterval,
    ...more,
  };
}

/** Default options of an analysis, some of them changed. */
// biome-ignore lint/suspicious/noExplicitAny: any analysis will do
export function optionsOf<F extends FrameAnalysis<any, any>>(
  analysis: F,
  more: Record<string, number | string | boolean> = {},
): OptionValues<F['options']> {
  const options = analysis.options as Record<string, { default: number | string | boolean }>;
  const defaults = Object.fromEntries(
    Object.entries(options).map(([name, { default: value }]) => [name, value]),
  );
  return { ...defaults, ...more } as OptionValues<F['options']>;
}

/** Adds frames whose positions are written by `place`, always into the same array, as a caller may. */
export function feed(
  part: Accumulator,
  system: System,
  frameInterval: number,
  frames: { from?: number; to: number },
  place: (t: number, positions: Float64Array) => void,
  more: { velocities?: (t: number, v: Float64Array) => void; cell?: (t: number) => Cell } = {},
): void {
  const positions = new Float64Array(3 * system.typeOf.length);
  const velocities = new Float64Array(3 * system.typeOf.length);
  for (let t = frames.from ?? 0; t < frames.to; t++) {
    place(t, positions);
    more.velocities?.(t, velocities);
    part.add({
      step: t,
      time: t * frameInterval,
      cell: more.cell?.(t) ?? system.cell,
      positions,
      ...(more.velocities && { velocities }),
    });
  }
}
