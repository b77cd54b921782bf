// Periodic geometry: the only place where it is written.
// A position is a fraction of the cell × 2³² in a signed word (−½ … ½), so integer subtraction with wrap-around *is*
// the minimum image, in any cell, as long as the cutoff is at most half the smallest perpendicular width.
// positions.w = species index, images = whole cells crossed (images.w = random draws taken by the atom).

// Vector from b to a in Å. `cell` holds the lattice vectors as columns, scaled by 2⁻³² (Å per fixed-point unit).
fn separation(cell: mat3x3f, a: vec3<i32>, b: vec3<i32>) -> vec3f {
  return cell * vec3f(a - b);
}

// Whole cells gained when a coordinate wraps: the carry of the signed addition position + step.
fn carry(position: vec3<i32>, step: vec3<i32>) -> vec3<i32> {
  let sum = position + step;
  let over = vec3<i32>((step > vec3<i32>(0)) & (sum < position));
  let under = vec3<i32>((step < vec3<i32>(0)) & (sum > position));
  return over - under;
}
