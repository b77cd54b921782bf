// V(r) = 4ε[(σ/r)¹² − (σ/r)⁶]
fn lennardJones(r: f32, p: LennardJones) -> PairValue {
  let inverse2 = (p.sigma * p.sigma) / (r * r);
  let s6 = inverse2 * inverse2 * inverse2;
  return PairValue(4.0 * p.epsilon * s6 * (s6 - 1.0), 24.0 * p.epsilon * s6 * (2.0 * s6 - 1.0) / (r * r));
}
