/**
 * The short-range sum in f64, slow and obvious: every pair of atoms with every periodic image within the cutoff.
 */
import type { ForceField } from '../forcefield/forceField.ts';
import { type Interaction, interactionsOf, wallOf } from '../forcefield/interactions.ts';
import { sumAt, valuesAtCutoff } from '../forcefield/truncation.ts';
import { insideWall } from '../forcefield/wall.ts';
import { type Cell, perpendicularWidths, toCartesian, toFractional } from '../model/cell.ts';
import type { System } from '../model/system.ts';

/** Energy in eV, forces [n×3] in eV/Å, virial Σ r⊗F (xx yy zz yz xz xy) in eV. */
export interface ForceResult {
  energy: number;
  readonly forces: Float64Array;
  readonly virial: Float64Array;
}

export function emptyResult(nAtoms: number): ForceResult {
  return { energy: 0, forces: new Float64Array(3 * nAtoms), virial: new Float64Array(6) };
}

/** Short-range energy, forces and virial of a system whose species labels are those of the force field. */
export function pairSum(system: System, forceField: ForceField, cutoff = forceField.cutoff): ForceResult {
  const table = new Map<number, Interaction>();
  for (const interaction of interactionsOf(forceField, system.species, cutoff)) {
    const { i, j } = interaction;
    for (const row of [i * system.species.length + j, j * system.species.length + i])
      table.set(row, interaction);
  }
  const result = emptyResult(system.typeOf.length);
  forEachPair(system, cutoff, (i, j, dr, r) => {
    const row = (system.typeOf[i] as number) * system.species.length + (system.typeOf[j] as number);
    const here = table.get(row) as Interaction;
    const wall = wallOf(here);
    const bare = wall && r < wall.radius ? insideWall(wall, here.chargeProduct, r) : sumAt(here.terms, r);
    const subtracted = valuesAtCutoff(here.terms, cutoff, forceField.truncation);
    const energy = bare.energy - subtracted.energy - (r - cutoff) * subtracted.slope;
    addPair(result, i, j, dr, energy, -(bare.slope - subtracted.slope) / r);
  });
  return result;
}

/**
 * Adds a pair to a result: `dr` points from j to i, `forceOverR` = −V′(r)/r. A pair of an atom with its own image
 * (i = j) counts half: it is met twice, once in either direction.
 */
export function addPair(
  result: ForceResult,
  i: number,
  j: number,
  dr: readonly [number, number, number],
  energy: number,
  forceOverR: number,
): void {
  const weight = i === j ? 0.5 : 1;
  result.energy += weight * energy;
  const f = dr.map((x) => x * forceOverR) as [number, number, number];
  for (let k = 0; k < 3; k++) {
    result.forces[3 * i + k] = (result.forces[3 * i + k] as number) + (f[k] as number);
    result.forces[3 * j + k] = (result.forces[3 * j + k] as number) - (f[k] as number);
  }
  const [x, y, z] = dr;
  [x * f[0], y * f[1], z * f[2], y * f[2], x * f[2], x * f[1]].forEach((w, k) => {
    result.virial[k] = (result.virial[k] as number) + weight * w;
  });
}

/** Visits every pair i ≤ j and image with 0 < r < cutoff; the image of i = j in both directions. */
export function forEachPair(
  system: System,
  cutoff: number,
  visit: (i: number, j: number, dr: readonly [number, number, number], r: number) => void,
): void {
  const n = system.typeOf.length;
  const shifts = imageShifts(system.cell, cutoff);
  const wrapped = wrappedPositions(system);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      for (const [sx, sy, sz] of shifts) {
        const dx = (wrapped[3 * i] as number) - (wrapped[3 * j] as number) + sx;
        const dy = (wrapped[3 * i + 1] as number) - (wrapped[3 * j + 1] as number) + sy;
        const dz = (wrapped[3 * i + 2] as number) - (wrapped[3 * j + 2] as number) + sz;
        const r = Math.sqrt(dx * dx + dy * dy + dz * dz);
        if (r > 0 && r < cutoff) visit(i, j, [dx, dy, dz], r);
      }
    }
  }
}

/** Cartesian positions of the images inside the cell [0, 1)³, so that a bounded set of shifts reaches every pair. */
function wrappedPositions({ cell, positions }: System): Float64Array {
  return toCartesian(
    cell,
    toFractional(cell, positions).map((x) => x - Math.floor(x)),
  );
}

/** Lattice vectors that can bring two points of one cell within the cutoff. */
function imageShifts(cell: Cell, cutoff: number): [number, number, number][] {
  const reach = perpendicularWidths(cell).map((w) => Math.ceil(cutoff / w)) as [number, number, number];
  const h = (i: number): number => cell.h[i] as number;
  const shifts: [number, number, number][] = [];
  for (let a = -reach[0]; a <= reach[0]; a++) {
    for (let b = -reach[1]; b <= reach[1]; b++) {
      for (let c = -reach[2]; c <= reach[2]; c++) {
        shifts.push([
          a * h(0) + b * h(3) + c * h(6),
          a * h(1) + b * h(4) + c * h(7),
          a * h(2) + b * h(5) + c * h(8),
        ]);
      }
    }
  }
  return shifts;
}
