/** Spheres of a picture of the cell: a shaded circle for each species and depth, and which atoms can be seen at all. */
import type { Projected } from './cellCamera.ts';
import { px } from './figure.ts';

/** Something to draw. */
export interface Item extends Projected {
  /** Index into species of a sphere; markup of anything else. */
  readonly species?: number;
  readonly markup?: string;
}

/**
 * From far to near, without the spheres that lie wholly behind others; of what is left every n-th when it is still too
 * many.
 */
export function visibleItems(
  items: readonly Item[],
  most: number,
  width: number,
  height: number,
  radiusOf: (item: Item) => number,
): { kept: Item[]; every: number } {
  // A run that lost its physics may have atoms that are nowhere.
  const placed = items.filter(({ x, y, depth }) => Number.isFinite(x + y + depth));
  const nearestFirst = placed.sort((p, q) => q.depth - p.depth);
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
  const visible = nearestFirst.filter(isVisible).reverse();
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

export function ball(id: string, gradient: string, radius: number, fill: string): string {
  const brightness = [1, 3, 5].reduce((sum, i) => sum + Number.parseInt(fill.slice(i, i + 2), 16), 0);
  const [rim, opacity] = brightness < DARK_FILL ? ['#8aa0b6', 0.7] : [mix(fill, '#101820', 0.55), 0.55];
  const stroke =
    radius < 2.5
      ? ''
      : ` stroke="${rim}" stroke-opacity="${opacity}" stroke-width="${px(Math.min(0.9, radius / 9))}"`;
  return `<circle id="${id}" r="${(Math.round(radius * 100) / 100).toString()}" fill="url(#${gradient})"${stroke}/>`;
}

export function sphereGradient(id: string, fill: string): string {
  const stops: readonly (readonly [number, string])[] = [
    [0, mix(fill, '#ffffff', 0.5)],
    [0.32, mix(fill, '#ffffff', 0.14)],
    [0.68, fill],
    [1, mix(fill, '#101820', 0.42)],
  ];
  return `<radialGradient id="${id}" cx=".5" cy=".5" r=".56" fx=".34" fy=".3">${stops.map(([at, color]) => `<stop offset="${at}" stop-color="${color}"/>`).join('')}</radialGradient>`;
}
