/** Ions on the partly occupied sites of a supercell: who stands where, what it costs, and the exchange of two sites. */
import type { RandomSequence } from '../core/rng.ts';
import type { Repeats } from '../model/supercell.ts';
import type { Exclusions } from './exclusions.ts';
import type { SiteMatrix } from './latticePotential.ts';
import type { Disorder } from './siteGroups.ts';

export const EMPTY = -1;

/** What every arrangement of one structure shares. Sites count as atoms do: site `u` of cell `m` is m·n + u. */
export interface Arena {
  /** Sites of the given cell, and of the supercell. */
  readonly perCell: number;
  readonly total: number;
  /** [total] pool of each site: ions change places within it. */
  readonly groupOf: Uint32Array;
  /** Sites of each pool. */
  readonly members: readonly Int32Array[];
  /** [pools][options] */
  readonly counts: readonly (readonly number[])[];
  /** Species and charge of the options of each pool. */
  readonly types: readonly (readonly number[])[];
  readonly charges: readonly (readonly number[])[];
  /** [perCell][options] whether the refinement has that species on that site. */
  readonly admits: readonly (readonly boolean[])[];
  /** Neighbours that may exclude: those of site s are nearby[starts[s]] to nearby[starts[s+1] − 1]. */
  readonly starts: Int32Array;
  readonly nearby: Int32Array;
  /** Whether an exchange within a pool can bring a conflict at all. */
  readonly isCrowded: boolean;
  /** Å, beside `nearby` */
  readonly distances: Float64Array;
  readonly exclusions: Exclusions;
  readonly energies?: SiteEnergies;
}

/** eV and e. */
export interface SiteEnergies {
  readonly matrix: SiteMatrix;
  /** [perCell] potential of the full sites. */
  readonly field: Float64Array;
  /** Of the full sites among themselves, in the supercell. */
  readonly constant: number;
}

/** Sites whose ions may change places, and how many of each species they share. */
export interface Pool {
  readonly types: readonly number[];
  readonly counts: readonly number[];
  /** Of the groups of the structure. */
  readonly groups: readonly number[];
}

/** Every group for itself: the refined occupancy of every crystallographic site is kept. */
export function refinedPools({ groups }: Disorder, counts: readonly (readonly number[])[]): Pool[] {
  return groups.map(({ options }, g) => ({
    types: options.map(({ type }) => type),
    counts: counts[g] as readonly number[],
    groups: [g],
  }));
}

/** Groups that have a species in common together: the refined amount of every species is kept, not where it stands. */
export function freePools({ groups }: Disorder, counts: readonly (readonly number[])[]): Pool[] {
  const pools: { types: Set<number>; groups: number[] }[] = [];
  groups.forEach(({ options }, g) => {
    const joined = { types: new Set(options.map(({ type }) => type)), groups: [g] };
    const shares = (pool: { types: Set<number> }): boolean =>
      [...pool.types].some((type) => joined.types.has(type));
    for (const pool of pools.filter(shares)) {
      pools.splice(pools.indexOf(pool), 1);
      for (const type of pool.types) joined.types.add(type);
      joined.groups.push(...pool.groups);
    }
    pools.push(joined);
  });
  const amount = (type: number, of: readonly number[]): number => {
    let sum = 0;
    for (const g of of) {
      groups[g]?.options.forEach((option, k) => {
        if (option.type === type) sum += counts[g]?.[k] as number;
      });
    }
    return sum;
  };
  return pools.map((pool) => {
    const types = [...pool.types].sort((a, b) => a - b);
    return { types, counts: types.map((type) => amount(type, pool.groups)), groups: pool.groups };
  });
}

export function arenaOf(
  disorder: Disorder,
  repeats: Repeats,
  pools: readonly Pool[],
  speciesCharges: readonly number[],
  exclusions: Exclusions,
  energies?: SiteEnergies,
): Arena {
  const perCell = disorder.groupOf.length;
  const copies = repeats[0] * repeats[1] * repeats[2];
  const total = perCell * copies;
  const poolOf = disorder.groups.map((_, g) => pools.findIndex(({ groups }) => groups.includes(g)));
  const groupOf = Uint32Array.from(
    { length: total },
    (_, s) => poolOf[disorder.groupOf[s % perCell] as number] as number,
  );
  const lists: number[][] = pools.map(() => []);
  groupOf.forEach((g, s) => {
    lists[g]?.push(s);
  });
  const members = lists.map((list) => Int32Array.from(list));
  const types = pools.map((pool) => pool.types);
  const admits = disorder.groupOf.map((group) => {
    const own = disorder.groups[group]?.options ?? [];
    return types[poolOf[group] as number]?.map((type) => own.some((option) => option.type === type)) ?? [];
  });
  const neighbors = neighborsOf(perCell, repeats, exclusions);
  return {
    perCell,
    total,
    groupOf,
    members,
    counts: pools.map((pool) => pool.counts),
    types,
    admits,
    charges: types.map((list) => list.map((type) => speciesCharges[type] as number)),
    ...neighbors,
    isCrowded: neighbors.nearby.length > 0 || admits.some((own) => own.includes(false)),
    exclusions,
    ...(energies && { energies }),
  };
}

function neighborsOf(
  perCell: number,
  [na, nb, nc]: Repeats,
  { pairs }: Exclusions,
): Pick<Arena, 'starts' | 'nearby' | 'distances'> {
  const ofSite: Exclusions['pairs'][number][][] = Array.from({ length: perCell }, () => []);
  for (const pair of pairs) ofSite[pair.i]?.push(pair);
  const copies = na * nb * nc;
  const size = pairs.length * copies;
  const starts = new Int32Array(perCell * copies + 1);
  const nearby = new Int32Array(size);
  const distances = new Float64Array(size);
  const wrap = (x: number, n: number): number => ((x % n) + n) % n;
  let end = 0;
  for (let m = 0; m < copies; m++) {
    const [a, b, c] = [Math.floor(m / (nb * nc)), Math.floor(m / nc) % nb, m % nc];
    for (let u = 0; u < perCell; u++) {
      for (const { j, image, distance } of ofSite[u] ?? []) {
        const cell = (wrap(a + image[0], na) * nb + wrap(b + image[1], nb)) * nc + wrap(c + image[2], nc);
        const other = cell * perCell + j;
        // A site and its own image: the cell is that thin, whoever stands there.
        if (other === m * perCell + u) continue;
        nearby[end] = other;
        distances[end++] = distance;
      }
      starts[m * perCell + u + 1] = end;
    }
  }
  return { starts, nearby, distances };
}

/** One arrangement, owned by the search that changes it. */
export class Arrangement {
  readonly arena: Arena;
  /** [total] index of the option that stands there, or EMPTY. */
  readonly content: Int16Array;
  /** eV; of the whole supercell. Zero without energies. */
  energy = 0;
  readonly #charge: Float64Array;
  /** Potential at every site of everything, itself included. */
  readonly #potential: Float64Array;

  constructor(arena: Arena, content: ArrayLike<number>) {
    this.arena = arena;
    this.content = Int16Array.from(content);
    this.#charge = Float64Array.from(this.content, (option, s) =>
      option === EMPTY ? 0 : (arena.charges[arena.groupOf[s] as number]?.[option] as number),
    );
    this.#potential = new Float64Array(arena.energies ? arena.total : 0);
    const { energies } = arena;
    if (!energies) return;
    for (let s = 0; s < arena.total; s++) this.#potential[s] = energies.field[s % arena.perCell] as number;
    this.energy = energies.constant;
    for (let s = 0; s < arena.total; s++) {
      const q = this.#charge[s] as number;
      if (q === 0) continue;
      this.energy += q * (this.#potential[s] as number) + (q * q * this.#between(s, s)) / 2;
      this.#spread(s, q);
    }
  }

  /** Pairs around a site that are nearer than their ions may come, and two for an ion that does not belong there. */
  conflictsAt(s: number): number {
    const { starts, nearby, distances, groupOf, types, exclusions } = this.arena;
    const option = this.content[s] as number;
    if (option === EMPTY) return 0;
    const row = (types[groupOf[s] as number]?.[option] as number) * exclusions.types;
    let found = this.arena.admits[s % this.arena.perCell]?.[option] ? 0 : 2;
    for (let e = starts[s] as number; e < (starts[s + 1] as number); e++) {
      const t = nearby[e] as number;
      const other = this.content[t] as number;
      if (other === EMPTY) continue;
      const type = types[groupOf[t] as number]?.[other] as number;
      if ((distances[e] as number) < (exclusions.shortest[row + type] as number)) found++;
    }
    return found;
  }

  conflicts(): number {
    let found = 0;
    for (let s = 0; s < this.arena.total; s++) found += this.conflictsAt(s);
    return found / 2;
  }

  /** What the exchange of two sites adds to the number of conflicts. */
  conflictsOfSwap(i: number, j: number): number {
    const { isCrowded } = this.arena;
    if (!isCrowded) return 0;
    const before = this.conflictsAt(i) + this.conflictsAt(j);
    this.#exchange(i, j);
    const after = this.conflictsAt(i) + this.conflictsAt(j);
    this.#exchange(i, j);
    return after - before;
  }

  /** What the exchange of two sites adds to the energy, eV: δ(φᵢ − φⱼ) + ½δ²(Mᵢᵢ + Mⱼⱼ − 2Mᵢⱼ), δ = qⱼ − qᵢ. */
  energyOfSwap(i: number, j: number): number {
    if (!this.arena.energies) return 0;
    const delta = (this.#charge[j] as number) - (this.#charge[i] as number);
    if (delta === 0) return 0;
    const own = this.#between(i, i) + this.#between(j, j) - 2 * this.#between(i, j);
    return (
      delta * ((this.#potential[i] as number) - (this.#potential[j] as number)) + (delta * delta * own) / 2
    );
  }

  swap(i: number, j: number): void {
    const delta = (this.#charge[j] as number) - (this.#charge[i] as number);
    if (this.arena.energies && delta !== 0) {
      this.energy += this.energyOfSwap(i, j);
      this.#spread(i, delta);
      this.#spread(j, -delta);
    }
    this.#exchange(i, j);
    const q = this.#charge[i] as number;
    this.#charge[i] = this.#charge[j] as number;
    this.#charge[j] = q;
  }

  #exchange(i: number, j: number): void {
    const option = this.content[i] as number;
    this.content[i] = this.content[j] as number;
    this.content[j] = option;
  }

  #between(i: number, j: number): number {
    const { sites, repeats, values } = (this.arena.energies as SiteEnergies).matrix;
    const [, nb, nc] = repeats;
    const copies = values.length / (sites * sites);
    const [m, k] = [Math.floor(i / sites), Math.floor(j / sites)];
    const step = differenceOf(m, k, repeats[0], nb, nc);
    return values[((i % sites) * sites + (j % sites)) * copies + step] as number;
  }

  /** Adds the potential of a charge that came to a site. */
  #spread(i: number, q: number): void {
    const { sites, repeats, values } = (this.arena.energies as SiteEnergies).matrix;
    const [na, nb, nc] = repeats;
    const copies = na * nb * nc;
    const [m, u] = [Math.floor(i / sites), i % sites];
    const potential = this.#potential;
    for (let k = 0; k < copies; k++) {
      let at = u * sites * copies + differenceOf(m, k, na, nb, nc);
      for (let s = k * sites, end = s + sites; s < end; s++, at += copies) {
        potential[s] = (potential[s] as number) + q * (values[at] as number);
      }
    }
  }
}

/** Cell k seen from cell m. */
function differenceOf(m: number, k: number, na: number, nb: number, nc: number): number {
  const a = (Math.floor(k / (nb * nc)) - Math.floor(m / (nb * nc)) + na) % na;
  const b = ((Math.floor(k / nc) % nb) - (Math.floor(m / nc) % nb) + nb) % nb;
  const c = ((k % nc) - (m % nc) + nc) % nc;
  return (a * nb + b) * nc + c;
}

/** The ions of every pool on sites drawn at random, exclusions not looked at. */
export function randomContent(arena: Arena, random: RandomSequence): Int16Array {
  const content = new Int16Array(arena.total).fill(EMPTY);
  arena.members.forEach((sites, g) => {
    const order = random.shuffle(Int32Array.from(sites));
    let next = 0;
    (arena.counts[g] as readonly number[]).forEach((n, option) => {
      for (let k = 0; k < n; k++) content[order[next++] as number] = option;
    });
  });
  return content;
}

/** Two sites of one pool, the pools met in proportion to their sizes; undefined when they hold the same. */
export function randomPair(
  { content, arena }: Arrangement,
  random: RandomSequence,
): readonly [number, number] | undefined {
  // One draw has digits enough for both.
  const place = random.uniform() * arena.total;
  const i = Math.floor(place);
  const sites = arena.members[arena.groupOf[i] as number] as Int32Array;
  const j = sites[Math.floor((place - i) * sites.length)] as number;
  return content[i] === content[j] ? undefined : [i, j];
}
