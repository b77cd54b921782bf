/**
 * Shortest distances that ions are put at, out of ionic radii (Shannon, Acta Cryst. A32, 751 (1976),
 * doi:10.1107/S0567739476001551). Below a sum of radii: ions in lower coordination and in melts come closer.
 */
import { ELEMENTS } from '../core/elements.ts';

export interface Ion {
  readonly element: string;
  /** Oxidation state, e. */
  readonly charge: number;
}

/** Fraction of the sum of radii: Li–Cl 1.93 Å, where the shortest in crystals are 2.3 Å. */
export const INTERSTITIAL_FRACTION = 0.75;

/**
 * @param fraction of the sum of the radii
 * @param cations least distance of two cations, Å: their radii say nothing about how near they come
 */
export function contactDistance(a: Ion, b: Ion, fraction: number, cations: number): number {
  const radius = ({ element }: Ion): number => ELEMENTS.get(element)?.ionicRadius ?? 1;
  const sum = fraction * (radius(a) + radius(b));
  return a.charge > 0 && b.charge > 0 ? Math.max(sum, cations) : sum;
}
