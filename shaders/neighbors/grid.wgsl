// The cell grid of a replica: `grid` cells along a, b, c (0 atoms per cell allowed), numbered from firstCell.
// Cells are taken in fractional space, so a triclinic cell needs nothing special.
#struct Replica
#struct NeighborLoop

// Cell, and place in it in parts of 65536, rounded down, along an axis of n cells: integer arithmetic to the last bit, so an
// atom on a face always falls on the same side.
fn scaled(word: i32, n: u32) -> u32 {
  let fraction = bitcast<u32>(word) ^ 0x80000000u;
  return (fraction >> 16u) * n + (((fraction & 0xffffu) * n) >> 16u);
}

fn gridCell(position: vec3<i32>, grid: vec3u) -> vec3u {
  return vec3u(scaled(position.x, grid.x), scaled(position.y, grid.y), scaled(position.z, grid.z)) >> vec3u(16u);
}

fn placeInCell(word: i32, n: u32) -> u32 {
  return scaled(word, n) & 0xffffu;
}

fn cellIndex(cell: vec3u, grid: vec3u) -> u32 {
  return (cell.x * grid.y + cell.y) * grid.z + cell.z;
}

fn cellOf(index: u32, grid: vec3u) -> vec3u {
  return vec3u(index / (grid.y * grid.z), (index / grid.z) % grid.y, index % grid.z);
}

// Cells are half as wide as lists reach, so those around one along an axis are two on either side; or there is only one.
const MOST_RUNS: u32 = 5u;

fn cellsAround(n: u32) -> u32 {
  return min(n, MOST_RUNS);
}

// Number of the cell that is the `run`-th of those around `home` along an axis.
fn cellAround(home: vec3u, axis: u32, run: u32, grid: vec3u) -> u32 {
  var around = home;
  around[axis] = (home[axis] + run + grid[axis] - 2u) % grid[axis];
  return cellIndex(around, grid);
}
