/**
 * What an electrostatics method achieves on the current frame: forces, energy and stress beside those of an Ewald sum with
 * nothing left out. Up to a few thousand ions everything is summed again in f64, so f32 arithmetic and short-range terms are
 * judged too; beyond, where that would take minutes, by the direct Ewald sum of the same engine at accuracy 1e-8.
 */
import { COULOMB_EV_ANGSTROM, GPA_PER_EV_ANGSTROM3 } from '../core/constants.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import { volume } from '../model/cell.ts';
import type { System } from '../model/system.ts';
import { referenceForces } from '../reference/forces.ts';
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

/** Ions up to which the sums are repeated in f64 (4000: about 10 s). */
const MOST_IN_F64 = 4000;
const TIGHT = 1e-8;
/** rms force below which a crystal counts as free of forces, eV/Å. */
const NO_FORCE = 1e-6;

interface Sums {
  readonly energy: number;
  /** [n×3] eV/Å */
  readonly forces: ArrayLike<number>;
  /** eV */
  readonly virial: ArrayLike<number>;
}

/** Errors of replica `r` as it stands. @param forceField the one the simulation runs with */
export async function achievedError(
  simulation: Simulation,
  forceField: ForceField,
  r = 0,
): Promise<AchievedError> {
  const found = await sumsOf(simulation, r);
  const frame = (await simulation.frames())[r];
  const setup = simulation.replicas[r] as ReplicaSetup;
  const system: System = { ...setup.system, ...(frame && { cell: frame.cell, positions: frame.positions }) };
  const { cutoff } = simulation;
  const inF64 = system.typeOf.length <= MOST_IN_F64;
  const exact = inF64
    ? exactSums(system, forceField, cutoff)
    : await tightSums(simulation, { ...setup, system }, forceField);
  const forceError = rms(found.forces, exact.forces);
  const rmsForce = rms(exact.forces);
  const gpa = GPA_PER_EV_ANGSTROM3 / volume(system.cell);
  return {
    against: inF64 ? 'Ewald sum in f64' : `Ewald sum at accuracy ${TIGHT}, f32`,
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
): Promise<Sums> {
  const coulomb = { method: 'ewald', accuracy: TIGHT, alpha: null } as const;
  const replicas = [setup];
  const tight = await Simulation.create(gpu, { forceField: { ...forceField, coulomb }, cutoff, replicas });
  try {
    return await sumsOf(tight, 0);
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
