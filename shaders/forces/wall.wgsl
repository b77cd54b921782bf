// The repulsive wall inside an inner maximum of the whole interaction (src/forcefield/wall.ts has the why): energy φ (eV),
// force F (eV/Å) and curvature K (eV/Å²) of V + k q_i q_j/r at the radius r_w (Å); a radius of zero: no wall.
struct Wall {
  radius: f32,
  energy: f32,
  force: f32,
  curvature: f32,
}

// W(r) = φ + F r_w s (1 + s²/x) + ½ K r_w² s², x = r/r_w, s = 1 − x, without the Coulomb energy of the pair, `charges`/r,
// which the long-range sum has.
fn insideWall(wall: Wall, charges: f32, r: f32) -> PairValue {
  let bend = wall.curvature * wall.radius;
  let x = r / wall.radius;
  let s = 1.0 - x;
  let steep = s * s / x;
  let coulomb = charges / r;
  let energy = wall.energy + wall.radius * s * (wall.force * (1.0 + steep) + 0.5 * bend * s);
  let wallForce = wall.force * (1.0 + steep * (3.0 + s / x)) + bend * s;
  return PairValue(energy - coulomb, (wallForce - coulomb / r) / r);
}
