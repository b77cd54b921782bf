/** What is open, how it goes, and on which device. */
import { prettyFormulas } from '../../report/format.ts';
import type { AppState, AppStore } from '../appState.ts';
import { byId, fill, h, icon } from '../dom.ts';
import { ICONS } from '../icons.ts';
import { toggledTheme } from '../theme.ts';
import { phaseWord } from '../words.ts';

const TONES: Readonly<Partial<Record<AppState['phase'], string>>> = {
  running: 'live',
  starting: 'live',
  finished: 'ok',
  failed: 'error',
  refused: 'error',
};

export function topPanel(store: AppStore): void {
  const title = h('p', { class: 'document' });
  const state = h('span', { class: 'chip' });
  const device = h('span', { class: 'chip device' });
  const theme = h(
    'button',
    {
      type: 'button',
      class: 'button icon-only',
      'aria-label': 'Switch between light and dark',
      title: 'Light or dark',
      onclick: () => store.set({ theme: toggledTheme(store.state.theme) }),
    },
    icon(ICONS.theme),
  );
  byId('top').append(title, state, h('span', { class: 'grow' }), device, theme);

  store.watch(['run', 'source', 'scene'], ({ run, source, scene }) => {
    const words = run?.title ?? (source?.kind === 'file' ? source.name : scene?.title) ?? '';
    title.textContent = prettyFormulas(words);
    title.title = words;
    document.title = words ? `${prettyFormulas(words)} · halide-md` : 'halide-md';
  });
  store.watch(['phase', 'progress', 'run', 'pausing', 'adapter'], (now) => {
    state.className = `chip state ${TONES[now.phase] ?? ''}`;
    fill(state, h('span', { class: 'dot' }), phaseWord(now));
  });
  store.watch(['adapter'], ({ adapter }) => {
    const words = adapterWords(adapter);
    device.className = `chip device ${words.tone}`;
    device.title = words.long;
    fill(device, icon(ICONS.chip), h('span', { class: 'visually-hidden' }, 'Device: '), words.short);
  });
}

/** A software adapter is named as one: its runs are real but slow. */
function adapterWords(adapter: AppState['adapter']): { short: string; long: string; tone: string } {
  if (adapter.kind === 'probing') return { short: 'Looking for a GPU', long: '', tone: '' };
  if (adapter.kind === 'none')
    return { short: 'No WebGPU', long: 'Nothing can be computed here', tone: 'warn' };
  const { kind, name } = adapter.description;
  if (kind === 'gpu') return { short: `WebGPU · ${name}`, long: name, tone: '' };
  const software = { swiftshader: 'SwiftShader', lavapipe: 'lavapipe', cpu: name }[kind];
  return {
    short: `CPU · ${software}`,
    long: `${name}: a software adapter, no GPU was found. Runs are real but slow.`,
    tone: 'warn',
  };
}
