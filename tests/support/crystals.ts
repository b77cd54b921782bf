/** Cubic crystals without a free coordinate, and the edge at which their static pressure is zero. */
import { GPA_PER_EV_ANGSTROM3 } from '../../src/core/constants.ts';
import type { ForceField } from '../../src/forcefield/forceField.ts';
import { tailPressure, tailPressureAt } from '../../src/forcefield/tail.ts';
import { cellFromVectors, volume } from '../../src/model/cell.ts';
import { type Species, type System, speciesCounts } from '../../src/model/system.ts';
import { referenceForces } from '../../src/reference/forces.ts';

/** Vectors of the primitive cell in units of the cubic edge. */
const SIMPLE = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const FACE_CENTRED = [0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0];

interface Structure {
  readonly vectors: readonly number[];
  /** Which of the labels sits where, in units of the cubic edge. */
  readonly sites: readonly (readonly [number, number, number, number])[];
}

/** Structures by the name that potential files call them by; labels in the order of the formula. */
export const STRUCTURES = {
  'rock salt': {
    vectors: FACE_CENTRED,
    sites: [
      [0, 0, 0, 0],
      [1, 0.5, 0.5, 0.5],
    ],
  },
  fluorite: {
    vectors: FACE_CENTRED,
    sites: [
      [0, 0, 0, 0],
      [1, 0.25, 0.25, 0.25],
      [1, 0.75, 0.75, 0.75],
    ],
  },
  antifluorite: {
    vectors: FACE_CENTRED,
    sites: [
      [1, 0, 0, 0],
      [0, 0.25, 0.25, 0.25],
      [0, 0.75, 0.75, 0.75],
    ],
  },
  antiperovskite: {
    vectors: SIMPLE,
    sites: [
      [0, 0.5, 0.5, 0],
      [0, 0.5, 0, 0.5],
      [0, 0, 0.5, 0.5],
      [1, 0.5, 0.5, 0.5],
      [2, 0, 0, 0],
    ],
  },
} as const satisfies Readonly<Record<string, Structure>>;

export type StructureName = keyof typeof STRUCTURES;

/** Elements of a formula, in its order: `Li`, `O` of `Li2O`. */
export function elementsOf(formula: string): string[] {
  return [...formula.matchAll(/[A-Z][a-z]?/g)].map(([element]) => element);
}

/** What potential files call a cubic crystal, `Li2O, antifluorite`; nothing for crystals of other kinds. */
export function namedCrystal(system: string): { formula: string; structure: StructureName } | undefined {
  const [formula = '', structure = ''] = system.replace(/, cubic \((.*)\)/, ', $1').split(', ');
  return structure in STRUCTURES ? { formula, structure: structure as StructureName } : undefined;
}

/** A cell, primitive or the cube, of a cubic crystal of edge `a` (Å) with the species of a force field. */
export function cubicCrystal(
  name: StructureName,
  labels: readonly string[],
  field: ForceField,
  a: number,
  cell: 'primitive' | 'cube' = 'primitive',
): System {
  const { vectors, sites }: Structure = STRUCTURES[name];
  const isWhole = cell === 'cube' && vectors === FACE_CENTRED;
  const translations = isWhole ? [[0, 0, 0], ...[0, 3, 6].map((i) => vectors.slice(i, i + 3))] : [[0, 0, 0]];
  const atoms = sites.flatMap(([label, ...at]) =>
    translations.map((shift) => ({ label, at: at.map((x, k) => (x + (shift[k] as number)) % 1) })),
  );
  return {
    title: `${labels.join('')}, ${name}`,
    cell: cellFromVectors((isWhole ? SIMPLE : vectors).map((x) => a * x)),
    species: labels.map((label): Species => ({ label, ...field.species[label]! })),
    typeOf: Uint16Array.from(atoms, ({ label }) => label),
    positions: Float64Array.from(
      atoms.flatMap(({ at }) => at),
      (x) => a * x,
    ),
  };
}

/** Static pressure, GPa. @param tail what lies beyond the cutoff included */
export function staticPressure(system: System, field: ForceField, tail = false): number {
  const { virial } = referenceForces(system, field);
  const within = ((virial[0]! + virial[1]! + virial[2]!) / 3 / volume(system.cell)) * GPA_PER_EV_ANGSTROM3;
  if (!tail) return within;
  return within + tailPressureAt(tailPressure(field, system.species, speciesCounts(system)), system.cell);
}

/** The edge (Å) at which the static pressure vanishes, in the direction that it pushes from `guess` on; within 1e-5 Å. */
export function staticEdge(
  name: StructureName,
  labels: readonly string[],
  field: ForceField,
  guess: number,
  tail = false,
): number {
  const pressure = (a: number): number => staticPressure(cubicCrystal(name, labels, field, a), field, tail);
  let [a, pa] = [guess, pressure(guess)];
  const factor = pa > 0 ? 1.02 : 1 / 1.02;
  let [b, pb] = [a * factor, pressure(a * factor)];
  for (let i = 0; pb > 0 === pa > 0; i++) {
    if (i === 40) throw new Error(`${labels.join('')}: no edge at rest near ${guess} Å`);
    [a, pa] = [b, pb];
    b *= factor;
    pb = pressure(b);
  }
  // Regula falsi with Illinois' halving: the pressure is nearly a straight line.
  while (Math.abs(b - a) > 1e-5) {
    const c = b - (pb * (b - a)) / (pb - pa);
    const pc = pressure(c);
    if (Math.abs(pc) < 1e-5) return c;
    if (pc > 0 === pb > 0) pa /= 2;
    else [a, pa] = [b, pb];
    [b, pb] = [c, pc];
  }
  return b;
}
