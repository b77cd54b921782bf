// Letters V and C, second half: v ← scale (v − shift).
#include "integrate/motion.wgsl"
#struct Replica

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> motions: array<Motion>;
@group(0) @binding(2) var<storage, read_write> velocities: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= replicas[id.y].nAtoms) {
    return;
  }
  let atom = replicas[id.y].firstAtom + id.x;
  let velocity = velocities[atom];
  velocities[atom] = vec4f(motions[id.y].scale * (velocity.xyz - motions[id.y].shift), velocity.w);
}
