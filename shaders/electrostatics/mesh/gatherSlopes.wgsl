// Mesh forces by analytic differentiation, −q Σ ∇w φ, less what the ion's own charge does to it (src/engine/meshSelfForce.ts):
// added to the forces of the pair loop: one invocation per atom. Their sum over the ions goes to netForces, for subtractMean.
#slot mesh
#include "lib/spline.wgsl"
#include "electrostatics/mesh/netForce.wgsl"
#struct Replica
#struct Mesh

const TWO_PI: f32 = 6.283185307179586;
const TWO_TO_MINUS_32: f32 = 2.3283064365386963e-10;

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> meshes: array<Mesh>;
@group(0) @binding(2) var<storage, read> positions: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read> charges: array<f32>;
// The potential, V.
@group(0) @binding(4) var<storage, read> field: array<f32>;
@group(0) @binding(5) var<storage, read_write> forces: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> netForces: array<atomic<i32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let replica = meshes[id.y].replica;
  if (id.x >= replicas[replica].nAtoms) {
    return;
  }
  let order = meshes[id.y].order;
  let atom = replicas[replica].firstAtom + id.x;
  let stencil = stencilAt(positions[atom].xyz);
  let slopes = slopesAt(stencil.fraction);
  // ∂/∂u along a, b, c.
  var sum = vec3f(0.0);
  var h = stencil.first.x;
  for (var i = 0u; i < order; i++) {
    var k = stencil.first.y;
    for (var j = 0u; j < order; j++) {
      let row = id.y * POINTS + (h * N2 + k) * N3;
      var along = 0.0;
      var slope = 0.0;
      var potential = 0.0;
      var l = stencil.first.z;
      #repeat m ORDER
      potential = field[row + l];
      along += stencil.z[m] * potential;
      slope += slopes.z[m] * potential;
      l = wrapped(l + 1u, N3);
      #end
      sum += vec3f(slopes.x[i] * stencil.y[j] * along, stencil.x[i] * slopes.y[j] * along, stencil.x[i] * stencil.y[j] * slope);
      k = wrapped(k + 1u, N2);
    }
    h = wrapped(h + 1u, N1);
  }
  let charge = charges[atom];
  // u is ½ less than the fraction, up to whole numbers.
  let turn = TWO_PI * (stencil.fraction - 0.5);
  let own = charge * charge * (meshes[id.y].selfForce1 * sin(turn) + meshes[id.y].selfForce2 * sin(2.0 * turn));
  let pull = vec3f(meshes[id.y].grid) * (-charge * sum - own);
  let force = TWO_TO_MINUS_32 * (pull * replicas[replica].unitsPerAngstrom);
  forces[atom] += vec4f(force, 0.0);
  let units = vec3i(round(NET_FORCE_SCALE * force));
  atomicAdd(&netForces[3u * replica], units.x);
  atomicAdd(&netForces[3u * replica + 1u], units.y);
  atomicAdd(&netForces[3u * replica + 2u], units.z);
}
