/** How well the dynamics were integrated: what report and log say as well, up to the last checkpoint. */
import { formatMean, formatNumber, formatPlain } from '../../report/format.ts';
import type { Precision } from '../../run/precision.ts';
import type { AppStore } from '../appState.ts';
import { byId, type Child, fill, h } from '../dom.ts';

export function precisionPanel(store: AppStore): void {
  const panel = byId('precision');
  const body = h('div', {});
  panel.append(h('summary', {}, 'Precision of the integration'), body);
  store.watch(['precision'], ({ precision }) => {
    panel.hidden = precision === null;
    fill(body, ...(precision ? rows(precision) : []));
  });
}

function rows({ stages, neighborList, shares }: Precision): Child[] {
  const { pruning, building } = neighborList;
  const moved = ({ largest, allowed }: Precision['neighborList']['pruning']): string =>
    `${formatPlain(largest, 2)} of ${formatPlain(allowed, 2)} Å`;
  return [
    ...stages.flatMap(({ stage, drift, centreOfMass, temperatures }) => [
      h('h3', {}, `Stage ${stage}`),
      h(
        'dl',
        { class: 'results' },
        ...row(
          'Drift of the conserved quantity',
          drift === null ? 'too few rows' : `${formatNumber(drift, 2)} eV/atom/ns`,
        ),
        ...(centreOfMass === null ? [] : row('Centre of mass at most', `${formatNumber(centreOfMass, 2)} K`)),
        ...Object.entries(temperatures).flatMap(([label, mean]) =>
          row(
            `Temperature of ${label}`,
            `${formatMean(mean)} K${mean.standardError > 0 ? '' : ', one state'}`,
          ),
        ),
      ),
    ]),
    h('h3', {}, 'The run'),
    h(
      'dl',
      { class: 'results' },
      ...row('Moved between two prunings', moved(pruning)),
      ...row('Moved between two builds', moved(building)),
      ...Object.entries(shares ?? {}).flatMap(([name, share]) =>
        row(`Time: ${name}`, `${Math.round(100 * share)} %`),
      ),
    ),
  ];
}

function row(name: string, value: string): Child[] {
  return [h('dt', {}, name), h('dd', {}, value)];
}
