/**
 * Long-range electrostatics as the engine sees it: something that adds reciprocal-space forces after the pair loop and
 * can report its energy and virial. Direct Ewald implements it; a mesh method takes the same place.
 */
import type { EwaldPlan } from './ewaldPlan.ts';

export interface LongRange {
  readonly method: 'ewald';
  readonly plans: readonly EwaldPlan[];
  /** Adds reciprocal-space forces to the state's forces. */
  encodeForces(pass: GPUComputePassEncoder): void;
  /** Sums energy and virial of the current positions into `blocks`; valid after encodeForces. */
  encodeEnergies(pass: GPUComputePassEncoder): void;
  /** Partial sums: two vec4f per block, (E, 0, Wxx, Wyy) and (Wzz, Wyz, Wxz, Wxy), eV. */
  readonly blocks: GPUBuffer;
  /** Blocks of replica r: [first, count]. */
  blockRange(r: number): readonly [number, number];
  /** Energy that does not depend on the positions (self energy), eV. */
  selfEnergy(r: number): number;
  destroy(): void;
}
