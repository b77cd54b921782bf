/**
 * Oxidation states: those of the file where it gives them, else the usual ones, chosen so that the cell is neutral where
 * an element has several (N. N. Greenwood, A. Earnshaw, Chemistry of the Elements, 2nd ed. 1997,
 * doi:10.1016/C2009-0-30414-6).
 */
import type { System } from './system.ts';

/** Common oxidation states, the most usual in halides and oxides first. Elements that are not listed are taken as neutral. */
const STATES: Readonly<Record<string, readonly number[]>> = {
  H: [1, -1],
  Li: [1],
  Be: [2],
  B: [3],
  C: [4, -4, 2],
  N: [-3, 5, 3],
  O: [-2],
  F: [-1],
  Na: [1],
  Mg: [2],
  Al: [3],
  Si: [4, -4],
  P: [5, 3, -3],
  S: [-2, 6, 4],
  Cl: [-1],
  K: [1],
  Ca: [2],
  Sc: [3],
  Ti: [4, 3, 2],
  V: [3, 2, 4, 5],
  Cr: [3, 2, 6],
  Mn: [2, 3, 4, 7],
  Fe: [3, 2],
  Co: [2, 3],
  Ni: [2, 3],
  Cu: [2, 1],
  Zn: [2],
  Ga: [3, 1],
  Ge: [4, 2],
  As: [5, 3, -3],
  Se: [-2, 4, 6],
  Br: [-1],
  Rb: [1],
  Sr: [2],
  Y: [3],
  Zr: [4, 2, 3],
  Nb: [5, 4, 3],
  Mo: [6, 4, 5, 3],
  Tc: [7, 4],
  Ru: [4, 3],
  Rh: [3],
  Pd: [2, 4],
  Ag: [1],
  Cd: [2],
  In: [3, 1],
  Sn: [4, 2],
  Sb: [3, 5, -3],
  Te: [-2, 4, 6],
  I: [-1, 5],
  Cs: [1],
  Ba: [2],
  La: [3],
  Ce: [3, 4],
  Pr: [3, 4],
  Nd: [3],
  Pm: [3],
  Sm: [3, 2],
  Eu: [3, 2],
  Gd: [3],
  Tb: [3, 4],
  Dy: [3],
  Ho: [3],
  Er: [3],
  Tm: [3],
  Yb: [3, 2],
  Lu: [3],
  Hf: [4],
  Ta: [5, 4],
  W: [6, 4, 5],
  Re: [7, 4],
  Os: [4],
  Ir: [4, 3],
  Pt: [4, 2],
  Au: [3, 1],
  Hg: [2, 1],
  Tl: [1, 3],
  Pb: [2, 4],
  Bi: [3, 5],
  Ra: [2],
  Ac: [3],
  Th: [4],
  Pa: [5],
  U: [6, 4],
  Np: [5],
};

/** Where a charge comes from: the file, the usual state, or a state that makes the cell neutral. */
export type ChargeSource = 'file' | 'usual' | 'balanced';

export interface Oxidation {
  /** e, by species. */
  readonly charges: readonly number[];
  readonly sources: readonly ChargeSource[];
  /** Sum over the cell, occupancies counted, e. */
  readonly net: number;
}

/** A cell is neutral within this, e. */
export const NEUTRAL = 0.01;
/** Combinations of states that are tried. */
const MOST_COMBINATIONS = 4096;

/** Common oxidation states of an element, the most usual first; empty where none is listed. */
export function oxidationStates(element: string): readonly number[] {
  return Object.hasOwn(STATES, element) ? (STATES[element] as readonly number[]) : [];
}

/**
 * Formal charges of all species. A file's own charges stay. The others are the usual states if they make the cell neutral;
 * else the least unusual combination of common states that does; else, when none does, the usual states again.
 */
export function formalChargesOf(system: System): Oxidation {
  const { species } = system;
  const amounts = amountsOf(system);
  const choices = species.map(({ element, formalCharge }): readonly number[] => {
    if (formalCharge !== undefined) return [formalCharge];
    const states = oxidationStates(element);
    return states.length > 0 ? states : [0];
  });
  const usual = choices.map(() => 0);
  const chargesOf = (ranks: readonly number[]): number[] =>
    ranks.map((rank, i) => (choices[i] as readonly number[])[rank] as number);
  const netOf = (ranks: readonly number[]): number =>
    chargesOf(ranks).reduce((sum, charge, i) => sum + charge * (amounts[i] as number), 0);
  let best = usual;
  if (Math.abs(netOf(usual)) > NEUTRAL) {
    const unusual = (ranks: readonly number[]): number => ranks.reduce((sum, rank) => sum + rank, 0);
    const neutral = combinations(choices.map(({ length }) => length))
      .filter((ranks) => Math.abs(netOf(ranks)) <= NEUTRAL)
      .sort((a, b) => unusual(a) - unusual(b));
    best = neutral[0] ?? usual;
  }
  return {
    charges: chargesOf(best),
    sources: species.map(({ formalCharge }, i) =>
      formalCharge !== undefined ? 'file' : best[i] === 0 ? 'usual' : 'balanced',
    ),
    net: netOf(best),
  };
}

/** A charge as text: `+3`, `−1`, `0`. */
export function signed(charge: number): string {
  return charge > 0 ? `+${charge}` : String(charge).replace('-', '−');
}

/** Occupied sites of each species. */
export function amountsOf({ species, typeOf, occupancies }: System): number[] {
  const amounts = species.map(() => 0);
  typeOf.forEach((type, i) => {
    amounts[type] = (amounts[type] as number) + (occupancies?.[i] ?? 1);
  });
  return amounts;
}

/** All choices of one index below each size, or none when they are too many. */
function combinations(sizes: readonly number[]): number[][] {
  const count = sizes.reduce((product, size) => Math.min(product * size, 2 * MOST_COMBINATIONS), 1);
  if (count > MOST_COMBINATIONS) return [];
  return sizes.reduce<number[][]>(
    (lists, size) => lists.flatMap((list) => Array.from({ length: size }, (_, k) => [...list, k])),
    [[]],
  );
}
