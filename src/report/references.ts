/** What a report cites: methods by key, potentials by their file; a numbered list and BibTeX. */
import { PUBLICATIONS, type PublicationKey } from '../core/publications.ts';
import type { Citation } from '../forcefield/forceField.ts';
import { type Content, html, type Markup } from './markup.ts';

type Source = PublicationKey | Citation;

/** Numbers sources in the order of their first mention. */
export interface Bibliography {
  /** `[1, 4]`, linked to the list. */
  readonly cite: (...sources: readonly Source[]) => Markup;
  /** The list of everything cited so far, and its BibTeX. */
  readonly list: () => Markup;
  readonly bibtex: () => string;
}

export function bibliography(): Bibliography {
  const cited: Source[] = [];
  const numberOf = (source: Source): number => {
    if (!cited.includes(source)) cited.push(source);
    return cited.indexOf(source) + 1;
  };
  return {
    cite(...sources) {
      const links = sources.map(numberOf).map((n, i) => html`${i > 0 && ', '}<a href="#ref-${n}">${n}</a>`);
      return sources.length === 0 ? html`` : html`<span class="cite"> [${links}]</span>`;
    },
    list: () =>
      html`<ol class="references">${cited.map((source, i) => html`<li id="ref-${i + 1}">${entry(source)}</li>`)}</ol>`,
    bibtex: () => cited.map((source, i) => bibtexOf(source, i)).join('\n\n'),
  };
}

function entry(source: Source): Content {
  if (typeof source !== 'string')
    return [source.text, source.doi !== undefined && html` ${doiLink(source.doi)}`];
  const { authors, title, journal, volume, pages, year, doi } = PUBLICATIONS[source];
  const names = authors.length > 1 ? `${authors.slice(0, -1).join(', ')} & ${authors.at(-1)}` : authors[0];
  return html`${names}, <cite>${title}</cite>, ${journal} <b>${volume}</b>, ${pages} (${year}). ${doiLink(doi)}`;
}

/** A link where the text is a DOI, the text alone where it is not: a file may hold anything. */
export function doiLink(doi: string): Markup {
  return /^10\.\d{4,9}\/[^\s"'<>]+$/.test(doi)
    ? html`<a href="https://doi.org/${encodeURI(doi)}" rel="noreferrer">doi:${doi}</a>`
    : html`${doi}`;
}

function bibtexOf(source: Source, index: number): string {
  const lines = (fields: readonly (readonly [string, string])[]): string =>
    fields.map(([name, value]) => `  ${name} = {${bibtexText(value)}},`).join('\n');
  if (typeof source !== 'string') {
    const fields: [string, string][] = [['note', source.text]];
    if (source.doi !== undefined) fields.push(['doi', source.doi]);
    return `@misc{potential${index + 1},\n${lines(fields)}\n}`;
  }
  const { authors, title, journal, volume, pages, year, doi } = PUBLICATIONS[source];
  const fields = Object.entries({
    author: authors.join(' and '),
    title,
    journal,
    volume,
    pages: pages.replace('–', '--'),
    year: String(year),
    doi,
  });
  return `@article{${source},\n${lines(fields)}\n}`;
}

/** Braces of a file's text could end the field. */
function bibtexText(value: string): string {
  return value.replace(/[{}\\]/g, '');
}
