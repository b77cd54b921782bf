/** Step 1: which structure. Examples, or a file of one's own. */
import { capitalized } from '../../core/text.ts';
import { formatFixed, prettyFormulas } from '../../report/format.ts';
import type { AppStore } from '../appState.ts';
import { byId, fill, h, icon } from '../dom.ts';
import { EXAMPLES } from '../examples.ts';
import { ICONS } from '../icons.ts';
import { sizeSentence } from '../words.ts';
import { heading } from './heading.ts';

export interface StructureActions {
  readonly openExample: (name: string) => void;
  readonly openFile: (file: File) => void;
}

export function structurePanel(store: AppStore, { openExample, openFile }: StructureActions): void {
  const own = h('option', { value: '', disabled: true }, '');
  const picker = h(
    'select',
    { id: 'example', onchange: () => openExample(picker.value) },
    ...EXAMPLES.map(({ name, title }) => h('option', { value: name }, prettyFormulas(title))),
  );
  const input = h('input', {
    type: 'file',
    id: 'file',
    class: 'visually-hidden',
    tabindex: -1,
    'aria-label': 'Structure file',
    onchange: () => {
      const file = input.files?.[0];
      if (file) openFile(file);
      // The same file again is a new order.
      input.value = '';
    },
  });
  const button = h(
    'button',
    { type: 'button', class: 'button', onclick: () => input.click() },
    icon(ICONS.file),
    'Open a file…',
  );
  const facts = h('div', { class: 'facts' });
  fill(
    byId('structure'),
    heading('structure-title', 1, 'Structure'),
    h('label', { for: 'example', class: 'label' }, 'Example'),
    picker,
    h('div', { class: 'row' }, button, h('span', { class: 'hint' }, 'or drop one')),
    input,
    facts,
  );

  store.watch(['source'], ({ source }) => {
    if (source?.kind === 'file') {
      own.textContent = source.name;
      if (!own.isConnected) picker.prepend(own);
      picker.value = '';
    } else {
      own.remove();
      if (source) picker.value = source.name;
    }
  });
  store.watch(['run', 'scene'], ({ run, scene }) => {
    if (!run) {
      const atoms = scene ? `${scene.typeOf.length} atoms in the file` : '';
      fill(facts, atoms && h('p', { class: 'small' }, atoms));
      return;
    }
    const [a, b, c, alpha, beta, gamma] = run.lattice;
    const edges = [a, b, c].map((x) => formatFixed(x, 2)).join(' × ');
    const angles = [alpha, beta, gamma].map((x) => formatFixed(x, 1)).join(', ');
    fill(
      facts,
      h('p', { class: 'strong' }, prettyFormulas(run.formula)),
      h('p', { class: 'small' }, sizeSentence(run)),
      h('p', { class: 'small' }, `${edges} Å · ${angles}°`),
      ...run.built.map((text) => h('p', { class: 'note' }, capitalized(text))),
      ...run.warnings.map((warning) => h('p', { class: 'note warn' }, capitalized(warning))),
    );
  });
}
