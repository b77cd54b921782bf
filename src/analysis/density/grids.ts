/** Densities and free energies as grids with the mean framework beside them: what `.cube` and CHGCAR files are made of. */
import { BOLTZMANN_EV_PER_K } from '../../core/constants.ts';
import { type Cell, toCartesian } from '../../model/cell.ts';
import type { GridField } from '../../model/grid.ts';
import type { Species, System } from '../../model/system.ts';
import type { AnalysisContext } from '../analysis.ts';
import type { DensityCounts } from './counts.ts';
import type { DensityOptions } from './density.ts';
import { densitiesOf, freeEnergyMap } from './freeEnergy.ts';
import { type DensitySlice, densestSlice } from './profiles.ts';

export interface DensityGrids {
  /** Label of the mobile species. */
  readonly label: string;
  /** Å⁻³; sums to the ions of the cell times 1/voxel volume. */
  readonly density: GridField;
  /** −kT ln(ρ/ρ_max), eV (kT without a temperature); NaN with fewer than five counts. */
  readonly freeEnergy: GridField;
  /** Standard error of the free energy in the same unit; NaN where unknown. */
  readonly freeEnergyError: GridField;
  /** Mean places of the framework in the grid's cell. */
  readonly framework: System;
  /** The plane with the most density, to be drawn. */
  readonly slice: DensitySlice;
}

/** One entry per mobile species; empty before the first frame. */
export function densityGrids(
  parts: readonly DensityCounts[],
  context: AnalysisContext,
  options: Pick<DensityOptions, 'smoothing'>,
): DensityGrids[] {
  const filled = parts.filter(({ frames }) => frames > 0);
  const [first] = filled;
  if (!first) return [];
  const kT = context.temperature === null ? 1 : BOLTZMANN_EV_PER_K * context.temperature;
  return densitiesOf(filled, options.smoothing).map((one) => {
    const { cell, size, values } = one;
    const map = freeEnergyMap(one);
    return {
      label: (context.system.species[one.species] as Species).label,
      density: { cell, size, values },
      freeEnergy: { cell, size, values: map.values.map((f) => f * kT) },
      freeEnergyError: { cell, size, values: map.errors.map((e) => e * kT) },
      framework: frameworkOf(first, context, cell),
      slice: densestSlice(one),
    };
  });
}

/** Two folded atoms nearer than this are one site, Å. */
const SAME_SITE = 0.7;

/** The mean framework in the (folded) cell; of atoms that fold onto each other the first stands for all. */
export function frameworkOf(counts: DensityCounts, { system }: AnalysisContext, cell: Cell): System {
  const { atoms, fractional } = counts.framework;
  const places = fractional.map((x, i) => {
    const folded = x * (counts.fold[(i % 3) as 0 | 1 | 2] as number);
    return folded - Math.floor(folded);
  });
  const kept: number[] = [];
  const isFolded = counts.fold.some((n) => n > 1);
  for (let n = 0; n < atoms.length; n++) {
    const type = system.typeOf[atoms[n] as number];
    const isNew = !kept.some(
      (m) => system.typeOf[atoms[m] as number] === type && imageDistance(cell, places, n, m) < SAME_SITE,
    );
    if (!isFolded || isNew) kept.push(n);
  }
  const chosen = Float64Array.from(kept.flatMap((n) => [...places.subarray(3 * n, 3 * n + 3)]));
  return {
    title: system.title,
    cell,
    species: system.species,
    typeOf: Uint16Array.from(kept, (n) => system.typeOf[atoms[n] as number] as number),
    positions: toCartesian(cell, chosen),
  };
}

/** Distance of the images that are nearest in fractions: right for what lies close. */
function imageDistance(cell: Cell, places: Float64Array, n: number, m: number): number {
  const apart = [0, 1, 2].map((k) => {
    const d = (places[3 * n + k] as number) - (places[3 * m + k] as number);
    return d - Math.round(d);
  });
  return Math.hypot(...toCartesian(cell, apart));
}
