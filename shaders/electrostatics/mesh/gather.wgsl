// Mesh forces q Σ w E, added to the forces of the pair loop: one invocation per atom, the same weights as in spreading.
#slot mesh
#include "lib/spline.wgsl"
#struct Replica
#struct Mesh

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> meshes: array<Mesh>;
@group(0) @binding(2) var<storage, read> positions: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read> charges: array<f32>;
@group(0) @binding(4) var<storage, read> field: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> forces: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let replica = meshes[id.y].replica;
  if (id.x >= replicas[replica].nAtoms) {
    return;
  }
  let order = meshes[id.y].order;
  let atom = replicas[replica].firstAtom + id.x;
  let stencil = stencilAt(positions[atom].xyz);
  var sum = vec3f(0.0);
  var h = stencil.first.x;
  for (var i = 0u; i < order; i++) {
    var k = stencil.first.y;
    for (var j = 0u; j < order; j++) {
      let row = id.y * POINTS + (h * N2 + k) * N3;
      var along = vec3f(0.0);
      var l = stencil.first.z;
      #repeat m ORDER
      along += stencil.z[m] * field[row + l].xyz;
      l = wrapped(l + 1u, N3);
      #end
      sum += (stencil.x[i] * stencil.y[j]) * along;
      k = wrapped(k + 1u, N2);
    }
    h = wrapped(h + 1u, N1);
  }
  forces[atom] += vec4f(charges[atom] * sum, 0.0);
}
