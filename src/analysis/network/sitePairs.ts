/** Pairs of sites by distance, every periodic image a pair of its own. */
import { inverse, rowTimes, type Vec3 } from '../../core/vec.ts';
import { surroundings } from '../../model/around.ts';
import { toCartesian } from '../../model/cell.ts';
import type { SampleSites } from './hopGraph.ts';

/** Calls `visit` for every directed pair of sites within `reach` (Å), once per image; nodes are numbered as in the graph. */
export function forPairsWithin(
  { sites, start }: SampleSites,
  reach: number,
  visit: (from: number, to: number, image: Vec3, length: number) => void,
): void {
  const { cell, fractional } = sites;
  const positions = toCartesian(cell, fractional);
  const { around } = surroundings(cell, positions);
  const toCell = inverse(cell.h);
  for (let i = 0; i < sites.kinds.length; i++) {
    const at = (k: number): number => positions[3 * i + k] as number;
    around(at(0), at(1), at(2), reach, (j, dx, dy, dz, length) => {
      if (length < 1e-9) return;
      const step = rowTimes([dx, dy, dz], toCell);
      const image = ([0, 1, 2] as const).map((k) =>
        Math.round(step[k] - (fractional[3 * j + k] as number) + (fractional[3 * i + k] as number)),
      ) as unknown as Vec3;
      visit(start + i, start + j, image, length);
    });
  }
}
