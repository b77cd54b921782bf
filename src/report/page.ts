/** The page around a report: head, sections, banners, foot. */
import { type Content, html, type Markup, trusted } from './markup.ts';
import type { Bibliography } from './references.ts';
import { STYLE } from './style.ts';

export function page(title: string, content: Content): string {
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';img-src data:">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>`.markup
  }\n`;
}

export function section(title: string, content: Content): Markup {
  return html`<section><h2>${title}</h2>${content}</section>`;
}

/** Figures side by side, as many as the page is wide. */
export function figureGrid(figures: readonly Markup[]): Markup {
  return html`<div class="figures">${figures.map((one) => html`<figure>${one}</figure>`)}</div>`;
}

export function notesBanner(notes: readonly string[]): Content {
  if (notes.length === 0) return false;
  return html`<div class="banner"><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></div>`;
}

export function referenceSection(books: Bibliography): Markup {
  return section('References', [
    books.list(),
    html`<details><summary>BibTeX</summary><pre>${books.bibtex()}</pre></details>`,
  ]);
}

export function footer(version: string | undefined): Markup {
  return html`<footer>Written by halide-md${version !== undefined && ` ${version}`}. Units: Å, ps, eV, K, GPa; conductivities in mS/cm (results.json: S/cm), diffusivities in cm²/s. Intervals are 95 %. “&lt;” marks an upper bound at 95 % confidence.</footer>`;
}
