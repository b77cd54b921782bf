// Charges onto the mesh: density[point] += q w in fixed point. Integers add to the same sum in any order, so atomics do not
// cost the bits; one unit is 1/chargeScale e.
#slot mesh
#include "lib/spline.wgsl"
#struct Replica
#struct Mesh

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> meshes: array<Mesh>;
@group(0) @binding(2) var<storage, read> positions: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read> charges: array<f32>;
@group(0) @binding(4) var<storage, read_write> density: array<atomic<i32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let replica = meshes[id.y].replica;
  if (id.x >= replicas[replica].nAtoms) {
    return;
  }
  let order = meshes[id.y].order;
  let atom = replicas[replica].firstAtom + id.x;
  let charge = charges[atom] * meshes[id.y].chargeScale;
  let stencil = stencilAt(positions[atom].xyz);
  var h = stencil.first.x;
  for (var i = 0u; i < order; i++) {
    var k = stencil.first.y;
    for (var j = 0u; j < order; j++) {
      let row = id.y * POINTS + (h * N2 + k) * N3;
      let weight = charge * stencil.x[i] * stencil.y[j];
      var l = stencil.first.z;
      #repeat m ORDER
      atomicAdd(&density[row + l], i32(round(weight * stencil.z[m])));
      l = wrapped(l + 1u, N3);
      #end
      k = wrapped(k + 1u, N2);
    }
    h = wrapped(h + 1u, N1);
  }
}
