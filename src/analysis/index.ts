/**
 * The registry of analyses, by the names that a run specification uses. All of them read one pass over the displacements
 * (transport.ts); an entry says what it needs, which part of the results is its own, and in what units.
 */
import type { TransportAnalysis } from './transport/transport.ts';

/** What an analysis reads. */
export type AnalysisInput = 'displacements' | 'mobile' | 'temperature' | 'formalCharges';

export interface AnalysisDefinition {
  readonly title: string;
  readonly inputs: readonly AnalysisInput[];
  /** Unit of each result, by its place in results.json. */
  readonly resultUnits: Readonly<Record<string, string>>;
  /** True when its own part is made of several temperatures together, under its name. */
  readonly across?: boolean;
  /** Its part of results.json, of one temperature. */
  results(analysis: TransportAnalysis): Partial<TransportAnalysis['results']>;
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
    results: ({ results: { diffusion, transport } }) => ({ diffusion, transport }),
  },
  conductivity: {
    title: 'Ionic conductivity and Haven ratio',
    inputs: ['displacements', 'mobile', 'temperature', 'formalCharges'],
    resultUnits: {
      'conductivity.nernstEinstein': 'S/cm',
      'conductivity.collective': 'S/cm',
      'conductivity.havenRatio': '1',
      'conductivity.onsager.matrix': 'S/cm',
      'conductivity.onsager.self': 'S/cm',
      'conductivity.onsager.distinct': 'S/cm',
      'conductivity.onsager.transportNumbers': '1',
    },
    results: ({ results: { conductivity, transport } }) => ({ conductivity, transport }),
  },
  arrhenius: {
    title: 'Activation energy and conductivity at 300 K, from several temperatures',
    inputs: ['displacements', 'mobile', 'temperature', 'formalCharges'],
    resultUnits: {
      'arrhenius.Ea': 'eV',
      'arrhenius.sigma300': 'S/cm',
      'arrhenius.diffusion.<species>.Ea': 'eV',
      'arrhenius.diffusion.<species>.D300': 'cm²/s',
    },
    across: true,
    results: ({ results: { transport } }) => ({ transport }),
  },
} satisfies Record<string, AnalysisDefinition>;

export type AnalysisName = keyof typeof ANALYSES;

/** What a run analyses when its specification names nothing: all that is cheap and asks for no special record. */
export const DEFAULT_ANALYSES: readonly string[] = ['msd', 'conductivity', 'arrhenius', 'rdf', 'sites'];
