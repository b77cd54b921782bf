/**
 * The analysis that runs know as `sites`: where ions rest (sites/), and what their hops connect to (network/), out of one
 * accumulator.
 */
import { frameAnalysis } from '../analysis.ts';
import type { SiteAccumulator } from '../sites/accumulator.ts';
import { sites } from '../sites/sites.ts';
import { analyseNetwork } from './network.ts';
import { type EdgeTags, NETWORK_OPTIONS } from './transportNetwork.ts';

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
    const network = analyseNetwork(histories, context, transport, settings, environmentTags(parts));
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

/**
 * Edges by what surrounds the sites at both ends, `octahedral Br2 Cl4 – tetrahedral Cl4`: which environments conduct. Where
 * one anion is all there is, that is the kind and nothing else.
 */
function environmentTags(parts: readonly SiteAccumulator[]): EdgeTags {
  return ({ from, to, kinds, samples, replicas, edgeCount }) => {
    const environments = new Array<string>(kinds.length).fill('');
    samples.forEach(({ start }, sample) => {
      const replica = replicas.findIndex((one) => one.sample === sample);
      parts[replica]?.environments().sites.forEach((environment, site) => {
        environments[start + site] = environment;
      });
    });
    const anions = new Set(
      environments.flatMap((text) => text.split(' ').map((part) => part.replace(/\d+$/, ''))),
    );
    const nameOf = (site: number): string =>
      anions.size > 1 ? `${kinds[site]} ${environments[site]}` : (kinds[site] as string);
    return Array.from({ length: edgeCount }, (_, e) =>
      [nameOf(from[e] as number), nameOf(to[e] as number)].sort().join(' – '),
    );
  };
}
