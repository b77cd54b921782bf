// V(r) = D([1 − exp(−a(r−r₀))]² − 1) = D e (e − 2) with e = exp(−a(r−r₀)): no cancellation far out.
fn morse(r: f32, p: Morse) -> PairValue {
  let decay = expAccurate(-p.a * (r - p.r0));
  return PairValue(p.D * decay * (decay - 2.0), 2.0 * p.D * p.a * decay * (decay - 1.0) / r);
}
