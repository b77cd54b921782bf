// V(r) = A exp((σ−r)/ρ) − C/r⁶ − D/r⁸; `inverseRho` is 1/ρ, `reduced` σ/ρ.
fn bornMayerHuggins(r: f32, p: BornMayerHuggins) -> PairValue {
  let repulsion = p.A * expAccurate(p.reduced - r * p.inverseRho);
  let inverse = 1.0 / r;
  let inverse2 = inverse * inverse;
  let inverse6 = inverse2 * inverse2 * inverse2;
  let dipole = p.C * inverse6;
  let quadrupole = p.D * inverse6 * inverse2;
  return PairValue(
    repulsion - dipole - quadrupole,
    repulsion * p.inverseRho * inverse - (6.0 * dipole + 8.0 * quadrupole) * inverse2,
  );
}
