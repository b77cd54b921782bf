// Takes the mean mesh force of a replica off its atoms: without that, ions of analytic differentiation would push themselves
// along together.
#include "electrostatics/mesh/netForce.wgsl"
#struct Replica
#struct Mesh

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> meshes: array<Mesh>;
@group(0) @binding(2) var<storage, read> netForces: array<i32>;
@group(0) @binding(3) var<storage, read_write> forces: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let replica = meshes[id.y].replica;
  let nAtoms = replicas[replica].nAtoms;
  if (id.x >= nAtoms) {
    return;
  }
  let net = vec3f(vec3i(netForces[3u * replica], netForces[3u * replica + 1u], netForces[3u * replica + 2u]));
  let atom = replicas[replica].firstAtom + id.x;
  forces[atom] -= vec4f(net / (NET_FORCE_SCALE * f32(nAtoms)), 0.0);
}
