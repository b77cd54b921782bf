/** Charges of a replica as the long-range methods need them. */
import type { Species } from '../model/system.ts';
import type { ReplicaSetup, StateBuffers } from './stateBuffers.ts';

/** Charge of every atom, e. */
export function chargesOf({ system }: ReplicaSetup): Float32Array<ArrayBuffer> {
  return Float32Array.from(system.typeOf, (type) => (system.species[type] as Species).charge ?? 0);
}

/** Σ q² over the atoms of a replica, e². */
export function chargeSquares({ system }: ReplicaSetup): number {
  return system.typeOf.reduce((sum, type) => sum + ((system.species[type] as Species).charge ?? 0) ** 2, 0);
}

/** The charges of all replicas on the GPU; the caller destroys the buffer. */
export function uploadCharges(state: StateBuffers): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const buffer = state.gpu.createBuffer('charges', 4 * state.nAtoms, usage);
  state.replicas.forEach((replica, r) => {
    state.gpu.write(buffer, chargesOf(replica), 4 * state.slice(r).firstAtom);
  });
  return buffer;
}
