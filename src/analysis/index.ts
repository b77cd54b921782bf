/**
 * The registry of analyses, by the names that a run specification and the command line use. An entry says what the analysis
 * needs, what units its results carry, and how to run it.
 */
import type { DisplacementSeries } from './displacements.ts';
import { transportTables } from './tables.ts';
import { analyseTransport, type TransportOptions } from './transport.ts';

/** What an analysis reads. */
export type AnalysisInput = 'displacements' | 'mobile' | 'temperature' | 'formalCharges';

export interface AnalysisDefinition {
  readonly title: string;
  readonly inputs: readonly AnalysisInput[];
  /** Unit of each result, by its place in results.json. */
  readonly resultUnits: Readonly<Record<string, string>>;
  /** What it adds to results.json and the CSV files beside it. */
  run(
    series: readonly DisplacementSeries[],
    options: TransportOptions,
  ): { readonly results: object; readonly tables: Readonly<Record<string, string>> };
}

export const ANALYSES = {
  msd: {
    title: 'Mean squared displacement and tracer diffusivity',
    inputs: ['displacements', 'mobile'],
    resultUnits: {
      'diffusion.<species>.D': 'cm²/s',
      'diffusion.<species>.tensor': 'cm²/s',
      'diffusion.<species>.hopsPerIon': '1',
    },
    run(series, options) {
      const analysis = analyseTransport(series, options);
      const { diffusion, transport } = analysis.results;
      return { results: { diffusion, transport }, tables: transportTables(analysis) };
    },
  },
  conductivity: {
    title: 'Ionic conductivity and Haven ratio',
    inputs: ['displacements', 'mobile', 'temperature', 'formalCharges'],
    resultUnits: {
      'conductivity.nernstEinstein': 'S/cm',
      'conductivity.collective': 'S/cm',
      'conductivity.havenRatio': '1',
    },
    run(series, options) {
      const analysis = analyseTransport(series, options);
      return { results: analysis.results, tables: transportTables(analysis) };
    },
  },
} satisfies Record<string, AnalysisDefinition>;

export type AnalysisName = keyof typeof ANALYSES;
