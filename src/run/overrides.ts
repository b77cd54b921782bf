/** `--set path=value`: fields of a parsed document set from the command line. */
import { checkPlain, type ParsedDocument } from '../core/document.ts';
import { InputError } from '../core/errors.ts';

/** Applies `path=value` overrides: dots or brackets separate fields, values are JSON or plain text. */
export function withOverrides(document: ParsedDocument, overrides: readonly string[]): ParsedDocument {
  if (overrides.length === 0) return document;
  const value = structuredClone(document.value) as Record<string | number, unknown>;
  for (const override of overrides) {
    const equals = override.indexOf('=');
    if (equals < 1)
      throw new InputError(`--set ${override}: expected path=value, e.g. stages.1.temperature=700`);
    const path = override
      .slice(0, equals)
      .split(/[.[\]]+/)
      .filter(Boolean)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    const fail = (why: string): never => {
      throw new InputError(`--set ${override}: ${why}`);
    };
    let node: unknown = value;
    for (const [depth, part] of path.entries()) {
      if (typeof node !== 'object' || node === null) {
        fail(`${String(path[depth - 1] ?? 'the document')} is not an object or list`);
      }
      // A name that every object answers to is no field, and a list grows by one entry at most.
      if (typeof part === 'string' && part in {}) fail(`"${part}" is no field`);
      const entries = Array.isArray(node) ? node.length : Infinity;
      if (typeof part === 'string' ? Array.isArray(node) : part > entries) {
        fail(`${String(part)} is none of the ${entries} entries of the list`);
      }
      const fields = node as Record<string | number, unknown>;
      if (depth === path.length - 1) fields[part] = literal(override.slice(equals + 1));
      else fields[part] ??= {};
      node = fields[part];
    }
  }
  const changed = { ...document, value };
  checkPlain(changed);
  return changed;
}

function literal(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
