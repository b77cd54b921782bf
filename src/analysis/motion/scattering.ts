/**
 * Quasi-elastic neutron scattering out of incoherent intermediate scattering functions: widths by a fit to the decay, and
 * the jump model they are compared with. Pure functions of curves.
 */
import { fitLine } from '../../core/stats.ts';

/** Shortest and longest jump that is looked for, Å. */
const JUMPS = { shortest: 1, longest: 8, step: 0.02 } as const;

/**
 * Rate Γ of I(t) = A e^(−Γt) by a line through ln I, and A; the half width of its Lorentzian is ħΓ. NaN where I is not
 * positive.
 * @param times fs
 * @param weights inverse variances of ln I, up to a factor
 */
export function decayRate(
  times: readonly number[],
  intensities: readonly number[],
  weights: readonly number[],
): { readonly rate: number; readonly amplitude: number } {
  const { slope, intercept } = fitLine(
    times,
    intensities.map((x) => Math.log(x)),
    weights,
  );
  return { rate: -slope, amplitude: Math.exp(intercept) };
}

/** sin x/x */
export function sinc(x: number): number {
  return Math.abs(x) < 1e-4 ? 1 - (x * x) / 6 : Math.sin(x) / x;
}

export interface JumpModel {
  /** d, Å; NaN when no length within 1 … 8 Å fits best. */
  readonly length: number;
  /** τ, fs */
  readonly residenceTime: number;
  /** Largest relative deviation of a rate from the model. */
  readonly deviation: number;
}

/**
 * The jump length d and residence time τ with which Γ(q) = (1/τ)(1 − sin qd/qd) comes closest to the rates, all relative
 * deviations weighing the same: jumps of one length in random directions (Chudley & Elliott, Proc. Phys. Soc. 77, 353
 * (1961), doi:10.1088/0370-1328/77/2/319). Then D = d²/6τ, and Γ → Dq² at small q.
 * @param q Å⁻¹
 * @param rates 1/fs, positive
 */
export function chudleyElliott(q: readonly number[], rates: readonly number[]): JumpModel {
  const jumpsAt = (d: number): { jumps: number; residual: number } => {
    // Σ (1 − k m_j/Γ_j)² is least at k = Σ x / Σ x², x = m/Γ.
    let [sum, squares] = [0, 0];
    for (let j = 0; j < q.length; j++) {
      const x = (1 - sinc((q[j] as number) * d)) / (rates[j] as number);
      sum += x;
      squares += x * x;
    }
    return { jumps: sum / squares, residual: q.length - (sum * sum) / squares };
  };
  let best: number = JUMPS.shortest;
  const steps = Math.round((JUMPS.longest - JUMPS.shortest) / JUMPS.step);
  for (let k = 0; k <= steps; k++) {
    const d = JUMPS.shortest + k * JUMPS.step;
    if (jumpsAt(d).residual < jumpsAt(best).residual) best = d;
  }
  const isInside = best > JUMPS.shortest + JUMPS.step / 2 && best < JUMPS.longest - JUMPS.step / 2;
  if (!isInside) return { length: Number.NaN, residenceTime: Number.NaN, deviation: Number.NaN };
  const length = minimum((d) => jumpsAt(d).residual, best - JUMPS.step, best + JUMPS.step);
  const { jumps } = jumpsAt(length);
  let deviation = 0;
  for (let j = 0; j < q.length; j++) {
    const model = jumps * (1 - sinc((q[j] as number) * length));
    deviation = Math.max(deviation, Math.abs((rates[j] as number) / model - 1));
  }
  return { length, residenceTime: 1 / jumps, deviation };
}

/** Golden section between two points that hold a minimum. */
function minimum(f: (x: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  while (b - a > 1e-9) {
    const [c, d] = [b - ratio * (b - a), a + ratio * (b - a)];
    if (f(c) < f(d)) b = d;
    else a = c;
  }
  return (a + b) / 2;
}
