// structureFactor.wgsl and scaleStructureFactor.wgsl in one, to the same bits, for replicas of few chunks: one invocation per
// wave.
#include "electrostatics/chunkSum.wgsl"

// (2C(l), 2C(−l)); zero for a wave that does not count.
@group(0) @binding(4) var<storage, read> waveCoefficients: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> structureFactors: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= replicas[id.y].nWaves) {
    return;
  }
  let wave = replicas[id.y].firstWave + id.x;
  var sum = vec4f(0.0);
  for (var chunk = 0u; chunk < ewaldLoop.nChunks; chunk++) {
    sum += chunkSum(id.y, wave, chunk);
  }
  let scale = waveCoefficients[wave];
  structureFactors[wave] = sum * vec4f(scale.xx, scale.yy);
}
