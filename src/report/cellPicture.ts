/**
 * A still picture of the simulation cell as SVG: shaded spheres by depth, octahedra of the metals, the cell's edges, axes,
 * scale bar and legend. Spheres are <use> of a few dozen circles (species × depth), so that thousands of atoms stay small;
 * what lies hidden behind others is left out. Far layers fade into the page by veils of background between the slices.
 */
import { ELEMENTS } from '../core/elements.ts';
import { toCartesian, toFractional } from '../model/cell.ts';
import { reducedFormula, type System } from '../model/system.ts';
import { type Camera, cameraOf } from './cellCamera.ts';
import { edges, LEGEND_ROW, legendOf, scaleBar, tripod } from './cellLegend.ts';
import { hullItems, hullsOf } from './cellPolyhedra.ts';
import { ball, type Item, sphereGradient, visibleItems } from './cellSpheres.ts';
import { figure, label, px } from './figure.ts';
import { formatCount, prettyFormulas } from './format.ts';
import { type SpeciesStyle, speciesStyles, token } from './palette.ts';
import { atomAt } from './polyhedra.ts';

export interface PictureOptions {
  /** Labels or elements of the mobile species. */
  readonly mobile: readonly string[];
  /** Pixels of the viewBox. */
  readonly width?: number;
  readonly height?: number;
  /** Octahedra and other hulls of anions around metals; by default up to 200 metals. */
  readonly polyhedra?: boolean;
  /** Most spheres drawn: about 40 characters each. */
  readonly maxSpheres?: number;
}

/** Slices by depth, each with its own sphere sizes and a veil before the next; their names in ids. */
const SLICES = [...'abcdefghijkl'];
/** What is left of the contrast at the far end. */
const FAR_CONTRAST = 0.5;
/** Sphere radius, Å, of an ion of 1 Å; grows as the root, and mobile ions are larger than their size. */
const SPHERE = 0.5;
const MOBILE_FACTOR = 1.3;
/** Above so many atoms spheres grow towards a closed surface, by at most so much: dots in the thousands are noise. */
const LOOSE_ATOMS = 1500;
const LARGEST_GROWTH = 1.9;
const MOST_SPHERES = 5000;

/** The picture as SVG text. */
export function cellPicture(system: System, options: PictureOptions): string {
  const { width = 560, height = 460, maxSpheres = MOST_SPHERES } = options;
  const styles = speciesStyles(system, options.mobile);
  const positions = wrapped(system);
  const legend = legendOf(system, styles, width - 150);
  const floor = height - 16 - LEGEND_ROW * legend.rows;
  const hulls = hullsOf(system, positions, styles, options.polyhedra);
  const ghosts = hulls.flatMap((hull) => hull.ghosts);
  const beyond = ghosts.map(({ position }) => position);
  const camera = cameraOf(system.cell, beyond, width, floor - 8);

  const items: Item[] = [];
  system.typeOf.forEach((species, i) => {
    items.push({ ...camera.project(atomAt(positions, i)), species });
  });
  for (const hull of hulls)
    items.push(...hullItems(hull, (styles[hull.species] as SpeciesStyle).fill, camera));
  for (const { position, species } of ghosts) items.push({ ...camera.project(position), species });

  const name = `c${hash(`${width} ${height} ${camera.scale} ${system.title} ${items.length} ${positions[0]}`)}`;
  const { groups, balls, every } = drawn(items, system, styles, camera, name, maxSpheres, width, floor);
  const gradients = styles.map(({ fill }, s) => sphereGradient(`${name}g${s}`, fill));
  const backdrop = (more: string): string =>
    `<rect width="${width}" height="${height}" fill="url(#${name}b)"${more}/>`;
  const veil = backdrop(` opacity="${(1 - FAR_CONTRAST ** (1 / SLICES.length)).toFixed(3)}"`);
  const { behind, before } = edges(system.cell, camera);
  const thinned = every > 1 ? `one in ${every} of the visible atoms is drawn` : '';
  const composition = prettyFormulas(reducedFormula(system));
  return figure(
    `${composition}, ${formatCount(system.typeOf.length)} atoms in the periodic cell, seen nearly along b. ${legend.words}.`,
    width,
    height,
    'font-size="14"',
    [
      `<defs>${backdropGradient(`${name}b`, width, height)}${gradients.join('')}${balls}</defs>`,
      `${backdrop('')}<g stroke-linejoin="round">${behind}${groups.join(veil)}${before}</g>`,
      tripod(system.cell, camera, 46, floor - 26),
      scaleBar(camera.scale, width - 16, height - 12),
      legend.markup(height, name),
      label(width - 16, 22, thinned, `text-anchor="end" fill="${token('ink-3')}"`),
    ].join(''),
  );
}

/** The items as markup, a text for each slice, and the circles that their spheres refer to. */
function drawn(
  items: readonly Item[],
  system: System,
  styles: readonly SpeciesStyle[],
  camera: Camera,
  name: string,
  maxSpheres: number,
  width: number,
  height: number,
): { groups: string[]; balls: string; every: number } {
  const { reach } = camera;
  const last = SLICES.length - 1;
  const sliceOf = (depth: number): number =>
    Math.max(0, Math.min(last, Math.floor(((depth + reach) / (2 * reach)) * SLICES.length)));
  const growth = Math.min(LARGEST_GROWTH, Math.max(1, Math.sqrt(system.typeOf.length / LOOSE_ATOMS)));
  const radii = system.species.map(({ element }, s) => {
    const ion = ELEMENTS.get(element)?.ionicRadius ?? 1;
    const angstrom = growth * SPHERE * Math.sqrt(ion) * (styles[s]?.role === 'mobile' ? MOBILE_FACTOR : 1);
    return SLICES.map((_, slice) => {
      const depth = ((slice + 0.5) / SLICES.length) * 2 * reach - reach;
      return angstrom * camera.scaleAt(depth);
    });
  });
  const radiusOf = (species: number, slice: number): number => radii[species]?.[slice] ?? 0;
  const { kept, every } = visibleItems(items, maxSpheres, width, height, ({ species, depth }) =>
    species === undefined ? 0 : radiusOf(species, sliceOf(depth)),
  );
  const groups = SLICES.map(() => '');
  const balls = new Map<string, string>();
  for (const { depth, x, y, species, markup = '' } of kept) {
    const slice = sliceOf(depth);
    if (species === undefined) {
      groups[slice] += markup;
      continue;
    }
    const id = `${name}${species}${SLICES[slice]}`;
    const { fill } = styles[species] as SpeciesStyle;
    if (!balls.has(id)) balls.set(id, ball(id, `${name}g${species}`, radiusOf(species, slice), fill));
    groups[slice] += `<use href="#${id}" x="${px(x)}" y="${px(y)}"/>`;
  }
  return { groups, balls: [...balls.values()].join(''), every };
}

/** Positions inside the cell; an atom on a face within rounding stays on the side of the origin. */
function wrapped({ cell, positions }: System): Float64Array {
  return toCartesian(
    cell,
    toFractional(cell, positions).map((x) => x - Math.floor(x + 1e-6)),
  );
}

/** FNV-1a in four letters: ids must differ between the pictures of one page, and be the same on every run. */
function hash(words: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) h = Math.imul(h ^ words.charCodeAt(i), 0x01000193) >>> 0;
  return h.toString(36).padStart(4, '0').slice(-4);
}

function backdropGradient(id: string, width: number, height: number): string {
  return (
    `<radialGradient id="${id}" gradientUnits="userSpaceOnUse" cx="${width / 2}" cy="${height * 0.42}" r="${Math.max(width, height) * 0.68}">` +
    `<stop offset="0" stop-color="${token('viewer-centre')}"/><stop offset="1" stop-color="${token('viewer-edge')}"/></radialGradient>`
  );
}
