/**
 * Checks that a sample is of the ensemble asked for (Shirts, J. Chem. Theory Comput. 9, 909 (2013), doi:10.1021/ct300688p; Merz & Shirts,
 * PLoS ONE 13, e0202764 (2018), doi:10.1371/journal.pone.0202764): whatever the system, two ensembles of it have densities of states that
 * cancel in their ratio,
 *
 *   ln p₂(E)/p₁(E) = const − (1/kT₂ − 1/kT₁) E        ln p₂(V)/p₁(V) = const − (P₂ − P₁)/kT V
 */

/** Slope s of ln p₂(x)/p₁(x) = c + s x, with its standard error. */
export interface Slope {
  readonly value: number;
  readonly standardError: number;
}

/**
 * Maximum likelihood: the chance that a value x of the joint sample belongs to the second is 1/(1 + e^{−c−sx}) up to the ratio of
 * their numbers. Newton's method on c and s; the error is the inverse of the information. Samples must be independent.
 */
export function slopeBetween(first: readonly number[], second: readonly number[]): Slope {
  const all = [...first.map((x) => [x, 0] as const), ...second.map((x) => [x, 1] as const)];
  const mean = all.reduce((sum, [x]) => sum + x, 0) / all.length;
  const width = Math.sqrt(all.reduce((sum, [x]) => sum + (x - mean) ** 2, 0) / all.length);
  const offset = Math.log(second.length / first.length);
  let [c, s] = [0, 0];
  let information = [0, 0, 0] as [number, number, number];
  for (let round = 0; round < 50; round++) {
    let [g0, g1] = [0, 0];
    information = [0, 0, 0];
    for (const [x, which] of all) {
      const z = (x - mean) / width;
      const p = 1 / (1 + Math.exp(-(c + s * z + offset)));
      g0 += which - p;
      g1 += (which - p) * z;
      const w = p * (1 - p);
      information = [information[0] + w, information[1] + w * z, information[2] + w * z * z];
    }
    const [a, b, d] = information;
    const determinant = a * d - b * b;
    c += (d * g0 - b * g1) / determinant;
    s += (a * g1 - b * g0) / determinant;
  }
  const [a, b, d] = information;
  return { value: s / width, standardError: Math.sqrt(a / (a * d - b * b)) / width };
}

/** Every so many values that those left are independent: twice the integrated autocorrelation time apart. */
export function thinned(values: readonly number[], autocorrelationTime: number): number[] {
  const stride = Math.max(1, Math.ceil(2 * autocorrelationTime));
  return values.filter((_, i) => i % stride === 0);
}
