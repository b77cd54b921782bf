/** Whole numbers out of shares. */
import { InputError } from '../core/errors.ts';

/** A share of what is there, 0 to 1, or a number of atoms (or formula units). */
export type Amount = number | { readonly count: number };

/**
 * Counts of `total` atoms, one per amount, by largest remainder (Hamilton's method): each share gets the whole part of its
 * quota, what is left over by the sum of the shares goes to the largest remainders, the first of equal ones. Counts are kept.
 * What no amount asks for is a share of its own, so that a mix never takes more than it asks for by more than one atom.
 * @param what names the amounts in messages
 */
export function apportion(amounts: readonly Amount[], total: number, what: string): number[] {
  const counts = amounts.map((amount) => (typeof amount === 'number' ? 0 : amount.count));
  const fixed = counts.reduce((sum, n) => sum + n, 0);
  const shares = amounts.map((amount) => (typeof amount === 'number' ? amount : 0));
  const share = shares.reduce((sum, x) => sum + x, 0);
  if (share > 1 + ROUNDING)
    throw new InputError(`${what}: shares of ${round(share)} in all; at most 1 can be taken`);
  const quotas = [...shares, Math.max(0, 1 - share)].map((x) => x * total);
  const whole = quotas.map((quota) => Math.floor(quota + ROUNDING * total));
  // Largest remainder; of equal ones the first, the rest that stays as it is last.
  const order = quotas
    .map((quota, i) => ({ i, remainder: quota - (whole[i] as number) }))
    .sort((a, b) => (Math.abs(a.remainder - b.remainder) > ROUNDING ? b.remainder - a.remainder : a.i - b.i));
  const spare = total - whole.reduce((sum, n) => sum + n, 0);
  for (const { i } of order.slice(0, spare)) whole[i] = (whole[i] as number) + 1;
  const reached = counts.map((n, i) => n + (whole[i] as number));
  const taken = reached.reduce((sum, n) => sum + n, 0);
  if (taken > total) {
    const asked =
      fixed === taken ? `${fixed} were asked for` : `${fixed} and a share of ${round(share)} were asked for`;
    throw new InputError(`${what}: ${asked}, but there are ${total}`);
  }
  return reached;
}

/** Of a sum of decimal fractions such as 0.1 + 0.2. */
const ROUNDING = 1e-9;

function round(x: number): number {
  return Number(x.toFixed(6));
}
