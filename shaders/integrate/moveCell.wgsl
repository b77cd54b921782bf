// Letter X: the cell moves with the rate that letter E has given it, and does work against the pressure.
#include "integrate/motion.wgsl"
#include "integrate/cellShape.wgsl"
#include "integrate/pressure.wgsl"

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
  var motion = motions[r];
  takeHeat(&motion, -pressureNow(barostat, lattice) * volumeOf(cell) * smallExpMinusOne(trace(strain)));
  motions[r] = motion;
}
