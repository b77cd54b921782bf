/** One analysis of frames at a time, live: chosen from those that the run makes, its table and its figures. */
import { figureChart, rowText } from '../../report/analysisFigures.ts';
import type { AppStore } from '../appState.ts';
import { byId, fill, fillSvg, h } from '../dom.ts';
import type { Scene } from '../protocol.ts';

const HEIGHT = 210;

/** @param watch tells the worker which analysis is looked at; null: none */
export function analysesPanel(store: AppStore, watch: (name: string | null) => void): void {
  const panel = byId('analyses') as HTMLDetailsElement;
  const select = h('select', { id: 'analysis-choice', 'aria-label': 'Analysis' });
  const rows = h('table', { class: 'findings' });
  const figures = h('div', { class: 'plots' });
  const notes = h('div', { class: 'findings-notes' });
  panel.append(h('summary', {}, 'Structure, sites and motion'), select, rows, figures, notes);

  const tell = (): void => watch(panel.open && select.value !== '' ? select.value : null);
  panel.addEventListener('toggle', tell);
  select.addEventListener('change', () => {
    tell();
    draw();
  });

  let listed = '';
  const draw = (): void => {
    const { run, report, scene } = store.state;
    const analyses = run?.analyses ?? [];
    panel.hidden = analyses.length === 0;
    const names = analyses.map(({ name }) => name).join();
    if (names !== listed) {
      listed = names;
      const kept = select.value;
      fill(select, ...analyses.map(({ name, title }) => h('option', { value: name }, title)));
      if (analyses.some(({ name }) => name === kept)) select.value = kept;
      tell();
    }
    if (!panel.open) return;
    const shown = report?.name === select.value ? report : null;
    fill(
      rows,
      ...(shown?.rows ?? []).map(({ label, detail, ...row }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, label),
          h('td', {}, rowText(row), detail !== undefined && h('div', { class: 'detail' }, detail)),
        ),
      ),
    );
    const width = Math.max(260, Math.min(640, panel.clientWidth - 36));
    const styles = stylesOf(scene);
    fill(
      figures,
      ...(shown?.figures ?? []).map((one) => {
        const figure = h('figure', { class: 'plot' });
        fillSvg(figure, figureChart(one, styles, { width, height: HEIGHT }));
        return figure;
      }),
    );
    fill(
      notes,
      ...(shown
        ? shown.notes.map((note) => h('p', {}, note))
        : [h('p', {}, 'Begins with the first frames of production.')]),
    );
  };
  store.watch(['report', 'run', 'scene'], draw);
  new ResizeObserver(draw).observe(panel);
}

function stylesOf(scene: Scene | null): Map<string, { line: string; dash: string }> {
  return new Map((scene?.species ?? []).map(({ label, line, dash }) => [label, { line, dash }]));
}
