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
 * G(r) = (2/π) ∫₀^Q_max Q[S(Q) − 1] M(Q) sin(Qr) dQ by the trapezoid over the shells at hand; below the first one S is taken as
 * constant.
 * @param q [n] ascending, Å⁻¹
 */
export function pdfFromFactor(
  q: ArrayLike<number>,
  s: ArrayLike<number>,
  qMax: number,
  r: ArrayLike<number>,
): Float64Array {
  const n = q.length;
  const points = new Float64Array(n + 2);
  const f = new Float64Array(n + 2);
  for (let i = 0; i < n; i++) {
    points[i + 1] = q[i] as number;
    f[i + 1] = (q[i] as number) * ((s[i] as number) - 1) * lorch(q[i] as number, qMax);
  }
  points[n + 1] = Math.max(qMax, points[n] as number);
  return Float64Array.from(r, (x) => {
    let sum = 0;
    let before = 0;
    for (let i = 1; i < points.length; i++) {
      const value = (f[i] as number) * Math.sin((points[i] as number) * x);
      sum += ((before + value) / 2) * ((points[i] as number) - (points[i - 1] as number));
      before = value;
    }
    return (2 / Math.PI) * sum;
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
