/**
 * What an electrostatics method achieves on the current frame: forces, energy and stress beside those of an Ewald sum with
 * nothing left out. Up to some 1500 ions everything is summed again in f64, so f32 arithmetic and short-range terms are
 * judged too; beyond, where that would take minutes, by the same engine at its tightest: the direct Ewald sum, and PPPM where
 * even that has too many waves.
 */
import { COULOMB_EV_ANGSTROM, GPA_PER_EV_ANGSTROM3 } from '../core/constants.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import { volume } from '../model/cell.ts';
import type { System } from '../model/system.ts';
import { referenceForces } from '../reference/forces.ts';
import { chargeSquares } from './charges.ts';
import { expectedWaves } from './ewaldPlan.ts';
import type { Tensor } from './observables.ts';
import { Simulation } from './simulation.ts';
import type { ReplicaSetup } from './stateBuffers.ts';

export interface AchievedError {
  readonly against: string;
  /** rms over the ions of the error of the force, eV/Å. */
  readonly forceError: number;
  /** The same over the rms force; null where no ion feels a force to speak of (perfect crystals). */
  readonly relativeForceError: number | null;
  /** The same over 14.4 eV/Å: to be held beside the accuracy asked for. */
  readonly accuracy: number;
  /** eV, of the whole cell; positive: too high. */
  readonly energyError: number;
  /** GPa: xx yy zz yz xz xy, tension positive */
  readonly stressError: Tensor;
}

/** Ions up to which the sums are repeated in f64: some seconds on one core, growing as their square. */
const MOST_IN_F64 = 1500;
/** Visits of a wave by an ion up to which the direct sum is the judge: 12 s on llvmpipe, and within its buffers. */
const MOST_VISITS = 2e9;
const TIGHT = {
  ewald: { method: 'ewald', accuracy: 1e-8, alpha: null },
  pppm: { method: 'pppm', accuracy: 1e-7, alpha: null, order: 7 },
} as const;
/** rms force below which a crystal counts as free of forces, eV/Å. */
const NO_FORCE = 1e-6;

interface Sums {
  readonly energy: number;
  /** [n×3] eV/Å */
  readonly forces: ArrayLike<number>;
  /** eV */
  readonly virial: ArrayLike<number>;
}

/**
 * Errors of replica `r` as it stands.
 * @param forceField the one the simulation runs with
 * @param limits ions up to which f64 judges, and visits of a wave up to which the direct sum does
 */
export async function achievedError(
  simulation: Simulation,
  forceField: ForceField,
  r = 0,
  limits = { inF64: MOST_IN_F64, visits: MOST_VISITS },
): Promise<AchievedError> {
  const found = await sumsOf(simulation, r);
  const frame = (await simulation.frames())[r];
  const setup = simulation.replicas[r] as ReplicaSetup;
  const system: System = { ...setup.system, ...(frame && { cell: frame.cell, positions: frame.positions }) };
  const { cutoff } = simulation;
  const { against, sums: exact } =
    system.typeOf.length <= limits.inF64
      ? { against: 'Ewald sum in f64', sums: exactSums(system, forceField, cutoff) }
      : await tightSums(simulation, { ...setup, system }, forceField, limits.visits);
  const forceError = rms(found.forces, exact.forces);
  const rmsForce = rms(exact.forces);
  const gpa = GPA_PER_EV_ANGSTROM3 / volume(system.cell);
  return {
    against,
    forceError,
    relativeForceError: rmsForce > NO_FORCE ? forceError / rmsForce : null,
    accuracy: forceError / COULOMB_EV_ANGSTROM,
    energyError: found.energy - exact.energy,
    stressError: Array.from(
      exact.virial,
      (w, k) => gpa * (w - (found.virial[k] as number)),
    ) as unknown as Tensor,
  };
}

/** One sentence for logs. */
export function describeError({ against, forceError, relativeForceError }: AchievedError): string {
  const relative = relativeForceError === null ? '' : ` (${percent(relativeForceError)} of the rms force)`;
  return `forces are off by ${forceError.toPrecision(3)} eV/Å rms${relative}, measured against an ${against}`;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toPrecision(2)} %`;
}

async function sumsOf(simulation: Simulation, r: number): Promise<Sums> {
  const seen = (await simulation.observe())[r];
  if (!seen) throw new RangeError(`there is no replica ${r}`);
  return { energy: seen.potential, forces: await simulation.readForces(r), virial: seen.virial };
}

function exactSums(system: System, forceField: ForceField, cutoff: number): Sums {
  const { energy, forces, virial } = referenceForces(system, forceField, cutoff);
  return { energy: energy.total, forces, virial };
}

async function tightSums(
  { gpu, cutoff }: Simulation,
  setup: ReplicaSetup,
  forceField: ForceField,
  mostVisits: number,
): Promise<{ readonly against: string; readonly sums: Sums }> {
  const { cell, typeOf } = setup.system;
  const nAtoms = typeOf.length;
  const request = { cell, nAtoms, chargeSquares: chargeSquares(setup), cutoff, ...TIGHT.ewald };
  const isSmall = nAtoms * expectedWaves(request) <= mostVisits;
  const coulomb = isSmall ? TIGHT.ewald : TIGHT.pppm;
  const replicas = [setup];
  const tight = await Simulation.create(gpu, { forceField: { ...forceField, coulomb }, cutoff, replicas });
  try {
    const kind = isSmall ? 'Ewald sum' : 'Ewald sum on a mesh (PPPM)';
    return { against: `${kind} at accuracy ${coulomb.accuracy} in f32`, sums: await sumsOf(tight, 0) };
  } finally {
    tight.destroy();
  }
}

/** √(Σ|a − b|²/n) of [n×3] vectors. */
function rms(a: ArrayLike<number>, b?: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b?.[i] ?? 0)) ** 2;
  return Math.sqrt((3 * sum) / Math.max(1, a.length));
}
