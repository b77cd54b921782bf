/**
 * Who stands around whom, frame by frame: anions in the first shell of every cation, polyhedra that share corners, edges and
 * faces, and the network that bridging anions make of the cations that do not move.
 */
import { inverse } from '../../core/vec.ts';
import type { Cell } from '../../model/cell.ts';
import type { System } from '../../model/system.ts';
import { BlockSums } from './blockSums.ts';
import { Bonds } from './bonds.ts';
import { speciesPairs } from './pairDistances.ts';
import { PairSearch } from './pairSearch.ts';

/** Kinds of ions. */
export interface Roles {
  /** Species indices. */
  readonly cations: readonly number[];
  readonly anions: readonly number[];
  /** Cations that are not mobile: their polyhedra are the network. */
  readonly network: readonly number[];
}

/** Elements that are anions where nobody knows charges. */
const ANIONS = new Set(['F', 'Cl', 'Br', 'I', 'O', 'S', 'Se', 'Te', 'N']);

/** Cations and anions by formal charge, or by element where a charge is unknown. */
export function rolesOf(
  system: System,
  charges: readonly (number | undefined)[],
  mobile: readonly number[],
): Roles {
  const present = new Set(system.typeOf);
  const isAnion = system.species.map(({ element }, s) => {
    const charge = charges[s];
    return charge === undefined || charge === 0 ? ANIONS.has(element) : charge < 0;
  });
  const species = system.species.map((_, s) => s).filter((s) => present.has(s));
  const cations = species.filter((s) => !isAnion[s]);
  return {
    cations,
    anions: species.filter((s) => isAnion[s]),
    network: cations.filter((s) => !mobile.includes(s)),
  };
}

/** Anions of one species around one cation that are told apart. */
const MOST_NEIGHBOURS = 31;
/** Different shells that are told apart; the rest counts as one. */
const MOST_SHELLS = 512;
/** Bridging anions per polyhedron that are told apart. */
export const MOST_BRIDGES = 12;
/** Polyhedra that share one anion, two, three and more. */
export const SHARINGS = ['corner', 'edge', 'face'] as const;

/** Where numbers stand in a row. */
export interface Columns {
  /** By place of the pair in `pairs`, three each. */
  readonly sharing: number;
  /** Pairs of cation species. */
  readonly pairs: readonly (readonly [number, number])[];
  /** By place of the species in `network`, 0 … MOST_BRIDGES. */
  readonly bridges: number;
  /** By place of the species in `anions`: bound to no, one, two and more cations of the network. */
  readonly bound: number;
  /** Clusters, Σ size², largest size. */
  readonly clusters: number;
  /** A one for each frame. */
  readonly frames: number;
  readonly shells: number;
  readonly width: number;
}

export function columnsOf({ cations, anions, network }: Roles): Columns {
  const pairs = speciesPairs(cations.length).map(({ a, b }) => [cations[a], cations[b]] as [number, number]);
  const sharing = 0;
  const bridges = sharing + 3 * pairs.length;
  const bound = bridges + network.length * (MOST_BRIDGES + 1);
  const clusters = bound + 3 * anions.length;
  const frames = clusters + 3;
  const shells = frames + 1;
  return { sharing, pairs, bridges, bound, clusters, frames, shells, width: shells + MOST_SHELLS };
}

/** A kind of shell: a cation species and numbers of anions by place in `anions`. */
export interface ShellKind {
  readonly cation: number;
  readonly anions: readonly number[];
}

/** Counts of one replica; a row of `sums` is a frame. Memory: 17 rows, and 40 bytes per bond of a frame. */
export class ShellTally {
  readonly sums: BlockSums;
  readonly columns: Columns;
  /** By place behind `columns.shells`. */
  readonly kinds: ShellKind[] = [];
  private readonly roles: Roles;
  private readonly typeOf: Uint16Array;
  private readonly cutoffs: Float64Array;
  private readonly reach: number;
  private readonly search: PairSearch;
  private readonly kindOf = new Map<number, number>();
  private readonly row: Float64Array;
  private readonly placeOfAnion: Int32Array;
  private readonly placeInNetwork: Int32Array;
  private readonly pairOf: Int32Array;
  /** [n × anion species] neighbours of each cation. */
  private readonly neighbours: Uint8Array;
  private readonly parent: Int32Array;
  private readonly size: Int32Array;
  private readonly bonds = new Bonds();

  /** @param cutoffs [species²] Å; zero where two species do not bind */
  constructor(system: System, roles: Roles, cutoffs: Float64Array) {
    this.roles = roles;
    this.typeOf = system.typeOf;
    this.cutoffs = cutoffs;
    this.reach = cutoffs.reduce((most, x) => Math.max(most, x), 0);
    const n = system.typeOf.length;
    const s = system.species.length;
    this.search = new PairSearch(n);
    this.columns = columnsOf(roles);
    this.row = new Float64Array(this.columns.width);
    this.sums = new BlockSums(this.columns.width);
    this.placeOfAnion = Int32Array.from({ length: s }, (_, k) => roles.anions.indexOf(k));
    this.placeInNetwork = Int32Array.from({ length: s }, (_, k) => roles.network.indexOf(k));
    this.pairOf = new Int32Array(s * s).fill(-1);
    this.columns.pairs.forEach(([a, b], p) => {
      this.pairOf[a * s + b] = p;
      this.pairOf[b * s + a] = p;
    });
    this.neighbours = new Uint8Array(n * roles.anions.length);
    this.parent = new Int32Array(n);
    this.size = new Int32Array(n);
  }

  add(cell: Cell, positions: Float64Array): void {
    const { row, bonds, neighbours, typeOf, placeOfAnion, cutoffs } = this;
    const species = Math.sqrt(cutoffs.length);
    const anions = this.roles.anions.length;
    row.fill(0);
    row[this.columns.frames] = 1;
    bonds.clear();
    neighbours.fill(0);
    if (this.reach > 0) {
      this.search.forEach(cell, positions, this.reach, (i, j, dx, dy, dz, r2) => {
        const cutoff = cutoffs[(typeOf[i] as number) * species + (typeOf[j] as number)] as number;
        if (r2 >= cutoff * cutoff) return;
        const isAnion = (placeOfAnion[typeOf[i] as number] as number) >= 0;
        const cation = isAnion ? j : i;
        const anion = isAnion ? i : j;
        const sign = isAnion ? -1 : 1;
        bonds.add(cation, anion, sign * dx, sign * dy, sign * dz);
        const at = cation * anions + (placeOfAnion[typeOf[anion] as number] as number);
        neighbours[at] = Math.min(MOST_NEIGHBOURS, (neighbours[at] as number) + 1);
      });
    }
    bonds.sortByAnion(typeOf.length);
    this.countShells();
    this.countSharing(cell, positions);
    this.countNetwork();
    this.sums.add(row);
  }

  private countShells(): void {
    const { typeOf, neighbours, row, columns } = this;
    const { cations, anions } = this.roles;
    const isCation = new Set(cations);
    for (let i = 0; i < typeOf.length; i++) {
      const type = typeOf[i] as number;
      if (!isCation.has(type)) continue;
      let code = type;
      for (let k = 0; k < anions.length; k++) {
        code = code * (MOST_NEIGHBOURS + 1) + (neighbours[i * anions.length + k] as number);
      }
      let kind = this.kindOf.get(code);
      if (kind === undefined) {
        if (this.kinds.length === MOST_SHELLS) continue;
        kind = this.kinds.length;
        this.kindOf.set(code, kind);
        this.kinds.push({
          cation: type,
          anions: anions.map((_, k) => neighbours[i * anions.length + k] as number),
        });
      }
      const at = columns.shells + kind;
      row[at] = (row[at] as number) + 1;
    }
  }

  /** Two polyhedra are one pair for each periodic image in which they meet. */
  private countSharing(cell: Cell, positions: Float64Array): void {
    const { bonds, typeOf, row, columns, pairOf } = this;
    const species = Math.sqrt(this.cutoffs.length);
    const n = typeOf.length;
    const g = inverse(cell.h);
    const shared = new Map<number, number>();
    // Fractional image of the vector a → b beyond the difference of wrapped coordinates, −2 … 2 along an axis.
    const wrapped = (i: number, k: number): number => {
      const s =
        (positions[3 * i] as number) * (g[k] as number) +
        (positions[3 * i + 1] as number) * (g[3 + k] as number) +
        (positions[3 * i + 2] as number) * (g[6 + k] as number);
      return s - Math.floor(s);
    };
    const image = (p: number, q: number, a: number, b: number): number => {
      let code = 0;
      for (let k = 0; k < 3; k++) {
        let s = wrapped(a, k) - wrapped(b, k);
        for (let m = 0; m < 3; m++) s += (bonds.vector(p, m) - bonds.vector(q, m)) * (g[3 * m + k] as number);
        code = code * 5 + Math.max(0, Math.min(4, Math.round(s) + 2));
      }
      return code;
    };
    for (let anion = 0; anion < n; anion++) {
      const [first, last] = [bonds.begin(anion), bonds.begin(anion + 1)];
      for (let x = first; x < last; x++) {
        for (let y = x + 1; y < last; y++) {
          const [p, q] = [bonds.at(x), bonds.at(y)];
          const [c, d] = [bonds.cation(p), bonds.cation(q)];
          let code: number;
          if (c === d) {
            // An anion between a cation and its own image: of n and −n the larger code.
            const one = image(p, q, c, d);
            code = Math.max(one, 124 - one);
          } else code = c < d ? image(p, q, c, d) : image(q, p, d, c);
          const key = (Math.min(c, d) * n + Math.max(c, d)) * 125 + code;
          shared.set(key, (shared.get(key) ?? 0) + 1);
        }
      }
    }
    for (const [key, anions] of shared) {
      const pair = Math.floor(key / 125);
      const a = typeOf[Math.floor(pair / n)] as number;
      const b = typeOf[pair % n] as number;
      const at = columns.sharing + 3 * (pairOf[a * species + b] as number) + Math.min(3, anions) - 1;
      row[at] = (row[at] as number) + 1;
    }
  }

  private countNetwork(): void {
    const { bonds, typeOf, row, columns, placeInNetwork, placeOfAnion, parent, size } = this;
    const n = typeOf.length;
    const inNetwork = (i: number): boolean => (placeInNetwork[typeOf[i] as number] as number) >= 0;
    // In `size` first the bridges of each cation of the network, then the sizes of clusters.
    size.fill(0);
    for (let i = 0; i < n; i++) parent[i] = i;
    for (let anion = 0; anion < n; anion++) {
      const place = placeOfAnion[typeOf[anion] as number] as number;
      if (place < 0) continue;
      let bound = 0;
      const [first, last] = [bonds.begin(anion), bonds.begin(anion + 1)];
      for (let x = first; x < last; x++) if (inNetwork(bonds.cation(bonds.at(x)))) bound++;
      const at = columns.bound + 3 * place + Math.min(2, bound);
      row[at] = (row[at] as number) + 1;
      if (bound < 2) continue;
      let root = -1;
      for (let x = first; x < last; x++) {
        const cation = bonds.cation(bonds.at(x));
        if (!inNetwork(cation)) continue;
        size[cation] = (size[cation] as number) + 1;
        if (root < 0) root = rootOf(parent, cation);
        else parent[rootOf(parent, cation)] = root;
      }
    }
    for (let i = 0; i < n; i++) {
      if (!inNetwork(i)) continue;
      const place = placeInNetwork[typeOf[i] as number] as number;
      const at = columns.bridges + place * (MOST_BRIDGES + 1) + Math.min(MOST_BRIDGES, size[i] as number);
      row[at] = (row[at] as number) + 1;
    }
    size.fill(0);
    let [clusters, squares, largest] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      if (!inNetwork(i)) continue;
      const root = rootOf(parent, i);
      size[root] = (size[root] as number) + 1;
    }
    for (let i = 0; i < n; i++) {
      const s = size[i] as number;
      if (s === 0) continue;
      clusters++;
      squares += s * s;
      largest = Math.max(largest, s);
    }
    row[columns.clusters] = clusters;
    row[columns.clusters + 1] = squares;
    row[columns.clusters + 2] = largest;
  }
}

function rootOf(parent: Int32Array, i: number): number {
  let at = i;
  while (parent[at] !== at) {
    parent[at] = parent[parent[at] as number] as number;
    at = parent[at] as number;
  }
  return at;
}
