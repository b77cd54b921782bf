/** What softBV does to cells: a warning before a cell may move, and the collapse of a crystal named when it has happened. */
import type { ForceField } from '../forcefield/forceField.ts';
import { isSoftbv } from '../forcefield/softbv.ts';
import { volume } from '../model/cell.ts';
import type { System } from '../model/system.ts';
import { meanNeighbors } from './coordination.ts';
import { movesCell, type RunSpec } from './spec.ts';

/**
 * Volumes over that of the start, and changes of a coordination number, beyond which a crystal is another one. Static cells that
 * hold are within 0.92–1.15 of experiment, those that collapsed at 0.65–0.81, layers that came apart above 1.5.
 */
const CHANGED = { smaller: 0.88, larger: 1.3, neighbours: 0.8 } as const;
/** Anions within so many R_min of a cation are its neighbours: between the first shell and the second. */
const SHELL = 1.3;

/** One sentence for every stage that moves the cell under softBV. */
export function cellWarnings({ stages }: RunSpec, forceField: ForceField): string[] {
  if (!isSoftbv(forceField)) return [];
  return stages
    .filter(movesCell)
    .map(
      ({ name }) =>
        `stage ${name} moves the cell, but ${forceField.name} is meant for the cell of experiment (nvt, or minimize with a fixed ` +
        'cell): its cells are off by several percent, and some crystals collapse or come apart',
    );
}

/** A state to compare: positions may be those of any frame of the system. */
export type CellState = Pick<System, 'cell' | 'positions'>;

/**
 * One sentence for a crystal that softBV has made another one since the start: by its volume, and by the anions around every
 * cation of higher charge (monovalent ions are the ones that should move).
 * @param where begins the sentence: `stage relax`
 */
export function collapseTexts(
  where: string,
  start: System,
  now: CellState,
  forceField: ForceField,
): string[] {
  if (!isSoftbv(forceField) || !now.positions.every(Number.isFinite)) return [];
  const ratio = volume(now.cell) / volume(start.cell);
  const percent = `${ratio > 1 ? '+' : '−'}${Math.abs(100 * (ratio - 1)).toFixed(0)} %`;
  const what =
    ratio < CHANGED.smaller
      ? 'the crystal has collapsed'
      : ratio > CHANGED.larger
        ? 'the crystal has come apart'
        : undefined;
  const texts = what
    ? [`${where}: the volume has changed by ${percent}: ${what} under ${forceField.name}`]
    : [];
  const before = coordinations(start, start, forceField);
  const after = coordinations(start, now, forceField);
  for (const [label, count] of after) {
    const was = before.get(label) as number;
    if (Math.abs(count - was) < CHANGED.neighbours) continue;
    texts.push(
      `${where}: ${label} has ${count.toFixed(1)} anions around it instead of ${was.toFixed(1)}: ` +
        `not the structure the run began with (${forceField.name})`,
    );
  }
  return texts;
}

/** Mean number of anions around every cation of charge 2 and more, by label. */
function coordinations(
  { species, typeOf }: System,
  { cell, positions }: CellState,
  { pairs }: ForceField,
): Map<string, number> {
  const reach = new Map(
    pairs.flatMap(({ between: [a, b], form, params }) =>
      form === 'softBVMorse' ? [[`${a} ${b}`, SHELL * (params['Rmin'] as number)] as const] : [],
    ),
  );
  const radii = species.map(({ label, formalCharge = 0 }) =>
    formalCharge < 2
      ? undefined
      : species.map(
          (other) => reach.get(`${label} ${other.label}`) ?? reach.get(`${other.label} ${label}`) ?? 0,
        ),
  );
  const means = meanNeighbors({ cell, positions, typeOf }, radii);
  return new Map(
    species.flatMap(({ label }, type) => {
      const mean = means[type];
      return mean === undefined ? [] : [[label, mean] as const];
    }),
  );
}
