// Plane-wave factors exp(2πi m x) of every atom along each axis, m = 0 … order: phases[(axis offset + m)·nAtoms + atom].
// Phases of fixed-point coordinates are exact integers, so a factor is as good at m = 30 as at m = 1.
#include "lib/special.wgsl"
#struct Replica
#struct EwaldLoop

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<uniform> ewaldLoop: EwaldLoop;
@group(0) @binding(2) var<storage, read> positions: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read_write> phases: array<vec2f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= replicas[id.y].nAtoms) {
    return;
  }
  let atom = replicas[id.y].firstAtom + id.x;
  let position = vec3u(bitcast<vec3<u32>>(positions[atom].xyz));
  let orders = ewaldLoop.orders;
  var slot = atom;
  for (var axis = 0u; axis < 3u; axis++) {
    for (var m = 0u; m <= orders[axis]; m++) {
      phases[slot] = cosSin(m * position[axis]);
      slot += ewaldLoop.nAtoms;
    }
  }
}
