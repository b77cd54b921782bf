/** Figures of the network: spectrum, barriers, damage, windows. */
import { BOLTZMANN_EV_PER_K } from '../../core/constants.ts';
import type { Figure } from '../figure.ts';
import type { NetworkAnalysis } from './transportNetwork.ts';

/** Figures for which there is something to draw. */
export function networkFigures(analysis: NetworkAnalysis, temperature: number | null): Figure[] {
  const { spectrum, barriers, robustness, temporal } = analysis;
  const figures: Figure[] = [];
  if (spectrum && temperature !== null) {
    const kT = BOLTZMANN_EV_PER_K * temperature;
    const x = spectrum.curve.map((p) => p.level * kT);
    figures.push({
      name: 'percolation_spectrum',
      title: 'Percolation spectrum: sites connected by edges up to a level',
      xLabel: 'E, eV',
      yLabel: 'share of sites',
      yRange: [0, 1],
      series: [
        { label: 'spanning', x, y: spectrum.curve.map((p) => p.spanning), hue: 0 },
        { label: 'largest cluster', x, y: spectrum.curve.map((p) => p.largest), hue: 1, dashed: true },
      ],
      lines: spectrum.thresholds.flatMap(({ value }, d) =>
        value === null ? [] : [{ x: value, label: `E${'₁₂₃'[d]}` }],
      ),
      note: 'E = k_BT ln(ν₀ p̄/w), w the one-way flux of an edge; E₁, E₂, E₃: one, two and three dimensions percolate.',
      emptyText: 'No hop was seen.',
    });
  }
  if (barriers) {
    figures.push({
      name: 'barrier_histogram',
      title: 'Activation free energies of the hops',
      xLabel: 'ΔG‡, eV',
      yLabel: 'share of hops per eV',
      series: [
        { label: 'all hops', x: barriers.centres, y: barriers.hops, hue: 0 },
        { label: 'weighted by current', x: barriers.centres, y: barriers.active, hue: 1 },
      ],
      note: 'Each direction with its own rate; counting widens a value by k_BT/√n.',
    });
  }
  if (robustness) {
    const series = (label: string, points: typeof robustness.edges, hue: number) => ({
      label,
      x: points.map((p) => p.removed),
      y: points.map((p) => p.remaining),
      band: { low: points.map((p) => p.low), high: points.map((p) => p.high) },
      hue,
    });
    figures.push({
      name: 'network_damage',
      title: 'What is left of D_net when edges or sites are lost at random',
      xLabel: 'share removed',
      yLabel: 'D_net/D_net(0)',
      yRange: [0, 1],
      series: [series('edges', robustness.edges, 0), series('sites', robustness.sites, 1)],
      note: 'Bands: lowest and highest of six draws.',
    });
  }
  if (temporal) {
    const x = temporal.points.map((p) => p.window / 1000);
    figures.push({
      name: 'network_windows',
      title: 'Connectivity of what happens within a window of time',
      xLabel: 'τ, ps',
      yLabel: 'η',
      xScale: 'log',
      series: [
        { label: 'within windows', x, y: temporal.points.map((p) => p.eta), hue: 0, points: true },
        {
          label: 'as many hops at random',
          x,
          y: temporal.points.map((p) => p.scattered),
          hue: 1,
          dashed: true,
        },
      ],
      ...(temporal.crossover !== null && { lines: [{ x: temporal.crossover / 1000, label: 'τ×' }] }),
      note: 'Without correction for the bias of few counts: it is the same in both curves.',
    });
  }
  return figures;
}
