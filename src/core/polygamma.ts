/** Digamma and trigamma functions: mean and variance of the logarithm of a χ² variable. */

/** Below this the argument is raised by recurrence; from it on the asymptotic series is good to 1e-14. */
const ASYMPTOTIC = 12;

/** ψ(x) = d ln Γ/dx, x > 0 (Abramowitz & Stegun 6.3.5, 6.3.18). */
export function digamma(x: number): number {
  let sum = 0;
  let y = x;
  for (; y < ASYMPTOTIC; y++) sum -= 1 / y;
  const u = 1 / (y * y);
  return sum + Math.log(y) - 0.5 / y - u * (1 / 12 - u * (1 / 120 - u * (1 / 252 - u * (1 / 240 - u / 132))));
}

/** ψ′(x), x > 0 (Abramowitz & Stegun 6.4.6, 6.4.12). */
export function trigamma(x: number): number {
  let sum = 0;
  let y = x;
  for (; y < ASYMPTOTIC; y++) sum += 1 / (y * y);
  const u = 1 / (y * y);
  return sum + 1 / y + u / 2 + (u / y) * (1 / 6 - u * (1 / 30 - u * (1 / 42 - u * (1 / 30 - (5 * u) / 66))));
}
