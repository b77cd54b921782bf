/**
 * Damped shifted force (DSF): Coulomb cut at r_c, without a reciprocal sum. A preview: errors of 1 % of the forces and more
 * are its nature, so whoever runs it is told how large they are (achievedError.ts).
 * Fennell & Gezelter, J. Chem. Phys. 124, 234104 (2006), doi:10.1063/1.2206581:
 *
 *   V(r) = k q_i q_j [ f(r) − f(r_c) − (r − r_c) f′(r_c) ]  for r < r_c,   f(r) = erfc(αr)/r
 *   f′(r_c) = −[ erfc(αr_c)/r_c² + 2α/√π e^{−α²r_c²}/r_c ]
 *
 * Energy and force end at zero at the cutoff, so nothing jumps there. Self energy: every ion meets its own image at the
 * surface of its sphere in the same shifted potential, with the r → 0 limit of the damping taken off,
 *
 *   E = −k Σ q² { ½ [f(r_c) − r_c f′(r_c)] + α/√π },
 *
 * as LAMMPS' coul/dsf has it. (Wolf's, without the term in f′, belongs to a potential shifted by its value alone: with it
 * Li3OCl at α 0.2 and r_c 10 Å comes out 0.05 eV per ion higher.)
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { erfc, TWO_OVER_SQRT_PI } from '../core/erf.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import { chargeSquares } from './charges.ts';
import type { ConstantTerms, LongRange, LongRangeTuning, StrainedSum } from './longRange.ts';
import type { ReplicaSetup } from './stateBuffers.ts';

/** 1/Å; what Fennell & Gezelter found best, and the α their conclusions are for. */
const DEFAULT_ALPHA = 0.2;

export interface DampedShiftPlan {
  /** 1/Å */
  readonly alpha: number;
  /** f(r_c), 1/Å */
  readonly energyAtCutoff: number;
  /** f′(r_c), 1/Å² */
  readonly slopeAtCutoff: number;
}

/** @param alpha 1/Å; null: 0.2 @param cutoff Å */
function planDampedShift(alpha: number | null, cutoff: number): DampedShiftPlan {
  const a = alpha ?? DEFAULT_ALPHA;
  const energyAtCutoff = erfc(a * cutoff) / cutoff;
  const gaussian = a * TWO_OVER_SQRT_PI * Math.exp(-((a * cutoff) ** 2));
  return { alpha: a, energyAtCutoff, slopeAtCutoff: -(energyAtCutoff + gaussian) / cutoff };
}

/** What the pair loop is told: constants, so that neither a buffer nor another method's inner loop pays for them. */
export function dampedShiftText({ method, alpha }: ForceField['coulomb'], cutoff: number): string {
  const shifts = method === 'dsf';
  const plan = planDampedShift(alpha, cutoff);
  const number = (x: number): string => (shifts ? x : 0).toExponential(9);
  return [
    `const HAS_DAMPED_SHIFT = ${shifts};`,
    `const DAMPED_SHIFT_ENERGY: f32 = ${number(plan.energyAtCutoff)};`,
    `const DAMPED_SHIFT_SLOPE: f32 = ${number(plan.slopeAtCutoff)};`,
  ].join('\n');
}

/** In the place of a long-range sum: nothing to dispatch, a self energy. */
export class DampedShift implements LongRange {
  readonly method = 'dsf';
  readonly plans: readonly DampedShiftPlan[];
  private readonly replicas: readonly ReplicaSetup[];
  private readonly cutoff: number;

  constructor(replicas: readonly ReplicaSetup[], alpha: number | null, cutoff: number) {
    this.replicas = replicas;
    this.cutoff = cutoff;
    const plan = planDampedShift(alpha, cutoff);
    this.plans = replicas.map(() => plan);
  }

  encodeForces(): void {}

  encodeEnergies(): void {}

  phases(): readonly [] {
    return [];
  }

  blockRange(): readonly [number, number] {
    return [0, 0];
  }

  constantTerms(r: number): ConstantTerms {
    const { alpha, energyAtCutoff, slopeAtCutoff } = this.plans[r] as DampedShiftPlan;
    const image = 0.5 * (energyAtCutoff - this.cutoff * slopeAtCutoff);
    const perSquare = image + alpha / Math.sqrt(Math.PI);
    const squares = chargeSquares(this.replicas[r] as ReplicaSetup);
    return { energy: -COULOMB_EV_ANGSTROM * squares * perSquare, virial: 0 };
  }

  tuning(r: number): LongRangeTuning {
    return { method: this.method, alphaPerAngstrom: (this.plans[r] as DampedShiftPlan).alpha };
  }

  async createStrain(): Promise<StrainedSum> {
    return { dispatches: [], own: [] };
  }

  destroy(): void {}
}
