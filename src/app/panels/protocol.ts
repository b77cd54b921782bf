/** Step 3: the stages, each with its state. */
import type { AppState, AppStore } from '../appState.ts';
import { byId, fill, h } from '../dom.ts';
import { stageSentence } from '../words.ts';
import { heading } from './heading.ts';

const MARKS = { done: '✓', now: '●', next: '○' } as const;
const STATES = { done: 'done', now: 'in progress', next: 'to come' } as const;

export function protocolPanel(store: AppStore): void {
  const panel = byId('protocol');
  let shownFor = '';
  store.watch(['run', 'phase', 'progress', 'kelvin'], (state) => {
    const { run, kelvin } = state;
    panel.hidden = !run;
    if (!run) return;
    // Progress comes ten times a second, a new stage seldom.
    const key = [
      run.title,
      kelvin,
      ...run.stages.map((stage, i) => stage.name + stageState(state, i)),
    ].join();
    if (key === shownFor) return;
    shownFor = key;
    const items = run.stages.map((stage, index) => {
      const is = stageState(state, index);
      // The slider moves the stages that share the bath of production; a melt keeps its own temperature.
      const shown = stage.kelvin === run.bath.kelvin && !run.bath.locked ? kelvin : stage.kelvin;
      return h(
        'li',
        { class: `stage ${is} ${stage.production ? 'production' : ''}` },
        h('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[is]),
        h('span', {}, h('b', {}, stage.name), h('span', { class: 'visually-hidden' }, `, ${STATES[is]}: `)),
        h('span', { class: 'small' }, stageSentence(stage, shown)),
      );
    });
    fill(panel, heading('protocol-title', 3, 'Protocol'), h('ol', { class: 'stages' }, ...items));
  });
}

function stageState({ phase, progress }: AppState, index: number): keyof typeof MARKS {
  if (phase === 'finished') return 'done';
  if (!progress) return 'next';
  if (index < progress.stageIndex) return 'done';
  return index === progress.stageIndex ? 'now' : 'next';
}
