/** One quiet voice for screen readers: news and changes of state at once, numbers at most every half minute. */
import { formatNumber } from '../../report/format.ts';
import type { AppStore } from '../appState.ts';
import { byId } from '../dom.ts';
import { phaseWord, picoseconds } from '../words.ts';

const EVERY = 30_000;

export function announce(store: AppStore): void {
  const voice = byId('announce');
  let said = '';
  let last = performance.now();
  store.watch(['notices'], ({ notices }) => {
    const newest = notices.at(-1);
    if (newest) voice.textContent = newest.sentence;
  });
  store.watch(['phase', 'progress', 'run', 'analysis'], (state) => {
    const word = phaseWord(state);
    const now = performance.now();
    if (word === said && now - last < EVERY) return;
    const { progress, analysis, phase } = state;
    const { value, ci95 } = analysis?.results.conductivity.nernstEinstein ?? { value: null, ci95: null };
    const sigma =
      value === null || ci95 === null
        ? ''
        : ` Conductivity from tracer diffusion ${formatNumber(1e3 * value, 2)}, interval ${formatNumber(1e3 * ci95[0], 2)} to ${formatNumber(1e3 * ci95[1], 2)} millisiemens per centimetre.`;
    if (word === said && phase !== 'running') return;
    said = word;
    last = now;
    voice.textContent = progress ? `${word}, ${picoseconds(progress.time)}.${sigma}` : `${word}.`;
  });
}
