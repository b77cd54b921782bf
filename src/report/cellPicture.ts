/**
 * A still picture of the simulation cell as SVG: shaded spheres by depth, octahedra of the metals, the cell's edges, axes,
 * scale bar and legend. Spheres are <use> of a few dozen circles (species × depth), so that thousands of atoms stay small;
 * what lies hidden behind others is left out. Far layers fade into the page by veils of background between the slices.
 */
import { ELEMENTS } from '../core/elements.ts';
import { inverse, norm, rowTimes, type Vec3 } from '../core/vec.ts';
import { reducedFormula, type Species, type System, speciesCounts } from '../model/system.ts';
import { FIGURE_FONT, textWidth } from './chart.ts';
import { formatCount, formatPlain, ionName, prettyFormulas } from './format.ts';
import { escapeText } from './markup.ts';
import { type SpeciesStyle, speciesStyles, token } from './palette.ts';
import { type Polyhedron, polyhedra } from './polyhedra.ts';

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

/** Slices by depth, each with its own sphere sizes and a veil before the next. */
const SLICES = 12;
/** What is left of the contrast at the far end. */
const FAR_CONTRAST = 0.5;
/** Vertical opening of the camera and height of the place it looks from, degrees. */
const OPENING = 24;
const ELEVATION = 13;
/** How much of b is seen sideways: enough for a third face of the box, whatever the angle between a and b. */
const SIDEWAYS_B = 0.42;
/** Sphere radius, Å, of an ion of 1 Å; grows as the root, and mobile ions are larger than their size. */
const SPHERE = 0.5;
const MOBILE_FACTOR = 1.3;
/** Above so many atoms spheres grow towards a closed surface, by at most so much: dots in the thousands are noise. */
const LOOSE_ATOMS = 1500;
const LARGEST_GROWTH = 1.9;
const MOST_POLYHEDRA = 200;
const MOST_SPHERES = 5000;
const LEGEND_ROW = 24;

/** Something to draw, and how far away it is. */
interface Item {
  /** Å in front of the centre; the largest is nearest. */
  readonly depth: number;
  readonly x: number;
  readonly y: number;
  /** Index into species of a sphere; markup of anything else. */
  readonly species?: number;
  readonly markup?: string;
}

/** The picture as SVG text. */
export function cellPicture(system: System, options: PictureOptions): string {
  const { width = 560, height = 460, maxSpheres = MOST_SPHERES } = options;
  const styles = speciesStyles(system, options.mobile);
  const positions = wrapped(system);
  const legend = legendOf(system, styles, width - 150);
  const floor = height - 16 - LEGEND_ROW * legend.rows;
  const hulls = hullsOf(system, positions, styles, options.polyhedra);
  const ghosts = hulls.flatMap((hull) => hull.ghosts.map(({ position }) => position));
  const camera = cameraOf(system, ghosts, width, floor - 8);
  const growth = Math.min(LARGEST_GROWTH, Math.max(1, Math.sqrt(system.typeOf.length / LOOSE_ATOMS)));
  const radii = system.species.map(({ element }, s) => {
    const ion = ELEMENTS.get(element)?.ionicRadius ?? 1;
    return growth * SPHERE * Math.sqrt(ion) * (styles[s]?.role === 'mobile' ? MOBILE_FACTOR : 1);
  });

  const items: Item[] = [];
  const sphere = (position: Vec3, species: number): void => {
    items.push({ ...camera.project(position), species });
  };
  for (let i = 0; i < system.typeOf.length; i++) sphere(atomAt(positions, i), system.typeOf[i] as number);
  for (const hull of hulls) {
    const color = (styles[hull.species] as SpeciesStyle).fill;
    items.push(...hullItems(hull, color, camera));
    for (const ghost of hull.ghosts) sphere(ghost.position, ghost.species);
  }

  const name = `c${hash(`${width} ${height} ${camera.scale} ${system.title} ${items.length} ${positions[0]}`)}`;
  const slices = SLICES;
  const sliceOf = (depth: number): number =>
    Math.max(0, Math.min(slices - 1, Math.floor(((depth + camera.reach) / (2 * camera.reach)) * slices)));
  const scaleAt = (slice: number): number =>
    camera.scaleAt(((slice + 0.5) / slices) * 2 * camera.reach - camera.reach);
  const { kept, every } = visibleItems(items, maxSpheres, width, floor, (item) =>
    item.species === undefined ? 0 : (radii[item.species] as number) * scaleAt(sliceOf(item.depth)),
  );

  const groups = Array.from({ length: slices }, () => '');
  const used = new Set<string>();
  for (const { depth, x, y, species, markup } of kept) {
    const slice = sliceOf(depth);
    if (species === undefined) groups[slice] += markup ?? '';
    else {
      const id = `${name}${species}${LETTERS[slice]}`;
      used.add(id);
      groups[slice] += `<use href="#${id}" x="${px(x)}" y="${px(y)}"/>`;
    }
  }
  const balls = radii.flatMap((radius, s) =>
    groups.map((_, slice) => {
      const id = `${name}${s}${LETTERS[slice]}`;
      return used.has(id)
        ? ball(id, `${name}g${s}`, radius * scaleAt(slice), (styles[s] as SpeciesStyle).fill)
        : '';
    }),
  );
  const gradients = styles.map(({ fill }, s) => sphereGradient(`${name}g${s}`, fill));
  const backdrop = (more: string): string =>
    `<rect width="${width}" height="${height}" fill="url(#${name}b)"${more}/>`;
  const veil = backdrop(` opacity="${(1 - FAR_CONTRAST ** (1 / SLICES)).toFixed(3)}"`);
  const { behind, before } = edges(system, camera);
  const thinned = every > 1 ? `one in ${every} of the visible atoms is drawn` : '';
  const composition = prettyFormulas(reducedFormula(system));
  const words = `${composition}, ${formatCount(system.typeOf.length)} atoms in the periodic cell, seen nearly along b. ${legend.words}.`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeText(words)}" viewBox="0 0 ${width} ${height}" `,
    `width="${width}" height="${height}" font-family="${escapeText(FIGURE_FONT)}" font-size="14">`,
    `<defs>${backdropGradient(`${name}b`, width, height)}${gradients.join('')}${balls.join('')}</defs>`,
    `${backdrop('')}<g stroke-linejoin="round">${behind}${groups.join(veil)}${before}</g>`,
    tripod(system, camera, 46, floor - 26),
    scaleBar(camera.scale, width - 16, height - 12),
    legend.markup(height, name),
    label(width - 16, 22, thinned, 'end', 'ink-3'),
    '</svg>',
  ].join('');
}

/** Names of slices in ids. */
const LETTERS = 'abcdefghijkl';

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function label(
  x: number,
  y: number,
  words: string,
  anchor: 'start' | 'middle' | 'end',
  color: 'ink' | 'ink-2' | 'ink-3',
): string {
  return words === ''
    ? ''
    : `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" fill="${token(color)}">${escapeText(words)}</text>`;
}

/** FNV-1a in four letters: ids must differ between the pictures of one page, and be the same on every run. */
function hash(words: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) h = Math.imul(h ^ words.charCodeAt(i), 0x01000193) >>> 0;
  return h.toString(36).padStart(4, '0').slice(-4);
}

function atomAt(positions: Float64Array, i: number): Vec3 {
  return [positions[3 * i] as number, positions[3 * i + 1] as number, positions[3 * i + 2] as number];
}

/** Positions inside the cell; an atom on a face within rounding stays on the side of the origin. */
function wrapped({ cell: { h }, positions }: System): Float64Array {
  const toFractional = inverse(h);
  const out = new Float64Array(positions.length);
  for (let i = 0; i < positions.length / 3; i++) {
    const s = rowTimes(atomAt(positions, i), toFractional).map((x) => x - Math.floor(x + 1e-6));
    out.set(rowTimes(s, h), 3 * i);
  }
  return out;
}

interface Camera {
  /** Place on the page, px, and depth, Å in front of the centre. */
  readonly project: (position: Vec3) => { x: number; y: number; depth: number };
  /** A direction without perspective: Å across and up. */
  readonly direction: (vector: Vec3) => readonly [number, number];
  /** px per Å in the plane of the centre, and at a depth. */
  readonly scale: number;
  readonly scaleAt: (depth: number) => number;
  /** Largest depth of the cell, Å. */
  readonly reach: number;
}

/** Fractional coordinates of the corners. */
const CORNERS: readonly Vec3[] = [0, 1].flatMap((a) =>
  [0, 1].flatMap((b) => [0, 1].map((c) => [a, b, c] as const)),
);

/** c upwards, a to the right, looking nearly along b from a little above; the whole cell fits, and `beyond` with it. */
function cameraOf({ cell: { h } }: System, beyond: readonly Vec3[], width: number, height: number): Camera {
  const [a, b, c] = [rowTimes([1, 0, 0], h), rowTimes([0, 1, 0], h), rowTimes([0, 0, 1], h)] as const;
  const up = unit(c);
  const along = dotted(a, up);
  const right = unit(a.map((x, k) => x - along * (up[k] as number)) as unknown as Vec3);
  const inward: Vec3 = [
    up[1] * right[2] - up[2] * right[1],
    up[2] * right[0] - up[0] * right[2],
    up[0] * right[1] - up[1] * right[0],
  ];
  const azimuth = (bestAzimuth(unit([dotted(b, right), dotted(b, inward), 0])) * Math.PI) / 180;
  const elevation = (ELEVATION * Math.PI) / 180;
  const mixed = (x: number, y: number, z: number): Vec3 =>
    [0, 1, 2].map(
      (k) => x * (right[k] as number) + y * (inward[k] as number) + z * (up[k] as number),
    ) as unknown as Vec3;
  const [ce, se] = [Math.cos(elevation), Math.sin(elevation)];
  const view = mixed(ce * Math.cos(azimuth), ce * Math.sin(azimuth), se);
  const across = mixed(-Math.sin(azimuth), Math.cos(azimuth), 0);
  const upwards = mixed(-se * Math.cos(azimuth), -se * Math.sin(azimuth), ce);
  const center = rowTimes([0.5, 0.5, 0.5], h);
  const corners = CORNERS.map((corner) => rowTimes(corner, h));
  const relative = (p: Vec3): Vec3 => [p[0] - center[0], p[1] - center[1], p[2] - center[2]];
  const reach = Math.max(...corners.map((p) => Math.abs(dotted(relative(p), view)))) + 1;
  const distance =
    Math.max(...corners.map((p) => norm(relative(p)))) / Math.tan((OPENING * Math.PI) / 360) + reach;
  const flat = (p: Vec3): { x: number; y: number; depth: number } => {
    const d = relative(p);
    const depth = dotted(d, view);
    const nearer = distance / (distance - depth);
    return { x: nearer * dotted(d, across), y: -nearer * dotted(d, upwards), depth };
  };
  const seen = [...corners, ...beyond].map(flat);
  const range = (pick: (p: { x: number; y: number }) => number): readonly [number, number] => {
    const values = seen.map(pick);
    // Å of room for spheres and ghosts on the faces.
    return [Math.min(...values) - 1.6, Math.max(...values) + 1.6];
  };
  const [x0, x1] = range(({ x }) => x);
  const [y0, y1] = range(({ y }) => y);
  const scale = Math.min((width - 24) / (x1 - x0), (height - 20) / (y1 - y0));
  const shift = [
    width / 2 - (scale * (x0 + x1)) / 2,
    10 + (height - 20) / 2 - (scale * (y0 + y1)) / 2,
  ] as const;
  return {
    project(position) {
      const { x, y, depth } = flat(position);
      return { x: shift[0] + scale * x, y: shift[1] + scale * y, depth };
    },
    direction: (vector) => [dotted(vector, across), dotted(vector, upwards)],
    scale,
    scaleAt: (depth) => (scale * distance) / (distance - depth),
    reach,
  };
}

/**
 * The azimuth, degrees, that shows a nearly at full length and the part of b that SIDEWAYS_B wants.
 * @param b its direction in the plane across c: along a, and away from it
 */
function bestAzimuth(b: Vec3): number {
  const penalty = (azimuth: number): number => {
    const [sine, cosine] = [Math.sin((azimuth * Math.PI) / 180), Math.cos((azimuth * Math.PI) / 180)];
    const sideways = Math.abs(-sine * b[0] + cosine * b[1]);
    return Math.abs(sideways - SIDEWAYS_B) + 2 * Math.max(0, 0.86 + sine);
  };
  const candidates = Array.from({ length: 31 }, (_, i) => -60 - 2 * i);
  return candidates.reduce((best, azimuth) => (penalty(azimuth) < penalty(best) ? azimuth : best), -66);
}

function unit(v: Vec3): Vec3 {
  const length = norm(v);
  return [v[0] / length, v[1] / length, v[2] / length];
}

function dotted(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

interface DrawnHull extends Polyhedron {
  readonly species: number;
  /** Anions beyond the cell's faces that complete the hull. */
  readonly ghosts: readonly { readonly position: Vec3; readonly species: number }[];
}

function hullsOf(
  system: System,
  positions: Float64Array,
  styles: readonly SpeciesStyle[],
  asked: boolean | undefined,
): DrawnHull[] {
  const atomsOf = (role: SpeciesStyle['role']): number[] => {
    const atoms: number[] = [];
    system.typeOf.forEach((type, i) => {
      if (styles[type]?.role === role) atoms.push(i);
    });
    return atoms;
  };
  const metals = atomsOf('metal');
  if (asked === false || (asked === undefined && metals.length > MOST_POLYHEDRA)) return [];
  const anions = atomsOf('anion');
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
function hullItems({ center, vertices, faces }: Polyhedron, color: string, camera: Camera): Item[] {
  const corners = vertices.map(({ position }) => camera.project(position));
  const { depth } = camera.project(center);
  const paths = { near: '', far: '' };
  for (const face of faces) {
    const [p, q, r] = face.map((i) => corners[i]) as [Item, Item, Item];
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

/**
 * From far to near, without the spheres that lie wholly behind others; of what is left every n-th when it is still too
 * many.
 */
function visibleItems(
  items: readonly Item[],
  most: number,
  width: number,
  height: number,
  radiusOf: (item: Item) => number,
): { kept: Item[]; every: number } {
  const sorted = items.toSorted((p, q) => p.depth - q.depth);
  const covered = new Uint8Array(width * height);
  const isVisible = (item: Item): boolean => {
    if (item.species === undefined) return true;
    const radius = radiusOf(item);
    let seen = false;
    for (let y = Math.max(0, Math.ceil(item.y - radius)); y <= Math.min(height - 1, item.y + radius); y++) {
      const half = Math.sqrt(radius ** 2 - (y - item.y) ** 2);
      for (let x = Math.max(0, Math.ceil(item.x - half)); x <= Math.min(width - 1, item.x + half); x++) {
        if (covered[y * width + x] === 0) {
          seen = true;
          covered[y * width + x] = 1;
        }
      }
    }
    // Smaller than the raster: no pixel to look at.
    return seen || radius < 1;
  };
  const visible = sorted.toReversed().filter(isVisible).reverse();
  const every = Math.ceil(visible.length / most);
  return { kept: every > 1 ? visible.filter((_, i) => i % every === 0) : visible, every };
}

function mix(color: string, other: string, share: number): string {
  const channels = (hex: string): number[] => [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16));
  const [a, b] = [channels(color), channels(other)];
  return `#${a
    .map((x, i) =>
      Math.round(x + ((b[i] as number) - x) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/** Sum of the channels below which a sphere needs a light rim to be seen on a dark page. */
const DARK_FILL = 260;

function ball(id: string, gradient: string, radius: number, fill: string): string {
  const brightness = [1, 3, 5].reduce((sum, i) => sum + Number.parseInt(fill.slice(i, i + 2), 16), 0);
  const [rim, opacity] = brightness < DARK_FILL ? ['#8aa0b6', 0.7] : [mix(fill, '#101820', 0.55), 0.55];
  const stroke =
    radius < 2.5
      ? ''
      : ` stroke="${rim}" stroke-opacity="${opacity}" stroke-width="${px(Math.min(0.9, radius / 9))}"`;
  return `<circle id="${id}" r="${(Math.round(radius * 100) / 100).toString()}" fill="url(#${gradient})"${stroke}/>`;
}

function sphereGradient(id: string, fill: string): string {
  const stops: readonly (readonly [number, string])[] = [
    [0, mix(fill, '#ffffff', 0.5)],
    [0.32, mix(fill, '#ffffff', 0.14)],
    [0.68, fill],
    [1, mix(fill, '#101820', 0.42)],
  ];
  return `<radialGradient id="${id}" cx=".5" cy=".5" r=".56" fx=".34" fy=".3">${stops.map(([at, color]) => `<stop offset="${at}" stop-color="${color}"/>`).join('')}</radialGradient>`;
}

function backdropGradient(id: string, width: number, height: number): string {
  return (
    `<radialGradient id="${id}" gradientUnits="userSpaceOnUse" cx="${width / 2}" cy="${height * 0.42}" r="${Math.max(width, height) * 0.68}">` +
    `<stop offset="0" stop-color="${token('viewer-centre')}"/><stop offset="1" stop-color="${token('viewer-edge')}"/></radialGradient>`
  );
}

/** The twelve edges: the three at the farthest corner are drawn before the atoms, the others after them. */
function edges({ cell: { h } }: System, camera: Camera): { behind: string; before: string } {
  const points = CORNERS.map((corner) => camera.project(rowTimes(corner, h)));
  const depths = points.map(({ depth }) => depth);
  const farthest = depths.indexOf(Math.min(...depths));
  const paths = { behind: '', before: '' };
  for (let i = 0; i < 8; i++) {
    // The bits of a corner's index are its coordinates: an edge turns one 0 into a 1.
    for (const bit of [1, 2, 4]) {
      if (i & bit) continue;
      const [p, q] = [points[i], points[i | bit]] as [Item, Item];
      paths[i === farthest || (i | bit) === farthest ? 'behind' : 'before'] +=
        `M${px(p.x)} ${px(p.y)}L${px(q.x)} ${px(q.y)}`;
    }
  }
  const path = (d: string, opacity: number): string =>
    `<path fill="none" stroke="${token('edge')}" stroke-opacity="${opacity}" d="${d}"/>`;
  return { behind: path(paths.behind, 0.7), before: path(paths.before, 0.9) };
}

/** Directions of a, b and c, 24 px for the longest on the page. */
function tripod({ cell: { h } }: System, camera: Camera, x: number, y: number): string {
  const axes = (['a', 'b', 'c'] as const).map((name, i) => {
    const vector = rowTimes([Number(i === 0), Number(i === 1), Number(i === 2)], h);
    const [across, upwards] = camera.direction(unit(vector));
    return { name, across: 24 * across, upwards: 24 * upwards };
  });
  const lines = axes
    .map(({ across, upwards }) => `M${px(x)} ${px(y)}l${px(across)} ${px(-upwards)}`)
    .join('');
  const names = axes.map(({ name, across, upwards }) => {
    const length = Math.hypot(across, upwards) || 1;
    return `<text x="${px(x + across + (9 * across) / length)}" y="${px(y - upwards - (9 * upwards) / length + 5)}">${name}</text>`;
  });
  return (
    `<path fill="none" stroke="${token('ink-2')}" stroke-width="1.4" stroke-linecap="round" d="${lines}"/>` +
    `<g fill="${token('ink-2')}" text-anchor="middle" font-weight="600">${names.join('')}</g>`
  );
}

/** A round length of at most 110 px in the plane of the centre, ending at x. */
function scaleBar(scale: number, x: number, y: number): string {
  const length = [100, 50, 20, 10, 5, 2, 1].find((angstrom) => angstrom * scale <= 110) ?? 1;
  const wide = length * scale;
  return (
    `<path fill="none" stroke="${token('ink-2')}" stroke-width="1.4" d="M${px(x - wide)} ${px(y - 4)}v4H${px(x)}v-4"/>` +
    label(x - wide / 2, y - 8, `${formatPlain(length)} Å`, 'middle', 'ink-2')
  );
}

/** Rows of species with their numbers at the foot of the picture. */
function legendOf(
  system: System,
  styles: readonly SpeciesStyle[],
  width: number,
): { rows: number; words: string; markup: (height: number, name: string) => string } {
  const counts = speciesCounts(system);
  const order = { mobile: 0, metal: 1, anion: 2 } as const;
  const entries = system.species
    .map((species: Species, s) => {
      const { role, rank } = styles[s] as SpeciesStyle;
      const count = formatCount(counts[s] as number);
      const name = ionName(species);
      return { s, role, rank, name, count, wide: 30 + textWidth(`${name} ${count}`, 14) + 12 };
    })
    .filter(({ s }) => (counts[s] as number) > 0)
    .sort((p, q) => order[p.role] - order[q.role] || p.rank - q.rank);
  let x = 16;
  let row = 0;
  const placed = entries.map((entry) => {
    if (x > 16 && x + entry.wide > width) {
      x = 16;
      row++;
    }
    const at = { ...entry, x, row };
    x += entry.wide;
    return at;
  });
  const rows = row + 1;
  return {
    rows,
    words: entries
      .map(({ name, count, role }) => `${count} ${name}${role === 'mobile' ? ' (mobile)' : ''}`)
      .join(', '),
    markup: (height, name) =>
      placed
        .map(({ s, name: ion, count, x: left, row: line }) => {
          const y = height - 14 - LEGEND_ROW * (rows - 1 - line);
          return (
            `<circle cx="${px(left + 7)}" cy="${y - 4}" r="6.5" fill="url(#${name}g${s})" stroke="${token('edge')}" stroke-width=".6"/>` +
            `<text x="${px(left + 20)}" y="${y}" fill="${token('ink')}" font-weight="550">${escapeText(ion)} ` +
            `<tspan fill="${token('ink-3')}" font-weight="400">${count}</tspan></text>`
          );
        })
        .join(''),
  };
}
