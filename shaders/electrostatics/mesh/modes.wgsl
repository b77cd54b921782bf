// The half spectrum of a mesh: lines along a, one per (k, l) with l ≤ N3/2.

const ROW: u32 = N3 / 2u + 1u;

// Index of a mode between −n/2 and n/2.
fn folded(index: u32, n: u32) -> f32 {
  return f32(select(i32(index), i32(index) - i32(n), 2u * index > n));
}
