/** Runs of earlier visits that were not finished: each can be continued or discarded. */
import { formatCount, prettyFormulas } from '../../report/format.ts';
import { type AppStore, isActive } from '../appState.ts';
import { byId, fill, h } from '../dom.ts';
import type { UnfinishedRun } from '../protocol.ts';

export interface UnfinishedActions {
  readonly continueRun: (run: UnfinishedRun) => void;
  readonly discardRun: (id: string) => void;
}

export function unfinishedPanel(store: AppStore, actions: UnfinishedActions): void {
  const panel = byId('unfinished');
  store.watch(['unfinished'], ({ unfinished }) => {
    const hadFocus = panel.contains(document.activeElement);
    fill(
      panel,
      h('p', {}, unfinished.length > 1 ? 'These runs were not finished.' : 'A run was not finished.'),
      h('ul', {}, ...unfinished.map((run) => offer(run, actions))),
    );
    // The button in use has gone: the keyboard goes on at the next one, or at the run controls.
    if (hadFocus) (panel.querySelector('button') ?? byId('run')).focus();
  });
  store.watch(['unfinished', 'phase', 'adapter'], ({ unfinished, phase, adapter }) => {
    // To continue one would end the run in progress.
    const isHidden = unfinished.length === 0 || isActive(phase);
    if (isHidden && panel.contains(document.activeElement)) byId('run').focus();
    panel.hidden = isHidden;
    for (const button of panel.querySelectorAll<HTMLButtonElement>('.continue')) {
      button.disabled = adapter.kind !== 'ready';
    }
  });
}

function offer(run: UnfinishedRun, actions: UnfinishedActions): HTMLElement {
  const title = prettyFormulas(run.title);
  const discard = h(
    'button',
    {
      type: 'button',
      class: 'button',
      'aria-label': `Discard ${title}`,
      onclick: () => actions.discardRun(run.id),
    },
    'Discard',
  );
  if (run.why !== null) {
    return h('li', { class: 'offer' }, h('p', {}, `${title} cannot be continued: ${run.why}.`), discard);
  }
  return h(
    'li',
    { class: 'offer' },
    h(
      'button',
      {
        type: 'button',
        class: 'button continue',
        onclick: () => actions.continueRun(run),
      },
      `Continue ${title} from step\u00a0${formatCount(run.step)}`,
    ),
    discard,
  );
}
