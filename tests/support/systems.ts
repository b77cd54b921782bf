/** Named structures and force fields that tests share. */

import { RandomSequence } from '../../src/core/rng.ts';
import { type CurvePoints, curveThrough } from '../../src/forcefield/curve.ts';
import type { Citation, ForceField, PairTerm, SpeciesDefinition } from '../../src/forcefield/forceField.ts';
import { sumAt } from '../../src/forcefield/truncation.ts';
import { cellFromVectors, toCartesian } from '../../src/model/cell.ts';
import { type Repeats, supercell } from '../../src/model/supercell.ts';
import type { Species, System } from '../../src/model/system.ts';

const citation: Citation[] = [{ text: 'test' }];

/** A force field for tests, everything not given at its plainest. */
export function forceField(
  species: Record<string, SpeciesDefinition>,
  pairs: PairTerm[],
  more: Partial<ForceField> = {},
): ForceField {
  return {
    name: 'test',
    version: 1,
    description: '',
    citation,
    provenance: 'published',
    validFor: '',
    knownFailures: '',
    measured: [],
    species,
    pairs,
    silentPairs: [],
    cutoff: 8,
    truncation: 'none',
    coulomb: { method: 'ewald', accuracy: 1e-6, alpha: null },
    ...more,
  };
}

/** Fumi-Tosi NaCl, the numbers of the LAMMPS reference inputs. */
export const naclForceField = forceField(
  {
    Na: { element: 'Na', mass: 22.98976928, charge: 1 },
    Cl: { element: 'Cl', mass: 35.45, charge: -1 },
  },
  [
    born('Na', 'Na', 0.263704, 2.34, 1.048573, 0.499321),
    born('Na', 'Cl', 0.210963, 2.755, 6.990487, 8.675694),
    born('Cl', 'Cl', 0.158222, 3.17, 72.401474, 145.427099),
  ],
);

function born(a: string, b: string, A: number, sigma: number, C: number, D: number): PairTerm {
  return { between: [a, b], form: 'bornMayerHuggins', params: { A, sigma, rho: 0.317, C, D } };
}

/** Species of a system as a force field defines them. */
export function speciesOf(field: ForceField): Species[] {
  return Object.entries(field.species).map(([label, s]) => ({ label, ...s }));
}

/** Rock salt with edge `a` (Å), 8 atoms, species 0 and 1. */
export function rockSalt(field: ForceField, a: number, repeats: Repeats = [1, 1, 1]): System {
  const corners = [
    [0, 0, 0],
    [0, 0.5, 0.5],
    [0.5, 0, 0.5],
    [0.5, 0.5, 0],
  ];
  const sites = [...corners, ...corners.map(([x, y, z]) => [x! + 0.5, y!, z!])];
  const cell = cellFromVectors([a, 0, 0, 0, a, 0, 0, 0, a]);
  return supercell(
    {
      title: 'rock salt',
      cell,
      species: speciesOf(field),
      typeOf: Uint16Array.of(0, 0, 0, 0, 1, 1, 1, 1),
      positions: toCartesian(cell, sites.flat()),
    },
    repeats,
  );
}

/** Atoms displaced by independent normals of width `sigma` (Å). */
export function rattled(system: System, sigma: number, seed = 1): System {
  const random = new RandomSequence(seed);
  return { ...system, positions: system.positions.map((x) => x + sigma * random.normal()) };
}

/** The same fractional coordinates in a cell with rows h·(1 + ε): ε as nine numbers, row-major. */
export function strained(system: System, strain: readonly number[]): System {
  const apply = (rows: ArrayLike<number>): Float64Array =>
    Float64Array.from(rows, (x, i) => {
      const r = 3 * Math.floor(i / 3);
      let sum = x;
      for (let k = 0; k < 3; k++) sum += rows[r + k]! * strain[3 * k + (i % 3)]!;
      return sum;
    });
  return { ...system, cell: cellFromVectors(apply(system.cell.h)), positions: apply(system.positions) };
}

/** Points of an interaction every `spacing` (Å) from `first` to `last`. */
export function pointsOf(
  exact: (r: number) => { energy: number; slope: number },
  first: number,
  last: number,
  spacing: number,
): CurvePoints {
  const n = Math.round((last - first) / spacing);
  const r = Array.from({ length: n + 1 }, (_, i) => first + ((last - first) * i) / n);
  return { r, V: r.map((x) => exact(x).energy), F: r.map((x) => -exact(x).slope) };
}

/** A force field with every term as points every 0.01 Å from `first` (Å) to its cutoff, instead of its formula. */
export function tabulated(field: ForceField, first = 1): ForceField {
  const pairs = field.pairs.map(({ between, ...term }): PairTerm => {
    if (term.curve) return { between, ...term };
    const points = pointsOf((r) => sumAt([{ between, ...term }], r), first, field.cutoff, 0.01);
    return { between, form: 'table', params: {}, curve: curveThrough(points, String).curve };
  });
  return { ...field, pairs };
}
