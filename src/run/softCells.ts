/** What softBV does to cells: a warning before a cell may move, and the collapse of a crystal named when it has happened. */
import type { ForceField } from '../forcefield/forceField.ts';
import { isSoftbv } from '../forcefield/softbv.ts';
import { type Cell, perpendicularWidths, toFractional, volume } from '../model/cell.ts';
import type { System } from '../model/system.ts';
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
  const found = new Map<string, number>();
  species.forEach(({ label, formalCharge = 0 }, type) => {
    if (formalCharge < 2) return;
    const radii = species.map(
      (other) => reach.get(`${label} ${other.label}`) ?? reach.get(`${other.label} ${label}`) ?? 0,
    );
    const longest = Math.max(...radii);
    const count = longest > 0 ? meanNeighbours(typeOf, positions, cell, type, radii, longest) : undefined;
    if (count !== undefined) found.set(label, count);
  });
  return found;
}

/** Neighbours of one species within a radius by species, by a grid of cells at least as wide as the longest. */
function meanNeighbours(
  typeOf: Uint16Array,
  positions: Float64Array,
  cell: Cell,
  type: number,
  radii: readonly number[],
  longest: number,
): number | undefined {
  const grid = perpendicularWidths(cell).map((width) => Math.floor(width / longest));
  // Narrower than three grid cells, an image would be met twice: such a cell is too thin for the cutoff as well.
  if (!grid.every((size) => size >= 3)) return undefined;
  const [na, nb, nc] = grid as [number, number, number];
  const fractional = toFractional(cell, positions).map((x) => x - Math.floor(x));
  const place = (i: number, axis: number, size: number): number =>
    Math.min(size - 1, Math.floor((fractional[3 * i + axis] as number) * size));
  const boxes = new Map<number, number[]>();
  const boxOf = (a: number, b: number, c: number): number => (a * nb + b) * nc + c;
  typeOf.forEach((other, i) => {
    if (radii[other] === 0) return;
    const key = boxOf(place(i, 0, na), place(i, 1, nb), place(i, 2, nc));
    const box = boxes.get(key);
    if (box) box.push(i);
    else boxes.set(key, [i]);
  });
  const around = [-1, 0, 1];
  let [centres, neighbours] = [0, 0];
  typeOf.forEach((one, i) => {
    if (one !== type) return;
    centres++;
    const [a, b, c] = [place(i, 0, na), place(i, 1, nb), place(i, 2, nc)];
    for (const da of around) {
      for (const db of around) {
        for (const dc of around) {
          const key = boxOf((a + da + na) % na, (b + db + nb) % nb, (c + dc + nc) % nc);
          for (const j of boxes.get(key) ?? []) {
            const r = distance(cell, fractional, i, j);
            if (r < (radii[typeOf[j] as number] as number)) neighbours++;
          }
        }
      }
    }
  });
  return centres > 0 ? neighbours / centres : undefined;
}

/** Å, of the nearest image. */
function distance({ h }: Cell, fractional: Float64Array, i: number, j: number): number {
  const wrapped = [0, 1, 2].map((k) => {
    const d = (fractional[3 * i + k] as number) - (fractional[3 * j + k] as number);
    return d - Math.round(d);
  });
  const along = (axis: number): number =>
    wrapped.reduce((sum, d, k) => sum + d * (h[3 * k + axis] as number), 0);
  return Math.hypot(along(0), along(1), along(2));
}
