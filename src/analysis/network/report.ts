/** The network in results, rows, methods and notes. */
import { CM2_PER_S } from '../../core/constants.ts';
import type { AnalysisContext, AnalysisReport, ReportRow } from '../analysis.ts';
import type { Estimate } from '../estimate.ts';
import type { SiteHistory } from '../sites/visits.ts';
import { TENSOR_COMPONENTS } from '../transport/msd.ts';
import { networkFigures } from './figures.ts';
import { networkTables } from './tables.ts';
import type { NetworkAnalysis, NetworkOptions } from './transportNetwork.ts';

/** Unit of each result, by its place in results.json. */
export const NETWORK_UNITS = {
  'network.factors.jumpDiffusivity': 'cm²/s',
  'network.factors.eta': '1',
  'network.factors.networkDiffusivity': 'cm²/s',
  'network.factors.memory': '1',
  'network.factors.havenRatio': '1',
  'network.factors.conductivity': 'S/cm',
  'network.tensor': 'cm²/s',
  'network.hopsPerIonPerNs': '1/ns',
  'network.spectrum.E1': 'eV',
  'network.spectrum.E2': 'eV',
  'network.spectrum.E3': 'eV',
  'network.activity.hopDensity': 'nm⁻³ ps⁻¹',
  'network.activity.activeDensity': 'nm⁻³ ps⁻¹',
  'network.activity.channelDensity': 'nm⁻³',
  'network.barriers.mean': 'eV',
  'network.barriers.deviation': 'eV',
  'network.missingLinks.rateBound': '1/fs',
  'network.temporal.crossover': 'fs',
} as const;

/** The report of one network. */
export function networkReport(
  analysis: NetworkAnalysis,
  histories: readonly SiteHistory[],
  { temperature }: AnalysisContext,
  options: NetworkOptions,
): AnalysisReport {
  return {
    results: { network: results(analysis, histories, options) },
    tables: networkTables(analysis, temperature, options.attemptFrequency),
    figures: networkFigures(analysis, temperature),
    rows: rows(analysis),
    methods: methods(analysis, histories, options),
    notes: notes(analysis),
  };
}

function results(
  analysis: NetworkAnalysis,
  histories: readonly SiteHistory[],
  options: NetworkOptions,
): Readonly<Record<string, unknown>> {
  const { network, factors, percolation, spectrum, robustness, temporal, pooled, verdict } = analysis;
  const { graph, diffusion } = network;
  // The tensor as measured, with the correction of η on every component alike.
  const correction = diffusion.eta > 0 && factors.eta.value !== null ? factors.eta.value / diffusion.eta : 1;
  return {
    verdict,
    factors: { ...factors, diffusivitySource: analysis.diffusivitySource },
    tensor: {
      ...Object.fromEntries(
        TENSOR_COMPONENTS.map((ab) => [ab, diffusion.tensor[ab] * CM2_PER_S * correction]),
      ),
      unit: 'cm²/s',
    },
    hops: graph.hops.count,
    edges: graph.edgeCount,
    sites: graph.siteCount,
    replicas: graph.replicas.length,
    samples: graph.samples.length,
    hopsPerIonPerNs: (graph.hops.count / graph.ionTime) * 1e6,
    percolatingHops: network.percolatingHops,
    percolation: percolation.map(({ fewestHops, percolation: found }) => ({ fewestHops, ...found })),
    missingLinks: network.missing,
    detailedBalance: analysis.balance,
    spectrum: spectrum && {
      E1: spectrum.thresholds[0],
      E2: spectrum.thresholds[1],
      E3: spectrum.thresholds[2],
      redundancy: spectrum.redundancy,
    },
    activity: analysis.activity,
    barriers: analysis.barriers && {
      mean: analysis.barriers.mean,
      deviation: analysis.barriers.deviation,
      unit: 'eV',
    },
    attribution: analysis.shares,
    pooled: pooled ? { eta: pooled.eta, dispersion: pooled.dispersion, classes: pooled.classes } : null,
    robustness: robustness && {
      criticalEdges: robustness.criticalEdges,
      criticalSites: robustness.criticalSites,
      deadEndHops: robustness.deadEndHops,
      deadEndSites: robustness.deadEndSites,
    },
    temporal: temporal && {
      crossover: temporal.crossover,
      scatteredCrossover: temporal.scatteredCrossover,
      gating: temporal.gating,
    },
    correlatedHops: analysis.correlated,
    unassigned: analysis.unassigned,
    settings: { ...options, filter: histories[0]?.filter ?? '' },
  };
}

function rows({ factors, percolation, spectrum, verdict, correlated }: NetworkAnalysis): ReportRow[] {
  const dims = percolation.map(({ percolation: { dimension } }) => dimension).join(', ');
  const list: ReportRow[] = [
    row('Jump diffusivity D_jump', factors.jumpDiffusivity, `${verdict.hops} hops`),
    row('Connectivity η', factors.eta, `as measured ${digits(factors.measuredEta)}`),
    {
      label: 'Percolation dimension',
      value: dims,
      detail: 'of edges with at least 1, 3 and 10 hops',
    },
    row('Memory D*/D_net', factors.memory),
  ];
  const E3 = spectrum?.thresholds[2];
  if (E3) list.push(row('Level at which three dimensions percolate', E3));
  const back = correlated.returns?.fraction;
  if (back) {
    list.push({
      label: 'Immediate returns',
      value: digits(back.observed),
      detail: `${digits(back.expected)} without memory, p = ${digits(back.pValue)}`,
    });
  }
  return list;
}

function row(label: string, value: Estimate, detail?: string): ReportRow {
  const small = [detail, value.why].filter((part) => part !== undefined).join('; ');
  return { label, value, ...(small !== '' && { detail: small }) };
}

function methods(
  { network, diffusivitySource, pooled }: NetworkAnalysis,
  histories: readonly SiteHistory[],
  { attemptFrequency, resamples, shuffles, placeTolerance, stringTime }: NetworkOptions,
): string[] {
  const { graph, resampled } = network;
  const sentences = [
    `Hops between sites (${histories[0]?.filter ?? 'no filter'}) form a graph whose edges carry the lattice translation they cross; its percolation dimension is the rank of the translations of its cycles, found exactly by union–find with offsets.`,
    `D_jump = Σ|Δx|²/6NT over the ${graph.hops.count} hops, and D_net is the long-time diffusivity of a memoryless walker with the measured fluxes w = (n_uv + n_vu)/2T: the minimum over site potentials φ of Σ w(Δx + Δφ)²/2N, by conjugate gradients to 1e-12 {kipnis1986}. Their quotient η is corrected for finite counts by comparison with halves of the data.`,
    `Intervals are 95 %, from ${resamples} bootstrap draws of ${resampled.blocks} blocks of time {efron1979} {kunsch1989}, at least the Poisson interval of the independent hops behind a figure.`,
    `Rates are k = n/(T p); activation free energies k_BT ln(ν₀/k) take ν₀ = ${attemptFrequency.toExponential(2)} Hz, a different ν₀ shifts all of them alike. Levels of the percolation spectrum are k_BT ln(ν₀ p̄/w), the saddle above the site of a typical ion.`,
    `Returns are compared with exits dealt out anew at every site; concerted pairs (within ${digits(1e15 / attemptFrequency)} fs) and strings (Δt = ${digits(stringTime)} fs, sites within ${digits(placeTolerance)} Å one place {donati1998}) with circular shifts of each ion's hops in time; ${shuffles} shuffles each.`,
  ];
  if (diffusivitySource === 'site paths') {
    sentences.push('The tracer diffusivity beside D_net is that of the paths from site to site.');
  }
  if (pooled) {
    sentences.push(
      'The pooled η gives every pair of sites of the same kinds and distance the same flux, seen or not: the infinite run, where kinds are symmetry classes.',
    );
  }
  return sentences;
}

function notes(analysis: NetworkAnalysis): string[] {
  const { verdict, factors, pooled, temporal } = analysis;
  const list = verdict.gates
    .filter(({ passed }) => !passed)
    .map(({ name, why }) => `network, ${name}: ${why}`);
  const { countingBias } = factors;
  if (countingBias !== null && countingBias > 0.1 && countingBias <= 0.5) {
    list.push(
      `network: few hops per edge; η is ${digits(factors.measuredEta)} as measured and ${digits(factors.eta.value ?? 0)} corrected`,
    );
  }
  if (pooled && pooled.dispersion > 3) {
    list.push(
      `network: edges of the same kinds and length differ in their hops (variance ${digits(pooled.dispersion)} times the mean): the pooled η is that of an average, not of this structure`,
    );
  }
  if (temporal?.gating !== null && temporal?.gating !== undefined && temporal.gating < 0.8) {
    list.push(
      `network: within windows of time η is ${digits(temporal.gating)} of what as many hops of the whole run give: edges open and close, or ions have not gone round yet`,
    );
  }
  return list;
}

function digits(x: number): string {
  return String(Number(x.toPrecision(3)));
}
