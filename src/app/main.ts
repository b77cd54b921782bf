/** Boot: the store, the engine's worker, the picture, the panels. */
import { createAppStore, isActive } from './appState.ts';
import { installDropZone } from './dropZone.ts';
import { EngineClient } from './engineClient.ts';
import { EXAMPLES, exampleSource } from './examples.ts';
import { installKeys } from './keyboard.ts';
import { analysesPanel } from './panels/analyses.ts';
import { announce } from './panels/announce.ts';
import { answerPanel } from './panels/answer.ts';
import { filesPanel } from './panels/files.ts';
import { overlay, tripod } from './panels/overlay.ts';
import { plotsPanel } from './panels/plots.ts';
import { potentialPanel } from './panels/potential.ts';
import { precisionPanel } from './panels/precision.ts';
import { protocolPanel } from './panels/protocol.ts';
import { runBar } from './panels/runBar.ts';
import { structurePanel } from './panels/structure.ts';
import { topPanel } from './panels/top.ts';
import { unfinishedPanel } from './panels/unfinished.ts';
import { picture } from './picture.ts';
import type { RunOrigin, SelftestRequest, SelftestResult } from './protocol.ts';
import { installTheme } from './theme.ts';

declare global {
  interface Window {
    /** For tests and the curious. */
    halide?: {
      readonly selftest: (request: SelftestRequest) => Promise<SelftestResult>;
      readonly state: () => object;
      /** Opens a specification whose files stand beside the examples. */
      readonly open: (text: string) => void;
      /** The text of a file of the run, as it is now. */
      readonly file: (name: string) => Promise<string | null>;
    };
  }
}

const store = createAppStore();
const engine = new EngineClient(store);

/** The address names the example that is open. */
const setAddress = ({ kind, name }: RunOrigin): void => {
  history.replaceState(null, '', kind === 'example' ? `#${name}` : location.pathname + location.search);
};
const openFile = (file: File): void => {
  setAddress({ kind: 'file', name: file.name });
  engine.open({ kind: 'file', file, potential: null });
};
const openExample = (name: string): void => {
  const example = EXAMPLES.find((one) => one.name === name) ?? EXAMPLES[0];
  if (!example) return;
  setAddress({ kind: 'example', name: example.name });
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
analysesPanel(store, (name) => engine.watch(name));
precisionPanel(store);
unfinishedPanel(store, {
  continueRun: (run) => {
    setAddress(run.origin);
    engine.continueRun(run);
  },
  discardRun: (id) => engine.discardRun(id),
});
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
  // A run that is stored can be continued.
  const { phase, notices } = store.state;
  if (isActive(phase) && notices.some(({ about }) => about === 'storage')) event.preventDefault();
});
openExample(decodeURIComponent(location.hash.slice(1)));

window.halide = {
  selftest: (request) => engine.selftest(request),
  state: () => store.state,
  open: (text) => engine.open(exampleSource({ name: 'test', title: '', text })),
  file: async (name) => (await engine.file(name))?.text() ?? null,
};
