// V(r) = λD₀([exp(α(R_min−r)) − 1]² − 1) = λD₀ e (e − 2); `depth` is λD₀.
fn softBVMorse(r: f32, p: SoftBVMorse) -> PairValue {
  let decay = expAccurate(p.alpha * (p.Rmin - r));
  return PairValue(p.depth * decay * (decay - 2.0), 2.0 * p.depth * p.alpha * decay * (decay - 1.0) / r);
}
