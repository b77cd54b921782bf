/** Several analyses of frames on several replicas: what a run feeds as it goes, and what `analyze` feeds from a file. */
import { InputError } from '../core/errors.ts';
import type { Frame } from '../model/trajectory.ts';
import type { AnalysisContext, AnalysisReport, FrameAnalysisEntry, OpenAnalysis } from './analysis.ts';
import type { Tables } from './csv.ts';
import { FRAME_ANALYSES, type FrameAnalysisName } from './frameAnalyses.ts';
import type { AnalysisRequest } from './request.ts';
import type { TransportAnalysis } from './transport/transport.ts';

/** Reports by name of the analysis, in the order asked for. */
export type AnalysisReports = Readonly<Partial<Record<FrameAnalysisName, AnalysisReport>>>;

/**
 * Owns the accumulators, hence a class. An analysis that cannot go on (no framework, no anions about the ions) says so in its
 * report and costs nobody else anything: days of dynamics do not end because a map could not be drawn.
 */
export class FrameSet {
  readonly names: readonly FrameAnalysisName[];
  private readonly analyses: readonly (OpenAnalysis | undefined)[];
  /** Why an analysis has stopped, by its place. */
  private readonly failures = new Map<number, string>();
  private received = 0;

  /** @param contexts one per replica */
  constructor(requests: readonly AnalysisRequest[], contexts: readonly AnalysisContext[]) {
    this.names = requests.map(({ name }) => name);
    this.analyses = requests.map(({ name, options }, i) =>
      this.guarded(i, () => (FRAME_ANALYSES[name] as FrameAnalysisEntry).open(contexts, options)),
    );
  }

  /** Frames received, of all replicas together. */
  get frameCount(): number {
    return this.received;
  }

  /** The next frame of a replica: continuous positions, equally spaced in time. */
  add(replica: number, frame: Frame): void {
    this.received++;
    this.analyses.forEach((analysis, i) => {
      if (!this.failures.has(i)) this.guarded(i, () => analysis?.add(replica, frame));
    });
  }

  /**
   * One analysis as it stands.
   * @param members replicas of one temperature
   * @param temperature K
   * @param transport of the same frames
   */
  report(
    name: FrameAnalysisName,
    members: readonly number[],
    temperature: number | null,
    transport?: TransportAnalysis,
  ): AnalysisReport {
    const i = this.names.indexOf(name);
    const before = this.failures.get(i);
    if (before !== undefined) return failed(name, before);
    try {
      // What fails now may do with more frames: it is not held against the analysis.
      return (
        this.analyses[i]?.report(members, temperature, transport) ?? failed(name, 'it was not asked for')
      );
    } catch (error) {
      return failed(name, reason(error));
    }
  }

  /** All of them. */
  reports(
    members: readonly number[],
    temperature: number | null,
    transport?: TransportAnalysis,
  ): AnalysisReports {
    return Object.fromEntries(
      this.names.map((name) => [name, this.report(name, members, temperature, transport)]),
    );
  }

  private guarded<T>(i: number, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.failures.set(i, reason(error));
      return undefined;
    }
  }
}

function reason(error: unknown): string {
  return error instanceof InputError
    ? error.message
    : `an error of this program: ${(error as Error).message}`;
}

function failed(name: FrameAnalysisName, why: string): AnalysisReport {
  return {
    results: { [name]: { value: null, why } },
    tables: {},
    figures: [],
    methods: [],
    notes: [`${FRAME_ANALYSES[name]?.title ?? name}: none, ${why}`],
  };
}

/** Results of all reports: each writes fields of its own. */
export function reportResults(reports: AnalysisReports): Record<string, unknown> {
  return Object.assign({}, ...Object.values(reports).map((report) => report?.results));
}

/** Tables and standard files of all reports: they have names of their own. */
export function reportFiles(reports: AnalysisReports): Tables {
  return Object.assign(
    {},
    ...Object.values(reports).map((report) => ({ ...report?.tables, ...report?.files })),
  );
}
