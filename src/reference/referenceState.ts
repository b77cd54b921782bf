/** What the f64 integrators move, and what they are told. */
import { MASS_EV_FS2_PER_ANGSTROM2 } from '../core/constants.ts';
import type { Cell } from '../model/cell.ts';
import type { Species, System } from '../model/system.ts';

export interface ReferenceState {
  readonly system: System;
  readonly seed: number;
  /** Å and Å/fs, [n×3], changed in place. */
  readonly positions: Float64Array;
  readonly velocities: Float64Array;
  forces: Float64Array;
  cell: Cell;
  /** The cell that a full barostat keeps from turning away from. */
  readonly plannedCell: Cell;
  /** Heat and work taken from the baths, eV. */
  heat: number;
  /** Random draws of the Langevin noise per atom, and of velocity rescaling. */
  noiseDraws: number;
  csvrDraws: number;
  barostatDraws: number;
  /** Velocities of the links of the Nosé–Hoover chains of ions and cell, 1/fs. */
  readonly chain: [number, number, number];
  readonly cellChain: [number, number, number];
  /** Rate of the strain of an extended system, nine numbers in the rows' frame, 1/fs. */
  strainRate: Float64Array;
  /** What of its energy is booked as heat, eV. */
  extended: number;
}

export interface ReferenceSettings {
  readonly sentence: string;
  /** fs */
  readonly timestep: number;
  /** fs */
  readonly tau: number;
  /** K */
  readonly temperature: number;
  /** Steps between two rescalings (letter V). */
  readonly thermostatEvery: number;
  /** Steps between two removals of the total momentum (letter C). */
  readonly centerEvery: number;
  readonly barostat?: ReferenceBarostat;
  /** V/Å */
  readonly field?: readonly [number, number, number];
  /** Labels of species that stand still; degrees of freedom are then three for each atom that moves. */
  readonly frozen?: readonly string[];
  readonly forces: (
    positions: Float64Array,
    cell: Cell,
  ) => { readonly forces: Float64Array; readonly virial: ArrayLike<number> };
}

export interface ReferenceBarostat {
  readonly barostat: 'cellRescaling' | 'mtk';
  readonly cell: 'iso' | 'aniso' | 'full';
  /** GPa */
  readonly pressure: number;
  /** fs */
  readonly tau: number;
  /** 1/GPa */
  readonly compressibility: number;
  /** Steps between two moves. */
  readonly every: number;
}

/** A state before the first step: positions (Å) and velocities (Å/fs) [n×3], baths and cell at rest. */
export function startState(
  system: System,
  seed: number,
  { positions, velocities }: { readonly positions: Float64Array; readonly velocities?: Float64Array },
  forcesAt: (positions: Float64Array) => { readonly forces: Float64Array },
): ReferenceState {
  return {
    ...{ system, seed, cell: system.cell, plannedCell: system.cell },
    positions: positions.slice(),
    velocities: velocities?.slice() ?? new Float64Array(positions.length),
    forces: forcesAt(positions).forces,
    ...{ heat: 0, noiseDraws: 0, csvrDraws: 0, barostatDraws: 0, extended: 0 },
    ...{ chain: [0, 0, 0], cellChain: [0, 0, 0], strainRate: new Float64Array(9) },
  };
}

/** eV·fs²/Å² */
export function massOf(system: System, i: number): number {
  return (system.species[system.typeOf[i] as number] as Species).mass * MASS_EV_FS2_PER_ANGSTROM2;
}
