/** Empty sites between the atoms, refused where there is no room. */
import { InputError } from '../core/errors.ts';
import { toCartesian } from '../model/cell.ts';
import { closestPair } from '../model/distances.ts';
import type { Repeats } from '../model/supercell.ts';
import type { Species, System } from '../model/system.ts';
import { contactDistance, INTERSTITIAL_FRACTION } from './contacts.ts';
import { type Draft, VACANT, withEmptySites } from './draft.ts';
import type { Point } from './operations.ts';

/** Two cations on neighbouring sites: in Li3YCl6 tetrahedra and octahedra are 1.9 Å apart. */
const CATIONS_APART = 1.5;
const MOST_SITES = 2 ** 20;

/**
 * The images of points (fractional in the cell that was repeated) as empty sites. Throws where one of them is nearer to an atom
 * or to another of them than ions of these kinds come.
 * @param type species that the sites are meant for
 */
export function withInterstitials(
  draft: Draft,
  points: readonly Point[],
  repeats: Repeats,
  type: number,
  what: string,
): { readonly draft: Draft; readonly sites: number[] } {
  const [na, nb, nc] = repeats;
  if (points.length * na * nb * nc > MOST_SITES) {
    throw new InputError(
      `${what}: ${points.length} sites in each of ${na * nb * nc} cells; at most ${MOST_SITES} in all`,
    );
  }
  if (points.length === 0) throw new InputError(`${what}: there are no sites`);
  const fractional: number[] = [];
  for (let a = 0; a < na; a++) {
    for (let b = 0; b < nb; b++) {
      for (let c = 0; c < nc; c++) {
        for (const [x, y, z] of points) fractional.push((x + a) / na, (y + b) / nb, (z + c) / nc);
      }
    }
  }
  const added = withEmptySites(
    draft,
    [...toCartesian(draft.cell, fractional)],
    `${draft.species[type]?.label}_interstitial`,
  );
  refuseCrowded(added.draft, added.sites, type, what);
  return added;
}

function refuseCrowded(draft: Draft, sites: readonly number[], type: number, what: string): void {
  const { species, charges, cell } = draft;
  const full = draft.typeOf.flatMap((one, i) => (one === VACANT ? [] : [i]));
  const kept = [...full, ...sites];
  const own = species.length;
  const trial: System = {
    title: what,
    cell,
    species: [...species, { ...(species[type] as Species), label: 'site' }],
    typeOf: Uint16Array.from(kept, (i, k) => (k < full.length ? (draft.typeOf[i] as number) : own)),
    positions: Float64Array.from(kept.flatMap((i) => draft.positions.slice(3 * i, 3 * i + 3))),
  };
  const ion = (t: number): { element: string; charge: number } => ({
    element: species[t]?.element ?? '',
    charge: charges[t] as number,
  });
  for (const other of [own, ...species.keys()]) {
    const isSite = other === own;
    const least = contactDistance(
      ion(type),
      ion(isSite ? type : other),
      INTERSTITIAL_FRACTION,
      CATIONS_APART,
    );
    const pair = closestPair(trial, least, [own, other]);
    if (!pair) continue;
    const neighbor = isSite ? 'another of these sites' : `${species[other]?.label} (atom ${pair.i + 1})`;
    throw new InputError(
      `${what}: a site for ${species[type]?.label} is ${pair.distance.toFixed(2)} Å from ${neighbor}; ` +
        `it needs at least ${least.toFixed(2)} Å`,
    );
  }
}
