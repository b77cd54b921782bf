/**
 * Transport as a network of hops: which local events there are, how they connect, and what of them becomes conductivity. Reads
 * the stays of ions at sites; whoever finds the sites calls it with their histories.
 */
import type { AnalysisContext, AnalysisReport } from '../analysis.ts';
import type { SiteHistory } from '../sites/visits.ts';
import type { TransportAnalysis } from '../transport/transport.ts';
import { networkReport } from './report.ts';
import {
  type EdgeTags,
  measureTransportNetwork,
  type NetworkOptions,
  withDefaults,
} from './transportNetwork.ts';

/**
 * The analysis as results (key `network`), tables, figures and words.
 * @param histories one per replica, all at one temperature; their sites may differ
 * @param transport of the same frames, for D*, H_R and σ
 * @param tags names of edges for the attribution; by default the kinds of both ends
 */
export function analyseNetwork(
  histories: readonly SiteHistory[],
  context: AnalysisContext,
  transport?: TransportAnalysis,
  options: Partial<NetworkOptions> = {},
  tags?: EdgeTags,
): AnalysisReport {
  const analysis = measureTransportNetwork(histories, context, transport, options, tags);
  return networkReport(analysis, histories, context, withDefaults(options));
}
