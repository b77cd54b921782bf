/** The picture and the store: WebGL where there is one, else a still drawing, else words. */
import { formatCount, prettyFormulas } from '../report/format.ts';
import type { AppState, AppStore } from './appState.ts';
import { byId, fill, h } from './dom.ts';
import type { CameraRig, NamedView } from './viewer/cameraRig.ts';
import { Viewer } from './viewer/viewer.ts';

export interface Picture {
  setColors(): void;
  look(view: NamedView): void;
  readonly trailSpan: number | undefined;
}

export function picture(store: AppStore, onDraw: (rig: CameraRig) => void): Picture {
  const host = byId('canvas-host');
  let viewer: Viewer;
  try {
    viewer = new Viewer(host, {
      label: 'The structure',
      reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches,
      onDraw,
      onLost: () => {
        host.dataset['lost'] = 'true';
      },
      onRestored: () => {
        delete host.dataset['lost'];
      },
    });
  } catch {
    byId('view').classList.add('flat');
    flat(store, host);
    return { setColors: () => {}, look: () => {}, trailSpan: undefined };
  }
  let shown: AppState['scene'] = null;
  store.watch(['scene', 'phase'], ({ scene, phase }) => {
    if (scene === shown) return;
    if (scene) {
      viewer.show(scene);
      viewer.label = labelOf(scene);
    } else if (phase === 'refused') viewer.clear();
    // While another file is read the last picture stays.
    else return;
    shown = scene;
  });
  store.watch(['frame'], ({ frame, scene }) => {
    if (frame) viewer.move(frame.time, frame.positions, frame.cell);
    else if (scene) viewer.restart();
  });
  // A trail that was drawn ahead of where the run went back to begins anew.
  store.watch(['rewinds'], () => viewer.forgetTrails());
  store.watch(['layers'], ({ layers }) => {
    viewer.shownLayers = layers;
  });
  return {
    setColors: () => viewer.setColors(),
    look: (view) => viewer.look(view),
    get trailSpan() {
      return viewer.trailSpan;
    },
  };
}

function labelOf(scene: NonNullable<AppState['scene']>): string {
  const ions = scene.species.map(({ name, count }) => `${formatCount(count)} ${name}`).join(', ');
  return `${prettyFormulas(scene.title)}: ${ions}. Arrow keys turn, plus and minus zoom.`;
}

/** No WebGL: a drawing of the structure as it was opened. */
function flat(store: AppStore, host: HTMLElement): void {
  const drawing = h('div', { class: 'still' });
  fill(
    host,
    drawing,
    h(
      'p',
      { class: 'message warn', id: 'no-webgl' },
      'This browser draws no WebGL2: a still picture of the structure instead of a moving one.',
    ),
  );
  store.watch(['scene'], ({ scene }) => {
    if (scene) void drawStill(scene, drawing);
  });
}

async function drawStill(scene: NonNullable<AppState['scene']>, into: HTMLElement): Promise<void> {
  const { stillPicture } = await import('./stillPicture.ts');
  stillPicture(scene, into);
}
