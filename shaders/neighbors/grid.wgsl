// The cell grid of a replica: `grid` cells along a, b, c (0 atoms per cell allowed), numbered from firstCell.
// Cells are taken in fractional space, so a triclinic cell needs nothing special.
#struct Replica
#struct NeighborLoop

// Grid coordinates of a position: integer arithmetic, so an atom on a face always falls on the same side.
fn gridCell(position: vec3<i32>, grid: vec3u) -> vec3u {
  let fraction = vec3u(bitcast<vec3<u32>>(position)) ^ vec3u(0x80000000u);
  return ((fraction >> vec3u(16u)) * grid) >> vec3u(16u);
}

fn cellIndex(cell: vec3u, grid: vec3u) -> u32 {
  return (cell.x * grid.y + cell.y) * grid.z + cell.z;
}

// Where in its cell a position stands, 0 … 1 along each axis, a little rounded down.
fn cellFraction(position: vec3<i32>, grid: vec3u) -> vec3f {
  let fraction = vec3u(bitcast<vec3<u32>>(position)) ^ vec3u(0x80000000u);
  return vec3f(((fraction >> vec3u(16u)) * grid) & vec3u(0xffffu)) / 65536.0;
}
