// V(r) = A exp(−r/ρ) − C/r⁶; `inverseRho` is 1/ρ.
fn buckingham(r: f32, p: Buckingham) -> PairValue {
  let repulsion = p.A * expAccurate(-r * p.inverseRho);
  let inverse = 1.0 / r;
  let inverse2 = inverse * inverse;
  let dispersion = p.C * inverse2 * inverse2 * inverse2;
  return PairValue(repulsion - dispersion, repulsion * p.inverseRho * inverse - 6.0 * dispersion * inverse2);
}
