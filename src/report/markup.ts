/** HTML by template: whatever is put in is escaped unless it is Markup itself, so that no text of a file can become code. */

/** Text that is HTML or SVG already. */
export interface Markup {
  readonly markup: string;
}

export type Content = Markup | string | number | null | undefined | false | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text as it may stand between tags or in a quoted attribute. Control characters, halves of surrogate pairs and overrides of
 * the writing direction, which would show something else than the file has, become U+FFFD.
 */
export function escapeText(text: string): string {
  return text
    .replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/** Template of HTML: strings and numbers are escaped, lists are joined, null, undefined and false vanish. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let markup = strings[0] as string;
  values.forEach((value, i) => {
    markup += textOf(value) + (strings[i + 1] as string);
  });
  return { markup };
}

/** Declares that a text made by this program is HTML. */
export function trusted(markup: string): Markup {
  return { markup };
}

/** Contents one after the other with something between them. */
export function joined(contents: readonly Content[], separator: string): Markup {
  return { markup: contents.map(textOf).join(escapeText(separator)) };
}

/** A paragraph of running text under a title; sentences that are empty or false are left out. */
export function paragraph(title: string, ...sentences: readonly Content[]): Markup {
  return html`<p><b>${title}.</b> ${joined(
    sentences.filter((sentence) => sentence !== '' && sentence !== false),
    ' ',
  )}</p>`;
}

function textOf(value: Content): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return escapeText(String(value));
  if ('markup' in value) return value.markup;
  return value.map(textOf).join('');
}
