// How many atoms stand around each cell along AXIS: the lengths of what mergeCells.wgsl writes.
#include "neighbors/grid.wgsl"

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read_write> mergedCounts: array<u32>;
// const AXIS: u32
#slot axis

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let grid = replicas[id.y].grid;
  if (id.x >= grid.x * grid.y * grid.z) {
    return;
  }
  let firstCell = replicas[id.y].firstCell;
  let home = cellOf(id.x, grid);
  var count = 0u;
  for (var run = 0u; run < cellsAround(grid[AXIS]); run++) {
    let cell = firstCell + cellAround(home, AXIS, run, grid);
    count += starts[cell + 1u] - starts[cell];
  }
  mergedCounts[firstCell + id.x] = count;
}
