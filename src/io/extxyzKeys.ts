/** The comment line of extended XYZ: `key=value`, where the value may be quoted or bracketed. */

/** What closes a value that begins with this; a list `[…]` ends with the last bracket before the next `=`. */
const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '{': '}', '[': ']' };

/**
 * The keys of a comment line; a bare key is `T`, the commas of a list `[1, 2]` become spaces. Goes over the line once,
 * whatever it holds: a quote or bracket that is never closed is looked for once and is then part of a bare value.
 */
export function parseKeys(comment: string): Map<string, string> {
  const keys = new Map<string, string>();
  const unclosed = new Set<string>();
  let at = 0;
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [found = ''] = pattern.exec(comment) ?? [];
    at += found.length;
    return found;
  };
  for (;;) {
    skip(/[\s=]*/y);
    const name = skip(/[^\s=]*/y);
    if (name === '') return keys;
    if (skip(/\s*=\s*/y) === '') {
      keys.set(name, 'T');
      continue;
    }
    const mark = comment.charAt(at);
    const end = mark in CLOSING && !unclosed.has(mark) ? closingOf(comment, at, mark) : -1;
    if (end < 0) {
      // A list ends before the next `=`: another one may well be closed.
      if (mark !== '' && mark !== '[') unclosed.add(mark);
      keys.set(name, skip(/\S*/y) || 'T');
      continue;
    }
    keys.set(name, meaning(comment.slice(at, end + 1), mark).trim());
    at = end + 1;
  }
}

/** Place of the mark that closes a value, -1 when there is none. */
function closingOf(text: string, start: number, mark: string): number {
  const closing = CLOSING[mark] as string;
  if (mark === '[') {
    const next = text.indexOf('=', start);
    const end = text.slice(start, next < 0 ? text.length : next).lastIndexOf(closing);
    return end < 0 ? -1 : start + end;
  }
  if (mark !== '"') return text.indexOf(closing, start + 1);
  let end = start + 1;
  while (end < text.length && text.charAt(end) !== closing) end += text.charAt(end) === '\\' ? 2 : 1;
  return end < text.length ? end : -1;
}

/** A value without what encloses it. */
function meaning(text: string, mark: string): string {
  if (mark === '[') return text.replace(/[[\],]/g, ' ');
  const inside = text.slice(1, -1);
  return mark === '"' ? inside.replace(/\\(.)/g, '$1') : inside;
}
