// Letter P, last part: the work of the move of the cell on the ions, the half that belongs to the virial behind it.
#include "observables/virial.wgsl"
#include "integrate/motion.wgsl"
#include "lib/lattice.wgsl"
#struct Replica

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> lattices: array<Lattice>;
@group(0) @binding(2) var<storage, read_write> motions: array<Motion>;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) id: vec3u) {
  let r = id.x;
  let virial = virialOf(r, volumeOf(vectorsOf(lattices[r])));
  var motion = motions[r];
  takeHeat(&motion, -0.5 * contraction(virial, lattices[r].strain));
  motions[r] = motion;
}
