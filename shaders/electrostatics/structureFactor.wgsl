// One chunk of every structure factor: one invocation per wave and chunk.
#include "electrostatics/chunkSum.wgsl"

// By chunk and wave.
@group(0) @binding(4) var<storage, read_write> partialStructureFactors: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= replicas[id.y].nWaves) {
    return;
  }
  let wave = replicas[id.y].firstWave + id.x;
  partialStructureFactors[id.z * ewaldLoop.nWaves + wave] = chunkSum(id.y, wave, id.z);
}
