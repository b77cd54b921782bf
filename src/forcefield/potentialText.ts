/** A force field as the text of a potential file: what a set that was made, not read, is kept as. */
import type { ForceField } from './forceField.ts';

/** The whole set; reading it gives the same force field, but for its warnings. Terms given by points are not written. */
export function potentialText(forceField: ForceField): string {
  const { pairs, silentPairs, warnings: _, ...rest } = forceField;
  const terms = pairs.map(({ between, form, params }) => ({ between, form, params }));
  const silent = silentPairs.map((between) => ({ between, form: 'none' as const }));
  return `${JSON.stringify({ ...rest, pairs: [...terms, ...silent] }, null, 1)}\n`;
}
