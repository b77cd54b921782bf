// Reciprocal-space forces of the direct Ewald sum, added to the forces of the pair loop, where that has not done it itself.
#struct Replica
#include "electrostatics/waveForce.wgsl"

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read_write> forces: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= replicas[id.y].nAtoms) {
    return;
  }
  let atom = replicas[id.y].firstAtom + id.x;
  forces[atom] += vec4f(waveForce(id.y, atom, 0u, 1u), 0.0);
}
