/** Boot: the store, the engine's worker, the picture, the panels. */
import { createAppStore, isActive } from './appState.ts';
import { installDropZone } from './dropZone.ts';
import { EngineClient } from './engineClient.ts';
import { EXAMPLES, exampleSource } from './examples.ts';
import { installKeys } from './keyboard.ts';
import { announce } from './panels/announce.ts';
import { answerPanel } from './panels/answer.ts';
import { filesPanel } from './panels/files.ts';
import { overlay, tripod } from './panels/overlay.ts';
import { plotsPanel } from './panels/plots.ts';
import { potentialPanel } from './panels/potential.ts';
import { protocolPanel } from './panels/protocol.ts';
import { runBar } from './panels/runBar.ts';
import { structurePanel } from './panels/structure.ts';
import { topPanel } from './panels/top.ts';
import { picture } from './picture.ts';
import type { SelftestRequest, SelftestResult } from './protocol.ts';
import { installTheme } from './theme.ts';

declare global {
  interface Window {
    /** For tests and the curious. */
    halide?: {
      readonly selftest: (request: SelftestRequest) => Promise<SelftestResult>;
      readonly state: () => object;
    };
  }
}

const store = createAppStore();
const engine = new EngineClient(store);

const openFile = (file: File): void => {
  history.replaceState(null, '', location.pathname + location.search);
  engine.open({ kind: 'file', file, potential: null });
};
const openExample = (name: string): void => {
  const example = EXAMPLES.find((one) => one.name === name) ?? EXAMPLES[0];
  if (!example) return;
  history.replaceState(null, '', `#${example.name}`);
  engine.open(exampleSource(example));
};
const toggle = (): void => engine.toggle();

const shown = picture(store, tripod());
installTheme(store, () => shown.setColors());
topPanel(store);
structurePanel(store, { openExample, openFile });
potentialPanel(store, (name) => engine.choosePotential(name));
protocolPanel(store);
filesPanel(store, (name) => engine.file(name));
overlay(store, { look: (view) => shown.look(view), trailSpan: () => shown.trailSpan });
answerPanel(store);
plotsPanel(store);
runBar(store, {
  toggle,
  reset: () => engine.reset(),
  setTemperature: (kelvin) => engine.setTemperature(kelvin),
});
announce(store);
installKeys(toggle);
installDropZone(openFile);

addEventListener('hashchange', () => openExample(decodeURIComponent(location.hash.slice(1))));
addEventListener('beforeunload', (event) => {
  if (isActive(store.state.phase)) event.preventDefault();
});
openExample(decodeURIComponent(location.hash.slice(1)));

window.halide = { selftest: (request) => engine.selftest(request), state: () => store.state };
