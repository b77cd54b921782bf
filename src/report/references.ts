/** What a report cites: methods by key, potentials by their file; a numbered list and BibTeX from one table. */
import type { Citation } from '../forcefield/forceField.ts';
import { type Content, html, type Markup } from './markup.ts';

interface Publication {
  readonly authors: readonly string[];
  readonly title: string;
  readonly journal: string;
  readonly volume: string;
  readonly pages: string;
  readonly year: number;
  readonly doi: string;
}

export const PUBLICATIONS = {
  swope1982: {
    authors: ['W. C. Swope', 'H. C. Andersen', 'P. H. Berens', 'K. R. Wilson'],
    title:
      'A computer simulation method for the calculation of equilibrium constants for the formation of physical clusters of molecules: Application to small water clusters',
    journal: 'J. Chem. Phys.',
    volume: '76',
    pages: '637–649',
    year: 1982,
    doi: '10.1063/1.442716',
  },
  bussi2007: {
    authors: ['G. Bussi', 'D. Donadio', 'M. Parrinello'],
    title: 'Canonical sampling through velocity rescaling',
    journal: 'J. Chem. Phys.',
    volume: '126',
    pages: '014101',
    year: 2007,
    doi: '10.1063/1.2408420',
  },
  leimkuhler2013: {
    authors: ['B. Leimkuhler', 'C. Matthews'],
    title: 'Rational construction of stochastic numerical methods for molecular sampling',
    journal: 'Appl. Math. Res. Express',
    volume: '2013',
    pages: '34–56',
    year: 2013,
    doi: '10.1093/amrx/abs010',
  },
  bitzek2006: {
    authors: ['E. Bitzek', 'P. Koskinen', 'F. Gähler', 'M. Moseler', 'P. Gumbsch'],
    title: 'Structural relaxation made simple',
    journal: 'Phys. Rev. Lett.',
    volume: '97',
    pages: '170201',
    year: 2006,
    doi: '10.1103/PhysRevLett.97.170201',
  },
  ewald1921: {
    authors: ['P. P. Ewald'],
    title: 'Die Berechnung optischer und elektrostatischer Gitterpotentiale',
    journal: 'Ann. Phys.',
    volume: '369',
    pages: '253–287',
    year: 1921,
    doi: '10.1002/andp.19213690304',
  },
  kolafa1992: {
    authors: ['J. Kolafa', 'J. W. Perram'],
    title: 'Cutoff errors in the Ewald summation formulae for point charge systems',
    journal: 'Mol. Simul.',
    volume: '9',
    pages: '351–368',
    year: 1992,
    doi: '10.1080/08927029208049126',
  },
  calandrini2011: {
    authors: ['V. Calandrini', 'E. Pellegrini', 'P. Calligari', 'K. Hinsen', 'G. R. Kneller'],
    title:
      'nMoldyn – Interfacing spectroscopic experiments, molecular dynamics simulations and models for time correlation functions',
    journal: 'Collection SFN',
    volume: '12',
    pages: '201–232',
    year: 2011,
    doi: '10.1051/sfn/201112010',
  },
  mccluskey2025: {
    authors: ['A. R. McCluskey', 'S. W. Coles', 'B. J. Morgan'],
    title: 'Accurate estimation of diffusion coefficients and their uncertainties from computer simulation',
    journal: 'J. Chem. Theory Comput.',
    volume: '21',
    pages: '79–87',
    year: 2025,
    doi: '10.1021/acs.jctc.4c01249',
  },
  flyvbjerg1989: {
    authors: ['H. Flyvbjerg', 'H. G. Petersen'],
    title: 'Error estimates on averages of correlated data',
    journal: 'J. Chem. Phys.',
    volume: '91',
    pages: '461–466',
    year: 1989,
    doi: '10.1063/1.457480',
  },
  hausman1978: {
    authors: ['J. A. Hausman'],
    title: 'Specification tests in econometrics',
    journal: 'Econometrica',
    volume: '46',
    pages: '1251–1271',
    year: 1978,
    doi: '10.2307/1913827',
  },
  he2018: {
    authors: ['X. He', 'Y. Zhu', 'A. Epstein', 'Y. Mo'],
    title: 'Statistical variances of diffusional properties from ab initio molecular dynamics simulations',
    journal: 'npj Comput. Mater.',
    volume: '4',
    pages: '18',
    year: 2018,
    doi: '10.1038/s41524-018-0074-y',
  },
  marcolongo2017: {
    authors: ['A. Marcolongo', 'N. Marzari'],
    title: 'Ionic correlations and failure of Nernst–Einstein relation in solid-state electrolytes',
    journal: 'Phys. Rev. Mater.',
    volume: '1',
    pages: '025402',
    year: 2017,
    doi: '10.1103/PhysRevMaterials.1.025402',
  },
} as const satisfies Readonly<Record<string, Publication>>;

export type PublicationKey = keyof typeof PUBLICATIONS;

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
