/**
 * Long-range electrostatics as the engine sees it: something that adds reciprocal-space forces after the pair loop and
 * can report its energy and virial. The direct Ewald sum and the particle mesh take the same place, and so does the damped
 * shifted force, which has no reciprocal part.
 */

import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { netCharge } from '../forcefield/assign.ts';
import type { Dispatch } from '../gpu/kernel.ts';
import type { StructType } from '../gpu/struct.ts';
import { chargeSquares } from './charges.ts';
import type { DampedShiftPlan } from './dampedShift.ts';
import type { EwaldPlan } from './ewaldPlan.ts';
import type { CoulombRequest } from './ewaldSplitting.ts';
import type { Phase } from './phases.ts';
import type { PppmPlan } from './pppmPlan.ts';
import type { ReplicaSetup } from './stateBuffers.ts';

/** What a sum was set to, as provenance keeps it. */
export interface LongRangeTuning {
  readonly method: LongRange['method'];
  readonly alphaPerAngstrom: number;
  /** rms, eV/Å; absent where there is no estimate (damped shifted force). */
  readonly estimatedForceError?: number;
  /** Of the direct sum: wave vectors in the half space. */
  readonly waves?: number;
  /** Of the mesh: points along a, b, c, the order of the spline, how forces come of it. */
  readonly mesh?: readonly [number, number, number];
  readonly splineOrder?: number;
  readonly differentiation?: 'ik' | 'ad';
}

/** What does not depend on where the ions are, eV. */
export interface ConstantTerms {
  readonly energy: number;
  /** Of each of xx, yy, zz; the rest is zero. */
  readonly virial: number;
}

/** What a kernel of another part of the step does for a long-range sum on its way. */
export interface Passenger {
  /** Text of the slot that it takes. */
  readonly text: string;
  /** Layouts that the text asks for, and its buffers by name. */
  readonly structs: readonly StructType[];
  readonly buffers: Readonly<Record<string, GPUBuffer>>;
}

export interface LongRange {
  readonly method: 'ewald' | 'pppm' | 'dsf';
  readonly plans: readonly (EwaldPlan | PppmPlan | DampedShiftPlan)[];
  /** Taken along by the kernel that moves the atoms last before the forces (slot `moved` of integrate/step.wgsl). */
  readonly inStep?: Passenger;
  /** Taken along by the pair loop (slot `longRangeForce` of forces/pair.wgsl); encodeForces then comes before that. */
  readonly inPairLoop?: Passenger;
  /**
   * Adds reciprocal-space forces to the state's forces, or leaves that to the pair loop.
   * @param isStepped true when the kernel that moved the atoms had `inStep`
   */
  encodeForces(pass: GPUComputePassEncoder, isStepped: boolean): void;
  /** What encodeForces does, in parts. */
  phases(): readonly Phase[];
  /** Sums energy and virial of the current positions into `blocks`; valid after encodeForces. */
  encodeEnergies(pass: GPUComputePassEncoder): void;
  /** Partial sums: two vec4f per block, (E, 0, Wxx, Wyy) and (Wzz, Wyz, Wxz, Wxy), eV. Absent without a reciprocal part. */
  readonly blocks?: GPUBuffer;
  /** Blocks of replica r: [first, count]. */
  blockRange(r: number): readonly [number, number];
  /** Of replica r at a volume (Å³). */
  constantTerms(r: number, volume: number): ConstantTerms;
  /** Of replica r. */
  tuning(r: number): LongRangeTuning;
  /**
   * What takes the coefficients of the sum from the planned cells to those of the state, and the buffers it owns.
   * @param cellSums one CellSums per replica
   */
  createStrain(cellSums: GPUBuffer): Promise<StrainedSum>;
  destroy(): void;
}

export interface StrainedSum {
  readonly dispatches: readonly Dispatch[];
  readonly own: readonly GPUBuffer[];
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

/**
 * Of an Ewald sum, whatever sums its waves. Self energy −k α/√π Σ q²; and for a net charge Q = Σ q the uniform background
 * of charge −Q that the missing wave k = 0 stands for (Hub, de Groot, Grubmüller & Groenhof, J. Chem. Theory Comput. 10,
 * 381 (2014), doi:10.1021/ct400626b):
 *
 *   E = −π k Q² / (2 V α²)
 *
 * At fixed α it depends on the cell by 1/V alone, so −dE/dε is E on the diagonal and nothing beside it.
 */
export function ewaldConstants(
  { alpha }: { readonly alpha: number },
  replica: ReplicaSetup,
  volume: number,
): ConstantTerms {
  const { system } = replica;
  const self = ((-COULOMB_EV_ANGSTROM * alpha) / Math.sqrt(Math.PI)) * chargeSquares(replica);
  const background = (-Math.PI * COULOMB_EV_ANGSTROM * netCharge(system) ** 2) / (2 * volume * alpha ** 2);
  return { energy: self + background, virial: background };
}
