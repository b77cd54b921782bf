/** What explains a picture of the cell: its edges, axes, a scale bar, and the legend of its species. */
import { rowTimes } from '../core/vec.ts';
import type { Cell } from '../model/cell.ts';
import { type Species, type System, speciesCounts } from '../model/system.ts';
import { type Camera, CORNERS, type Projected, unit } from './cellCamera.ts';
import { label, px, textWidth } from './figure.ts';
import { formatCount, formatPlain, ionName } from './format.ts';
import { escapeText } from './markup.ts';
import { type SpeciesStyle, token } from './palette.ts';

/** px of a row of the legend. */
export const LEGEND_ROW = 24;

/** The twelve edges: the three at the farthest corner are drawn before the atoms, the others after them. */
export function edges({ h }: Cell, camera: Camera): { behind: string; before: string } {
  const points = CORNERS.map((corner) => camera.project(rowTimes(corner, h)));
  const depths = points.map(({ depth }) => depth);
  const farthest = depths.indexOf(Math.min(...depths));
  const paths = { behind: '', before: '' };
  for (let i = 0; i < 8; i++) {
    // The bits of a corner's index are its coordinates: an edge turns one 0 into a 1.
    for (const bit of [1, 2, 4]) {
      if (i & bit) continue;
      const [p, q] = [points[i], points[i | bit]] as [Projected, Projected];
      paths[i === farthest || (i | bit) === farthest ? 'behind' : 'before'] +=
        `M${px(p.x)} ${px(p.y)}L${px(q.x)} ${px(q.y)}`;
    }
  }
  const path = (d: string, opacity: number): string =>
    `<path fill="none" stroke="${token('edge')}" stroke-opacity="${opacity}" d="${d}"/>`;
  return { behind: path(paths.behind, 0.7), before: path(paths.before, 0.9) };
}

/** Directions of a, b and c, 24 px for the longest on the page. */
export function tripod({ h }: Cell, camera: Camera, x: number, y: number): string {
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
    return label(x + across + (9 * across) / length, y - upwards - (9 * upwards) / length + 5, name);
  });
  return (
    `<path fill="none" stroke="${token('ink-2')}" stroke-width="1.4" stroke-linecap="round" d="${lines}"/>` +
    `<g fill="${token('ink-2')}" text-anchor="middle" font-weight="600">${names.join('')}</g>`
  );
}

/** A round length of at most 110 px in the plane of the centre, ending at x. */
export function scaleBar(scale: number, x: number, y: number): string {
  const length = [100, 50, 20, 10, 5, 2, 1].find((angstrom) => angstrom * scale <= 110) ?? 1;
  const wide = length * scale;
  return (
    `<path fill="none" stroke="${token('ink-2')}" stroke-width="1.4" d="M${px(x - wide)} ${px(y - 4)}v4H${px(x)}v-4"/>` +
    label(x - wide / 2, y - 8, `${formatPlain(length)} Å`, `text-anchor="middle" fill="${token('ink-2')}"`)
  );
}

/** Rows of species with their numbers at the foot of the picture. */
export function legendOf(
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
