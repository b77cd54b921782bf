/** Settings of the analysis of sites, and what follows from them and from the run. */
import type { AnalysisContext } from '../analysis.ts';
import type { RecrossingFilter } from './recorder.ts';
import type { Reference } from './reference.ts';

export type SiteDefinition = 'polyhedra' | 'crystallographic' | 'density';

/** sites.ts gives them their defaults. */
export interface SiteSettings {
  readonly definition: string;
  /** Further crystallographic sites: `label x y z; …`. */
  readonly sites: string;
  /** Å; 0: from the amplitude of vibration. */
  readonly radius: number;
  /** fs; 0: one vibration period. */
  readonly stay: number;
  /** Frames; beats `stay` when above 0. */
  readonly stayFrames: number;
  readonly core: number;
  /** Frames that the mean places of the framework are taken from. */
  readonly reference: number;
  /** Å */
  readonly spacing: number;
  /** Å */
  readonly smoothing: number;
  readonly leastOccupancy: number;
  readonly shapeLimit: number;
}

/** The framework is rigid while its corners vibrate by less than this fraction of their distance (Lindemann's 0.1–0.15). */
export const LINDEMANN = 0.15;
/** fs; of Li at 10 THz. Other ions are slower as the root of their mass. */
const PERIOD = 100;
const LITHIUM = 6.94;

/** The definition asked for; `auto`: polyhedra when there are corners and they hold still, density otherwise. */
export function chosenDefinition(
  { definition }: SiteSettings,
  corners: number,
  { amplitude, nearest }: Reference,
): SiteDefinition {
  if (definition === 'polyhedra' || definition === 'crystallographic' || definition === 'density') {
    return definition;
  }
  return corners >= 4 && amplitude < LINDEMANN * nearest ? 'polyhedra' : 'density';
}

/** The filter in frames: given so, or the shortest stay over the interval. */
export function recrossingFilter(
  { system, mobile, frameInterval }: AnalysisContext,
  { stay, stayFrames, core }: SiteSettings,
): RecrossingFilter {
  if (stayFrames > 0) return { frames: Math.round(stayFrames), core };
  const mass = Math.max(...mobile.map((s) => system.species[s]?.mass ?? LITHIUM));
  const shortest = stay > 0 ? stay : PERIOD * Math.max(1, Math.sqrt(mass / LITHIUM));
  const frames = frameInterval > 0 ? Math.max(1, Math.ceil(shortest / frameInterval - 1e-6)) : 1;
  return { frames, core };
}
