/** Options of a verb: parsed strictly, with the nearest known name for a misspelt one. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { InputError, suggestion } from '../core/errors.ts';
import { parseNumber, quote } from '../core/text.ts';

type OptionTable = Readonly<
  Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean }>
>;

export interface Arguments {
  readonly positionals: readonly string[];
  /** The last value of an option. */
  text(name: string): string | undefined;
  /** Every value of an option that may be repeated. */
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  /** A finite number above `minimum`. */
  number(name: string, minimum?: number): number | undefined;
}

/** Options that every verb knows. */
const COMMON: OptionTable = {
  help: { type: 'boolean' },
  debug: { type: 'boolean' },
  adapter: { type: 'string' },
};

/**
 * Parses the arguments of a verb.
 * @param needed names of the positional arguments, for the message when one is missing
 */
export function parseOptions(
  verb: string,
  args: readonly string[],
  table: OptionTable,
  needed: readonly string[] = [],
): Arguments {
  const options = { ...COMMON, ...table };
  for (const arg of args) {
    if (arg === '--') break;
    const name = /^--([^=]+)/.exec(arg)?.[1];
    if (name !== undefined && !(name in options)) {
      const known = Object.keys(options).map((one) => `--${one}`);
      throw new InputError(`${verb}: unknown option --${name}${suggestion(`--${name}`, known)}`);
    }
  }
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({
      args: [...args],
      options: options as ParseArgsConfig['options'] & object,
      allowPositionals: true,
    }) as typeof parsed;
  } catch (error) {
    throw new InputError(`${verb}: ${(error as Error).message.replace(/\. To specify.*$/s, '')}`);
  }
  const { values, positionals } = parsed;
  if (positionals.length < needed.length) {
    throw new InputError(
      `${verb}: ${needed[positionals.length]} is missing; usage: ${verb} ${needed.join(' ')}`,
    );
  }
  return {
    positionals,
    text(name) {
      const value = values[name];
      return (Array.isArray(value) ? value.at(-1) : value) as string | undefined;
    },
    texts(name) {
      return [values[name] ?? []].flat() as string[];
    },
    flag(name) {
      return values[name] === true;
    },
    number(name, minimum = 0) {
      const field = this.text(name);
      if (field === undefined) return undefined;
      const value = parseNumber(field);
      if (value === undefined || value <= minimum) {
        throw new InputError(`--${name}: expected a number above ${minimum}, found ${quote(field)}`);
      }
      return value;
    },
  };
}

/** `Li=1,Cl=-1` → numbers by name. */
export function parseCharges(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name, field] = part.split('=');
      const value = parseNumber(field);
      if (!name || value === undefined) {
        throw new InputError(`--charge: expected label=number such as Li=1,Cl=-1, found ${quote(part)}`);
      }
      return [name.trim(), value];
    }),
  );
}

/** `Li,O,Cl` → labels. */
export function parseList(text: string | undefined): string[] | undefined {
  return text?.split(',').map((part) => part.trim());
}
