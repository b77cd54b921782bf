// Second step of the scan: block sums become block starts. One invocation; there is a block per 64 cells.
#include "lib/sum.wgsl"

@group(0) @binding(0) var<storage, read> cellCounts: array<u32>;
@group(0) @binding(1) var<storage, read_write> blockStarts: array<u32>;

@compute @workgroup_size(1)
fn main() {
  let nBlocks = (arrayLength(&cellCounts) + BLOCK - 1u) / BLOCK;
  var start = 0u;
  for (var i = 0u; i < nBlocks; i++) {
    let count = blockStarts[i];
    blockStarts[i] = start;
    start += count;
  }
}
