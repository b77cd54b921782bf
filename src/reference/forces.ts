/** The whole force field in f64: what every kernel is held against. */
import type { ForceField } from '../forcefield/forceField.ts';
import type { System } from '../model/system.ts';
import { ewaldSum } from './ewald.ts';
import { emptyResult, pairSum } from './pairSum.ts';

export interface ReferenceForces {
  /** eV */
  readonly energy: { readonly total: number; readonly pair: number; readonly coulomb: number };
  /** [n×3] eV/Å */
  readonly forces: Float64Array;
  /** xx yy zz yz xz xy, eV */
  readonly virial: Float64Array;
}

/**
 * Energy, forces and virial of a system with assigned species. Coulomb is exact whatever the force field's accuracy.
 * @param cutoff Å, of the short-range terms
 */
export function referenceForces(
  system: System,
  forceField: ForceField,
  cutoff = forceField.cutoff,
): ReferenceForces {
  const pair = pairSum(system, forceField, cutoff);
  const charged = forceField.coulomb.method !== 'none' && system.species.some(({ charge }) => charge);
  const coulomb = charged ? ewaldSum(system) : emptyResult(system.typeOf.length);
  return {
    energy: { total: pair.energy + coulomb.energy, pair: pair.energy, coulomb: coulomb.energy },
    forces: pair.forces.map((f, i) => f + (coulomb.forces[i] as number)),
    virial: pair.virial.map((w, i) => w + (coulomb.virial[i] as number)),
  };
}
