// Energies and virials of BLOCK lines → one block, for the host to add.
#slot mesh
#include "lib/sum.wgsl"
#struct Mesh

@group(0) @binding(0) var<storage, read> meshes: array<Mesh>;
@group(0) @binding(1) var<storage, read> lineSums: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> waveBlocks: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  const LINES = N2 * (N3 / 2u + 1u);
  let begin = id.x * BLOCK;
  if (begin >= LINES) {
    return;
  }
  var first = Sum();
  var second = Sum();
  for (var i = begin; i < min(begin + BLOCK, LINES); i++) {
    let line = id.y * LINES + i;
    add(&first, lineSums[2u * line]);
    add(&second, lineSums[2u * line + 1u]);
  }
  let block = meshes[id.y].firstBlock + id.x;
  waveBlocks[2u * block] = value(first);
  waveBlocks[2u * block + 1u] = value(second);
}
