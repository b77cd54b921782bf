// Letter V, first half: the factor of stochastic velocity rescaling (Bussi, Donadio & Parrinello 2007,
// doi:10.1063/1.2408420). With K the kinetic energy, K̄ = ½ N_f kT and c = exp(−h/τ):
//   K′ = cK + (1−c) K̄/N_f (R₁² + Σ₂^{N_f} R²) + 2 R₁ √(c(1−c) K K̄/N_f),   v′ = v √(K′/K).
// One invocation per replica; the sum of N_f − 1 squared normals is twice a gamma deviate of shape (N_f−1)/2
// (Marsaglia & Tsang 2000, doi:10.1145/358407.358414).
#include "observables/kineticTensor.wgsl"
#include "lib/random.wgsl"
#include "integrate/motion.wgsl"
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
  motion.shift = vec3f(0.0);
  motion.scale = 1.0;
  if (kinetic > 0.0) {
    let degrees = replica.degrees;
    let c = expAccurate(-integration.thermostatInterval / integration.tau);
    let share = 0.5 * replica.kT * (1.0 - c);
    let first = normals(replica.seed, STREAM_CSVR, 0xffffffffu, motion.draws).x;
    motion.draws++;
    let squares = first * first + 2.0 * gammaDeviate(0.5 * (degrees - 1.0), replica.seed, &motion);
    let after = max(0.0, c * kinetic + share * squares + 2.0 * first * sqrt(c * kinetic * share));
    motion.scale = sqrt(after / kinetic);
    takeHeat(&motion, after - kinetic);
  }
  motions[id.x] = motion;
}

// Gamma deviate of shape a ≥ 1 by rejection: at most a few rounds (acceptance above 95 %).
fn gammaDeviate(a: f32, seed: u32, motion: ptr<function, Motion>) -> f32 {
  let d = a - 1.0 / 3.0;
  let scale = 1.0 / sqrt(9.0 * d);
  var result = d;
  for (var round = 0u; round < 64u; round++) {
    let z = normals(seed, STREAM_CSVR, 0xfffffffeu, (*motion).draws);
    let u = uniformOpen(philox(vec4u((*motion).draws, 0xfffffffdu, 0u, 0u), vec2u(seed, STREAM_CSVR)).x);
    (*motion).draws++;
    let t = 1.0 + scale * z.x;
    let v = t * t * t;
    if (t > 0.0 && log(u) < 0.5 * z.x * z.x + d - d * v + d * log(v)) {
      result = d * v;
      break;
    }
  }
  return result;
}
