// Sums triples of vec4f over blocks of atoms, in order: blocks[3b] … blocks[3b+2]. The host adds the blocks in f64.
#include "lib/sum.wgsl"
#struct Replica

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> perAtom: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> blocks: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let begin = id.x * BLOCK;
  let nAtoms = replicas[id.y].nAtoms;
  if (begin >= nAtoms) {
    return;
  }
  let firstAtom = replicas[id.y].firstAtom;
  var sums = array<Sum, 3>();
  for (var i = begin; i < min(begin + BLOCK, nAtoms); i++) {
    for (var k = 0u; k < 3u; k++) {
      add(&sums[k], perAtom[3u * (firstAtom + i) + k]);
    }
  }
  let block = replicas[id.y].firstBlock + id.x;
  for (var k = 0u; k < 3u; k++) {
    blocks[3u * block + k] = value(sums[k]);
  }
}
