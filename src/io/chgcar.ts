/**
 * CHGCAR of VASP (https://www.vasp.at/wiki/CHGCAR): a POSCAR, an empty line, the grid, and the values times the cell's
 * volume in Å³, a fastest: their mean is the integral of the field over the cell, the number of ions of a density in Å⁻³.
 * Programs that read it divide by the volume again.
 */
import { volume } from '../model/cell.ts';
import type { System } from '../model/system.ts';
import { writePoscar } from './poscar.ts';
import { checkGrid, gridTitle, numberRows, type ScalarGrid } from './scalarGrid.ts';

const PER_ROW = 5;
const DIGITS = 11;

/** The text of a CHGCAR: the atoms of `system`, grouped by species, and a scalar field on the cell's grid. */
export function writeChgcar(system: System, grid: ScalarGrid): string {
  checkGrid(system, grid);
  const { shape, values } = grid;
  const [na, nb, nc] = shape;
  const { velocities: _, ...still } = system;
  const factor = volume(system.cell);
  const valueAt = (n: number): number => {
    const i = n % na;
    const j = Math.floor(n / na) % nb;
    const k = Math.floor(n / (na * nb));
    return factor * (values[(i * nb + j) * nc + k] as number);
  };
  const poscar = writePoscar({ ...still, title: gridTitle(system, grid) });
  return `${poscar}\n${shape.map((n) => String(n).padStart(5)).join('')}\n${numberRows(values.length, valueAt, PER_ROW, DIGITS)}\n`;
}
