/** What all figures share: the <svg> around them, their font, texts in them and how wide these will be. */
import { escapeText } from './markup.ts';
import { token, withFallbacks } from './palette.ts';

/** Font of all figures; the page may bring Inter, a lone file falls back. */
export const FIGURE_FONT = "Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', sans-serif";

/**
 * A figure as SVG text.
 * @param words what it shows, for readers who do not see it
 * @param attributes more of the <svg>, such as font-size
 */
export function figure(
  words: string,
  width: number,
  height: number,
  attributes: string,
  content: string,
): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeText(words)}" ` +
    `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${escapeText(FIGURE_FONT)}" ` +
    `${attributes} style="font-variant-numeric:tabular-nums">${content}</svg>`
  );
}

/** Far outside of a clipped plot the exact place does not matter, but renderers fail on huge numbers. */
export function clamped(pixels: number): number {
  return Math.max(-1e5, Math.min(1e5, pixels));
}

/** Pixels as text, to a tenth. */
export function px(pixels: number): string {
  return String(Math.round(clamped(pixels) * 10) / 10);
}

/** A <text>; nothing without words. */
export function label(x: number, y: number, words: string, attributes = ''): string {
  return words === ''
    ? ''
    : `<text x="${px(x)}" y="${px(y)}"${attributes && ` ${attributes}`}>${escapeText(words)}</text>`;
}

/** Approximate width of a text in Inter, px. */
export function textWidth(text: string, size: number): number {
  let em = 0;
  for (const c of text) {
    if (/[\u202f\u2009 .,:;'|il!j·]/.test(c)) em += 0.28;
    else if (/[frt()[\]/⁻⁺°⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉-]/.test(c)) em += 0.4;
    else if (/[mwMWÅ%@—]/.test(c)) em += 0.86;
    else if (/[A-Z0-9−+×<>=~–]/.test(c)) em += 0.65;
    else em += 0.57;
  }
  return em * size;
}

/** The text, or as much of it as fits with an ellipsis. */
export function shortened(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join('')}…`, size) > width) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

/** The text in lines of this width. */
export function wrapped(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, size) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** px of paper around a figure that is a file. */
const FRAME = 14;

/**
 * A figure as a file of its own: in light colours on paper of its own, for programs that know no custom properties
 * (Inkscape, journals).
 */
export function figureFile(svg: string): string {
  const framed = svg.replace(
    /viewBox="0 0 (\S+) (\S+)" width="\S+" height="\S+"([^>]*>)/,
    (_, w: string, h: string, rest: string) => {
      const [width, height] = [Number(w) + 2 * FRAME, Number(h) + 2 * FRAME];
      const size = `width="${width}" height="${height}"`;
      return (
        `viewBox="${-FRAME} ${-FRAME} ${width} ${height}" ${size}${rest}` +
        `<rect x="${-FRAME}" y="${-FRAME}" ${size} fill="${token('surface')}"/>`
      );
    },
  );
  return `${withFallbacks(framed)}\n`;
}
