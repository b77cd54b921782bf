// Sums pairs of vec4f over blocks of atoms, in order: blocks[2b], blocks[2b+1] of each replica. The host adds the
// blocks in f64.
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
  var first = Sum();
  var second = Sum();
  for (var i = begin; i < min(begin + BLOCK, nAtoms); i++) {
    add(&first, perAtom[2u * (firstAtom + i)]);
    add(&second, perAtom[2u * (firstAtom + i) + 1u]);
  }
  let block = replicas[id.y].firstBlock + id.x;
  blocks[2u * block] = value(first);
  blocks[2u * block + 1u] = value(second);
}
