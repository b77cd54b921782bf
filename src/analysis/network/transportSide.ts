/** What the transport analysis says of the mobile ions together, in the terms of the network. */
import { BOLTZMANN_EV_PER_K, CM2_PER_S, S_PER_CM } from '../../core/constants.ts';
import type { AnalysisContext } from '../analysis.ts';
import { bounded, type Estimate, resolved, unresolved } from '../estimate.ts';
import type { SiteHistory } from '../sites/visits.ts';
import { analyseDiffusion } from '../transport/diffusion.ts';
import { meanSquaredDisplacement } from '../transport/msd.ts';
import type { TransportAnalysis } from '../transport/transport.ts';
import type { TransportSide } from './factorisation.ts';
import type { HopGraph } from './hopGraph.ts';
import { edgeLength } from './hopGraph.ts';
import { siteTracks } from './siteTracks.ts';

const UNIT = 'cm²/s';

/** D*, H_R and n q²/k_BT of the mobile ions. Without a transport analysis D* is that of the paths from site to site. */
export function transportSide(
  graph: HopGraph,
  histories: readonly SiteHistory[],
  context: AnalysisContext,
  transport: TransportAnalysis | undefined,
): TransportSide & { readonly source: 'displacements' | 'site paths' } {
  return {
    D: transport ? mobileDiffusivity(context, transport) : siteDiffusivity(graph, histories),
    havenRatio:
      transport?.results.conductivity.havenRatio ??
      unresolved('1', 'no collective displacement was analysed'),
    conductivityPerD: conductivityPerD(graph, context),
    source: transport ? 'displacements' : 'site paths',
  };
}

/** Mean of the mobile species' D* by number of ions; bounded when one is. */
function mobileDiffusivity({ mobile, system }: AnalysisContext, { results }: TransportAnalysis): Estimate {
  let [ions, value, low, high] = [0, 0, 0, 0];
  let missing: string | undefined;
  for (const s of mobile) {
    const label = system.species[s]?.label ?? '';
    const found = results.diffusion[label];
    if (!found) continue;
    const { D } = found;
    ions += found.ions;
    value += found.ions * (D.value ?? 0);
    low += found.ions * (D.ci95?.[0] ?? Number.NaN);
    high += found.ions * (D.ci95?.[1] ?? Number.NaN);
    if (D.value === null) missing = `${label}: ${D.why ?? 'no diffusivity'}`;
  }
  if (ions === 0) return unresolved(UNIT, 'no mobile species was analysed');
  if (missing === undefined) return resolved(value / ions, [low / ions, high / ions], UNIT);
  return Number.isFinite(high) ? bounded(high / ions, UNIT, missing) : unresolved(UNIT, missing);
}

/** D* of the paths from site to site, by the fit and the gates of the transport analysis. */
export function siteDiffusivity(graph: HopGraph, histories: readonly SiteHistory[]): Estimate {
  if (graph.hops.count === 0) return unresolved(UNIT, 'no hop was seen');
  const tracks = histories.map(siteTracks);
  let [length, count] = [0, 0];
  for (let i = 0; i < graph.hops.count; i++) {
    length += edgeLength(graph, graph.hops.edge[i] as number);
    count++;
  }
  const curve = meanSquaredDisplacement(tracks);
  const hop = { value: length / count, unit: 'Å', source: 'given' } as const;
  return analyseDiffusion(tracks, curve, hop).report.D;
}

/** n q²/k_BT in S/cm per cm²/s, for ions of one charge. */
function conductivityPerD(
  { ionTime, volumeTime }: HopGraph,
  { mobile, charges, temperature }: AnalysisContext,
): number | null {
  const own = [...new Set(mobile.map((s) => charges[s]))];
  const [charge] = own;
  if (own.length !== 1 || charge === undefined || charge === 0 || temperature === null) return null;
  const density = ionTime / volumeTime;
  return ((density * charge * charge) / (BOLTZMANN_EV_PER_K * temperature) / CM2_PER_S) * S_PER_CM;
}
