// Letter N, first half: the factor that a Nosé–Hoover chain puts on all velocities.
#include "observables/kineticTensor.wgsl"
#include "lib/special.wgsl"
#include "integrate/motion.wgsl"
#include "integrate/chain.wgsl"
#struct Replica
#struct Integration

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<uniform> integration: Integration;
@group(0) @binding(2) var<storage, read> kineticBlocks: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> motions: array<Motion>;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) id: vec3u) {
  let replica = replicas[id.x];
  let kinetic = kineticEnergyOf(id.x);
  var motion = motions[id.x];
  var chain = motion.chain;
  motion.shift = vec3f(0.0);
  motion.scale = advanceChain(&chain, 2.0 * kinetic, replica.degrees, replica.kT, integration.tau, integration.timestep);
  motion.chain = chain;
  takeHeat(&motion, (motion.scale * motion.scale - 1.0) * kinetic);
  motions[id.x] = motion;
}
