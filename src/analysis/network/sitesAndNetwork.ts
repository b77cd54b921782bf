/**
 * The analysis that runs know as `sites`: where ions rest (sites/), and what their hops connect to (network/), out of one
 * accumulator.
 */
import { frameAnalysis } from '../analysis.ts';
import type { SiteAccumulator } from '../sites/accumulator.ts';
import { sites } from '../sites/sites.ts';
import { analyseNetwork } from './network.ts';
import { NETWORK_OPTIONS } from './transportNetwork.ts';

const OPTIONS = { ...sites.options, ...NETWORK_OPTIONS };

export const sitesAndNetwork = frameAnalysis<SiteAccumulator, typeof OPTIONS>({
  title: 'Sites, hops and the network that they make',
  inputs: sites.inputs,
  options: OPTIONS,
  resultUnits: sites.resultUnits,
  cost: sites.cost,
  begin: sites.begin,
  report(parts, context, options, transport) {
    const found = sites.report(parts, context, options, transport);
    const histories = parts.map((part) => part.history());
    if (histories.every(({ frames }) => frames < 2)) return found;
    const { attemptFrequency, resamples, shuffles, placeTolerance, stringTime } = options;
    const settings = { attemptFrequency, resamples, shuffles, placeTolerance, stringTime };
    const network = analyseNetwork(histories, context, transport, settings);
    return {
      results: { ...found.results, ...network.results },
      tables: { ...found.tables, ...network.tables },
      figures: [...found.figures, ...network.figures],
      rows: [...(found.rows ?? []), ...(network.rows ?? [])],
      methods: [...found.methods, ...network.methods],
      notes: [...found.notes, ...network.notes],
    };
  },
});
