/**
 * Which analysis is asked for, with which options: `"rdf"`, or `{ "rdf": { "binWidth": 0.02 } }`. Names and options that do
 * not exist are refused with the nearest that does.
 */
import { InputError, suggestion } from '../core/errors.ts';
import type { AnalysisOption, FrameAnalysisEntry } from './analysis.ts';
import { FRAME_ANALYSES, type FrameAnalysisName } from './frameAnalyses.ts';

/** Options of an analysis by name. */
export type GivenOptions = Readonly<Record<string, number | string | boolean>>;

/** An analysis of frames with all of its options. */
export interface AnalysisRequest {
  readonly name: FrameAnalysisName;
  readonly options: GivenOptions;
}

export function isFrameAnalysis(name: string): name is FrameAnalysisName {
  return Object.hasOwn(FRAME_ANALYSES, name);
}

/** The request with defaults filled in. Throws InputError for an option that is unknown, of another type or out of range. */
export function requestOf(name: FrameAnalysisName, given: GivenOptions = {}): AnalysisRequest {
  const { options } = FRAME_ANALYSES[name] as FrameAnalysisEntry;
  for (const [key, value] of Object.entries(given)) {
    const option = options[key];
    if (!option || !Object.hasOwn(options, key)) {
      const known = Object.keys(options);
      throw new InputError(
        `analysis "${name}" has no option "${key}"${suggestion(key, known)}${known.length > 0 ? ` (it has ${known.join(', ')})` : ''}`,
      );
    }
    const problem = optionProblem(option, value);
    if (problem !== undefined) throw new InputError(`analysis "${name}": ${key}: ${problem}, found ${value}`);
  }
  const defaults = Object.entries(options).map(([key, option]) => [key, option.default] as const);
  return { name, options: { ...Object.fromEntries(defaults), ...given } };
}

/** What was expected instead; undefined when the value will do. */
function optionProblem(option: AnalysisOption, value: unknown): string | undefined {
  const unit = option.unit === undefined ? '' : ` ${option.unit}`;
  if (typeof value !== typeof option.default) {
    const kind = { number: 'a number', string: 'a text', boolean: 'true or false' }[
      typeof option.default as 'number' | 'string' | 'boolean'
    ];
    return `expected ${kind}${unit && ` in${unit}`}`;
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return `expected a finite number${unit && ` in${unit}`}`;
    const [low, high] = option.range ?? [-Infinity, Infinity];
    if (value < low || value > high) return `expected ${low} to ${high}${unit}`;
  }
  if (typeof value === 'string' && option.choices && !option.choices.includes(value)) {
    return `expected one of ${option.choices.join(', ')}`;
  }
  return undefined;
}
