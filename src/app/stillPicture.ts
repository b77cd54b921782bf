/** A scene as the report's flat picture, for browsers without WebGL. */
import { cellPicture } from '../report/cellPicture.ts';
import { fillSvg } from './dom.ts';
import type { Scene } from './protocol.ts';

export function stillPicture(scene: Scene, into: HTMLElement): void {
  const system = {
    title: scene.title,
    cell: { h: scene.cell },
    species: scene.species.map(({ label, element, role, formalCharge }) => ({
      label,
      element,
      mass: 1,
      // Enough for the colours, which go by role.
      charge: role === 'anion' ? -1 : 1,
      ...(formalCharge !== null && { formalCharge }),
    })),
    typeOf: scene.typeOf,
    positions: Float64Array.from(scene.positions),
  };
  const mobile = scene.species.filter(({ role }) => role === 'mobile').map(({ label }) => label);
  const width = Math.max(280, into.clientWidth || 560);
  const height = Math.max(260, into.clientHeight || 460);
  fillSvg(into, cellPicture(system, { mobile, width, height }));
}
