/**
 * The reduced pair distribution function G(r) = 4πrρ₀[g_w(r) − 1], from g(r) and from F(Q), and the window that makes the two
 * comparable.
 */

/** Total G(r) at the middles of bins, Å⁻². @param density atoms per Å³ @param gs [pairs][bins] */
export function pdfFromPairs(
  gs: readonly ArrayLike<number>[],
  weights: ArrayLike<number>,
  density: number,
  binWidth: number,
): Float64Array {
  const bins = gs[0]?.length ?? 0;
  return Float64Array.from({ length: bins }, (_, k) => {
    let sum = 0;
    for (let p = 0; p < gs.length; p++) {
      sum += (weights[p] as number) * (((gs[p] as ArrayLike<number>)[k] as number) - 1);
    }
    return 4 * Math.PI * (k + 0.5) * binWidth * density * sum;
  });
}

/** Lorch's window M(Q) = sin(πQ/Q_max)/(πQ/Q_max). */
export function lorch(q: number, qMax: number): number {
  const x = (Math.PI * q) / qMax;
  return x < 1e-6 ? 1 : Math.sin(x) / x;
}

/**
 * G(r) = (4π/V) {Σ_q [S(q) − 1] M(q) sin(qr)/q − r ⟨f²⟩/⟨f⟩²}, the sum over all vectors of the cell but zero, shell by shell: what
 * (2/π) ∫ Q[S(Q) − 1] M(Q) sin(Qr) dQ is for a periodic cell, Bragg points of a crystal included. The last term is that of q = 0, with
 * which G(r) belongs to pairs of different atoms.
 * @param q [n] shells, Å⁻¹
 * @param s [n] S(q)
 * @param vectors [n] vectors in each shell, both of ±q
 * @param cellVolume Å³
 * @param self ⟨f²⟩/⟨f⟩²
 */
export function pdfFromFactor(
  q: ArrayLike<number>,
  s: ArrayLike<number>,
  vectors: ArrayLike<number>,
  cellVolume: number,
  self: number,
  qMax: number,
  r: ArrayLike<number>,
): Float64Array {
  const factor = Float64Array.from(
    q,
    (x, i) => ((vectors[i] as number) * ((s[i] as number) - 1) * lorch(x, qMax)) / x,
  );
  return Float64Array.from(r, (x) => {
    let sum = -self * x;
    for (let i = 0; i < factor.length; i++) sum += (factor[i] as number) * Math.sin((q[i] as number) * x);
    return (4 * Math.PI * sum) / cellVolume;
  });
}

/**
 * What the window does to a G(r) that is known exactly: its convolution with K(x) = π⁻¹ ∫₀^Q_max M(Q) cos(Qx) dQ, G continued as an
 * odd function. The last few Å of the result miss what lies beyond the grid.
 * @param g [bins] at the middles of bins
 */
export function windowed(g: ArrayLike<number>, binWidth: number, qMax: number): Float64Array {
  const n = g.length;
  // K at whole multiples of the bin width up to r + r' of the two outermost bins.
  const kernel = Float64Array.from({ length: 2 * n }, (_, k) =>
    simpson((q) => lorch(q, qMax) * Math.cos(q * k * binWidth), 0, qMax, 2 * n + 200),
  ).map((x) => x / Math.PI);
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) {
      // Middles of bins: r_i − r_j is a whole number of bins, r_i + r_j one more.
      sum += (g[j] as number) * ((kernel[Math.abs(i - j)] as number) - (kernel[i + j + 1] as number));
    }
    return sum * binWidth;
  });
}

/** ∫ f from a to b by Simpson's rule with an even number of intervals. */
function simpson(f: (x: number) => number, a: number, b: number, intervals: number): number {
  const n = 2 * Math.ceil(intervals / 2);
  const step = (b - a) / n;
  let sum = f(a) + f(b);
  for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * f(a + i * step);
  return (sum * step) / 3;
}
