/** Ions as they go from site to site: displacements without vibrations, for the diffusivity of the same hops that the network counts. */
import { rowTimes } from '../../core/vec.ts';
import type { SiteHistory, Visit } from '../sites/visits.ts';
import type { Tracks } from '../transport/tracks.ts';

/** The path of each ion over its sites, from where it starts, Å. An ion without visits stands still. */
export function siteTracks({ sites, ions, frames, frameInterval, visits }: SiteHistory): Tracks {
  const byIon: Visit[][] = Array.from({ length: ions }, () => []);
  for (const visit of visits) byIon[visit.ion]?.push(visit);
  const place = ({ site, image }: Visit): readonly number[] =>
    rowTimes(
      ([0, 1, 2] as const).map((k) => (sites.fractional[3 * site + k] as number) + image[k]),
      sites.cell.h,
    );
  return {
    walkers: ions,
    frames,
    frameInterval,
    read(walker, x, y, z) {
      for (const component of [x, y, z]) component.fill(0);
      const path = byIon[walker] ?? [];
      const first = path[0];
      if (!first) return;
      const origin = place(first);
      for (const visit of path) {
        const here = place(visit);
        [x, y, z].forEach((component, k) => {
          component.fill((here[k] as number) - (origin[k] as number), visit.begin, visit.end);
        });
      }
    },
  };
}
