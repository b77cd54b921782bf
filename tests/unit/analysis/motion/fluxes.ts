/** Synthetic fluxes of three components whose correlation functions are known. */
import { RandomSequence } from '../../../../src/core/rng.ts';

/** Exponential correlation of unit variance. @param tau fs @param interval fs */
export function ornsteinUhlenbeck(seed: number, n: number, tau: number, interval: number): Float64Array[] {
  const random = new RandomSequence(seed, 11);
  const memory = Math.exp(-interval / tau);
  const kick = Math.sqrt(1 - memory * memory);
  return [0, 1, 2].map(() => {
    let x = random.normal();
    return Float64Array.from({ length: n }, () => {
      const now = x;
      x = memory * x + kick * random.normal();
      return now;
    });
  });
}

/** Correlation e^(−t/τ) cos 2πft. @param frequency 1/fs */
export function dampedCosine(
  seed: number,
  n: number,
  tau: number,
  frequency: number,
  interval: number,
): Float64Array[] {
  const random = new RandomSequence(seed, 12);
  const memory = Math.exp(-interval / tau);
  const kick = Math.sqrt(1 - memory * memory);
  const [c, s] = [Math.cos(2 * Math.PI * frequency * interval), Math.sin(2 * Math.PI * frequency * interval)];
  return [0, 1, 2].map(() => {
    let [a, b] = [random.normal(), random.normal()];
    return Float64Array.from({ length: n }, () => {
      const now = a;
      [a, b] = [
        memory * (c * a - s * b) + kick * random.normal(),
        memory * (s * a + c * b) + kick * random.normal(),
      ];
      return now;
    });
  });
}

/** S(0) = Δ Σ_k C(kΔ) over all k of a sampled series. */
export function exactPower(correlation: (k: number) => number, interval: number): number {
  let sum = correlation(0);
  for (let k = 1; k < 20_000; k++) sum += 2 * correlation(k);
  return interval * sum;
}
