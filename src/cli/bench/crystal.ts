/** What `bench` simulates: rock salt LiCl with the fitted chloride set, every ion a little off its place. */
import { InputError } from '../../core/errors.ts';
import { RandomSequence } from '../../core/rng.ts';
import { assignForceField } from '../../forcefield/assign.ts';
import type { ForceField } from '../../forcefield/forceField.ts';
import { libraryPotential } from '../../forcefield/library.ts';
import { cellFromVectors } from '../../model/cell.ts';
import { supercell } from '../../model/supercell.ts';
import type { System } from '../../model/system.ts';

/** Buckingham terms and charges, as in the electrolytes. */
export const POTENTIAL = 'chlorides-rigid-ion-2026';
/** Å */
export const CUTOFF = 10;
export const ACCURACY = 1e-5;
export const KELVIN = 300;
/** fs */
export const TIMESTEP = 1;
/** Å */
const EDGE = 5.14;
const RATTLE = 0.1;
const IONS_PER_CELL = 8;

/** A way to sum Coulomb forces, as `--methods` names it: pppm, pppm:7, pppm:7:ad, ewald, none. */
export interface BenchMethod extends Pick<ForceField['coulomb'], 'method' | 'order' | 'differentiation'> {
  readonly label: string;
}

/** Another method of the engine needs an entry here and nothing else. */
const METHODS = ['ewald', 'pppm', 'dsf', 'none'] as const;

export function methodOf(text: string): BenchMethod {
  const [name = '', ...details] = text.split(':');
  const method = METHODS.find((one) => one === name);
  const order = ([3, 5, 7] as const).find((one) => details.includes(String(one)));
  const differentiation = (['ik', 'ad'] as const).find((one) => details.includes(one));
  const known = Number(order !== undefined) + Number(differentiation !== undefined);
  if (!method || details.length !== known || (known > 0 && method !== 'pppm')) {
    throw new InputError(
      `--methods ${text}: expected ${METHODS.join(', ')}, pppm also with an order and a differentiation such as pppm:7:ad`,
    );
  }
  return { label: text, method, ...(order && { order }), ...(differentiation && { differentiation }) };
}

/** Cells along an edge for about so many ions: 4096, 256k, 1M. */
export function cellsOf(text: string, option = '--sizes'): number {
  const [, digits, unit = ''] = /^([\d.]+)([kM]?)$/.exec(text.trim()) ?? [];
  const ions = Number(digits) * { '': 1, k: 1000, M: 1e6 }[unit as '' | 'k' | 'M'];
  const n = Math.round(Math.cbrt(ions / IONS_PER_CELL));
  if (!(ions > 0) || n * EDGE < 2 * CUTOFF) {
    const least = IONS_PER_CELL * Math.ceil((2 * CUTOFF) / EDGE) ** 3;
    throw new InputError(
      `${option} ${text}: expected numbers of ions from ${least} up, such as 4096 or 256k`,
    );
  }
  return n;
}

export function benchForceField({ method, order, differentiation }: BenchMethod): ForceField {
  return {
    ...libraryPotential(POTENTIAL),
    cutoff: CUTOFF,
    coulomb: {
      ...{ method, accuracy: ACCURACY, alpha: null },
      ...(order && { order }),
      ...(differentiation && { differentiation }),
    },
  };
}

/** n³ cells of rock salt. */
export function benchSystem(n: number, forceField: ForceField): System {
  const positions: number[] = [];
  for (let i = 0; i < IONS_PER_CELL; i++) {
    // Li on the even corners, Cl on the odd ones.
    const corner = i < 4 ? [0, 3, 5, 6][i] : [1, 2, 4, 7][i - 4];
    for (const bit of [1, 2, 4]) positions.push(((corner as number) & bit ? 0.5 : 0) * EDGE);
  }
  const cell = cellFromVectors([EDGE, 0, 0, 0, EDGE, 0, 0, 0, EDGE]);
  const species = [
    { label: 'Li', element: 'Li', mass: 6.94 },
    { label: 'Cl', element: 'Cl', mass: 35.45 },
  ];
  const typeOf = Uint16Array.from([0, 0, 0, 0, 1, 1, 1, 1]);
  const unit = { title: 'LiCl', cell, species, typeOf, positions: Float64Array.from(positions) };
  const whole = supercell(unit, [n, n, n]);
  const random = new RandomSequence(1);
  const rattled = {
    ...whole,
    positions: whole.positions.map((x) => x + RATTLE * (2 * random.uniform() - 1)),
  };
  return assignForceField(rattled, forceField);
}
