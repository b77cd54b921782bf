/**
 * What is simulated: a periodic cell and the particles in it. Plain readonly values, structured-clone-safe.
 * Optional arrays are absent when unknown, never filled with zeros.
 */
import { InputError } from '../core/errors.ts';
import type { Cell } from './cell.ts';

/** A species is a particle *type*: "Li1" and "Li2" may share an element. */
export interface Species {
  readonly label: string;
  /** Chemical symbol. */
  readonly element: string;
  /** u */
  readonly mass: number;
  /** Charge that the forces see, e; absent until a file or a potential says. */
  readonly charge?: number;
  /** Oxidation state, e; conductivities use it. */
  readonly formalCharge?: number;
}

/** A structure. Arrays are xyz-interleaved f64. Never mutated. */
export interface System {
  readonly title: string;
  readonly cell: Cell;
  readonly species: readonly Species[];
  /** [n] index into `species`. */
  readonly typeOf: Uint16Array;
  /** [n×3] Å, unwrapped: an atom may lie outside the cell when the file says so. */
  readonly positions: Float64Array;
  /** [n×3] Å/fs. */
  readonly velocities?: Float64Array;
  /** [n] 0 < occupancy ≤ 1; absent when every site is full. */
  readonly occupancies?: Float64Array;
  /** [n] name of the crystallographic site each atom comes from. */
  readonly siteLabels?: readonly string[];
}

/** Number of atoms. */
export function atomCount(system: System): number {
  return system.typeOf.length;
}

/** Number of atoms of each species, in the order of `species`. */
export function speciesCounts(system: System): number[] {
  const counts = system.species.map(() => 0);
  for (const type of system.typeOf) counts[type] = (counts[type] as number) + 1;
  return counts;
}

/** Composition such as `Li144 Y48 Cl288` (occupancies counted), by element in order of appearance. */
export function formula(system: System): string {
  const amounts = new Map<string, number>();
  system.typeOf.forEach((type, i) => {
    const element = (system.species[type] as Species).element;
    amounts.set(element, (amounts.get(element) ?? 0) + (system.occupancies?.[i] ?? 1));
  });
  return [...amounts].map(([element, n]) => `${element}${n === 1 ? '' : Number(n.toFixed(3))}`).join(' ');
}

/** Composition per formula unit, such as `Li3YCl6`: counts over their greatest common divisor. */
export function reducedFormula(system: System): string {
  const counts = new Map<string, number>();
  for (const type of system.typeOf) {
    const element = (system.species[type] as Species).element;
    counts.set(element, (counts.get(element) ?? 0) + 1);
  }
  const divisor = [...counts.values()].reduce(greatestCommonDivisor, 0) || 1;
  return [...counts].map(([element, n]) => element + (n === divisor ? '' : n / divisor)).join('');
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Throws unless the arrays of a system belong together. Readers and builders call it on what they return. */
export function checkSystem(system: System): System {
  const n = atomCount(system);
  const fail = (what: string): never => {
    throw new InputError(`${system.title}: ${what}`);
  };
  if (n === 0) fail('the structure has no atoms');
  if (system.positions.length !== 3 * n) fail(`${n} atoms but ${system.positions.length / 3} positions`);
  if (system.velocities && system.velocities.length !== 3 * n) fail('velocities and atoms differ in number');
  if (system.occupancies && system.occupancies.length !== n) fail('occupancies and atoms differ in number');
  if (system.siteLabels && system.siteLabels.length !== n) fail('site labels and atoms differ in number');
  if (!system.typeOf.every((type) => type < system.species.length)) fail('an atom has no species');
  const bad = system.positions.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) fail(`atom ${Math.floor(bad / 3) + 1} has a position that is not a number`);
  return system;
}
