// Third step of the scan: start of every cell in the sorted atoms; cellStarts has one entry more than there are cells.
#include "lib/sum.wgsl"

@group(0) @binding(0) var<storage, read> cellCounts: array<u32>;
@group(0) @binding(1) var<storage, read> blockStarts: array<u32>;
@group(0) @binding(2) var<storage, read_write> cellStarts: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let begin = id.x * BLOCK;
  let nCells = arrayLength(&cellCounts);
  if (begin >= nCells) {
    return;
  }
  var start = blockStarts[id.x];
  for (var i = begin; i < min(begin + BLOCK, nCells); i++) {
    cellStarts[i] = start;
    start += cellCounts[i];
  }
  if (begin + BLOCK >= nCells) {
    cellStarts[nCells] = start;
  }
}
