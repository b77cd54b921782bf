// Sums FIRE decides by, in blocks of atoms: relaxationBlocks[b] = (Σ F·v, Σ v², Σ F², max F²).
#include "lib/sum.wgsl"
#struct Replica

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> velocities: array<vec4f>;
@group(0) @binding(2) var<storage, read> forces: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> relaxationBlocks: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let begin = id.x * BLOCK;
  let nAtoms = replicas[id.y].nAtoms;
  if (begin >= nAtoms) {
    return;
  }
  let firstAtom = replicas[id.y].firstAtom;
  var sum = Sum();
  var largest = 0.0;
  for (var i = begin; i < min(begin + BLOCK, nAtoms); i++) {
    let v = velocities[firstAtom + i].xyz;
    // Frozen atoms have no inverse mass and feel nothing.
    let f = select(vec3f(0.0), forces[firstAtom + i].xyz, velocities[firstAtom + i].w > 0.0);
    let f2 = dot(f, f);
    add(&sum, vec4f(dot(f, v), dot(v, v), f2, 0.0));
    largest = max(largest, f2);
  }
  relaxationBlocks[replicas[id.y].firstBlock + id.x] = vec4f(value(sum).xyz, largest);
}
