/** Text of unknown origin, made fit for a message, a terminal or a log. */

/** Longest message: a sentence with a few names in it. */
const LONGEST = 1000;

/** Control characters, halves of surrogate pairs, and what turns the direction of writing: none of them shows itself. */
const INVISIBLE = /\p{Cc}|\p{Cs}|[\u2028-\u202e\u2066-\u2069]/gu;

/** True for text that has characters which a terminal would obey instead of showing them. */
export function hasInvisible(text: string): boolean {
  return text.search(INVISIBLE) >= 0;
}

/** The text with such characters as escapes (`\u001b`), cut short. */
export function printable(text: string, longest = LONGEST): string {
  const escaped = cut(text, longest).replace(INVISIBLE, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return `\\u${code.padStart(4, '0')}`;
  });
  return cut(escaped, longest);
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
