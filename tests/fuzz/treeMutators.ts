/** Damage to documents of objects and lists, and to the JSON and YAML they are written in. */
import { stringify } from 'yaml';
import type { Draw } from './draw.ts';
import { HOSTILE_NUMBERS, HOSTILE_WORDS, HUGE_COUNTS } from './hostile.ts';
import type { Mutator } from './textMutators.ts';

/** Stands for text that goes into the file as it is: JSON.stringify would make null of 1e999. */
const raw = (text: string): string => `@raw ${text}@`;
const writeRaw = (text: string): string => text.replace(/"@raw ([^@]*)@"|@raw ([^@]*)@/g, '$1$2');

type Container = Record<string, unknown> | unknown[];

interface Place {
  readonly parent: Container;
  readonly key: string;
}

function places(root: unknown): Place[] {
  const found: Place[] = [];
  const open: unknown[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    for (const key of Object.keys(node)) {
      found.push({ parent: node as Container, key });
      open.push((node as Record<string, unknown>)[key]);
    }
  }
  return found;
}

function set({ parent, key }: Place, value: unknown): void {
  // Not by assignment: __proto__ is a name like any other here.
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

function contentOf({ parent, key }: Place): unknown {
  return (parent as Record<string, unknown>)[key];
}

function nested(depth: number, value: unknown): unknown {
  let out = value;
  for (let i = 0; i < depth; i++) out = i % 2 === 0 ? [out] : { a: out };
  return out;
}

/** Changes one place of the document. */
const TREE_CHANGES: Readonly<Record<string, (place: Place, draw: Draw, all: readonly Place[]) => void>> = {
  remove: ({ parent, key }) => {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  },
  number: (place, draw) => set(place, raw(draw.pick(HOSTILE_NUMBERS))),
  count: (place, draw) => set(place, raw(draw.pick(HUGE_COUNTS))),
  scaled: (place, draw) => {
    const value = contentOf(place);
    if (typeof value === 'number') set(place, value * 10 ** (draw.below(81) - 40));
  },
  word: (place, draw) => set(place, draw.pick(HOSTILE_WORDS)),
  kind: (place, draw) =>
    set(place, draw.pick<unknown>([null, true, false, 0, 1, '', [], {}, [[]], [null], 'x'])),
  wrapped: (place) => set(place, [contentOf(place)]),
  copied: (place, draw, all) => set(place, structuredClone(contentOf(draw.pick(all)))),
  deep: (place, draw) => set(place, nested(draw.pick([3, 40, 200]), contentOf(place))),
  long: (place, draw) =>
    set(place, draw.pick<unknown>(['x'.repeat(50_000), new Array(5000).fill(draw.below(9))])),
  newKey: ({ parent }, draw) => {
    if (!Array.isArray(parent))
      set({ parent, key: draw.pick(HOSTILE_WORDS) }, draw.pick<unknown>([1, 'x', {}]));
  },
  renamed: ({ parent, key }, draw) => {
    if (Array.isArray(parent)) return;
    set({ parent, key: draw.pick(HOSTILE_WORDS) }, parent[key]);
    delete parent[key];
  },
  twice: ({ parent, key }) => {
    if (Array.isArray(parent)) parent.push(structuredClone(parent[Number(key)]));
  },
};

function changed(text: string, draw: Draw): unknown {
  const value = JSON.parse(text) as unknown;
  for (let i = 1 + draw.below(3); i > 0; i--) {
    const all = places(value);
    if (all.length === 0) break;
    TREE_CHANGES[draw.pick(Object.keys(TREE_CHANGES))]?.(draw.pick(all), draw, all);
  }
  return value;
}

/** A change of the document, written as JSON; the seed has to be JSON. */
export const treeToJson: Mutator = (text, draw) =>
  writeRaw(JSON.stringify(changed(text, draw), null, draw.below(3)));

/** The same, written as YAML. */
export const treeToYaml: Mutator = (text, draw) =>
  writeRaw(
    stringify(draw.chance(0.8) ? changed(text, draw) : JSON.parse(text), { aliasDuplicateObjects: false }),
  );

/** Inserts at the begin of a value or a line. */
function insertAt(text: string, draw: Draw, pattern: RegExp, what: string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return what + text;
  const { index, 0: match } = draw.pick(found);
  return text.slice(0, index + match.length) + what + text.slice(index + match.length);
}

/** Damage that only JSON knows. */
export const JSON_MUTATORS = {
  duplicateKey: (text) => text.replace(/("[^"]+"\s*:\s*[^,{}[\]]+,)/, '$1$1'),
  trailingComma: (text) => text.replace(/([}\]])/, ',$1'),
  deepBrackets: (text, draw) => insertAt(text, draw, /:\s*/g, '['.repeat(draw.pick([100, 5000, 100_000]))),
  deepBraces: (text, draw) => insertAt(text, draw, /:\s*/g, '{"a":'.repeat(draw.pick([100, 5000, 20_000]))),
  surrogate: (text, draw) =>
    insertAt(text, draw, /"/g, draw.pick(['\\ud800', '\\u0000', '\\u001b[2J', '\\uD83E'])),
  comment: (text, draw) => insertAt(text, draw, /\n/g, draw.pick(['// x\n', '/* x */', '# x\n'])),
} satisfies Record<string, Mutator>;

/** Damage that only YAML knows; JSON is read by the same reader. */
export const YAML_MUTATORS = {
  laughs: (text) => {
    const lines = Array.from({ length: 10 }, (_, i) =>
      i === 0
        ? 'a0: &a0 [lol, lol]'
        : `a${i}: &a${i} [${Array(10)
            .fill(`*a${i - 1}`)
            .join(', ')}]`,
    );
    return `${lines.join('\n')}\n${text}`;
  },
  aliasToItself: (text, draw) => insertAt(text, draw, /: |\n/g, '&loop [*loop] '),
  unknownAlias: (text, draw) => insertAt(text, draw, /: /g, '*nothing '),
  sharedAnchor: (text, draw) => insertAt(insertAt(text, draw, /: /g, '&x '), draw, /: /g, '*x\ny: '),
  tag: (text, draw) =>
    insertAt(
      text,
      draw,
      /: /g,
      draw.pick([
        '!!binary ',
        '!!set ',
        '!!omap ',
        '!!timestamp ',
        '!!js/function ',
        '!x ',
        '!!float ',
        '!!int ',
        '!!str ',
      ]),
    ),
  version: (text) => `%YAML 1.1\n---\n${text}`,
  directive: (text, draw) => `%${draw.pick(['TAG ! x', 'YAML 9', 'YAML', 'X'])}\n---\n${text}`,
  merge: (text, draw) => insertAt(text, draw, /\n/g, '<<: {stages: 1, __proto__: {x: 1}}\n'),
  documents: (text) => `${text}\n---\n${text}`,
  tabs: (text) => text.replace(/\n {2}/g, '\n\t'),
  deepList: (text, draw) => insertAt(text, draw, /\n/g, `${'- '.repeat(draw.pick([50, 1000, 20_000]))}1\n`),
  deepFlow: (text, draw) => insertAt(text, draw, /: /g, '['.repeat(draw.pick([50, 1000, 50_000]))),
  mapKey: (text, draw) => insertAt(text, draw, /\n/g, '? [a, {b: c}]\n: 1\n'),
  block: (text, draw) => insertAt(text, draw, /: /g, draw.pick(['|\n', '>-\n', '|99\n', '"', "'"])),
} satisfies Record<string, Mutator>;
