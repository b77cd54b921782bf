// First step of the exclusive scan of the cell counts: the sum of each block of cells.
#include "lib/sum.wgsl"

@group(0) @binding(0) var<storage, read> cellCounts: array<u32>;
@group(0) @binding(1) var<storage, read_write> blockStarts: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let begin = id.x * BLOCK;
  let nCells = arrayLength(&cellCounts);
  if (begin >= nCells) {
    return;
  }
  var sum = 0u;
  for (var i = begin; i < min(begin + BLOCK, nCells); i++) {
    sum += cellCounts[i];
  }
  blockStarts[id.x] = sum;
}
