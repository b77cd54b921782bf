// Plane-wave factors of every atom, where no kernel that moves them has written them already.
#include "electrostatics/planeWaves.wgsl"
#struct Replica

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> positions: array<vec4<i32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= replicas[id.y].nAtoms) {
    return;
  }
  let atom = replicas[id.y].firstAtom + id.x;
  writePlaneWaves(atom, positions[atom].xyz);
}
