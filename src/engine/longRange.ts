/**
 * Long-range electrostatics as the engine sees it: something that adds reciprocal-space forces after the pair loop and
 * can report its energy and virial. The direct Ewald sum and the particle mesh take the same place.
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { chargeSquares } from './charges.ts';
import type { EwaldPlan } from './ewaldPlan.ts';
import type { CoulombRequest } from './ewaldSplitting.ts';
import type { Phase } from './phases.ts';
import type { PppmPlan } from './pppmPlan.ts';
import type { ReplicaSetup } from './stateBuffers.ts';

/** What a sum was set to, as provenance keeps it. */
export interface LongRangeTuning {
  readonly method: LongRange['method'];
  readonly alphaPerAngstrom: number;
  /** rms, eV/Å */
  readonly estimatedForceError: number;
  /** Of the direct sum: wave vectors in the half space. */
  readonly waves?: number;
  /** Of the mesh: points along a, b, c, the order of the spline, how forces come of it. */
  readonly mesh?: readonly [number, number, number];
  readonly splineOrder?: number;
  readonly differentiation?: 'ik' | 'ad';
}

export interface LongRange {
  readonly method: 'ewald' | 'pppm';
  readonly plans: readonly (EwaldPlan | PppmPlan)[];
  /** Adds reciprocal-space forces to the state's forces. */
  encodeForces(pass: GPUComputePassEncoder): void;
  /** What encodeForces does, in parts. */
  phases(): readonly Phase[];
  /** Sums energy and virial of the current positions into `blocks`; valid after encodeForces. */
  encodeEnergies(pass: GPUComputePassEncoder): void;
  /** Partial sums: two vec4f per block, (E, 0, Wxx, Wyy) and (Wzz, Wyz, Wxz, Wxy), eV. */
  readonly blocks: GPUBuffer;
  /** Blocks of replica r: [first, count]. */
  blockRange(r: number): readonly [number, number];
  /** Energy that does not depend on the positions (self energy), eV. */
  selfEnergy(r: number): number;
  /** Of replica r. */
  tuning(r: number): LongRangeTuning;
  destroy(): void;
}

/** One plan per replica, each from its own cell; replicas of one system share the work. */
export function planEach<Plan>(
  replicas: readonly ReplicaSetup[],
  settings: Pick<CoulombRequest, 'cutoff' | 'accuracy' | 'alpha'>,
  plan: (request: CoulombRequest) => Plan,
): Plan[] {
  const plans = new Map<ReplicaSetup['system'], Plan>();
  return replicas.map((replica) => {
    const { system } = replica;
    const known = plans.get(system);
    if (known) return known;
    const made = plan({
      cell: system.cell,
      nAtoms: system.typeOf.length,
      chargeSquares: chargeSquares(replica),
      ...settings,
    });
    plans.set(system, made);
    return made;
  });
}

/** −k α/√π Σ q², eV. */
export function selfEnergy({ alpha }: { readonly alpha: number }, replica: ReplicaSetup): number {
  return ((-COULOMB_EV_ANGSTROM * alpha) / Math.sqrt(Math.PI)) * chargeSquares(replica);
}
