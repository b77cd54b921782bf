/** A structure file that the user gave → a run: the library's potentials that cover it, a supercell that is wide enough, a protocol. */
import { InputError } from '../../core/errors.ts';
import { candidatesFor } from '../../forcefield/choosing.ts';
import { compositionOf } from '../../forcefield/composition.ts';
import type { ForceField } from '../../forcefield/forceField.ts';
import { libraryNames, libraryPotential } from '../../forcefield/library.ts';
import { repeatsForWidth } from '../../model/supercell.ts';
import { formula, type System } from '../../model/system.ts';
import { parseRunSpec } from '../../run/parseSpec.ts';
import type { RunSpec } from '../../run/spec.ts';

/** fs */
const EQUILIBRATION = 2000;
const PRODUCTION = 100_000;
/** Hydrogen needs a shorter step than lithium. */
const TIMESTEP = 2;
const TIMESTEP_HYDROGEN = 0.5;
/** fs between frames and between rows. */
const RECORD_EVERY = 50;

/** What can run a structure, the most trustworthy first. */
export function coveringPotentials(system: System): ForceField[] {
  return candidatesFor(compositionOf(system)).candidates.map(({ name, forceField }) => ({
    ...forceField,
    name,
  }));
}

/** Why nothing can run a structure, by the elements that the library lacks and the pairs that softBV lacks. */
export function noPotential(system: System, file: string): InputError {
  const elements = [...new Set(system.species.map(({ element }) => element))];
  const known = new Set(
    libraryNames().flatMap((name) =>
      Object.values(libraryPotential(name).species).map(({ element }) => element),
    ),
  );
  const unknown = elements.filter((element) => !known.has(element));
  const what =
    unknown.length > 0
      ? `no set of the library knows ${unknown.join(', ')}`
      : `no set of the library has terms for all pairs of ${elements.join(', ')}`;
  const { softbvLacks = '' } = candidatesFor(compositionOf(system));
  return new InputError(
    `${file}: ${what}; nor can softBV (${softbvLacks}); it can be looked at, not run (${formula(system)})`,
  );
}

/** Relax, settle, produce: at the volume of the file, in the smallest supercell that the cutoff allows. */
export function specForFile(system: System, file: string, potential: ForceField, kelvin: number): RunSpec {
  const supercell = repeatsForWidth(system.cell, 2 * potential.cutoff);
  const timestep = system.species.some(({ element }) => element === 'H') ? TIMESTEP_HYDROGEN : TIMESTEP;
  const every = Math.round(RECORD_EVERY / timestep);
  const bath = { do: 'nvt', thermostat: 'csvr', temperature: kelvin, timestep };
  return parseRunSpec(
    JSON.stringify({
      title: system.title.trim().slice(0, 120) || file,
      structure: file,
      supercell,
      potential: potential.name,
      stages: [
        { name: 'relax', do: 'minimize', fmax: 0.05, maxSteps: 400 },
        { name: 'equilibrate', ...bath, duration: EQUILIBRATION },
        { name: 'produce', ...bath, duration: PRODUCTION, production: true },
      ],
      record: { trajectory: { every }, series: { every } },
    }),
    file,
  );
}
