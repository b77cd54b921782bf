/**
 * Space group of a structure: which operations leave it unchanged within a tolerance, and the Wyckoff positions of its
 * sites. The search is moyo's (K. Shinohara, https://github.com/spglib/moyo), International Tables' standard settings.
 */
import { multiply } from '../core/vec.ts';
import { loadMoyo } from '../io/moyo.ts';
import { type CellParameters, cellFromVectors, cellParameters, toFractional, volume } from '../model/cell.ts';
import type { System } from '../model/system.ts';
import { combination, primitiveCell } from './primitive.ts';
import { occupantText, type Site, sitePositions } from './sites.ts';

/** Sites that symmetry makes of one. */
export interface Orbit {
  /** Species and occupancies, such as `Li 0.5`. */
  readonly occupants: string;
  /** Name of the first site in the file, where it has one. */
  readonly label?: string;
  readonly wyckoff: string;
  /** Sites in the conventional cell that one position of this letter makes. */
  readonly multiplicity: number;
  /** Site symmetry, such as `-3m`. */
  readonly siteSymmetry: string;
  /** Indices into the sites of the structure. */
  readonly sites: readonly number[];
  /** Fractional coordinates of the first site in the given cell. */
  readonly example: readonly [number, number, number];
}

export interface Symmetry {
  /** In International Tables. */
  readonly number: number;
  /** Hermann–Mauguin, such as `F m -3 m`. */
  readonly symbol: string;
  readonly hall: string;
  /** Pearson symbol, such as `cF8`. */
  readonly pearson: string;
  /** Å, as used. */
  readonly tolerance: number;
  readonly orbits: readonly Orbit[];
  readonly conventional: CellParameters & {
    readonly volume: number;
    /** Rows: its vectors as combinations of the given ones. */
    readonly matrix: readonly number[];
    /** Volume over that of the given cell. */
    readonly ratio: number;
  };
  /** Volume of the given cell over that of the primitive one. */
  readonly primitiveCells: number;
}

/** Sites of a primitive cell for which symmetry is sought. */
const MOST_SITES = 2000;

/**
 * Symmetry of a structure. Sites count as equal when they hold the same species with the same occupancies.
 * @param tolerance largest distance between a site and an image of another, Å
 * @returns a sentence where there is no answer: the cell is too large, or the search gave up
 */
export async function symmetryOf(
  system: System,
  sites: readonly Site[],
  tolerance: number,
): Promise<Symmetry | string> {
  const { species, cell, siteLabels } = system;
  const texts = sites.map((site) => occupantText(site, species));
  const numbers = new Map([...new Set(texts)].map((text, i) => [text, i + 1]));
  const kinds = texts.map((text) => numbers.get(text) as number);
  const primitive = primitiveCell({ cell, positions: sitePositions(sites), kinds }, tolerance);
  if (primitive.kinds.length > MOST_SITES) {
    return `symmetry is not sought for more than ${MOST_SITES} sites in a primitive cell (${primitive.kinds.length})`;
  }
  const moyo = await loadMoyo();
  const inside = toFractional(primitive.cell, primitive.positions);
  const input = {
    lattice: { basis: [...primitive.cell.h] },
    positions: primitive.kinds.map((_, i) => [...inside.subarray(3 * i, 3 * i + 3)]),
    numbers: primitive.kinds,
  };
  let found: ReturnType<typeof moyo.analyze_cell>;
  try {
    found = moyo.analyze_cell(JSON.stringify(input), tolerance, 'Standard');
  } catch (error) {
    return `no symmetry was found within ${tolerance} Å: ${String(error).replace(/^moyo error: /, '')}`;
  }
  const fractional = toFractional(cell, sitePositions(sites));
  const multiplicities = new Map(
    moyo.wyckoff_positions(found.hall_number).map(({ letter, multiplicity }) => [letter, multiplicity]),
  );
  const members = new Map<number, number[]>();
  sites.forEach((_, i) => {
    const orbit = found.orbits[primitive.imageOf[i] as number] as number;
    members.set(orbit, [...(members.get(orbit) ?? []), i]);
  });
  const orbits = [...members].map(([orbit, own]): Orbit => {
    const first = own[0] as number;
    const letter = found.wyckoffs[orbit] as string;
    const label = siteLabels?.[sites[first]?.atoms[0] as number];
    return {
      occupants: texts[first] as string,
      ...(label !== undefined && { label }),
      wyckoff: letter,
      multiplicity: multiplicities.get(letter) ?? 0,
      siteSymmetry: found.site_symmetry_symbols[orbit] as string,
      sites: own,
      example: [0, 1, 2].map((k) => wrapped(fractional[3 * first + k] as number)) as [number, number, number],
    };
  });
  // moyo hands matrices over column by column: rows here are the conventional vectors in terms of the primitive ones.
  const vectors = multiply(found.std_linear, primitive.cell.h);
  const conventional = cellFromVectors(vectors);
  const ratio = volume(conventional) / volume(cell);
  return {
    number: found.number,
    symbol: found.hm_symbol,
    hall: moyo.hall_symbol_entry(found.hall_number).hall_symbol,
    pearson: found.pearson_symbol,
    tolerance: found.symprec,
    orbits: orbits.sort((a, b) => (a.sites[0] as number) - (b.sites[0] as number)),
    conventional: {
      ...cellParameters(conventional),
      volume: volume(conventional),
      matrix: combination(vectors, cell.h).map((x) => Number(x.toFixed(6)) + 0),
      ratio: Number(ratio.toFixed(6)),
    },
    primitiveCells: sites.length / primitive.kinds.length,
  };
}

function wrapped(x: number): number {
  const inside = x - Math.floor(x);
  return inside > 1 - 1e-6 ? 0 : inside;
}
