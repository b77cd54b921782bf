/**
 * Room in a rigid framework: the clearance c(r) = min_i(|r − r_i| − R_i) is the radius of the largest sphere at r that
 * touches no ion, and the largest sphere that can travel without end in one, two, three dimensions is the highest level at
 * which {c ≥ level} percolates (D_f/2 of Zeo++: T. F. Willems et al., Microporous Mesoporous Mater. 149, 134 (2012),
 * doi:10.1016/j.micromeso.2011.08.020). On the grid it is a lower bound, short by at most half the step to a neighbour.
 */
import { ELEMENTS } from '../../core/elements.ts';
import { InputError } from '../../core/errors.ts';
import { surroundings } from '../../model/around.ts';
import { toCartesian } from '../../model/cell.ts';
import { type GridField, type GridSize, gridPoints } from '../../model/grid.ts';
import type { Species, System } from '../../model/system.ts';
import { type Neighbours, percolationLevels } from './percolation.ts';

export interface ClearanceOptions {
  /** Indices of the species that are taken out. */
  readonly mobile: readonly number[];
  /** Radii by label or element, Å; Shannon's of six-fold coordination where not given. */
  readonly radii?: Readonly<Record<string, number>>;
}

/** Å; where ions are farther apart the search goes on with twice as much. */
const FIRST_REACH = 3;

/** Clearance at every point of a grid, Å; negative inside an ion. */
export function clearanceField(system: System, size: GridSize, options: ClearanceOptions): GridField {
  const { cell, positions, typeOf } = system;
  const kept = [...typeOf.keys()].filter((i) => !options.mobile.includes(typeOf[i] as number));
  if (kept.length === 0) throw new InputError(`${system.title}: without the mobile species nothing is left`);
  const ofSpecies = system.species.map((species) => radiusOf(species, options.radii));
  const radii = Float64Array.from(kept, (i) => ofSpecies[typeOf[i] as number] as number);
  const largest = Math.max(...radii);
  const { around } = surroundings(
    cell,
    Float64Array.from(kept.flatMap((i) => [...positions.subarray(3 * i, 3 * i + 3)])),
  );
  const [, nb, nc] = size;
  const values = new Float64Array(gridPoints({ size }));
  for (let v = 0; v < values.length; v++) {
    const k = v % nc;
    const j = ((v - k) / nc) % nb;
    const i = (v - k - j * nc) / (nb * nc);
    const [x, y, z] = toCartesian(cell, [i / size[0], j / nb, k / nc]) as unknown as [number, number, number];
    let clearance = Number.POSITIVE_INFINITY;
    // An ion beyond what was searched has its surface farther than that less the largest radius.
    let searched = 0;
    while (!(clearance <= searched - largest)) {
      searched = searched === 0 ? FIRST_REACH : 2 * searched;
      around(x, y, z, searched, (n, _dx, _dy, _dz, distance) => {
        clearance = Math.min(clearance, distance - (radii[n] as number));
      });
    }
    values[v] = clearance;
  }
  return { cell, size, values };
}

function radiusOf({ label, element }: Species, given: Readonly<Record<string, number>> = {}): number {
  return given[label] ?? given[element] ?? ELEMENTS.get(element)?.ionicRadius ?? 1;
}

/** Radii (Å) of the largest spheres that travel in 1, 2 and 3 dimensions; null where even a point (radius 0) does not. */
export function freeSphereRadii(
  field: GridField,
  neighbours: Neighbours = 26,
): readonly [number | null, number | null, number | null] {
  const blocked = { ...field, values: field.values.map((c) => -c) };
  return percolationLevels(blocked, neighbours, 0).map((level) =>
    level ? -level.level : null,
  ) as unknown as readonly [number | null, number | null, number | null];
}
