/** Charges of a replica as the long-range methods need them. */
import type { Species } from '../model/system.ts';
import type { ReplicaSetup } from './stateBuffers.ts';

/** Charge of every atom, e. */
export function chargesOf({ system }: ReplicaSetup): Float32Array<ArrayBuffer> {
  return Float32Array.from(system.typeOf, (type) => (system.species[type] as Species).charge ?? 0);
}

/** Σ q² over the atoms of a replica, e². */
export function chargeSquares({ system }: ReplicaSetup): number {
  return system.typeOf.reduce((sum, type) => sum + ((system.species[type] as Species).charge ?? 0) ** 2, 0);
}
