/** Step 4: what has been recorded, as files. While the run goes on they are complete up to now. */
import type { AppStore } from '../appState.ts';
import { byId, fill, h, icon } from '../dom.ts';
import { ICONS } from '../icons.ts';
import { heading } from './heading.ts';

const WHAT: readonly (readonly [RegExp, string])[] = [
  [/^trajectory|\.(extxyz|lammpstrj|dump)$/, 'positions in time'],
  [/^thermo/, 'temperature, energies, pressure'],
  [/^msd/, 'mean squared displacements'],
  [/^results/, 'all results with intervals'],
];

export function filesPanel(store: AppStore, load: (name: string) => Promise<Blob | null>): void {
  const panel = byId('files');
  const answer = h('p', { class: 'small', role: 'status' });
  let buttons: readonly HTMLButtonElement[] = [];
  store.watch(['run'], ({ run }) => {
    panel.hidden = !run;
    if (!run) return;
    buttons = run.files.map((name) => {
      const fetchFile = async (): Promise<void> => {
        const blob = await load(name);
        answer.textContent = blob ? '' : `There is no ${name} yet: nothing of it has been recorded.`;
        if (blob) save(blob, name);
      };
      const title = WHAT.find(([pattern]) => pattern.test(name))?.[1];
      return h(
        'button',
        { type: 'button', class: 'button file', title, onclick: () => void fetchFile() },
        icon(ICONS.down),
        name,
      );
    });
    fill(panel, heading('files-title', 4, 'Files'), h('div', { class: 'file-list' }, ...buttons), answer);
  });
  store.watch(['run', 'phase'], ({ phase }) => {
    const recorded = phase === 'running' || phase === 'paused' || phase === 'finished' || phase === 'failed';
    for (const button of buttons) button.disabled = !recorded;
    answer.textContent = recorded ? '' : 'There is something to download once the run has begun.';
  });
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  h('a', { href: url, download: name }).click();
  // The browser needs the address until it has begun to write.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
