/** A structure as the viewer takes it: colours and radii by role, positions inside the cell, coordination polyhedra. */
import { ELEMENTS } from '../../core/elements.ts';
import { type System, speciesCounts } from '../../model/system.ts';
import { ionName } from '../../report/format.ts';
import { atomsOfRole, type Role, type SpeciesStyle, speciesStyles } from '../../report/palette.ts';
import { polyhedra } from '../../report/polyhedra.ts';
import type { Scene, SceneHulls } from '../protocol.ts';
import { wrapped } from '../wrap.ts';

/** Sphere radius, Å, of an ion of 1 Å; grows as the root. What moves is large, what it moves through leaves the view free. */
const SPHERE: Readonly<Record<Role, number>> = { mobile: 0.68, metal: 0.44, anion: 0.34 };
/** Metals × anions beyond which the search for shells would be felt. */
const MOST_PAIRS = 2_000_000;

/** @param mobile labels of the species whose transport is asked for */
export function sceneOf(system: System, mobile: readonly string[]): Scene {
  const styles = speciesStyles(system, mobile);
  const counts = speciesCounts(system);
  return {
    title: system.title,
    cell: Float64Array.from(system.cell.h),
    species: system.species.map((species, s) => {
      const { role, fill, line, dash = '' } = styles[s] as SpeciesStyle;
      const ionicRadius = ELEMENTS.get(species.element)?.ionicRadius ?? 1;
      return {
        label: species.label,
        name: ionName(species),
        element: species.element,
        count: counts[s] as number,
        formalCharge: species.formalCharge ?? null,
        role,
        fill,
        line,
        dash,
        ionicRadius,
        radius: SPHERE[role] * Math.sqrt(ionicRadius),
      };
    }),
    typeOf: Uint16Array.from(system.typeOf),
    positions: wrapped(system.cell.h, system.positions),
    hulls: hullsOf(system, styles),
  };
}

function hullsOf(system: System, styles: readonly SpeciesStyle[]): SceneHulls {
  const metals = atomsOfRole(system, styles, 'metal');
  const anions = atomsOfRole(system, styles, 'anion');
  const triangles: number[] = [];
  const edges: number[] = [];
  if (metals.length * anions.length <= MOST_PAIRS) {
    for (const metal of metals) {
      for (const { vertices, faces } of polyhedra(system, system.positions, [metal], anions)) {
        const atom = (v: number): number => vertices[v]?.atom ?? metal;
        const seen = new Set<number>();
        for (const [i, j, k] of faces) {
          triangles.push(metal, atom(i), atom(j), atom(k));
          for (const [p, q] of [
            [i, j],
            [j, k],
            [k, i],
          ] as const) {
            const key = Math.min(p, q) * vertices.length + Math.max(p, q);
            if (!seen.has(key)) edges.push(metal, atom(p), atom(q));
            seen.add(key);
          }
        }
      }
    }
  }
  return { triangles: Uint32Array.from(triangles), edges: Uint32Array.from(edges) };
}
