/** Numbers that fit no matter, but another system of units: a sentence for each, since nothing else would tell. */
import { BOLTZMANN_EV_PER_K, MASS_EV_FS2_PER_ANGSTROM2 } from '../core/constants.ts';
import { volume } from '../model/cell.ts';
import { atomCount, type Species, type System } from '../model/system.ts';

/** Å³ per atom: diamond has 5.7; a vapour at atmospheric pressure 40 000. */
const VOLUMES = { smallest: 1.5, largest: 1e6 } as const;
/** K. Velocities read in Å/ps instead of Å/fs come out at a millionth of the temperature, and the other way round. */
const TEMPERATURES = { lowest: 1e-2, highest: 1e5 } as const;

/** Doubts about the units of a structure. */
export function unitWarnings(system: System): string[] {
  const warnings: string[] = [];
  const space = volume(system.cell) / occupiedSites(system);
  if (space < VOLUMES.smallest || space > VOLUMES.largest) {
    warnings.push(
      `there are ${space.toPrecision(3)} Å³ of cell per atom, unlike any condensed matter: are lengths in Å?`,
    );
  }
  const kelvin = kineticTemperature(system);
  if (kelvin > TEMPERATURES.highest || (kelvin > 0 && kelvin < TEMPERATURES.lowest)) {
    warnings.push(
      `the velocities are those of ${kelvin.toPrecision(3)} K: are they in the unit that this format has?`,
    );
  }
  return warnings;
}

function occupiedSites({ occupancies, typeOf }: System): number {
  return occupancies?.reduce((sum, x) => sum + x, 0) ?? typeOf.length;
}

/** Temperature of the velocities, K; 0 without any. */
function kineticTemperature(system: System): number {
  const { velocities, species, typeOf } = system;
  let twice = 0;
  velocities?.forEach((v, i) => {
    twice += (species[typeOf[Math.floor(i / 3)] as number] as Species).mass * v * v;
  });
  return (twice * MASS_EV_FS2_PER_ANGSTROM2) / (3 * atomCount(system) * BOLTZMANN_EV_PER_K);
}
