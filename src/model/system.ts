/**
 * What is simulated: a periodic cell and the particles in it. Plain readonly values, structured-clone-safe.
 * Optional arrays are absent when unknown, never filled with zeros.
 */
import { InputError } from '../core/errors.ts';
import { hasInvisible, printable } from '../core/printable.ts';
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

/** How messages name an atom: `Li (atom 12)`, counted from one as files do. */
export function atomName({ species, typeOf }: System, i: number): string {
  return `${(species[typeOf[i] as number] as Species).label} (atom ${i + 1})`;
}

/** Number of atoms of each species, in the order of `species`. */
export function speciesCounts(system: System): number[] {
  const counts = system.species.map(() => 0);
  for (const type of system.typeOf) counts[type] = (counts[type] as number) + 1;
  return counts;
}

/** How much of each element there is (occupancies counted), in order of appearance. */
export function elementAmounts(system: System): Map<string, number> {
  const amounts = new Map<string, number>();
  system.typeOf.forEach((type, i) => {
    const element = (system.species[type] as Species).element;
    amounts.set(element, (amounts.get(element) ?? 0) + (system.occupancies?.[i] ?? 1));
  });
  return amounts;
}

/** Composition such as `Li144 Y48 Cl288` (occupancies counted), by element in order of appearance. */
export function formula(system: System): string {
  return [...elementAmounts(system)]
    .map(([element, n]) => `${element}${n === 1 ? '' : Number(n.toFixed(3))}`)
    .join(' ');
}

/** Composition per formula unit, such as `Li3YCl6`: counts over their greatest common divisor. */
export function reducedFormula(system: System): string {
  const counts = elementCounts(system);
  const divisor = formulaUnits(system);
  return [...counts].map(([element, n]) => element + (n === divisor ? '' : n / divisor)).join('');
}

/** Formula units of a structure: the greatest common divisor of the counts of its elements. */
export function formulaUnits(system: System): number {
  return [...elementCounts(system).values()].reduce(greatestCommonDivisor, 0) || 1;
}

function elementCounts(system: System): Map<string, number> {
  const counts = new Map<string, number>();
  for (const type of system.typeOf) {
    const element = (system.species[type] as Species).element;
    counts.set(element, (counts.get(element) ?? 0) + 1);
  }
  return counts;
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Beyond this distance from the origin, Å, the place within a cell is lost in the last digits of a coordinate. */
const FARTHEST = 1e9;
/** The speed of light, Å/fs. */
const FASTEST = 2997.92458;
/** A title is a line. */
const LONGEST_TITLE = 200;
const LONGEST_LABEL = 100;

/**
 * Throws unless the arrays of a system belong together and hold numbers that a simulation can begin with. Readers and
 * builders call it on what they return. A title is cut, and loses what cannot be shown.
 */
export function checkSystem(system: System): System {
  const n = atomCount(system);
  const title = printable(system.title, LONGEST_TITLE);
  const fail = (what: string): never => {
    throw new InputError(`${title}: ${what}`);
  };
  if (n === 0) fail('the structure has no atoms');
  if (system.positions.length !== 3 * n) fail(`${n} atoms but ${system.positions.length / 3} positions`);
  if (system.velocities && system.velocities.length !== 3 * n) fail('velocities and atoms differ in number');
  if (system.occupancies && system.occupancies.length !== n) fail('occupancies and atoms differ in number');
  if (system.siteLabels && system.siteLabels.length !== n) fail('site labels and atoms differ in number');
  if (!system.typeOf.every((type) => type < system.species.length)) fail('an atom has no species');
  const problem = vectorProblem(system) ?? labelProblem(system.species);
  if (problem !== undefined) fail(problem);
  const { occupancies } = system;
  const odd = occupancies?.findIndex((x) => !(x > 0 && x <= 1)) ?? -1;
  if (odd >= 0)
    fail(`atom ${odd + 1} has an occupancy of ${occupancies?.[odd]}; expected above 0 and up to 1`);
  return title === system.title ? system : { ...system, title };
}

/** What is wrong with positions or velocities, of a system or of one of its frames. */
export function vectorProblem({
  positions,
  velocities,
}: Pick<System, 'positions' | 'velocities'>): string | undefined {
  const far = positions.findIndex((x) => !(Math.abs(x) <= FARTHEST));
  if (far >= 0) {
    const place = `${positions[far]} Å along ${'xyz'[far % 3]}`;
    return `atom ${Math.floor(far / 3) + 1} is at ${place}; expected at most ${FARTHEST} Å`;
  }
  const fast = velocities?.findIndex((v) => !(Math.abs(v) <= FASTEST)) ?? -1;
  if (fast < 0) return undefined;
  return `atom ${Math.floor(fast / 3) + 1} moves at ${velocities?.[fast]} Å/fs, faster than light`;
}

/** Labels name columns of files and fields of objects. */
function labelProblem(species: readonly Species[]): string | undefined {
  const known = new Set<string>();
  for (const { label } of species) {
    if (!isSpeciesLabel(label)) return `${JSON.stringify(label)} is no name for a species`;
    if (known.has(label)) return `two species are called ${label}`;
    known.add(label);
  }
  return undefined;
}

/** True for a name that can be shown, and that no object has a field of from the start: `constructor`, `__proto__`. */
export function isSpeciesLabel(label: string): boolean {
  return label.trim() !== '' && label.length <= LONGEST_LABEL && !hasInvisible(label) && !(label in {});
}
