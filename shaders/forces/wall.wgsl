// The repulsive wall inside an inner maximum of the whole interaction (src/forcefield/wall.ts has the why). From WALL on a
// row holds radius r_w (Å), energy (eV), force F (eV/Å) and curvature K (eV/Å²) of V + k q_i q_j/r at r_w; zeros: no wall.
fn isInsideWall(row: u32, r: f32) -> bool {
  return r < pairTable[row + WALL];
}

// W(r) = φ(r_w) + F r_w s (1 + s²/x) + ½ K r_w² s², x = r/r_w, s = 1 − x, without the Coulomb energy of the pair, which
// the long-range sum has.
fn insideWall(row: u32, r: f32) -> PairValue {
  let radius = pairTable[row + WALL];
  let force = pairTable[row + WALL + 2u];
  let bend = pairTable[row + WALL + 3u] * radius;
  let x = r / radius;
  let s = 1.0 - x;
  let steep = s * s / x;
  let coulomb = pairTable[row] / r;
  let energy = pairTable[row + WALL + 1u] + radius * s * (force * (1.0 + steep) + 0.5 * bend * s);
  let wallForce = force * (1.0 + steep * (3.0 + s / x)) + bend * s;
  return PairValue(energy - coulomb, (wallForce - coulomb / r) / r);
}
