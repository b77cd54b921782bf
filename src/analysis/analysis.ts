/**
 * What an analysis is: something that takes frames in order and reports at any time. A run feeds it while it goes on, the
 * page asks it every few seconds, `analyze` feeds it from a file: one code for all three, so that their results are the same.
 * index.ts is the registry.
 */
import type { GridField } from '../model/grid.ts';
import type { System } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import type { Tables } from './csv.ts';
import type { Estimate } from './estimate.ts';
import type { Figure } from './figure.ts';
import type { TransportAnalysis } from './transport/transport.ts';

/** What is known before the first frame. Plain values. */
export interface AnalysisContext {
  /** The first frame's structure; species, masses, cell. */
  readonly system: System;
  /** Indices of the species that conduct; the others are the framework. */
  readonly mobile: readonly number[];
  /** K; null when nobody said. */
  readonly temperature: number | null;
  /** Formal charge by species, e; undefined where unknown. */
  readonly charges: readonly (number | undefined)[];
  /** fs between frames. */
  readonly frameInterval: number;
  /** Repeats of the unit cell along a, b, c, where they are known. */
  readonly supercell?: readonly [number, number, number];
}

/** One replica's share, growing frame by frame. Bounded memory: an accumulator never keeps all frames. */
export interface Accumulator {
  /** The next frame: positions continuous (unwrapped), equally spaced in time. Arrays may be reused by the caller: copy. */
  add(frame: Frame): void;
}

/** What an analysis can say at any time. */
export interface AnalysisReport {
  /** Its part of results.json: fields by name, estimates as Estimate, every number with its unit beside or in its name. */
  readonly results: Readonly<Record<string, unknown>>;
  readonly tables: Tables;
  /** Standard files besides: `.cube`, CHGCAR; file name → text. */
  readonly files?: Tables;
  readonly figures: readonly Figure[];
  /** Fields on grids: written as `.cube` and CHGCAR by whoever knows these formats. */
  readonly grids?: readonly NamedGrid[];
  readonly rows?: readonly ReportRow[];
  /** Whole sentences of what was actually done, with the settings used; `{key}` cites a publication of core/publications.ts. */
  readonly methods: readonly string[];
  /** What the reader should know, in words. */
  readonly notes: readonly string[];
}

/** A field on a grid and what stands in it. */
export interface NamedGrid {
  /** File name without extension. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly field: GridField;
  /** The atoms beside it, in the grid's cell. */
  readonly system: System;
}

/** A line of the report's table. */
export interface ReportRow {
  readonly label: string;
  /** A number with its interval, or words. */
  readonly value: Estimate | string;
  /** Turns the estimate's unit into the one that is shown. */
  readonly shown?: { readonly factor: number; readonly unit: string };
  /** Small print beside it. */
  readonly detail?: string;
}

/** An option of an analysis: its default, unit and meaning; the type of the default is the type of the option. */
export interface AnalysisOption<T extends number | string | boolean = number | string | boolean> {
  readonly default: T;
  readonly unit?: string;
  readonly help: string;
  /** Of texts: the ones that are known. */
  readonly choices?: readonly string[];
  /** Of numbers: inclusive limits. */
  readonly range?: readonly [number, number];
}

export type AnalysisOptions = Readonly<Record<string, AnalysisOption>>;

/** Values of options, defaults filled in. */
export type OptionValues<O extends AnalysisOptions> = {
  readonly [K in keyof O]: O[K]['default'] extends number
    ? number
    : O[K]['default'] extends boolean
      ? boolean
      : string;
};

/** What an analysis reads besides positions. */
export type FrameInput = 'mobile' | 'temperature' | 'formalCharges' | 'velocities';

/** One analysis of frames. */
export interface FrameAnalysis<A extends Accumulator, O extends AnalysisOptions> {
  readonly title: string;
  readonly inputs: readonly FrameInput[];
  readonly options: O;
  /** Unit of each result, by its place in results.json. */
  readonly resultUnits: Readonly<Record<string, string>>;
  /** Time and memory per frame, in words: what a live update costs. */
  readonly cost: string;
  begin(context: AnalysisContext, options: OptionValues<O>): A;
  /**
   * @param parts one per replica, at one temperature
   * @param transport of the same frames, where it was analysed
   */
  report(
    parts: readonly A[],
    context: AnalysisContext,
    options: OptionValues<O>,
    transport?: TransportAnalysis,
  ): AnalysisReport;
}

/** Keeps the types of accumulator and options together. */
export function frameAnalysis<A extends Accumulator, const O extends AnalysisOptions>(
  definition: FrameAnalysis<A, O>,
): FrameAnalysis<A, O> {
  return definition;
}

/** An analysis at work on several replicas. */
export interface OpenAnalysis {
  add(replica: number, frame: Frame): void;
  /** @param members indices of replicas at one temperature (K) */
  report(
    members: readonly number[],
    temperature: number | null,
    transport?: TransportAnalysis,
  ): AnalysisReport;
}

/** A definition as the registry holds it, whatever it accumulates. */
export interface FrameAnalysisEntry
  extends Pick<
    FrameAnalysis<Accumulator, AnalysisOptions>,
    'title' | 'inputs' | 'options' | 'resultUnits' | 'cost'
  > {
  /** @param contexts one per replica */
  open(contexts: readonly AnalysisContext[], options: Readonly<Record<string, unknown>>): OpenAnalysis;
}

/** @see FrameAnalysisEntry */
export function erased<A extends Accumulator, O extends AnalysisOptions>(
  definition: FrameAnalysis<A, O>,
): FrameAnalysisEntry {
  const { title, inputs, options, resultUnits, cost } = definition;
  return {
    title,
    inputs,
    options,
    resultUnits,
    cost,
    open(contexts, given) {
      // request.ts has checked names and types.
      const values = given as OptionValues<O>;
      const parts = contexts.map((context) => definition.begin(context, values));
      return {
        add: (replica, frame) => parts[replica]?.add(frame),
        report(members, temperature, transport) {
          const chosen = members.flatMap((r) => parts[r] ?? []);
          const context = { ...(contexts[members[0] ?? 0] as AnalysisContext), temperature };
          return definition.report(chosen, context, values, transport);
        },
      };
    },
  };
}
