/**
 * Production that goes on until it knows enough: when to look, what is seen, how much longer it may take. Looks stand at fixed
 * steps of the stage, so that a run that was interrupted ends where one that was not does.
 */
import { relativeError } from '../analysis/estimate.ts';
import type { DisplacementSeries } from '../analysis/frames/displacements.ts';
import { analyseTransport } from '../analysis/transport/transport.ts';
import { type DynamicStage, mostSteps, type RunSpec, stageSteps, type Until } from './spec.ts';

/** What a look finds. */
export interface Look {
  /** fs of production that it rests on */
  readonly duration: number;
  /** Relative standard error of the conductivity, the largest of all temperatures; null when there is no slope to have one. */
  readonly relativeError: number | null;
  readonly reached: boolean;
  /** fs more that are expected to be needed, errors falling as 1/√t; null when nothing can be expected. */
  readonly more: number | null;
  /** In words: how far it is, or what is in the way. */
  readonly why: string;
}

/** Of a run that ended before its first look. */
export const NO_LOOK: Look = {
  ...{ duration: 0, relativeError: null, reached: false, more: null },
  why: 'the conductivity was not looked at',
};

/** How it ended, for results.json. */
export interface UntilResults {
  readonly reached: boolean;
  readonly why: string;
  readonly relativeError: number | null;
  readonly asked: number;
  readonly estimator: Until['conductivity']['estimator'];
  /** fs */
  readonly duration: number;
}

/** Replicas at one temperature. */
export interface LookGroup {
  /** K */
  readonly temperature: number | null;
  readonly series: readonly DisplacementSeries[];
}

/** Each look at 1.2 times the length of the one before: six times the cost of the last one in all. */
const GROWTH = 1.2;

/**
 * Steps of the stage at which a run is looked at: at its duration, then 1.2 times later each time, on steps with a frame; the
 * last one is the longest that the stage may be.
 * @param every steps between frames
 */
export function lookSteps(spec: Pick<RunSpec, 'until'>, stage: DynamicStage, every: number): number[] {
  const most = mostSteps(spec, stage);
  const steps: number[] = [];
  for (let at = stageSteps(stage); at < most; at *= GROWTH) steps.push(Math.ceil(at / every) * every);
  return [...new Set(steps.filter((step) => step < most)), most];
}

/**
 * How well the conductivity is known now. Every temperature must be known so well: the worst decides.
 * @param mobile labels of the species that conduct
 */
export function look(until: Until, groups: readonly LookGroup[], mobile: readonly string[]): Look {
  const found = groups.map(({ temperature, series }) => {
    const frames = series.filter((one) => one.frames.length > 1);
    const [first] = frames;
    const duration = first ? first.frameInterval * (first.frames.length - 1) : 0;
    const at = groups.length > 1 && temperature !== null ? ` at ${temperature} K` : '';
    if (!first) return { duration, error: null, why: `no frames of production yet${at}` };
    const { conductivity, diffusion } = analyseTransport(frames, {
      mobile,
      ...(temperature !== null && { temperature }),
    }).results;
    const { estimator } = until.conductivity;
    const error =
      estimator === 'collective'
        ? (conductivity.collectiveFit?.relativeError ?? null)
        : conductivity.nernstEinstein.value === null
          ? null
          : relativeError(conductivity.nernstEinstein);
    const stuck = mobile.find((label) => diffusion[label]?.verdict === 'not diffusing');
    const why =
      stuck === undefined
        ? `${conductivity[estimator].why ?? 'no conductivity'}${at}`
        : `${stuck} does not diffuse${at}: ${diffusion[stuck]?.D.why ?? 'no motion is seen'}`;
    return { duration, error, why };
  });
  const duration = found[0]?.duration ?? 0;
  const none = found.find(({ error }) => error === null);
  if (none || found.length === 0) {
    return { duration, relativeError: null, reached: false, more: null, why: none?.why ?? 'no replicas' };
  }
  const worst = Math.max(...found.map(({ error }) => error ?? Number.POSITIVE_INFINITY));
  const asked = until.conductivity.relativeError;
  const reached = worst <= asked;
  const more = reached ? 0 : duration * ((worst / asked) ** 2 - 1);
  return {
    ...{ duration, relativeError: worst, reached, more },
    why: `σ ± ${percent(worst)} %, asked ± ${percent(asked)} %${reached ? '' : `: about ${picoseconds(more)} ps more`}`,
  };
}

/** What to say of a look that did not reach it: when the longest duration cannot either, that too. */
export function lookWords(until: Until, { why, more, duration, reached }: Look): string {
  if (reached) return why;
  const allowed = until.maxDuration - duration;
  if (more === null)
    return `${why}; without motion no length of run gives a conductivity, and none may be reached`;
  return more > allowed
    ? `${why}, of which ${picoseconds(Math.max(0, allowed))} ps are allowed: it is not expected to be reached`
    : why;
}

/** How it ended. */
export function untilResults(
  until: Until,
  last: Look,
  ended: 'complete' | 'interrupted' | 'failed',
): UntilResults {
  const { reached, duration, relativeError: error, more } = last;
  const { relativeError: asked, estimator } = until.conductivity;
  const expected =
    more === null
      ? last.why
      : `σ ± ${percent(error ?? 0)} % after ${picoseconds(duration)} ps, asked ± ${percent(asked)} %: errors fall as 1/√t, so about ${picoseconds(more)} ps more would be needed`;
  const limit =
    ended === 'complete'
      ? `not reached within ${picoseconds(until.maxDuration)} ps: `
      : `the run ended before: `;
  return {
    reached,
    why: reached ? last.why : `${limit}${expected}`,
    ...{ relativeError: error, asked, estimator, duration },
  };
}

function percent(share: number): string {
  return String(Number((100 * share).toPrecision(2)));
}

function picoseconds(fs: number): string {
  return Number((fs / 1000).toPrecision(2)).toString();
}
