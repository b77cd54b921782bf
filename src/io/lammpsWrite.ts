/**
 * Writers of LAMMPS data and dump files, units `metal` (velocities Å/ps). A cell that is not in LAMMPS' orientation
 * is turned, with positions and velocities: energies and distances stay, directions change.
 */
import { InputError } from '../core/errors.ts';
import { type Cell, toFractional } from '../model/cell.ts';
import { atomCount, type Species, type System } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import { lengthsAndTilts, overhang, turnedToLammps } from './lammpsBox.ts';

const FS_PER_PS = 1000;

/**
 * A data file: style `charge` when every species has a charge, else `atomic`; positions as they are, outside the box
 * where an atom has left it (LAMMPS wraps them on reading). Refuses partial occupancies.
 */
export function writeLammpsData(system: System): string {
  if (system.occupancies) {
    throw new InputError(
      'LAMMPS data files hold no partial occupancies: order the structure first (build --order)',
    );
  }
  const { species, typeOf } = system;
  const { cell, turn } = turnedToLammps(system.cell);
  const { lengths, tilts } = lengthsAndTilts(cell);
  const hasCharges = species.every(({ charge }) => charge !== undefined);
  const positions = turn(system.positions);
  const velocities = system.velocities && turn(system.velocities);
  const lines = [
    oneLine(system.title),
    '',
    `${atomCount(system)} atoms`,
    `${species.length} atom types`,
    '',
    ...['x', 'y', 'z'].map((axis, k) => `0 ${lengths[k]} ${axis}lo ${axis}hi`),
    ...(tilts.some((tilt) => tilt !== 0) ? [`${tilts.join(' ')} xy xz yz`] : []),
    '',
    'Masses',
    '',
    ...species.map(({ mass, label }, i) => `${i + 1} ${mass} # ${oneLine(label)}`),
    '',
    `Atoms # ${hasCharges ? 'charge' : 'atomic'}`,
    '',
  ];
  typeOf.forEach((type, i) => {
    const charge = hasCharges ? ` ${(species[type] as Species).charge}` : '';
    lines.push(`${i + 1} ${type + 1}${charge} ${triple(positions, i)}`);
  });
  if (velocities) {
    lines.push('', 'Velocities', '');
    for (let i = 0; i < typeOf.length; i++) lines.push(`${i + 1} ${triple(velocities, i, FS_PER_PS)}`);
  }
  return `${lines.join('\n')}\n`;
}

/**
 * One snapshot of a dump: `id type element xu yu zu ix iy iz`, and `vx vy vz` when known. The image flags are those
 * of the box that the atom is in.
 */
export function writeLammpsDump(
  system: System,
  frame: Pick<Frame, 'cell' | 'positions' | 'velocities'> = system,
  step = 0,
): string {
  if (system.occupancies) {
    throw new InputError(
      'LAMMPS dumps hold no partial occupancies: order the structure first (build --order)',
    );
  }
  const { cell, turn } = turnedToLammps(frame.cell);
  const positions = turn(frame.positions);
  const velocities = frame.velocities && turn(frame.velocities);
  const images = toFractional(cell, positions).map(Math.floor);
  const lines = [
    'ITEM: TIMESTEP',
    String(step),
    'ITEM: NUMBER OF ATOMS',
    String(atomCount(system)),
    ...boxBounds(cell),
    `ITEM: ATOMS id type element xu yu zu ix iy iz${velocities ? ' vx vy vz' : ''}`,
  ];
  system.typeOf.forEach((type, i) => {
    const { element } = system.species[type] as Species;
    const velocity = velocities ? ` ${triple(velocities, i, FS_PER_PS)}` : '';
    lines.push(`${i + 1} ${type + 1} ${element} ${triple(positions, i)} ${triple(images, i)}${velocity}`);
  });
  return `${lines.join('\n')}\n`;
}

function boxBounds(cell: Cell): string[] {
  const { lengths, tilts } = lengthsAndTilts(cell);
  const isTilted = tilts.some((tilt) => tilt !== 0);
  const [left, right] = overhang(tilts);
  const bounds = lengths.map((length, k) => `${left[k]} ${length + (right[k] as number)}`);
  return isTilted
    ? ['ITEM: BOX BOUNDS xy xz yz pp pp pp', ...bounds.map((bound, k) => `${bound} ${tilts[k]}`)]
    : ['ITEM: BOX BOUNDS pp pp pp', ...bounds];
}

function triple(values: ArrayLike<number>, i: number, factor = 1): string {
  const at = (k: number): number => (values[3 * i + k] as number) * factor;
  return `${at(0)} ${at(1)} ${at(2)}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
