// V(r) = B/rⁿ. The whole part of n is multiplied out (pow may lose n·log₂ r ULP); the rest goes through exp2.
fn power(r: f32, p: Power) -> PairValue {
  var result = p.B * exp2(-fract(p.n) * log2(r));
  var factor = 1.0 / r;
  for (var bits = u32(p.n); bits > 0u; bits >>= 1u) {
    if ((bits & 1u) == 1u) {
      result *= factor;
    }
    factor *= factor;
  }
  return PairValue(result, p.n * result / (r * r));
}
