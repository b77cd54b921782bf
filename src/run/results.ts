/** results.json: transport with intervals, per replica and combined, and what the run itself was like. */

import { type Estimate, unresolved } from '../analysis/estimate.ts';
import { type AnalysisReports, type FrameSet, reportResults } from '../analysis/frameSet.ts';
import type { DisplacementSeries } from '../analysis/frames/displacements.ts';
import { ANALYSES } from '../analysis/index.ts';
import type { Conductivity } from '../analysis/transport/conductivity.ts';
import type { SpeciesDiffusion } from '../analysis/transport/diffusion.ts';
import { type ArrheniusResults, arrheniusOf } from '../analysis/transport/temperatures.ts';
import { analyseTransport, type TransportAnalysis } from '../analysis/transport/transport.ts';
import { fitLine, seriesMean, studentQuantile } from '../core/stats.ts';
import { type CellParameters, cellParameters } from '../model/cell.ts';
import { reducedFormula } from '../model/system.ts';
import type { PreparedRun } from './prepare.ts';
import type { ThermoRow } from './recorder.ts';
import { type DynamicStage, held, isDynamic, movesCell } from './spec.ts';
import { type Look, NO_LOOK, type UntilResults, untilResults } from './until.ts';

/** A mean with its standard error. */
export interface Mean {
  readonly value: number;
  readonly standardError: number;
  readonly unit: string;
}

/** Of edges (Å) and angles (degrees) of the cell. */
export type LatticeMeans = Readonly<Record<keyof CellParameters, Mean>>;

export interface ReplicaResults extends Partial<TransportAnalysis['results']> {
  readonly seed: number;
  /** K asked for and K found in production. */
  readonly targetTemperature: number | null;
  readonly temperature: Mean | null;
  readonly pressure: Mean | null;
  /** Of production, where its cell is not fixed. */
  readonly lattice?: LatticeMeans;
  /** Energy drift of an nve production stage. */
  readonly nve?: { readonly drift: Estimate };
}

export interface RunResults {
  readonly title: string;
  readonly status: 'complete' | 'interrupted' | 'failed';
  readonly why?: string;
  readonly system: { readonly formula: string; readonly nAtoms: number; readonly mobile: readonly string[] };
  readonly potential: string;
  /** fs of production per replica */
  readonly productionTime: number;
  /** Of all replicas together; with several temperatures there is no one value, and each says so. */
  readonly diffusion?: Readonly<Record<string, SpeciesDiffusion | { readonly D: Estimate }>>;
  readonly conductivity?: Conductivity;
  readonly transport?: TransportAnalysis['results']['transport'];
  /** Activation energies, and the values at 300 K, when there are several temperatures. */
  readonly arrhenius?: ArrheniusResults;
  /** Whether the conductivity is known as well as was asked for. */
  readonly until?: UntilResults;
  /** Mean over production and replicas; replicas at several temperatures that move their cells have one each instead. */
  readonly lattice?: LatticeMeans;
  /** Pooled results of each temperature, when there are several; analyses of frames under their own names. */
  readonly byTemperature?: readonly (Partial<TransportAnalysis['results']> & {
    readonly temperature: number;
  })[];
  readonly replicas: readonly ReplicaResults[];
  readonly warnings: readonly string[];
}

export interface RunRecord {
  /** One per replica; too few frames are reported as such by the analysis. */
  readonly series: readonly DisplacementSeries[];
  /** Analyses of frames, where the run asked for any. */
  readonly frames?: FrameSet;
  readonly thermo: readonly (readonly ThermoRow[])[];
  readonly status: RunResults['status'];
  readonly why?: string;
  /** What went on in the run that its results must be read with. */
  readonly warnings?: readonly string[];
  /** What the last look of a run found that goes on until it knows enough. */
  readonly look?: Look;
  /** When the bath was changed while the run went on: its last temperature (K), and the step from which everything counts. */
  readonly bath?: { readonly temperature: number; readonly step: number } | undefined;
}

/** Results and the curves behind them: of the pooled replicas when they share a temperature, else of the first group. */
export interface RunAnalysis {
  readonly results: RunResults;
  readonly pooled: readonly RunGroup[];
  readonly single: readonly (TransportAnalysis | undefined)[];
  /** Analyses of frames of each replica, where there are several of one temperature or of several. */
  readonly singleReports: readonly AnalysisReports[];
}

/** Replicas of one temperature together. */
export interface RunGroup {
  /** K */
  readonly temperature: number | null;
  readonly analysis: TransportAnalysis;
  readonly reports: AnalysisReports;
}

export function analyseRun(prepared: PreparedRun, whole: RunRecord): RunAnalysis {
  const { spec, system } = prepared;
  const { bath } = whole;
  const record = bath
    ? { ...whole, thermo: whole.thermo.map((rows) => rows.filter(({ step }) => step >= bath.step)) }
    : whole;
  const wanted = spec.analysis.flatMap((entry) => (typeof entry === 'string' ? [ANALYSES[entry]] : []));
  const share = (analysis: TransportAnalysis): Partial<TransportAnalysis['results']> =>
    Object.assign({}, ...wanted.map((definition) => definition.results(analysis)));
  const production = new Set(spec.stages.flatMap((s, i) => (isDynamic(s) && s.production ? [i] : [])));
  const targets = targetTemperatures(prepared, record, production);
  const analyse = (members: readonly number[], temperature: number | null): TransportAnalysis | undefined => {
    const series = members.flatMap((r) => record.series[r] ?? []).filter(({ frames }) => frames.length > 1);
    if (wanted.length === 0 || series.length === 0) return undefined;
    return analyseTransport(series, {
      mobile: prepared.mobile,
      ...(temperature !== null && { temperature }),
    });
  };
  const single = record.series.map((_, r) => analyse([r], targets[r] ?? null));
  const groups = [...new Set(targets)].map((temperature) => ({
    temperature,
    members: targets.flatMap((one, r) => (one === temperature ? [r] : [])),
  }));
  const reportsOf = (
    members: readonly number[],
    analysis: TransportAnalysis | undefined,
  ): AnalysisReports => {
    const { frames } = record;
    if (!frames || frames.frameCount === 0) return {};
    return frames.reports(members, targets[members[0] as number] ?? null, analysis);
  };
  const pooled = groups.flatMap(({ temperature, members }): RunGroup[] => {
    const analysis = members.length === 1 ? single[members[0] as number] : analyse(members, temperature);
    return analysis ? [{ temperature, analysis, reports: reportsOf(members, analysis) }] : [];
  });
  const singleReports = single.map((analysis, r): AnalysisReports => {
    const alone = groups.findIndex(({ members }) => members.length === 1 && members[0] === r);
    return alone >= 0 ? (pooled[alone]?.reports ?? {}) : reportsOf([r], analysis);
  });
  const variable = spec.stages.some(movesCell);
  const replicas = prepared.replicas.map(({ seed }, r): ReplicaResults => {
    const rows = record.thermo[r] ?? [];
    return {
      seed,
      targetTemperature: targets[r] ?? null,
      temperature: productionMean(rows, production, (row) => row.observation.temperature, 'K'),
      pressure: productionMean(rows, production, (row) => row.observation.pressure, 'GPa'),
      ...(variable && latticeOf(rows, production)),
      ...nveDrift(prepared, rows),
      ...(single[r] && share(single[r])),
      ...reportResults(singleReports[r] ?? {}),
    };
  });
  const results: RunResults = {
    title: spec.title,
    status: record.status,
    ...(record.why !== undefined && { why: record.why }),
    system: { formula: reducedFormula(system), nAtoms: system.typeOf.length, mobile: prepared.mobile },
    potential: prepared.forceField.name,
    productionTime: productionTime(record, production),
    ...(pooled[0] &&
      (pooled.length === 1
        ? { ...share(pooled[0].analysis), ...reportResults(pooled[0].reports) }
        : severalTemperatures(pooled))),
    ...(variable
      ? groups.length === 1 && pooledLattice(replicas)
      : { lattice: latticeMeans((name) => [cellParameters(system.cell)[name], 0]) }),
    ...(pooled.length > 1 && {
      byTemperature: pooled.map(({ temperature, analysis, reports }) => ({
        temperature: temperature ?? 0,
        ...share(analysis),
        ...reportResults(reports),
      })),
    }),
    ...(pooled.length > 1 && spec.analysis.includes('arrhenius') && { arrhenius: arrheniusOf(pooled) }),
    ...(spec.until && { until: untilResults(spec.until, whole.look ?? NO_LOOK, whole.status) }),
    replicas,
    warnings: [...prepared.warnings, ...(whole.warnings ?? [])],
  };
  return { results, pooled, single, singleReports };
}

/** With several temperatures there is no one diffusivity: every species says where to look. */
function severalTemperatures(pooled: RunAnalysis['pooled']): Pick<RunResults, 'diffusion' | 'conductivity'> {
  const first = pooled[0]?.analysis.results;
  if (!first) return {};
  const why = 'replicas at several temperatures: see byTemperature';
  const diffusion = Object.fromEntries(
    Object.keys(first.diffusion).map((label) => [label, { D: unresolved('cm²/s', why) }]),
  );
  return {
    diffusion,
    conductivity: {
      nernstEinstein: unresolved('S/cm', why),
      collective: unresolved('S/cm', why),
      havenRatio: unresolved('1', why),
    },
  };
}

const LATTICE_UNITS = { a: 'Å', b: 'Å', c: 'Å', alpha: '°', beta: '°', gamma: '°' } as const;

/** @param of mean and standard error of an edge or angle */
function latticeMeans(of: (name: keyof CellParameters) => readonly [number, number]): LatticeMeans {
  const entries = Object.entries(LATTICE_UNITS).map(([name, unit]) => {
    const [value, standardError] = of(name as keyof CellParameters);
    return [name, { value, standardError, unit }];
  });
  return Object.fromEntries(entries) as LatticeMeans;
}

function latticeOf(rows: readonly ThermoRow[], production: ReadonlySet<number>): { lattice?: LatticeMeans } {
  const [first, ...others] = rows.filter(({ stage }) => production.has(stage));
  if (!first) return {};
  return {
    lattice: latticeMeans((name) => {
      const value = first.observation.lattice[name];
      // A cell that only the stages before production moved: its mean is no number of 16 digits with an error of rounding.
      if (others.every(({ observation }) => observation.lattice[name] === value)) return [value, 0];
      const found = productionMean(rows, production, (row) => row.observation.lattice[name]) as Mean;
      return [found.value, found.standardError];
    }),
  };
}

/** Of independent replicas. */
function pooledLattice(replicas: readonly ReplicaResults[]): { lattice?: LatticeMeans } {
  const each = replicas.flatMap(({ lattice }) => lattice ?? []);
  if (each.length === 0) return {};
  return {
    lattice: latticeMeans((name) => [
      each.reduce((sum, one) => sum + one[name].value, 0) / each.length,
      Math.sqrt(each.reduce((sum, one) => sum + one[name].standardError ** 2, 0)) / each.length,
    ]),
  };
}

function productionMean(
  rows: readonly ThermoRow[],
  production: ReadonlySet<number>,
  pick: (row: ThermoRow) => number,
  unit = 'K',
): Mean | null {
  const values = rows.filter(({ stage }) => production.has(stage)).map(pick);
  if (values.length === 0) return null;
  const { mean, standardError } = seriesMean(values);
  return { value: mean, standardError, unit };
}

/**
 * The temperature of each replica (K) that conductivity is computed at: the one asked for; without one, in nve, the mean
 * over all replicas of what was found, as they sample one ensemble.
 */
export function targetTemperatures(
  { spec, replicas }: PreparedRun,
  { bath, thermo }: Pick<RunRecord, 'bath' | 'thermo'>,
  production: ReadonlySet<number>,
): (number | null)[] {
  if (spec.replicas.temperature && !bath) return replicas.map(({ temperature }) => temperature);
  const stage = spec.stages.find((s, i): s is DynamicStage => isDynamic(s) && production.has(i));
  // Of a ramp there is none: what was found in it on the mean is as good a name as any.
  const asked = bath?.temperature ?? held(stage?.temperature);
  if (asked !== undefined) return replicas.map(() => asked);
  const found = thermo.flatMap(
    (rows) => productionMean(rows, production, (row) => row.observation.temperature)?.value ?? [],
  );
  const mean = found.length > 0 ? found.reduce((sum, kelvin) => sum + kelvin, 0) / found.length : null;
  return replicas.map(() => mean);
}

/** fs between the first and the last production row. Rows tile time: a stage starts where the row before it stands. */
function productionTime({ thermo }: RunRecord, production: ReadonlySet<number>): number {
  const rows = thermo[0] ?? [];
  return rows.reduce(
    (sum, { stage, time }, i) =>
      sum + (i > 0 && production.has(stage) ? time - (rows[i - 1] as ThermoRow).time : 0),
    0,
  );
}

/**
 * Drift of the conserved energy in nve production, eV per atom and ns: slope of a line through block means, so that the
 * interval knows of the correlation within a block.
 */
function nveDrift({ spec, system }: PreparedRun, rows: readonly ThermoRow[]): { nve?: { drift: Estimate } } {
  const stage = spec.stages.findIndex((s) => s.do === 'nve' && s.production);
  const here = rows.filter((row) => row.stage === stage);
  const unit = 'eV/atom/ns';
  if (stage < 0) return {};
  const blocks = 10;
  if (here.length < 4 * blocks) return { nve: { drift: unresolved(unit, 'too few rows') } };
  const size = Math.floor(here.length / blocks);
  const x: number[] = [];
  const y: number[] = [];
  for (let b = 0; b < blocks; b++) {
    const block = here.slice(b * size, (b + 1) * size);
    const mean = (pick: (row: ThermoRow) => number): number =>
      block.reduce((s, row) => s + pick(row), 0) / size;
    x.push(mean((row) => row.time) * 1e-6);
    y.push(mean((row) => row.observation.conserved) / system.typeOf.length);
  }
  const { slope, slopeError, chiSquare } = fitLine(x, y);
  const half = studentQuantile(0.975, blocks - 2) * slopeError * Math.sqrt(chiSquare / (blocks - 2));
  return { nve: { drift: { value: slope, ci95: [slope - half, slope + half], unit } } };
}
