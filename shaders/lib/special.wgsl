// Special functions to f32 accuracy. WGSL allows its own exp 3 + 2|x| ULP and its sin and cos an absolute error of
// 2⁻¹¹: far too loose for an energy that must agree with f64 to 1e-6. Polynomials are relative minimax fits.

const TWO_OVER_SQRT_PI: f32 = 1.1283791671;

// exp(x) for x < 88, zero-ish (2e-38) below −87: x = n ln 2 + s (Cody & Waite split), polynomial of degree 6 in s,
// exponent by its bits (ldexp costs four times as much on a software adapter).
// Measured relative error: see tests/kernel/special.test.ts.
fn expAccurate(x: f32) -> f32 {
  let bounded = max(x, -87.0);
  let n = round(bounded * 1.4426950409);
  let s = (bounded - n * 0.693359375) + n * 2.12194440e-4;
  let p = 1.0 + s * (1.0 + s * (0.49999991059 + s * (0.16666419805 + s * (0.041668225080 +
    s * (0.0083748158067 + s * 0.0013836845756)))));
  return p * bitcast<f32>((i32(n) + 127) << 23u);
}

// erfc(x) exp(x²) for 0 ≤ x ≤ 6: polynomial of degree 9 in t = 1/(1 + x/2), fit error 1.3e-8.
fn erfcScaled(x: f32) -> f32 {
  let t = 1.0 / (1.0 + 0.5 * x);
  return -5.916588634e-5 + t * (0.28323304653 + t * (0.27281948924 + t * (0.28802546859 +
    t * (0.071399949491 + t * (0.22092659771 + t * (-0.023449609056 + t * (-0.25810158253 +
    t * (0.18586905301 + t * -0.040663260967))))))));
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
