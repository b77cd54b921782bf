/** The first sharp diffraction peak of S(q), and how far G(r) keeps its order: the two numbers of medium-range order. */
import { fitLine } from '../../core/stats.ts';
import { apex, smoothed } from './firstShell.ts';

export interface SharpPeak {
  /** Å⁻¹ */
  readonly q: number;
  readonly height: number;
  /** Full width at half height above the line between the minima on both sides, Å⁻¹; NaN when S does not come down so far. */
  readonly width: number;
  /** Place in the curve. */
  readonly at: number;
}

/** Å⁻¹: shells are noisy one by one. */
export const SMOOTHING_Q = 0.1;
/** A peak rises and falls by this much, and by so many standard errors. */
const PROMINENCE = 0.1;
const SIGMAS = 3;

/**
 * The first peak of S(q) that rises above the lowest value before it and falls again, each by 0.1 and three standard errors.
 * @param error [n] standard errors; NaN where unknown
 */
export function firstSharpPeak(
  q: ArrayLike<number>,
  s: ArrayLike<number>,
  error: ArrayLike<number>,
): SharpPeak | undefined {
  const n = q.length;
  if (n < 8) return undefined;
  const step = ((q[n - 1] as number) - (q[0] as number)) / (n - 1);
  const curve = smoothed(s, step, SMOOTHING_Q);
  const needed = (k: number): number => Math.max(PROMINENCE, SIGMAS * ((error[k] as number) || 0));
  let low = 0;
  let top = -1;
  let fallen = -1;
  let end = n - 1;
  for (let k = 1; k < n; k++) {
    const value = curve[k] as number;
    if (top < 0) {
      if (value < (curve[low] as number)) low = k;
      else if (value - (curve[low] as number) > needed(k)) top = k;
    } else if (fallen < 0) {
      if (value > (curve[top] as number)) top = k;
      else if ((curve[top] as number) - value > needed(top)) fallen = k;
    } else if (value < (curve[fallen] as number)) {
      fallen = k;
    } else if (value - (curve[fallen] as number) > needed(k)) {
      end = k;
      break;
    }
  }
  if (fallen < 0) return undefined;
  const { x, height } = apex(q, curve, top, Math.ceil(SMOOTHING_Q / step));
  const [left, right] = [low, Math.min(fallen, end)];
  const base = (k: number): number =>
    (curve[left] as number) +
    (((curve[right] as number) - (curve[left] as number)) * ((q[k] as number) - (q[left] as number))) /
      ((q[right] as number) - (q[left] as number));
  const above = (k: number): number => (curve[k] as number) - base(k);
  const half = above(top) / 2;
  const crossing = (direction: 1 | -1, until: number): number => {
    for (let k = top; k !== until; k += direction) {
      const [here, next] = [above(k), above(k + direction)];
      if (next < half) {
        const t = (here - half) / (here - next);
        return (q[k] as number) + t * ((q[k + direction] as number) - (q[k] as number));
      }
    }
    return Number.NaN;
  };
  return { q: x, height, width: crossing(1, right) - crossing(-1, left), at: top };
}

/** Å: medium-range order begins behind the first shells. */
export const DECAY_FROM = 5;
/** Fewest oscillations that make a decay. */
const FEWEST_LOBES = 4;

export interface Decay {
  /** ξ of |G| ∝ exp(−r/ξ), Å; negative or infinite when G does not decay. */
  readonly length: number;
  readonly lobes: number;
  /** Å, outermost lobe used. */
  readonly to: number;
}

/**
 * Decay length of the oscillations of G(r) behind 5 Å: a straight line through ln of the largest |G| of each lobe between zeros. G
 * carries the factor r with which the pair correlation of a liquid decays exponentially (r h(r) ∝ e^(−r/ξ) cos(kr − φ)); a crystal
 * does not decay. Lobes below twice the standard error are noise and end the fit.
 * @param g [bins] at the middles of bins
 * @param error [bins]
 */
export function pdfDecay(
  g: ArrayLike<number>,
  error: ArrayLike<number>,
  binWidth: number,
): Decay | undefined {
  const x: number[] = [];
  const y: number[] = [];
  const first = Math.ceil(DECAY_FROM / binWidth);
  let begin = first;
  const sign = (k: number): boolean => (g[k] as number) > 0;
  // The first lobe may be cut by the limit and the last one by the grid: a lobe counts between two changes of sign.
  while (begin < g.length && sign(begin) === sign(first)) begin++;
  for (let k = begin; k < g.length; ) {
    let end = k;
    let top = k;
    while (end < g.length && sign(end) === sign(k)) {
      if (Math.abs(g[end] as number) > Math.abs(g[top] as number)) top = end;
      end++;
    }
    if (end >= g.length) break;
    const noise = error[top] as number;
    if (Number.isFinite(noise) && Math.abs(g[top] as number) < 2 * noise) break;
    x.push((top + 0.5) * binWidth);
    y.push(Math.log(Math.abs(g[top] as number)));
    k = end;
  }
  if (x.length < FEWEST_LOBES) return undefined;
  return { length: -1 / fitLine(x, y).slope, lobes: x.length, to: x[x.length - 1] as number };
}
