// Special functions to f32 accuracy. WGSL allows its own exp 3 + 2|x| ULP and its sin and cos an absolute error of
// 2⁻¹¹: far too loose for an energy that must agree with f64 to 1e-6. Polynomials are relative minimax fits.

const TWO_OVER_SQRT_PI: f32 = 1.1283791671;

// exp(x) for x < 88, about 1e-38 below −87: x = n ln 2 + s (Cody & Waite split), polynomial of degree 6 in s. Adding 1.5·2²³
// leaves n in the low bits of the sum, and n is added to the exponent as an integer: rounding, conversion and a clamp in
// floating point took a third of the pair loop on a software adapter (their rules for NaN cost more than the polynomial).
// Measured relative error: see tests/kernel/special.test.ts.
fn expAccurate(x: f32) -> f32 {
  let n = bitcast<i32>(x * 1.4426950409 + 12582912.0) - 0x4b400000;
  let whole = f32(n);
  // As two products: of two fma in a row lavapipe makes one, and the error is 4e-6 at x = −72.
  let s = (x - whole * 0.693359375) + whole * 2.12194440e-4;
  let p = fma(fma(fma(fma(fma(fma(0.0013836845756, s, 0.0083748158067), s, 0.041668225080), s, 0.16666419805), s,
    0.49999991059), s, 1.0), s, 1.0);
  return bitcast<f32>(bitcast<i32>(p) + (max(n, -125) << 23u));
}

// erfc(x) exp(x²) for 0 ≤ x ≤ 6: polynomial of degree 9 in t = 1/(1 + x/2), fit error 1.3e-8.
fn erfcScaled(x: f32) -> f32 {
  let t = 1.0 / (1.0 + 0.5 * x);
  return fma(fma(fma(fma(fma(fma(fma(fma(fma(-0.040663260967, t, 0.18586905301), t, -0.25810158253), t, -0.023449609056), t, 0.22092659771), t, 0.071399949491), t, 0.28802546859), t, 0.27281948924), t, 0.28323304653), t, -5.916588634e-5);
}

// g(z²) = [erf(z) − 2z exp(−z²)/√π]/z³: what the smooth part of a charge takes from the force of a point charge. With
// z = αr the force over distance of erfc(αr)/r is 1/r³ − α³ g(α²r²). Rational fit of degree 5 over 6 in z² up to z = 4.5,
// fit error 4e-8; beyond, where the two terms differ by less than 1e-8 of each, the caller takes zero.
const SCREENING_END: f32 = 20.25;
fn screening(z2: f32) -> f32 {
  let p = fma(fma(fma(fma(fma(7.58116397e-7, z2, 9.918020334e-5), z2, 3.058525654e-4), z2, 0.01919618294), z2,
    -0.01149876491), z2, 0.7522528074);
  let q = fma(fma(fma(fma(fma(fma(1.448554991e-5, z2, 2.618675853e-4), z2, 0.003268011613), z2, 0.0279042143), z2,
    0.1620587983), z2, 0.5847150616), z2, 1.0);
  return p / q;
}

// (cos, sin) of 2π·phase/2³²: the reduction to an octant is exact integer arithmetic, so a phase h·x + k·y + l·z of
// fixed-point coordinates never loses a digit, however large h is.
fn cosSin(phase: u32) -> vec2f {
  let quadrant = (phase + 0x20000000u) >> 30u;
  let angle = f32(bitcast<i32>(phase - (quadrant << 30u))) * 1.4629180793e-9; // 2π/2³²
  let u = angle * angle;
  let s = angle * (1.0 + u * (-0.16666650772 + u * (0.0083320168779 + u * -0.00019501821953)));
  let c = 1.0 + u * (-0.5 + u * (0.041666612029 + u * (-0.0013886529487 + u * 2.4372679039e-5)));
  let swapped = select(vec2f(c, s), vec2f(s, c), (quadrant & 1u) == 1u);
  return vec2f(
    select(swapped.x, -swapped.x, quadrant == 1u || quadrant == 2u),
    select(swapped.y, -swapped.y, quadrant >= 2u),
  );
}
