/** Numbered heading of a step of the recipe. */
import { type Child, h } from '../dom.ts';

export function heading(id: string, step: number, words: string, ...more: readonly Child[]): HTMLElement {
  return h(
    'header',
    { class: 'heading' },
    h('span', { class: 'number', 'aria-hidden': 'true' }, step),
    h('h2', { id }, words),
    ...more,
  );
}
