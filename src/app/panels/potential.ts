/** Step 2: the potential, with where it comes from and what it is wrong for. Weaknesses are never folded away. */
import type { CoulombMethod } from '../../forcefield/forceField.ts';
import { counted, formatNumber, formatPlain, prettyFormulas } from '../../report/format.ts';
import type { AppStore } from '../appState.ts';
import { byId, type Child, fill, h, icon } from '../dom.ts';
import { ICONS } from '../icons.ts';
import type { OpenedRun, PotentialView } from '../protocol.ts';
import { outsideValidity } from '../words.ts';
import { heading } from './heading.ts';

export function potentialPanel(store: AppStore, choose: (name: string) => void): void {
  const panel = byId('potential');
  const warning = h('p', { class: 'note warn', role: 'status', hidden: true });
  store.watch(['run'], ({ run }) => {
    panel.hidden = !run;
    if (run) fill(panel, ...card(run, warning, choose));
  });
  store.watch(['run', 'kelvin'], ({ run, kelvin }) => {
    const words = run && !run.bath.locked ? outsideValidity(run.potential, kelvin) : undefined;
    warning.hidden = !words;
    fill(warning, icon(ICONS.warning), words ?? '');
  });
}

/** Long-range Coulomb as the card says it. */
const COULOMB_WORDS: Readonly<Record<CoulombMethod, string>> = {
  auto: 'Ewald sum or PPPM, whichever is faster',
  ewald: 'Ewald sum',
  pppm: 'PPPM',
  dsf: 'damped shifted force, a preview',
  none: 'no charges',
};

function card(run: OpenedRun, warning: HTMLElement, choose: (name: string) => void): Child[] {
  const { potential, choices, cutoff, coulomb } = run;
  const { name, provenance, citation, validFor, knownFailures, measured } = potential;
  const chip = h('span', { class: `chip ${provenance === 'published' ? 'ok' : ''}` }, provenance);
  const picker = h(
    'select',
    { id: 'set', onchange: () => choose(picker.value) },
    ...choices.map((one) => h('option', { value: one.name, selected: one.name === name }, one.name)),
  );
  return [
    heading('potential-title', 2, 'Potential', chip),
    choices.length > 1
      ? h(
          'div',
          {},
          h('label', { for: 'set', class: 'label' }, `${choices.length} sets cover this structure`),
          picker,
        )
      : h('p', { class: 'strong' }, name),
    h('p', { class: 'small' }, `Cutoff ${formatPlain(cutoff)} Å · ${COULOMB_WORDS[coulomb]}`),
    warning,
    h('p', { class: 'note known' }, h('b', {}, 'Known failures. '), prettyFormulas(knownFailures)),
    h('p', { class: 'small' }, h('b', {}, 'Valid for. '), prettyFormulas(validFor)),
    ...citation.map(({ text, doi }) =>
      h('p', { class: 'small' }, h('b', {}, 'Source. '), text, doi ? ' ' : null, doi ? doiLink(doi) : null),
    ),
    measured.length > 0 ? measuredTable(measured) : null,
  ];
}

/** Only what looks like a DOI becomes an address. */
function doiLink(doi: string): Child {
  if (!/^10\.\d{4,9}\/\S+$/.test(doi)) return doi;
  const href = `https://doi.org/${encodeURI(doi)}`;
  return h('a', { href, target: '_blank', rel: 'noreferrer' }, `doi:${doi}`);
}

function measuredTable(measured: PotentialView['measured']): HTMLElement {
  return h(
    'details',
    {},
    h('summary', {}, `Measured against reference: ${counted(measured.length, 'value')}`),
    h(
      'table',
      { class: 'measured' },
      h(
        'thead',
        {},
        h('tr', {}, ...['Quantity', 'here', 'reference'].map((words) => h('th', { scope: 'col' }, words))),
      ),
      h(
        'tbody',
        {},
        ...measured.map(({ system, quantity, value, reference, unit }) =>
          h(
            'tr',
            {},
            h('td', {}, `${system}, ${quantity}, ${unit}`),
            h('td', {}, formatNumber(value, 4)),
            h('td', {}, formatNumber(reference, 4)),
          ),
        ),
      ),
    ),
  );
}
