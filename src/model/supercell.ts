/** Supercells: the given cell repeated na × nb × nc times along its own vectors. */
import { InputError } from '../core/errors.ts';
import { row } from '../core/vec.ts';
import { type Cell, cellFromVectors, perpendicularWidths } from './cell.ts';
import { atomCount, type System } from './system.ts';

export type Repeats = readonly [number, number, number];

/** Atoms of a supercell: their neighbor lists are more than any adapter holds. */
const MOST_ATOMS = 2 ** 21;

/**
 * The supercell of a system. Images are the outer loop: atom `i` of image `m` has index `m·n + i`, the first `n` atoms are the given
 * ones. Velocities, occupancies and site labels are repeated with the atoms.
 */
export function supercell(system: System, repeats: Repeats): System {
  for (const n of repeats) {
    if (!Number.isInteger(n) || n < 1) {
      throw new InputError(
        `supercell: expected three whole numbers of at least 1, found ${repeats.join(' ')}`,
      );
    }
  }
  const [na, nb, nc] = repeats;
  const copies = na * nb * nc;
  if (copies === 1) return system;
  const n = atomCount(system);
  if (!(n * copies <= MOST_ATOMS)) {
    throw new InputError(
      `supercell: ${repeats.join(' × ')} cells of ${n} atoms; at most ${MOST_ATOMS} atoms can be held`,
    );
  }
  const h = system.cell.h;
  const positions = new Float64Array(3 * n * copies);
  let offset = 0;
  for (let ia = 0; ia < na; ia++) {
    for (let ib = 0; ib < nb; ib++) {
      for (let ic = 0; ic < nc; ic++) {
        for (let i = 0; i < 3 * n; i++) {
          const k = i % 3;
          const shift = ia * (h[k] as number) + ib * (h[3 + k] as number) + ic * (h[6 + k] as number);
          positions[offset + i] = (system.positions[i] as number) + shift;
        }
        offset += 3 * n;
      }
    }
  }
  return {
    ...system,
    cell: repeatCell(system.cell, repeats),
    typeOf: repeatArray(system.typeOf, copies, Uint16Array),
    positions,
    ...(system.velocities && { velocities: repeatArray(system.velocities, copies, Float64Array) }),
    ...(system.occupancies && { occupancies: repeatArray(system.occupancies, copies, Float64Array) }),
    ...(system.siteLabels && {
      siteLabels: Array.from({ length: copies }, () => system.siteLabels as readonly string[]).flat(),
    }),
  };
}

/** The smallest supercell whose perpendicular widths are all at least `width` (Å). */
export function repeatsForWidth(cell: Cell, width: number): Repeats {
  const [wa, wb, wc] = perpendicularWidths(cell);
  // 1e-9: a cell that is wide enough up to rounding counts as wide enough.
  const repeats = (w: number): number => Math.max(1, Math.ceil(width / w - 1e-9));
  return [repeats(wa), repeats(wb), repeats(wc)];
}

function repeatCell(cell: Cell, repeats: Repeats): Cell {
  const rows = ([0, 1, 2] as const).flatMap((i) => row(cell.h, i).map((x) => x * repeats[i]));
  return cellFromVectors(rows);
}

function repeatArray<T extends Float64Array | Uint16Array>(
  values: T,
  copies: number,
  Kind: new (length: number) => T,
): T {
  const out = new Kind(values.length * copies);
  for (let m = 0; m < copies; m++) out.set(values, m * values.length);
  return out;
}
