/** ExtxyzFrame -> System and Frame. */
import { MASS_EV_FS2_PER_ANGSTROM2 } from '../core/constants.ts';
import { InputError, type SourceLocation } from '../core/errors.ts';
import { integerField, numberField, splitFields } from '../core/text.ts';
import { checkSystem, type Species, type System } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import { cellOfVectors } from './cellVectors.ts';
import type { ExtxyzFrame } from './extxyz.ts';
import { positiveMass, requireElement, speciesOfLabels } from './species.ts';

/** √(eV/u), the unit of velocity in ASE, in Å/fs: 0.098227. */
const ASE_VELOCITY = 1 / Math.sqrt(MASS_EV_FS2_PER_ANGSTROM2);

/** The structure of one frame. */
export function systemOfExtxyz(
  frame: ExtxyzFrame,
  file: string,
): { readonly system: System; readonly warnings: readonly string[] } {
  const at = { file, line: frame.lines.comment };
  const symbols = frame.texts.get('species');
  if (!symbols) throw new InputError('Properties lack the column species:S:1', at);
  const labels = frame.texts.get('label') ?? symbols;
  const masses = scalarColumn(frame, 'masses', at);
  const { species, typeOf } = speciesOfLabels(labels, (_label, atom) => {
    const at = { file, line: frame.lines.atoms + atom };
    const { symbol, mass } = requireElement(symbols[atom] as string, at);
    return { element: symbol, mass: positiveMass(masses?.[atom] ?? mass, at) };
  });
  const occupancies = scalarColumn(frame, 'occupancy', at);
  const bad = occupancies?.findIndex((x) => !(x > 0 && x <= 1)) ?? -1;
  if (bad >= 0) {
    throw new InputError(`expected an occupancy above 0 and up to 1, found ${occupancies?.[bad]}`, {
      file,
      line: frame.lines.atoms + bad,
    });
  }
  const placed = placedAtoms(frame, species, typeOf, file);
  const system = checkSystem({
    title: frame.keys.get('title') || file,
    cell: placed.cell,
    species,
    typeOf,
    positions: placed.positions,
    ...(placed.velocities && { velocities: placed.velocities }),
    ...(occupancies?.some((x) => x !== 1) && { occupancies }),
  });
  const warnings: string[] = [];
  const pbc = frame.keys.get('pbc') ?? 'T T T';
  if (!/^[Tt1](rue)?( [Tt1](rue)?){2}$/.test(splitFields(pbc).join(' '))) {
    warnings.push(`pbc="${pbc}": the structure is taken as periodic in all three directions`);
  }
  const other = masses?.findIndex((mass, i) => mass !== species[typeOf[i] as number]?.mass) ?? -1;
  if (other >= 0) {
    const { label, mass } = species[typeOf[other] as number] as Species;
    warnings.push(
      `atom ${other + 1} has the mass ${masses?.[other]} u: all ${label} are taken to have ${mass} u`,
    );
  }
  return { system, warnings };
}

/** A column of one number per atom. */
function scalarColumn(frame: ExtxyzFrame, name: string, at: SourceLocation): Float64Array | undefined {
  const values = frame.numbers.get(name);
  if (!values || values.length === frame.nAtoms) return values;
  throw new InputError(`Properties: ${name} must have one column (${name}:R:1)`, at);
}

/**
 * A frame of the atoms of `system`. @param index of the frame in its file, for frames without the key `step`. `time`
 * is NaN without the key `time_fs`.
 */
export function frameOfExtxyz(frame: ExtxyzFrame, system: System, index: number, file: string): Frame {
  const at = { file, line: frame.lines.comment };
  const { species, typeOf } = system;
  if (frame.nAtoms !== typeOf.length) {
    throw new InputError(`a frame of ${frame.nAtoms} atoms after one of ${typeOf.length}`, at);
  }
  const labels = frame.texts.get('label') ?? frame.texts.get('species') ?? [];
  const stranger = labels.findIndex((label, i) => label !== (species[typeOf[i] as number] as Species).label);
  if (stranger >= 0) {
    throw new InputError(`atom ${stranger + 1} is ${labels[stranger]}, in the first frame it is another`, {
      file,
      line: frame.lines.atoms + stranger,
    });
  }
  const step = frame.keys.get('step');
  const time = frame.keys.get('time_fs');
  return {
    step: step === undefined ? index : integerField(step, 'step', at),
    time: time === undefined ? NaN : numberField(time, 'time_fs', at),
    ...placedAtoms(frame, species, typeOf, file),
  };
}

/** True when the file says that positions do not jump at the cell's faces. */
export function isUnwrapped(frame: ExtxyzFrame): boolean {
  return /^[Tt]/.test(frame.keys.get('unwrapped') ?? 'F');
}

function placedAtoms(
  frame: ExtxyzFrame,
  species: readonly Species[],
  typeOf: Uint16Array,
  file: string,
): Pick<Frame, 'cell' | 'positions' | 'velocities'> {
  const at = { file, line: frame.lines.comment };
  const lattice = frame.keys.get('Lattice');
  if (lattice === undefined) {
    throw new InputError(
      'the comment line lacks the cell: expected Lattice="ax ay az bx by bz cx cy cz"',
      at,
    );
  }
  const vectors = splitFields(lattice).map((field) => numberField(field, 'Lattice', at));
  if (vectors.length !== 9) {
    throw new InputError(`Lattice: expected nine numbers, found ${vectors.length}`, at);
  }
  const vectorColumn = (name: string): Float64Array | undefined => {
    const values = frame.numbers.get(name);
    if (values && values.length !== 3 * frame.nAtoms) {
      throw new InputError(`Properties: ${name} must have three columns (${name}:R:3)`, at);
    }
    return values;
  };
  const positions = vectorColumn('pos');
  if (!positions) throw new InputError('Properties lack the column pos:R:3', at);
  const momenta = vectorColumn('momenta');
  const velocities =
    vectorColumn('vel') ??
    vectorColumn('velo') ??
    // ASE keeps momenta, in √(eV·u).
    momenta?.map((p, i) => {
      const type = typeOf[Math.floor(i / 3)] as number;
      return (p / (species[type] as Species).mass) * ASE_VELOCITY;
    });
  return { cell: cellOfVectors(vectors, at), positions, ...(velocities && { velocities }) };
}
