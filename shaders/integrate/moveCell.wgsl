// Letter X: the cell moves with the rate that letter E has given it, and does work against the pressure.
#include "integrate/motion.wgsl"
#include "integrate/cellShape.wgsl"
#struct Barostat

@group(0) @binding(0) var<uniform> barostat: Barostat;
@group(0) @binding(1) var<storage, read_write> lattices: array<Lattice>;
@group(0) @binding(2) var<storage, read_write> motions: array<Motion>;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) id: vec3u) {
  let r = id.x;
  let lattice = lattices[r];
  let cell = vectorsOf(lattice);
  let strain = barostat.interval * lattice.strainRate;
  lattices[r] = deformed(lattice, deformationOf(strain, cell));
  let pressure = barostat.pressure + barostat.pressureRate * f32(lattice.rampSteps);
  let x = strain[0].x + strain[1].y + strain[2].z;
  var motion = motions[r];
  takeHeat(&motion, -pressure * volumeOf(cell) * x * (1.0 + x * (0.5 + x / 6.0)));
  motions[r] = motion;
}
