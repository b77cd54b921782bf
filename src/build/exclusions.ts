/**
 * Which sites cannot be occupied at once: those of a split position, and neighbours nearer than ions come. A distance holds
 * for two ions, so two sites may exclude each other for one pair of contents and not for another.
 */
import { InputError, suggestion } from '../core/errors.ts';
import type { System } from '../model/system.ts';
import { type NearImage, nearImages } from './images.ts';
import type { Disorder } from './siteGroups.ts';

/** Shortest distances of two ions on partly occupied sites, Å. */
export interface Closeness {
  readonly cations: number;
  readonly anions: number;
  readonly unlike: number;
}

/**
 * Tried in this order. Two Li⁺ of refined structures that are both there stand at least 2.3 Å apart, halves of a split
 * position 0.4–1.9 Å (0.42 and 1.36 Å in Li10GeP2S12, doi:10.1021/acs.chemmater.8b00266; 0.86 Å and, between 24d and
 * 96h, 1.63 Å in cubic Li7La3Zr2O12, doi:10.1016/j.ssi.2015.04.011; 1.82 Å in Li6PS5Cl, doi:10.1021/jacs.7b06327). Garnets
 * have more lithium than 2 Å allows: then the second line holds. Anions: no O–O below 2.2 Å without a bond between
 * them. Unlike ions: H–O is 0.96 Å, all others are above 1.3 Å.
 */
export const CLOSENESS: readonly Closeness[] = [
  { cations: 2, anions: 2, unlike: 0.8 },
  { cations: 1.5, anions: 1.8, unlike: 0.8 },
];

/** Distances of the user's: `Li-Li` → Å, by label or element. */
export type PairDistances = Readonly<Record<string, number>>;

/** Farther than this nothing is excluded, Å. */
export const FARTHEST = 10;

export interface Exclusions {
  /** [types × types] Å */
  readonly shortest: Float64Array;
  readonly types: number;
  /** Pairs of sites of the given cell that may exclude each other. */
  readonly pairs: readonly NearImage[];
}

/** Shortest distances of every two species, by the signs of their charges; the user's own take their place. */
export function exclusionsOf(
  system: System,
  { cell, positions }: Disorder,
  charges: readonly number[],
  closeness: Closeness,
  own: PairDistances = {},
): Exclusions {
  const types = charges.length;
  const shortest = new Float64Array(types * types);
  charges.forEach((a, i) => {
    charges.forEach((b, j) => {
      shortest[i * types + j] =
        a > 0 && b > 0 ? closeness.cations : a < 0 && b < 0 ? closeness.anions : closeness.unlike;
    });
  });
  const names = [...new Set(system.species.flatMap(({ label, element }) => [label, element]))];
  for (const [key, distance] of Object.entries(own)) {
    const pair = key.split('-');
    if (pair.length !== 2 || !(distance >= 0 && distance <= FARTHEST)) {
      throw new InputError(
        `exclusion ${key}=${distance}: expected two species and 0 to ${FARTHEST} Å, such as Li-Li=2`,
      );
    }
    const unknown = pair.find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw new InputError(
        `exclusion ${key}: no species is called "${unknown}"${suggestion(unknown, names)}`,
      );
    }
    const meant = pair.map((name) =>
      system.species.flatMap(({ label, element }, i) => (label === name || element === name ? [i] : [])),
    ) as [number[], number[]];
    for (const i of meant[0]) {
      for (const j of meant[1]) {
        shortest[i * types + j] = distance;
        shortest[j * types + i] = distance;
      }
    }
  }
  const pairs = nearImages(
    cell,
    positions,
    shortest.reduce((a, b) => Math.max(a, b), 0),
  );
  return { shortest, types, pairs };
}

/** Bunches of sites of which at most one is occupied, as many as `size` of one composition in the given cell. */
export interface Bunch {
  /** Number of sites of each group in one bunch. */
  readonly sites: ReadonlyMap<number, number>;
  readonly size: number;
}

/**
 * The sites of the given cell parted into bunches whose sites all exclude each other: how many atoms they can hold at
 * most. Closest pairs first, bunches joined as long as every pair across excludes; exact for split positions.
 */
export function bunchesOf(disorder: Disorder, { shortest, types, pairs }: Exclusions): Bunch[] {
  const { groupOf, groups } = disorder;
  const optionsOf = (site: number): readonly { readonly type: number }[] =>
    groups[groupOf[site] as number]?.options ?? [];
  const excludes = ({ i, j, distance }: NearImage): boolean =>
    optionsOf(i).every((a) =>
      optionsOf(j).every((b) => distance < (shortest[a.type * types + b.type] as number)),
    );
  const always = pairs.filter((pair) => pair.i !== pair.j && excludes(pair));
  const key = (i: number, j: number, [a, b, c]: readonly number[]): string => `${i},${j},${a},${b},${c}`;
  const known = new Set(always.map(({ i, j, image }) => key(i, j, image)));
  type Member = { readonly site: number; readonly image: readonly [number, number, number] };
  const bunchOf: Member[][] = groupOf.map((_, site) => [{ site, image: [0, 0, 0] }]);
  const placeIn = (bunch: readonly Member[], site: number): readonly number[] =>
    bunch.find((member) => member.site === site)?.image ?? [0, 0, 0];
  for (const { i, j, image } of [...always].sort(
    (a, b) => a.distance - b.distance || a.i - b.i || a.j - b.j,
  )) {
    const [one, other] = [bunchOf[i] as Member[], bunchOf[j] as Member[]];
    if (one === other) continue;
    const [from, to] = [placeIn(one, i), placeIn(other, j)];
    const moved = other.map(
      ({ site, image: at }): Member => ({
        site,
        image: [0, 1, 2].map(
          (k) => (at[k] as number) - (to[k] as number) + (image[k] as number) + (from[k] as number),
        ) as unknown as Member['image'],
      }),
    );
    const all = one.every((a) =>
      moved.every((b) =>
        known.has(
          key(
            a.site,
            b.site,
            b.image.map((x, k) => x - (a.image[k] as number)),
          ),
        ),
      ),
    );
    if (!all) continue;
    one.push(...moved);
    for (const { site } of moved) bunchOf[site] = one;
  }
  const kinds = new Map<string, { sites: Map<number, number>; size: number }>();
  for (const bunch of new Set(bunchOf)) {
    const sites = new Map<number, number>();
    for (const { site } of [...bunch].sort(
      (a, b) => (groupOf[a.site] as number) - (groupOf[b.site] as number),
    )) {
      const group = groupOf[site] as number;
      sites.set(group, (sites.get(group) ?? 0) + 1);
    }
    const name = [...sites].join(' ');
    const kind = kinds.get(name) ?? kinds.set(name, { sites, size: 0 }).get(name);
    if (kind) kind.size++;
  }
  return [...kinds.values()];
}
