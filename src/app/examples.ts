/** The examples of public/examples: a new JSON there appears in the picker without a change here. */
import type { Source } from './protocol.ts';

const SPECS: Readonly<Record<string, string>> = import.meta.glob('../../public/examples/*.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** What opens when the address names nothing else. */
const DEFAULT = 'li3ycl6-600K';

export interface Example {
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

/** The default first, the others by title. */
export const EXAMPLES: readonly Example[] = Object.entries(SPECS)
  .map(([path, text]) => {
    const name = path.replace(/^.*\/(.*)\.json$/, '$1');
    return { name, title: titleOf(text) ?? name, text };
  })
  .sort((a, b) => Number(b.name === DEFAULT) - Number(a.name === DEFAULT) || a.title.localeCompare(b.title));

/** An example as a source; its files stand beside it on the server. */
export function exampleSource({ name, text }: Example): Source {
  return { kind: 'example', name, text, base: new URL('examples/', document.baseURI).href };
}

/** A file that is broken is listed by its name; opening it says what is wrong. */
function titleOf(text: string): string | undefined {
  try {
    const { title } = JSON.parse(text) as { title?: unknown };
    return typeof title === 'string' ? title : undefined;
  } catch {
    return undefined;
  }
}
