import { cellFromVectors, toCartesian } from '../../src/model/cell.ts';
import type { System } from '../../src/model/system.ts';

type Place = readonly [number, number, number];

/** Pnma (No. 62), general position. */
const OPERATIONS: readonly ((p: Place) => Place)[] = [
  ([x, y, z]) => [x, y, z],
  ([x, y, z]) => [0.5 - x, -y, 0.5 + z],
  ([x, y, z]) => [-x, 0.5 + y, -z],
  ([x, y, z]) => [0.5 + x, 0.5 - y, 0.5 - z],
];

function olivine(title: string, edges: Place, sites: readonly (readonly [number, Place])[]): System {
  const cell = cellFromVectors([edges[0], 0, 0, 0, edges[1], 0, 0, 0, edges[2]]);
  const found: { type: number; place: number[] }[] = [];
  for (const [type, site] of sites) {
    for (const operation of OPERATIONS) {
      for (const sign of [1, -1]) {
        const place = operation(site).map((x) => (((sign * x) % 1) + 1) % 1);
        const isNew = !found.some((other) =>
          other.place.every((x, k) => Math.abs(x - place[k]! - Math.round(x - place[k]!)) < 1e-4),
        );
        if (isNew) found.push({ type, place });
      }
    }
  }
  return {
    title,
    cell,
    species: [
      { label: 'Li', element: 'Li', mass: 6.94 },
      { label: 'Fe', element: 'Fe', mass: 55.845, formalCharge: 2 },
      { label: 'P', element: 'P', mass: 30.974, formalCharge: 5 },
      { label: 'O', element: 'O', mass: 15.999 },
    ],
    typeOf: Uint16Array.from(found, ({ type }) => type),
    positions: toCartesian(
      cell,
      found.flatMap(({ place }) => place),
    ),
  };
}

/** LiFePO4 by diffraction: V. A. Streltsov et al., Acta Cryst. B 49, 147 (1993), doi:10.1107/S0108768192004701 (Li–O 2.087, Fe–O 2.064 Å and up, P–O 1.52 to 1.56 Å). */
export const measured = olivine(
  'LiFePO4, measured',
  [10.332, 6.01, 4.692],
  [
    [0, [0, 0, 0]],
    [1, [0.28222, 0.25, 0.97472]],
    [2, [0.09486, 0.25, 0.4182]],
    [3, [0.09678, 0.25, 0.74279]],
    [3, [0.4571, 0.25, 0.20602]],
    [3, [0.16558, 0.04646, 0.28478]],
  ],
);

/**
 * LiFePO4 by density-functional theory, 2 % larger, as in the tests of pymatgen; BVlain's published figures are of the
 * Materials Project's entry mp-19017, which is of this kind (README of its version 0.22).
 */
export const computed = olivine(
  'LiFePO4, computed',
  [10.411767, 6.067172, 4.75949],
  [
    [0, [0, 0, 0]],
    [1, [0.281272, 0.25, 0.974867]],
    [2, [0.094613, 0.25, 0.418243]],
    [3, [0.096642, 0.25, 0.74132]],
    [3, [0.456628, 0.25, 0.207138]],
    [3, [0.16571, 0.046072, 0.285384]],
  ],
);
