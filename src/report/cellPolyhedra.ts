/** Coordination polyhedra in a picture of the cell, completed by the anions beyond its faces. */
import { norm, type Vec3 } from '../core/vec.ts';
import type { System } from '../model/system.ts';
import type { Camera, Projected } from './cellCamera.ts';
import type { Item } from './cellSpheres.ts';
import { px } from './figure.ts';
import { atomsOfRole, type SpeciesStyle } from './palette.ts';
import { atomAt, type Polyhedron, polyhedra } from './polyhedra.ts';

/** Metals above which a picture has no polyhedra unless asked. */
const MOST_POLYHEDRA = 200;

export interface DrawnHull extends Polyhedron {
  readonly species: number;
  /** Anions beyond the cell's faces that complete the hull. */
  readonly ghosts: readonly { readonly position: Vec3; readonly species: number }[];
}

export function hullsOf(
  system: System,
  positions: Float64Array,
  styles: readonly SpeciesStyle[],
  asked: boolean | undefined,
): DrawnHull[] {
  const metals = atomsOfRole(system, styles, 'metal');
  if (asked === false || (asked === undefined && metals.length > MOST_POLYHEDRA)) return [];
  const anions = atomsOfRole(system, styles, 'anion');
  const drawn = new Set<string>();
  return metals.flatMap((metal) =>
    polyhedra(system, positions, [metal], anions).map((hull): DrawnHull => {
      const ghosts = hull.vertices.filter(({ atom, position }) => {
        const there = atomAt(positions, atom);
        const isSelf = norm([there[0] - position[0], there[1] - position[1], there[2] - position[2]]) < 1e-6;
        const key = position.map((x) => x.toFixed(3)).join(' ');
        if (isSelf || drawn.has(key)) return false;
        drawn.add(key);
        return true;
      });
      return {
        ...hull,
        species: system.typeOf[metal] as number,
        ghosts: ghosts.map(({ atom, position }) => ({ position, species: system.typeOf[atom] as number })),
      };
    }),
  );
}

/** The far and the near faces of a hull as two translucent paths, drawn before and after what is inside. */
export function hullItems({ center, vertices, faces }: Polyhedron, color: string, camera: Camera): Item[] {
  const corners = vertices.map(({ position }) => camera.project(position));
  const { depth } = camera.project(center);
  const paths = { near: '', far: '' };
  for (const face of faces) {
    const [p, q, r] = face.map((i) => corners[i]) as [Projected, Projected, Projected];
    // Counter-clockwise from outside; y grows downwards on the page.
    const turn = (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    paths[turn < 0 ? 'near' : 'far'] += `M${[p, q, r].map(({ x, y }) => `${px(x)} ${px(y)}`).join('L')}Z`;
  }
  const path = (d: string, fill: number, stroke: number): string =>
    `<path d="${d}" fill="${color}" fill-opacity="${fill}" stroke="${color}" stroke-opacity="${stroke}" stroke-width=".8"/>`;
  return [
    { depth: depth - 0.6, x: 0, y: 0, markup: path(paths.far, 0.1, 0.25) },
    { depth: depth + 0.6, x: 0, y: 0, markup: path(paths.near, 0.24, 0.5) },
  ];
}
