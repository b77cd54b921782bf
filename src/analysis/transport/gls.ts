/**
 * The line MSD = m τ + c through an all-origins MSD by generalised least squares in closed form: no matrix, no inversion.
 * Nothing here decides whether the line is the right model; verdict.ts does.
 */

/** Size of the two kinds of noise in an all-origins MSD, of a covariance C_ij = τ_i τ_j (path·min(τ_i, τ_j) + count). */
export interface MsdNoise {
  /** Noise of diffusing paths, a; Å⁴/fs³ for lags in fs. */
  readonly path: number;
  /** Noise of the number of hops, s; Å⁴/fs². */
  readonly count: number;
}

/** Result of the fit. */
export interface GlsFit {
  /** m = dMSD/dτ: Å²/fs when lags are in fs. */
  readonly slope: number;
  readonly slopeError: number;
  /** c, Å²: the vibrational offset. */
  readonly intercept: number;
  readonly interceptError: number;
  /**
   * Reduced χ² of the straight line; far above one the line is wrong, below one says nothing (lags overlap). Infinite when a
   * curve without path noise bends.
   */
  readonly chiSquare: number;
}

/**
 * Generalised least squares of a line with the covariance of freely hopping walkers,
 *   C_ij = τ_i τ_j [a min(τ_i, τ_j) + s].
 * The first term is that of freely diffusing walkers (McCluskey, Coles & Morgan, J. Chem. Theory Comput. 21, 79 (2025),
 * doi:10.1021/acs.jctc.4c01249); the second is the shot noise of a finite number of hops, which all lags share:
 * s = m²/(number of hops) (see msdNoise). Leaving it out made error bars 1.5 to 4 times too small on lattice walks.
 *
 * z_i = MSD_i/τ_i has covariance a min(τ_i, τ_j) + s: a Brownian motion in τ plus one common offset, so that z_0 and the
 * increments Δz_k are independent. Δz_k has mean c u_k and variance a δ_k, with u_k = 1/τ_(k+1) − 1/τ_k and
 * δ_k = τ_(k+1) − τ_k; z_0 has mean m + c/τ_0 and variance a τ_0 + s. Hence
 *   c = Σ(Δz u/δ)/Σ(u²/δ),  Var c = a/Σ(u²/δ),  m = z_0 − c/τ_0,  Var m = a τ_0 + s + Var c/τ_0²,
 *   χ² = Σ(Δz − c u)²/(a δ)/(n − 2).
 * m and c do not depend on a and s.
 * @param lags [n ≥ 3] rising; τ_0 is the start of the fit and decides its precision
 * @param msd [n]
 */
export function fitGls(lags: ArrayLike<number>, msd: ArrayLike<number>, noise: MsdNoise): GlsFit {
  const n = lags.length;
  const first = lags[0] as number;
  const { slope, intercept, uu } = glsLine(lags, msd);
  const interceptVariance = noise.path / uu;
  let residual = 0;
  for (let k = 0; k + 1 < n; k++) {
    const { dz, u, delta } = increment(lags, msd, k);
    residual += (dz - intercept * u) ** 2 / delta;
  }
  return {
    slope,
    slopeError: Math.sqrt(noise.path * first + noise.count + interceptVariance / first ** 2),
    intercept,
    interceptError: Math.sqrt(interceptVariance),
    chiSquare: residual === 0 ? 0 : residual / noise.path / (n - 2),
  };
}

/** m and c of fitGls alone, and Σ u²/δ: they need no noise. */
export function glsLine(
  lags: ArrayLike<number>,
  msd: ArrayLike<number>,
): { slope: number; intercept: number; uu: number } {
  let zu = 0;
  let uu = 0;
  for (let k = 0; k + 1 < lags.length; k++) {
    const { dz, u, delta } = increment(lags, msd, k);
    zu += (dz * u) / delta;
    uu += (u * u) / delta;
  }
  const intercept = zu / uu;
  return { slope: ((msd[0] as number) - intercept) / (lags[0] as number), intercept, uu };
}

/**
 * The noise of an all-origins MSD from the variance of Δr² that walkers show: var(Δr²) ≈ A τ + B τ², A ≥ 0, by least squares
 * of relative deviations, each lag weighing by its independent samples (∝ 1/τ).
 *
 * For hops of length h at rate λ, var = λ τ h⁴ + ⅔ (λ τ h²)² (compound Poisson in three dimensions): A = m²/λ counts
 * hops, B = ⅔ m² is the spread of their directions. Averaged over W walkers and all time origins of a run of length T, the
 * overlap integrals ∫O and ∫O² of two windows give
 *   Cov(MSD_i, MSD_j) = τ_i τ_j [A + B (τ_< − τ_<²/3τ_>)]/(W T),
 * so s = A/(W T). The bracket's second term is replaced by ⅔ B τ_<: exact on the diagonal, and for the continuous estimator
 * of fitGls the exact variance 8/3 B τ_0/(W T) comes out (the model's 4 a τ_0). ⅔ is (2k² + 1)/3k² for a first lag of k frames
 * (Qian, Sheetz & Elson, Biophys. J. 60, 910 (1991), doi:10.1016/S0006-3495(91)82125-7).
 * B is never taken below ⅔ m², the value of the fitted slope: few walkers show too little variance as often as too much.
 * @param lags [n] same unit as `walkerTime`
 * @param variances [n] var(Δr²) of single walkers at these lags
 * @param slope m
 * @param walkerTime W T: summed length of all walkers' tracks
 * @param firstLagFrames k
 * @param frames T in frames: a fit that starts at τ_0 looks at lags around 2 τ_0, which T − 2 τ_0 of time origins see
 */
export function msdNoise(
  lags: ArrayLike<number>,
  variances: ArrayLike<number>,
  slope: number,
  walkerTime: number,
  firstLagFrames: number,
  frames: number,
): MsdNoise {
  let s11 = 0;
  let s12 = 0;
  let s22 = 0;
  let b1 = 0;
  let b2 = 0;
  for (let i = 0; i < lags.length; i++) {
    const t = lags[i] as number;
    const v = variances[i] as number;
    if (!(v > 0)) continue;
    // Regression of v/τ on 1 and τ; errors of v/τ ∝ v/τ·√τ.
    const w = t / (v * v);
    s11 += w;
    s12 += w * t;
    s22 += w * t * t;
    b1 += (w * v) / t;
    b2 += w * v;
  }
  let b = (2 / 3) * slope * slope;
  if (s11 === 0) return { path: 0, count: 0 };
  b = Math.max(b, (b2 * s11 - b1 * s12) / (s11 * s22 - s12 * s12) || 0);
  const a = Math.max(0, (b1 - b * s12) / s11);
  const pathTime = walkerTime * Math.max(0.2, 1 - (2 * firstLagFrames) / frames);
  const overlap = (2 * firstLagFrames ** 2 + 1) / (3 * firstLagFrames ** 2);
  return { path: (overlap * b) / pathTime, count: a / walkerTime };
}

function increment(
  lags: ArrayLike<number>,
  msd: ArrayLike<number>,
  k: number,
): { dz: number; u: number; delta: number } {
  const t0 = lags[k] as number;
  const t1 = lags[k + 1] as number;
  return {
    dz: (msd[k + 1] as number) / t1 - (msd[k] as number) / t0,
    u: 1 / t1 - 1 / t0,
    delta: t1 - t0,
  };
}
