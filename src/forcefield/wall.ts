/**
 * The repulsive wall that stands where a published pair interaction stops repelling. A Buckingham term falls to −∞ as
 * r → 0 (−C/r⁶ beats every exponential), and so does any finite repulsion between opposite charges: two ions that once
 * climb over the inner maximum fall into each other for good.
 *
 * What counts is the whole interaction of two ions, φ(r) = V(r) + k q_i q_j/r with V the sum of all short-range terms.
 * V alone would be the wrong function: between like charges Coulomb moves the inner maximum inwards, so that a wall by V
 * would stand at distances that ions do visit (Bush's O–O: maximum of V near 2 Å, of φ at 1.3 Å); between opposite
 * charges it moves it outwards. The long-range sum adds the fields of the other ions to φ, which are smooth at this pair.
 *
 * The wall begins at r_w, where the repulsion −φ′ just outside the inner maximum is at its largest: everything outside
 * is the published interaction, and inside its repulsion only fades, which no ion does. There φ″ = 0, and
 *   W(r) = φ(r_w) + F r_w s (1 + s²/x) + ½ K r_w² s²,   x = r/r_w, s = 1 − x, F = −φ′(r_w) > 0, K = φ″(r_w),
 *   −W′(r) = F (1 + 3 s²/x + s³/x²) + K r_w s,
 * takes the place of φ. Value, slope and curvature are those of φ at r_w; the repulsion grows inwards without end, as
 * 1/r². V becomes W − k q_i q_j/r, so that the Coulomb sum stays as it is. K differs from zero only where the wall
 * begins before the repulsion is largest: below the first point of a tabulated interaction.
 */
import type { PairTerm } from './forceField.ts';
import { sumAt } from './truncation.ts';

export interface Wall {
  /** r_w, Å */
  readonly radius: number;
  /** φ(r_w), eV */
  readonly energy: number;
  /** F, eV/Å; positive: repulsion */
  readonly force: number;
  /** K, eV/Å² */
  readonly curvature: number;
}

/** How a pair of species behaves as r → 0. */
export type InnerPart =
  /** Repels as far in as two ions can get (or does not interact): nothing to guard. */
  | { readonly kind: 'repulsive' }
  /**
   * Would attract inside `maximum` (Å), `barrier` (eV) above the lowest energy outside it: guarded by a wall. Zero and
   * infinity when it repels from the first point of a table on and only what is further in is not known.
   */
  | { readonly kind: 'wall'; readonly wall: Wall; readonly maximum: number; readonly barrier: number }
  /** Attracts from the cutoff to zero: no distance at which a wall could begin. */
  | { readonly kind: 'attractive' };

/** Where the search begins, Å. */
const INNERMOST = 0.05;
/**
 * An inner maximum needs no wall when no ion can get there: no structure is taken with two atoms closer than 0.6 Å, so
 * none starts inside a maximum below 0.5 Å, and none climbs 100 eV (a million kelvin). So it is with every Born–Mayer
 * repulsion without dispersion between ions: opposite charges win at 0.1–0.2 Å, behind 100–500 eV.
 */
const UNREACHABLE = { maximum: 0.5, barrier: 100 } as const;
/** Ratio of two distances of the search: 1100 of them between 0.05 and 12 Å. */
const RATIO = 1.005;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Examines the total interaction φ of a pair of species from the inside out.
 * @param chargeProduct k q_i q_j in eV·Å; zero without Coulomb
 * @param cutoff Å
 */
export function innerPart(terms: readonly PairTerm[], chargeProduct: number, cutoff: number): InnerPart {
  const repulsion = (r: number): number => chargeProduct / r ** 2 - sumAt(terms, r).slope;
  const total = (r: number): number => sumAt(terms, r).energy + chargeProduct / r;
  const wallAt = (radius: number, curvature: number): Wall => ({
    radius,
    energy: total(radius),
    force: repulsion(radius),
    curvature,
  });
  const tables = terms.flatMap(({ curve }) => (curve ? [curve.r[0] as number] : []));
  const isTabulated = tables.length > 0;
  let r = Math.max(INNERMOST, ...tables);
  // A form may overflow f64 very close in (r⁻²⁰⁰ is not unheard of): begin where the numbers do.
  while (!Number.isFinite(repulsion(r)) && r < cutoff) r *= RATIO;
  if (isTabulated && repulsion(r) > 0) {
    const curvature = -derivative(repulsion, r);
    // Further out when the repulsion still grows outwards: then it is past its largest already.
    const wall = curvature >= 0 ? wallAt(r, curvature) : wallAt(firstLargest(repulsion, r, cutoff), 0);
    return { kind: 'wall', wall, maximum: 0, barrier: Number.POSITIVE_INFINITY };
  }
  if (!isTabulated && repulsion(r) >= 0) return { kind: 'repulsive' };
  let inside = r;
  while (repulsion(r) <= 0) {
    inside = r;
    r *= RATIO;
    if (r >= cutoff) return { kind: 'attractive' };
  }
  const maximum = bisect(repulsion, inside, r);
  let lowest = total(cutoff);
  for (let x = r; x < cutoff; x *= RATIO) lowest = Math.min(lowest, total(x));
  const barrier = total(maximum) - lowest;
  const isReachable = maximum >= UNREACHABLE.maximum || barrier <= UNREACHABLE.barrier;
  if (!isTabulated && !isReachable) return { kind: 'repulsive' };
  return { kind: 'wall', wall: wallAt(firstLargest(repulsion, r, cutoff), 0), maximum, barrier };
}

/** V inside the wall, W(r) − k q_i q_j/r, and its slope: what replaces the sum of the terms for r < r_w. eV, eV/Å. */
export function insideWall(
  { radius, energy, force, curvature }: Wall,
  chargeProduct: number,
  r: number,
): { energy: number; slope: number } {
  const x = r / radius;
  const s = 1 - x;
  const wall = energy + force * radius * s * (1 + (s * s) / x) + 0.5 * curvature * (radius * s) ** 2;
  const wallForce = force * (1 + (3 * s * s) / x + s ** 3 / x ** 2) + curvature * radius * s;
  return { energy: wall - chargeProduct / r, slope: -wallForce + chargeProduct / r ** 2 };
}

/** The zero of a function that is not positive at a and positive at b. */
function bisect(f: (r: number) => number, a: number, b: number): number {
  let [low, high] = [a, b];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (f(middle) > 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** The place of the first maximum of a function from r on outwards. */
function firstLargest(f: (r: number) => number, from: number, cutoff: number): number {
  let r = from;
  while (r * RATIO < cutoff && f(r * RATIO) > f(r)) r *= RATIO;
  let [low, high] = [Math.max(from, r / RATIO), Math.min(cutoff, r * RATIO)];
  for (let i = 0; i < 80; i++) {
    const part = GOLDEN * (high - low);
    if (f(high - part) > f(low + part)) high = low + part;
    else low = high - part;
  }
  return (low + high) / 2;
}

/** df/dr at the lower end of where f is known: five points to its right, error 0.2 h⁴ f⁽⁵⁾. */
function derivative(f: (r: number) => number, r: number): number {
  const h = 1e-4 * r;
  const at = (k: number): number => f(r + k * h);
  return (-25 * at(0) + 48 * at(1) - 36 * at(2) + 16 * at(3) - 3 * at(4)) / (12 * h);
}
