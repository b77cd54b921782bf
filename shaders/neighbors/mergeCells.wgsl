// The keys of the cells around each cell along AXIS as one sorted run. What the atoms of a cell share is merged once for all
// of them: merging for every atom what it found in 125 cells took nine tenths of a build.
#include "neighbors/grid.wgsl"
#include "neighbors/merge.wgsl"

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read> keys: array<u32>;
@group(0) @binding(3) var<storage, read> mergedStarts: array<u32>;
@group(0) @binding(4) var<storage, read_write> merged: array<u32>;
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
  var merge = emptyMerge();
  for (var run = 0u; run < cellsAround(grid[AXIS]); run++) {
    let cell = firstCell + cellAround(home, AXIS, run, grid);
    addRun(&merge, run, starts[cell], starts[cell + 1u]);
  }
  let end = mergedStarts[firstCell + id.x + 1u];
  for (var k = mergedStarts[firstCell + id.x]; k < end; k++) {
    merged[k] = takeKey(&merge);
  }
}
