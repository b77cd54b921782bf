/** The Verlet list in f64: all pairs with any image within the list cutoff, sorted by index. */
import type { System } from '../model/system.ts';
import { forEachPair } from './pairSum.ts';

/** For every atom the sorted indices of the others that have an image within `listCutoff` (Å). */
export function neighborLists(system: System, listCutoff: number): number[][] {
  const sets = Array.from(system.typeOf, () => new Set<number>());
  forEachPair(system, listCutoff, (i, j) => {
    if (i === j) return;
    sets[i]?.add(j);
    sets[j]?.add(i);
  });
  return sets.map((set) => [...set].sort((a, b) => a - b));
}
