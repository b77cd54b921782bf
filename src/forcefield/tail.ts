/**
 * What pairs beyond the cutoff would do to the pressure if ions stood there evenly (the long-range correction of Allen and
 * Tildesley, "Computer Simulation of Liquids", section 2.8). Without it a cutoff of 10 Å leaves
 * edges too long, RbI of Fumi and Tosi by 0.006 Å; with it all 60 published cells of the library come out as with 20 Å, within 0.0008 Å.
 */
import { GPA_PER_EV_ANGSTROM3 } from '../core/constants.ts';
import { InputError } from '../core/errors.ts';
import { type Cell, volume } from '../model/cell.ts';
import type { Species } from '../model/system.ts';
import type { ForceField } from './forceField.ts';
import { type Interaction, interactionsOf } from './interactions.ts';
import { sumAt } from './truncation.ts';

/** Points of Simpson's rule: the integrand is close to a parabola for 1/r⁶. */
const POINTS = 400;

/**
 * Pressure times volume squared that the terms between r > cutoff would add, eV·Å³:
 * P V² = −(2π/3) Σ_ab N_a N_b ∫ r³ V'_ab(r) dr, the charges' own sum left out.
 * @param species with charges, and how many of each there are
 * @throws InputError for a form that does not end (a table, a force shifted to zero at the cutoff, a slow power)
 */
export function tailPressure(
  forceField: ForceField,
  species: readonly Species[],
  counts: readonly number[],
): number {
  const { cutoff, truncation, name } = forceField;
  if (truncation === 'shiftForce') {
    throw new InputError(
      `${name}: forces that are shifted to end at the cutoff have nothing beyond it; no tail belongs to them`,
    );
  }
  const sum = interactionsOf(forceField, species, cutoff).reduce((total, interaction) => {
    const pairs = (counts[interaction.i] ?? 0) * (counts[interaction.j] ?? 0);
    return total + (interaction.i === interaction.j ? 1 : 2) * pairs * integral(interaction, cutoff, name);
  }, 0);
  return (-2 / 3) * Math.PI * sum;
}

/** Pressure of what lies beyond the cutoff in a cell, GPa. @param tail pressure times volume squared, eV·Å³ */
export function tailPressureAt(tail: number, cell: Cell): number {
  return (tail / volume(cell) ** 2) * GPA_PER_EV_ANGSTROM3;
}

/** ∫ r³ V'(r) dr from the cutoff on, eV·Å³, by t = cutoff/r. */
function integral({ terms, labels }: Interaction, cutoff: number, name: string): number {
  if (terms.length === 0) return 0;
  if (terms.some(({ curve }) => curve)) {
    throw new InputError(`${name}: ${labels.join('–')} is a table, which ends at the cutoff: it has no tail`);
  }
  const at = (t: number): number => sumAt(terms, cutoff / t).slope / t ** 5;
  // What falls like r⁻³ or slower has no end.
  if (Math.abs(at(1e-3)) > 1e-2 * Math.abs(at(1)) + 1e-30) {
    throw new InputError(`${name}: ${labels.join('–')} falls too slowly for a tail`);
  }
  const step = 1 / POINTS;
  let sum = at(1);
  for (let k = 1; k < POINTS; k++) sum += (k % 2 === 1 ? 4 : 2) * at(k * step);
  return cutoff ** 4 * ((sum * step) / 3);
}
