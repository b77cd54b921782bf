// Letter C, first half: the velocity of the centre of mass, to be removed. The kinetic energy that goes with it is
// booked as heat, so that the conserved quantity stays one.
#include "lib/sum.wgsl"
#include "integrate/motion.wgsl"
#struct Replica

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> kineticBlocks: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> motions: array<Motion>;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) id: vec3u) {
  let nBlocks = (replicas[id.x].nAtoms + BLOCK - 1u) / BLOCK;
  let firstBlock = replicas[id.x].firstBlock;
  var mass = Sum();
  var momentum = Sum();
  for (var b = 0u; b < nBlocks; b++) {
    add(&mass, kineticBlocks[3u * (firstBlock + b)]);
    add(&momentum, kineticBlocks[3u * (firstBlock + b) + 2u]);
  }
  let total = value(mass).w;
  var motion = motions[id.x];
  motion.scale = 1.0;
  motion.shift = value(momentum).xyz / total;
  takeHeat(&motion, -0.5 * total * dot(motion.shift, motion.shift));
  motions[id.x] = motion;
}
