/** What lies over the picture: messages, layer switches, the legend, the axes. */
import { formatCount, formatFixed, formatPlain } from '../../report/format.ts';
import type { AppState, AppStore, Layers } from '../appState.ts';
import { byId, type Child, fill, h, icon } from '../dom.ts';
import { ICONS } from '../icons.ts';
import type { CameraRig, NamedView } from '../viewer/cameraRig.ts';
import { noGpuSentence } from '../words.ts';

const LAYERS: readonly (readonly [keyof Layers, string, string])[] = [
  ['trails', 'Trails', 'Paths of mobile ions that went somewhere'],
  ['hulls', 'Polyhedra', 'Anions around each metal'],
  ['cell', 'Cell', 'Edges of the simulation cell'],
  ['ionic', 'Ionic radii', 'Spheres as large as the ions'],
];

const VIEWS: readonly (readonly [NamedView, string, string])[] = [
  ['a', 'a', 'Look along a'],
  ['b', 'b', 'Look along b'],
  ['c', 'c', 'Look along c'],
  ['start', 'Fit', 'The view at the start; a double click does the same'],
];

export interface OverlayActions {
  readonly look: (view: NamedView) => void;
  /** fs */
  readonly trailSpan: () => number | undefined;
}

export function overlay(store: AppStore, actions: OverlayActions): void {
  layerSwitches(store, actions.look);
  store.watch(['adapter', 'failure', 'phase', 'notices'], (state) =>
    fill(byId('messages'), ...messages(state)),
  );
  store.watch(['scene', 'layers', 'frame'], (state) => legend(state, actions.trailSpan()));
}

function messages({ adapter, failure, phase, notices }: AppState): Child[] {
  const out: Child[] = [];
  if (failure) {
    const heading = {
      input: 'This cannot be run.',
      gpu: 'The graphics device failed.',
      physics: 'The run left physics.',
      bug: 'Something went wrong in halide-md itself.',
    }[failure.kind];
    const stays =
      phase === 'failed' ? ' The last frame stays on the screen; what was recorded can be downloaded.' : '';
    out.push(
      h(
        'div',
        { class: 'message error', role: 'alert', id: 'failure' },
        icon(ICONS.warning),
        h('div', {}, h('b', {}, heading), ' ', h('p', {}, ended(failure.sentence) + stays)),
      ),
    );
  }
  if (adapter.kind === 'none') {
    const { title, text } = noGpuSentence(adapter.reason);
    out.push(
      h(
        'div',
        { class: 'message warn', role: 'status', id: 'no-gpu' },
        icon(ICONS.chip),
        h('div', {}, h('b', {}, title), ' ', h('p', {}, text)),
      ),
    );
  }
  for (const { about, sentence } of notices) {
    out.push(
      h(
        'div',
        { class: `message ${about === 'device' ? '' : 'warn'}`, id: `notice-${about}` },
        icon(about === 'storage' ? ICONS.file : ICONS.chip),
        h('p', {}, sentence),
      ),
    );
  }
  return out;
}

/** With a full stop, should another sentence follow. */
function ended(sentence: string): string {
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}

function layerSwitches(store: AppStore, look: (view: NamedView) => void): void {
  const switches = LAYERS.map(([name, words, title]) =>
    h(
      'button',
      {
        type: 'button',
        title,
        'data-layer': name,
        onclick: () => {
          const { layers } = store.state;
          store.set({ layers: { ...layers, [name]: !layers[name] } });
        },
      },
      words,
    ),
  );
  const views = VIEWS.map(([view, words, title]) =>
    h('button', { type: 'button', title, 'aria-label': title, onclick: () => look(view) }, words),
  );
  fill(
    byId('layers'),
    h('legend', { class: 'visually-hidden' }, 'What is drawn, and from where'),
    h('div', { class: 'pill' }, ...switches),
    h('div', { class: 'pill views', role: 'group', 'aria-label': 'Views' }, ...views),
  );
  store.watch(['layers', 'scene'], ({ layers, scene }) => {
    for (const button of switches) {
      const name = button.dataset['layer'] as keyof Layers;
      button.setAttribute('aria-pressed', String(layers[name]));
      if (name === 'hulls') button.hidden = scene?.hulls.triangles.length === 0;
    }
  });
}

function legend({ scene, layers }: AppState, span: number | undefined): void {
  const panel = byId('legend');
  panel.hidden = !scene;
  if (!scene) return;
  const order = { mobile: 0, metal: 1, anion: 2 } as const;
  const species = scene.species
    .filter(({ count }) => count > 0)
    .toSorted((p, q) => order[p.role] - order[q.role]);
  const largest = Math.max(...species.map((one) => (layers.ionic ? one.ionicRadius : one.radius)), 0.1);
  const rows = species.map(({ name, count, fill: color, radius, ionicRadius }) => {
    const swatch = h('span', { class: 'swatch', 'aria-hidden': 'true' });
    swatch.style.setProperty('--color', color);
    swatch.style.setProperty(
      '--size',
      `${Math.round(4 + (12 * (layers.ionic ? ionicRadius : radius)) / largest)}px`,
    );
    return h(
      'li',
      {},
      h('span', { class: 'swatch-room' }, swatch),
      h('b', {}, name),
      h('span', {}, formatCount(count)),
      h('span', { class: 'radius' }, `${formatFixed(ionicRadius, 2)} Å`),
    );
  });
  const trails =
    layers.trails && !layers.ionic && span !== undefined
      ? h(
          'li',
          { class: 'trail' },
          h('span', { class: 'swatch-room' }, h('span', { class: 'ribbon' })),
          `last ${formatPlain(span / 1000, 2)} ps`,
        )
      : null;
  fill(
    panel,
    h('ul', { title: 'Ionic radii; spheres are drawn smaller so that paths stay visible' }, ...rows, trails),
  );
}

const SVG = 'http://www.w3.org/2000/svg';
const LENGTH = 27;

/** The axes of the cell as the camera sees them. */
export function tripod(): (rig: CameraRig) => void {
  const svg = byId('tripod');
  const axes = (['a', 'b', 'c'] as const).map((name) => {
    const line = document.createElementNS(SVG, 'line');
    const text = document.createElementNS(SVG, 'text');
    text.textContent = name;
    svg.append(line, text);
    return { name, line, text };
  });
  return (rig) => {
    for (const { name, line, text } of axes) {
      const direction = rig.onScreen(name);
      if (!direction) continue;
      const [x, y] = [LENGTH * direction.x, -LENGTH * direction.y];
      const long = Math.hypot(x, y) || 1;
      line.setAttribute('x2', x.toFixed(1));
      line.setAttribute('y2', y.toFixed(1));
      text.setAttribute('x', (x + (9 * x) / long).toFixed(1));
      text.setAttribute('y', (y + (9 * y) / long + 4).toFixed(1));
    }
  };
}
