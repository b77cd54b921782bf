// Tensors of rank two as matrices of columns.

// a ⊗ b: element (i, j) is a_i b_j.
fn outer(a: vec3f, b: vec3f) -> mat3x3f {
  return mat3x3f(b.x * a, b.y * a, b.z * a);
}

fn identity() -> mat3x3f {
  return mat3x3f(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0);
}

fn symmetric(diagonal: vec3f, yz: f32, xz: f32, xy: f32) -> mat3x3f {
  return mat3x3f(diagonal.x, xy, xz, xy, diagonal.y, yz, xz, yz, diagonal.z);
}

// √Σ m_ij², no less than the largest factor by which m stretches a vector.
fn normOf(m: mat3x3f) -> f32 {
  return sqrt(dot(m[0], m[0]) + dot(m[1], m[1]) + dot(m[2], m[2]));
}

fn trace(m: mat3x3f) -> f32 {
  return m[0].x + m[1].y + m[2].z;
}

// Σ a_ij b_ij
fn contraction(a: mat3x3f, b: mat3x3f) -> f32 {
  return dot(a[0], b[0]) + dot(a[1], b[1]) + dot(a[2], b[2]);
}
