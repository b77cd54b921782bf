/** Bond-valence site energies in f64, slow and obvious: every point of the grid with every image of every ion in reach. */
import { erfc } from '../core/erf.ts';
import { BVSE_NEAREST, type BvseModel, type BvseTerm } from '../forcefield/bvse.ts';
import { surroundings } from '../model/around.ts';
import { toCartesian } from '../model/cell.ts';
import { type GridField, type GridSize, gridPoints } from '../model/grid.ts';
import type { System } from '../model/system.ts';

/** Energy of the mobile ion at every point of a grid, eV. */
export function bvseReference(system: System, model: BvseModel, size: GridSize): GridField {
  const { cell, positions } = system;
  const [, nb, nc] = size;
  const places = Float64Array.from(
    model.sources.flatMap(({ atom }) => [...positions.subarray(3 * atom, 3 * atom + 3)]),
  );
  const { around } = surroundings(cell, places);
  const values = new Float64Array(gridPoints({ size }));
  for (let v = 0; v < values.length; v++) {
    const k = v % nc;
    const j = ((v - k) / nc) % nb;
    const i = (v - k - j * nc) / (nb * nc);
    const [x, y, z] = toCartesian(cell, [i / size[0], j / nb, k / nc]) as unknown as [number, number, number];
    let energy = 0;
    around(x, y, z, model.cutoff, (n, _dx, _dy, _dz, r) => {
      const source = model.sources[n] as (typeof model.sources)[number];
      energy += termEnergy(model.kinds[source.kind] as BvseTerm, r);
    });
    values[v] = energy;
  }
  return { cell, size, values };
}

/** Energy of one term at a distance (Å), eV. */
export function termEnergy(term: BvseTerm, distance: number): number {
  const r = Math.max(BVSE_NEAREST, distance);
  if (term.kind === 'coulomb') return (term.strength * erfc(r / term.range)) / r;
  return term.depth * ((Math.exp(term.alpha * (term.Rmin - r)) - 1) ** 2 - 1);
}
