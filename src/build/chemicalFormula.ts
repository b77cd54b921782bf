/** Formulas such as `Li3YCl6`: elements and whole numbers, without brackets. */
import { ELEMENTS } from '../core/elements.ts';
import { InputError } from '../core/errors.ts';
import { quote } from '../core/text.ts';

const LARGEST = 9999;

/** Atoms of each element of a formula, in its order; an element may come twice. Throws for anything else. */
export function parseFormula(text: string, what: string): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>();
  const isFormula = text.length <= 100 && /^([A-Z][a-z]?\d*)+$/.test(text);
  for (const [, symbol = '', digits = ''] of isFormula ? text.matchAll(/([A-Z][a-z]?)(\d*)/g) : []) {
    const n = digits === '' ? 1 : Number(digits);
    if (!ELEMENTS.has(symbol) || n < 1 || n > LARGEST) {
      throw new InputError(`${what}: ${symbol}${digits} in ${quote(text)} is no element with a number`);
    }
    amounts.set(symbol, (amounts.get(symbol) ?? 0) + n);
  }
  if (amounts.size === 0) {
    throw new InputError(`${what}: expected a formula such as LiCl or Li3YCl6, found ${quote(text)}`);
  }
  return amounts;
}
