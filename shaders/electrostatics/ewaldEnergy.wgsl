// Reciprocal-space energy and virial by blocks of waves, for observed steps. From T = 2C·S the energy of a wave is
// E_k = |T|²/4C; its virial is E_k (1 − 2 k⊗k (1/k² + 1/4α²)). waveBlocks[2b] = (E, 0, Wxx, Wyy),
// waveBlocks[2b+1] = (Wzz, Wyz, Wxz, Wxy) in eV.
#include "lib/sum.wgsl"
#struct Replica
#struct EwaldLoop

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<uniform> ewaldLoop: EwaldLoop;
@group(0) @binding(2) var<storage, read> waves: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read> waveCoefficients: array<vec2f>;
@group(0) @binding(4) var<storage, read> structureFactors: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> waveBlocks: array<vec4f>;

const TWO_PI_OVER_2_32: f32 = 1.4629180793e-9;

fn contribute(first: ptr<function, Sum>, second: ptr<function, Sum>, energy: f32, k: vec3f, alpha: f32) {
  let weight = 2.0 * energy * (1.0 / dot(k, k) + 0.25 / (alpha * alpha));
  add(first, vec4f(energy, 0.0, energy - weight * k.x * k.x, energy - weight * k.y * k.y));
  add(second, vec4f(energy - weight * k.z * k.z, -weight * k.y * k.z, -weight * k.x * k.z, -weight * k.x * k.y));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let begin = id.x * BLOCK;
  let nWaves = replicas[id.y].nWaves;
  if (begin >= nWaves) {
    return;
  }
  let alpha = replicas[id.y].alpha;
  let toCartesian = replicas[id.y].unitsPerAngstrom;
  let firstWave = replicas[id.y].firstWave;
  var first = Sum();
  var second = Sum();
  for (var i = begin; i < min(begin + BLOCK, nWaves); i++) {
    let wave = firstWave + i;
    let index = vec3f(waves[wave].xyz);
    let factor = structureFactors[wave];
    let scale = waveCoefficients[wave];
    if (scale.x > 0.0) {
      let k = TWO_PI_OVER_2_32 * (index * toCartesian);
      contribute(&first, &second, dot(factor.xy, factor.xy) / (2.0 * scale.x), k, alpha);
    }
    if (scale.y > 0.0) {
      let k = TWO_PI_OVER_2_32 * ((index * vec3f(1.0, 1.0, -1.0)) * toCartesian);
      contribute(&first, &second, dot(factor.zw, factor.zw) / (2.0 * scale.y), k, alpha);
    }
  }
  let block = replicas[id.y].firstWaveBlock + id.x;
  waveBlocks[2u * block] = value(first);
  waveBlocks[2u * block + 1u] = value(second);
}
