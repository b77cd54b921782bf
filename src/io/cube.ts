/**
 * Gaussian cube files (https://paulbourke.net/dataformats/cube/) of a scalar field: lengths in bohr, values as they are,
 * in the unit that the first line names, c fastest. Read by VESTA, VMD, Ovito, ASE and pymatgen.
 */
import { ELEMENTS } from '../core/elements.ts';
import type { Species, System } from '../model/system.ts';
import { checkGrid, gridTitle, numberRows, type ScalarGrid } from './scalarGrid.ts';

/** Å (CODATA 2022). */
export const BOHR = 0.529177210544;
const PER_ROW = 6;
const DIGITS = 8;

/** The text of a cube file: the cell's grid, and the atoms where `system` has them. */
export function writeCube(system: System, grid: ScalarGrid): string {
  checkGrid(system, grid);
  const { shape, values } = grid;
  const { h } = system.cell;
  const bohr = (x: number): string => (x / BOHR).toFixed(8).padStart(14);
  const triple = (at: (k: number) => number): string => [0, 1, 2].map((k) => bohr(at(k))).join(' ');
  const count = (n: number): string => String(n).padStart(6);
  const lines = [
    gridTitle(system, grid),
    'lengths in bohr; values as in the line above, c fastest',
    `${count(system.typeOf.length)} ${triple(() => 0)}`,
    ...shape.map((n, i) => `${count(n)} ${triple((k) => (h[3 * i + k] as number) / n)}`),
  ];
  system.typeOf.forEach((type, i) => {
    const z = ELEMENTS.get((system.species[type] as Species).element)?.number ?? 0;
    lines.push(
      `${count(z)} ${z.toFixed(6).padStart(12)} ${triple((k) => system.positions[3 * i + k] as number)}`,
    );
  });
  // A row of the grid along c begins a new line.
  const nc = shape[2];
  for (let at = 0; at < values.length; at += nc) {
    lines.push(numberRows(nc, (k) => values[at + k] as number, PER_ROW, DIGITS));
  }
  return `${lines.join('\n')}\n`;
}
