/** Plots of a report: shown on its page, and kept as files of their own beside it. */
import { figureFile } from './figure.ts';
import { type Markup, trusted } from './markup.ts';

/** File name → text. */
export type Files = Readonly<Record<string, string>>;

export interface Plots {
  /** The figure for the page; its file is `plots/<name>.svg`. A figure without content is none. */
  readonly show: (name: string, svg: string) => Markup;
  readonly files: () => Files;
}

export function plotCollection(): Plots {
  const shown = new Map<string, string>();
  return {
    show(name, svg) {
      if (svg !== '') shown.set(`plots/${name}.svg`, figureFile(svg));
      return trusted(svg);
    },
    files: () => Object.fromEntries(shown),
  };
}
