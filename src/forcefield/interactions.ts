/** Every pair of species with all that acts between them: terms, charges, and what they do to each other as r → 0. */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { InputError } from '../core/errors.ts';
import type { Species } from '../model/system.ts';
import type { Curve } from './curve.ts';
import { type ForceField, type PairTerm, pairKey } from './forceField.ts';
import { LARGEST_F32 } from './singlePrecision.ts';
import { type InnerPart, innerPart, type Wall } from './wall.ts';

export interface Interaction {
  /** Indices of the two species, i ≤ j, and their labels. */
  readonly i: number;
  readonly j: number;
  readonly labels: readonly [string, string];
  readonly terms: readonly PairTerm[];
  /** k q_i q_j, eV·Å; zero when the force field has no Coulomb interaction. */
  readonly chargeProduct: number;
  readonly inner: InnerPart;
}

/**
 * @param species with charges, in the order that the indices count
 * @param cutoff Å
 */
export function interactionsOf(
  forceField: ForceField,
  species: readonly Species[],
  cutoff: number,
): Interaction[] {
  const hasCoulomb = forceField.coulomb.method !== 'none';
  return species.flatMap((a, i) =>
    species.slice(i).map((b, k): Interaction => {
      const key = pairKey(a.label, b.label);
      const terms = forceField.pairs.filter(({ between }) => pairKey(...between) === key);
      const chargeProduct = hasCoulomb ? COULOMB_EV_ANGSTROM * (a.charge ?? 0) * (b.charge ?? 0) : 0;
      for (const { curve } of terms)
        if (curve) checkReach(curve, [a.label, b.label], forceField.name, cutoff);
      const inner = innerPart(terms, chargeProduct, cutoff);
      const isTabulated = terms.some(({ curve }) => curve);
      if (isTabulated && inner.kind === 'attractive') {
        throw new InputError(
          `${forceField.name}: ${a.label} and ${b.label} attract each other from the first point of their table to the cutoff, ` +
            'charges included; nothing can take its place further in',
        );
      }
      const wall = inner.kind === 'wall' ? Object.values(inner.wall) : [];
      if (!wall.every((x) => Math.abs(x) <= LARGEST_F32)) {
        throw new InputError(
          `${forceField.name}: the repulsion between ${a.label} and ${b.label} is beyond what 32 bits hold where its wall begins`,
        );
      }
      return { i, j: i + k, labels: [a.label, b.label], terms, chargeProduct, inner };
    }),
  );
}

/** Rounding allowed where a table should reach the cutoff, Å. */
const REACH_TOLERANCE = 1e-6;

/** Throws for a table that ends short of the cutoff. */
export function checkReach(
  curve: Curve,
  [a, b]: readonly [string, string],
  name: string,
  cutoff: number,
): void {
  const last = curve.r.at(-1) as number;
  if (last >= cutoff - REACH_TOLERANCE) return;
  throw new InputError(
    `${name}: the table between ${a} and ${b} ends at ${last} Å, short of the cutoff of ${cutoff} Å`,
  );
}

export function wallOf({ inner }: Interaction): Wall | undefined {
  return inner.kind === 'wall' ? inner.wall : undefined;
}

/** `Na–Cl below 1.11 Å`, of every pair that has a wall. */
export function wallTexts(interactions: readonly Interaction[]): string[] {
  return interactions.flatMap((interaction) => {
    const wall = wallOf(interaction);
    return wall ? [`${interaction.labels.join('–')} below ${wall.radius.toFixed(2)} Å`] : [];
  });
}
