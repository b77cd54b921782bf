/** A small judge of HTML and SVG texts: are tags balanced and attributes quoted? Returns what is wrong. */
const VOID = new Set(['meta', 'link', 'br', 'img', 'hr', 'input']);

export function problemsOf(markup: string): string[] {
  const problems: string[] = [];
  const open: string[] = [];
  // What stands in <style> is no markup.
  const text = markup.replace(/(<style>)[\s\S]*?(<\/style>)/g, '$1$2').replace(/^<!doctype html>/, '');
  const tag = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/y;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', tag.lastIndex)) {
    tag.lastIndex = at;
    const match = tag.exec(text);
    if (!match) {
      problems.push(`no tag at ${JSON.stringify(text.slice(at, at + 60))}`);
      break;
    }
    const [, closes, name = '', , alone] = match;
    if (closes) {
      const last = open.pop();
      if (last !== name) problems.push(`</${name}> closes <${last}>`);
    } else if (!alone && !VOID.has(name)) open.push(name);
  }
  if (open.length > 0) problems.push(`left open: ${open.join(' ')}`);
  if (/NaN|Infinity|undefined|\[object/.test(text)) {
    problems.push(`a value leaked: ${/.{30}(NaN|Infinity|undefined|\[object).{30}/s.exec(text)?.[0]}`);
  }
  const bare = /&(?!(?:amp|lt|gt|quot|#39);)/.exec(text);
  if (bare) problems.push(`bare ampersand at ${text.slice(bare.index, bare.index + 20)}`);
  return problems;
}

/** Texts of the <text> elements of an SVG, entities resolved. */
export function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, content = '']) => plain(content));
}

/** Markup as a reader sees it. */
export function plain(markup: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return markup
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => named[name] as string);
}
