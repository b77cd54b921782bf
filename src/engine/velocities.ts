/** Initial velocities: Maxwell–Boltzmann, momentum removed, scaled to the temperature asked for. */
import { BOLTZMANN_EV_PER_K, MASS_EV_FS2_PER_ANGSTROM2 } from '../core/constants.ts';
import { normals } from '../core/rng.ts';
import type { Species, System } from '../model/system.ts';

/** Temperature in K of velocities [n×3] (Å/fs): 2K/(3N − 3)k_B. */
export function temperatureOf(system: System, velocities: ArrayLike<number>): number {
  return temperature(kineticEnergy(system, velocities), degreesOfFreedom(system.typeOf.length));
}

/** Temperature in K of a kinetic energy in eV. */
export function temperature(kinetic: number, degrees: number): number {
  return (2 * kinetic) / (degrees * BOLTZMANN_EV_PER_K);
}

/**
 * 3N − 3, for the three of the total momentum do not count (a single atom keeps three). Where atoms are frozen the momentum is
 * not conserved: three for each that moves.
 * @param nMoving atoms that are not frozen
 */
export function degreesOfFreedom(nAtoms: number, nMoving = nAtoms): number {
  return nMoving < nAtoms ? Math.max(1, 3 * nMoving) : Math.max(3, 3 * nAtoms - 3);
}

/** Indices of the atoms that are not of a frozen species (labels). */
export function movingAtoms(system: System, frozen: readonly string[]): number[] {
  return [...system.typeOf.keys()].filter((i) => !isFrozen(system, i, frozen));
}

/** Kinetic energy in eV. */
export function kineticEnergy(system: System, velocities: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < velocities.length; i++) {
    sum += 0.5 * massOf(system, Math.floor(i / 3)) * (velocities[i] as number) ** 2;
  }
  return sum;
}

/** Mass of atom `i` in eV·fs²/Å². */
export function massOf(system: System, i: number): number {
  const species = system.species[system.typeOf[i] as number] as Species;
  return species.mass * MASS_EV_FS2_PER_ANGSTROM2;
}

/**
 * Velocities [n×3] (Å/fs) at exactly `kelvin`: independent normals of variance kT/m keyed by seed and atom, the
 * momentum of the whole subtracted, then one common factor. Where atoms are frozen the momentum is not conserved, and left.
 * @param frozen labels of species that stand still
 */
export function maxwellVelocities(
  system: System,
  kelvin: number,
  seed: number,
  frozen: readonly string[] = [],
): Float64Array {
  const n = system.typeOf.length;
  const velocities = new Float64Array(3 * n);
  const moving = movingAtoms(system, frozen);
  if (kelvin <= 0 || n < 2 || moving.length === 0) return velocities;
  for (const i of moving) {
    const width = Math.sqrt((BOLTZMANN_EV_PER_K * kelvin) / massOf(system, i));
    velocities.set(
      normals(seed, 'velocities', i, 0)
        .slice(0, 3)
        .map((z) => width * z),
      3 * i,
    );
  }
  if (moving.length === n) removeMomentum(system, velocities);
  const degrees = degreesOfFreedom(n, moving.length);
  const scale = Math.sqrt(kelvin / temperature(kineticEnergy(system, velocities), degrees));
  return velocities.map((v) => v * scale);
}

/** Whether atom `i` is of one of these species (labels). */
export function isFrozen({ species, typeOf }: System, i: number, frozen: readonly string[]): boolean {
  return frozen.includes((species[typeOf[i] as number] as Species).label);
}

/** Subtracts the velocity of the centre of mass, in place. */
export function removeMomentum(system: System, velocities: Float64Array): void {
  const n = system.typeOf.length;
  const momentum = [0, 0, 0];
  let mass = 0;
  for (let i = 0; i < n; i++) {
    const m = massOf(system, i);
    mass += m;
    for (let k = 0; k < 3; k++) momentum[k] = (momentum[k] as number) + m * (velocities[3 * i + k] as number);
  }
  for (let i = 0; i < 3 * n; i++) {
    velocities[i] = (velocities[i] as number) - (momentum[i % 3] as number) / mass;
  }
}
