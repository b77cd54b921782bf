/** Tables and figures of a density: the volume that a free energy opens, and profiles along the edges of the cell. */
import { BOLTZMANN_EV_PER_K } from '../../core/constants.ts';
import { csv } from '../csv.ts';
import type { Estimate } from '../estimate.ts';
import type { Figure } from '../figure.ts';
import { type Density, LEAST_COUNTS, type PercolationEnergy } from './freeEnergy.ts';
import { axisProfile, type PercolationCurve } from './profiles.ts';

/** A label as part of a file's name. */
export function fileLabel(label: string): string {
  return label.replace(/[^A-Za-z0-9]/g, '_');
}

/** Volume below each free energy, and the dimensions that percolate there. */
export function curveTable(
  { levels, fractions }: PercolationCurve,
  energies: readonly PercolationEnergy[],
  temperature: number | null,
): string {
  const kT = temperature === null ? null : BOLTZMANN_EV_PER_K * temperature;
  const dimensionsAt = (level: number): number =>
    energies.filter((energy) => energy.level !== null && energy.level.level <= level).length;
  return csv(
    ['F_kT', 'F_eV', 'volume_fraction', 'dimensions'],
    levels.map((level, i) => [
      level,
      kT === null ? null : level * kT,
      fractions[i] as number,
      dimensionsAt(level),
    ]),
  );
}

/** Mean density along each edge. */
export function profileTable(one: Density): string {
  const profiles = ([0, 1, 2] as const).map((axis) => axisProfile(one, axis));
  return csv(
    ['axis', 'fraction', 'density_per_A3'],
    profiles.flatMap((values, axis) =>
      [...values].map((rho, i): [string, number, number] => ['abc'[axis] as string, i / values.length, rho]),
    ),
  );
}

/** The curve of the table, with a line where each dimension percolates. */
export function curveFigure(
  label: string,
  { levels, fractions }: PercolationCurve,
  energies: readonly PercolationEnergy[],
  estimates: readonly Estimate[],
  temperature: number | null,
): Figure {
  const kT = temperature === null ? 1 : BOLTZMANN_EV_PER_K * temperature;
  return {
    name: `density_${fileLabel(label)}_percolation`,
    title: `Volume that ${label} reaches, by free energy`,
    xLabel: temperature === null ? 'F/kT' : 'F, eV',
    yLabel: 'share of the volume',
    series: [{ label, x: levels.map((level) => level * kT), y: fractions, hue: { species: label } }],
    lines: energies.flatMap(({ level }, d) =>
      level === null || (temperature !== null && estimates[d]?.value === null)
        ? []
        : [{ x: level.level * kT, label: `${d + 1}D` }],
    ),
    note: `Voxels with ${LEAST_COUNTS} counts or more; lines: where the isosurface percolates.`,
  };
}

/** Mean density along the three edges. */
export function profileFigure(label: string, one: Density): Figure {
  return {
    name: `density_${fileLabel(label)}_profiles`,
    title: `Density of ${label} along the edges of the cell`,
    xLabel: 'fraction of the edge',
    yLabel: 'ρ, Å⁻³',
    series: ([0, 1, 2] as const).map((axis) => {
      const y = axisProfile(one, axis);
      return { label: 'abc'[axis] as string, x: y.map((_, i) => i / y.length), y, hue: axis };
    }),
    note: 'Mean over the plane of the two other edges.',
  };
}
