/** Network results as CSV texts: every edge and site, the spectrum, classes, damage, windows and strings. */
import { BOLTZMANN_EV_PER_K } from '../../core/constants.ts';
import { csv, type Tables } from '../csv.ts';
import { edgeLength, type SampleSites } from './hopGraph.ts';
import { barrier, edgeLevels, edgeRates, occupancies } from './rates.ts';
import type { NetworkAnalysis } from './transportNetwork.ts';

/** Per fs → per ps. */
const PER_PS = 1000;

/** All tables of the network. */
export function networkTables(
  analysis: NetworkAnalysis,
  temperature: number | null,
  attemptFrequency: number,
): Tables {
  const kT = temperature === null ? Number.NaN : BOLTZMANN_EV_PER_K * temperature;
  const { spectrum, robustness, temporal, barriers, shares, correlated } = analysis;
  return {
    'network_edges.csv': edges(analysis, temperature, attemptFrequency),
    'network_sites.csv': sites(analysis),
    ...(spectrum && {
      'percolation_spectrum.csv': csv(
        ['level_eV', 'edges', 'dimension', 'spanning_site_fraction', 'largest_cluster_fraction'],
        spectrum.curve.map((p) => [p.level * kT, p.edges, p.dimension, p.spanning, p.largest]),
      ),
    }),
    ...(barriers && {
      'barrier_histogram.csv': csv(
        ['barrier_eV', 'hops_per_eV', 'active_hops_per_eV'],
        [...barriers.centres].map((x, b) => [x, barriers.hops[b] as number, barriers.active[b] as number]),
      ),
    }),
    'network_classes.csv': csv(
      ['class', 'edges', 'hops', 'share_of_D_jump', 'elasticity', 'D_net_without_over_D_net'],
      shares.map((s) => [plain(s.name), s.edges, s.hops, s.jumpShare, s.elasticity, s.blocked]),
    ),
    ...(robustness && {
      'network_damage.csv': csv(
        [
          'removed_fraction',
          'edges_D_net_ratio',
          'edges_low',
          'edges_high',
          'sites_D_net_ratio',
          'sites_low',
          'sites_high',
        ],
        robustness.edges.map((p, i) => {
          const s = robustness.sites[i];
          return [
            p.removed,
            p.remaining,
            p.low,
            p.high,
            s?.remaining ?? null,
            s?.low ?? null,
            s?.high ?? null,
          ];
        }),
      ),
    }),
    ...(temporal && {
      'network_windows.csv': csv(
        ['window_fs', 'windows', 'eta', 'eta_scattered'],
        temporal.points.map((p) => [p.window, p.windows, p.eta, p.scattered]),
      ),
    }),
    ...(correlated.strings && {
      'hop_strings.csv': csv(
        ['ions_in_string', 'strings'],
        correlated.strings.sizes.map((n, i) => [i + 1, n]),
      ),
    }),
  };
}

function edges({ network }: NetworkAnalysis, temperature: number | null, attemptFrequency: number): string {
  const { graph, hops, strain2 } = network;
  const rates = edgeRates(graph);
  const levels = edgeLevels(graph, hops, attemptFrequency);
  const total = hops.reduce((sum, n, e) => sum + n * (strain2[e] as number), 0);
  const kT = temperature === null ? null : BOLTZMANN_EV_PER_K * temperature;
  const high = (rate: number): number | null =>
    temperature === null || Number.isNaN(rate) ? null : barrier(rate, attemptFrequency, temperature);
  const error = (n: number): number | null => (kT === null || n === 0 ? null : kT / Math.sqrt(n));
  return csv(
    [
      'from',
      'to',
      'image_a',
      'image_b',
      'image_c',
      'from_kind',
      'to_kind',
      'length_A',
      'hops_forward',
      'hops_backward',
      'rate_forward_per_ps',
      'rate_backward_per_ps',
      'barrier_forward_eV',
      'barrier_forward_error_eV',
      'barrier_backward_eV',
      'barrier_backward_error_eV',
      'level_eV',
      'carried_A',
      'share_of_D_net',
    ],
    Array.from({ length: graph.edgeCount }, (_, e) => {
      const [u, v] = [graph.from[e] as number, graph.to[e] as number];
      const [forward, backward] = [graph.forward[e] as number, graph.backward[e] as number];
      const s2 = strain2[e] as number;
      return [
        u,
        v,
        ...graph.image.subarray(3 * e, 3 * e + 3),
        plain(graph.kinds[u] as string),
        plain(graph.kinds[v] as string),
        edgeLength(graph, e),
        forward,
        backward,
        (rates.forward[e] as number) * PER_PS,
        (rates.backward[e] as number) * PER_PS,
        high(rates.forward[e] as number),
        error(forward),
        high(rates.backward[e] as number),
        error(backward),
        kT === null ? null : kT * (levels[e] as number),
        Math.sqrt(s2),
        total > 0 ? ((hops[e] as number) * s2) / total : 0,
      ];
    }),
  );
}

function sites({ network }: NetworkAnalysis): string {
  const { graph, diffusion } = network;
  const p = occupancies(graph);
  const exits = new Float64Array(graph.siteCount);
  for (let e = 0; e < graph.edgeCount; e++) {
    const [u, v] = [graph.from[e] as number, graph.to[e] as number];
    exits[u] = (exits[u] as number) + (graph.forward[e] as number);
    exits[v] = (exits[v] as number) + (graph.backward[e] as number);
  }
  return csv(
    [
      'site',
      'sample',
      'kind',
      'x_fractional',
      'y_fractional',
      'z_fractional',
      'occupancy',
      'exits',
      'exit_rate_per_ps',
      'cluster',
      'cluster_sites',
      'dimension',
    ],
    graph.samples.flatMap(({ sites: { fractional, kinds }, start }: SampleSites, s) =>
      kinds.map((kind, i) => {
        const node = start + i;
        const out = exits[node] as number;
        return [
          node,
          s,
          plain(kind),
          ...fractional.subarray(3 * i, 3 * i + 3),
          p[node] as number,
          out,
          (out / (graph.occupiedTime[node] as number)) * PER_PS,
          diffusion.clusters.root(node),
          diffusion.clusters.sizeOf(node),
          diffusion.clusters.dimensionOf(node),
        ];
      }),
    ),
  );
}

/** A text that stands in a cell of a CSV. */
function plain(text: string): string {
  return text.replaceAll(/[",\r\n]/g, ';');
}
