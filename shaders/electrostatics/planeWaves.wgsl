// Plane-wave factors exp(2πi m x) of an atom along each axis, m = 0 … order, those along a times its charge:
// phases[(axis offset + m)·nAtoms + atom]. Phases of fixed-point coordinates are exact integers, so a factor is as good at
// m = 30 as at m = 1.
#include "lib/special.wgsl"
#struct EwaldLoop

@group(2) @binding(0) var<uniform> ewaldLoop: EwaldLoop;
// e
@group(2) @binding(1) var<storage, read> charges: array<f32>;
@group(2) @binding(2) var<storage, read_write> phases: array<vec2f>;

fn writePlaneWaves(atom: u32, fixed: vec3<i32>) {
  let position = vec3u(bitcast<vec3<u32>>(fixed));
  let orders = ewaldLoop.orders;
  var slot = atom;
  var factor = charges[atom];
  for (var axis = 0u; axis < 3u; axis++) {
    for (var m = 0u; m <= orders[axis]; m++) {
      phases[slot] = factor * cosSin(m * position[axis]);
      slot += ewaldLoop.nAtoms;
    }
    factor = 1.0;
  }
}
