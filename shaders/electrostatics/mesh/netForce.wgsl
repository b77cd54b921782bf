// Mesh forces of BLOCK atoms → their sum, in order.
#include "lib/sum.wgsl"
#struct Replica
#struct Mesh

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> meshes: array<Mesh>;
@group(0) @binding(2) var<storage, read> meshForces: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> netForces: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let replica = meshes[id.y].replica;
  let begin = id.x * BLOCK;
  let nAtoms = replicas[replica].nAtoms;
  if (begin >= nAtoms) {
    return;
  }
  let firstAtom = replicas[replica].firstAtom;
  var sum = Sum();
  for (var i = begin; i < min(begin + BLOCK, nAtoms); i++) {
    add(&sum, meshForces[firstAtom + i]);
  }
  netForces[replicas[replica].firstBlock + id.x] = value(sum);
}
