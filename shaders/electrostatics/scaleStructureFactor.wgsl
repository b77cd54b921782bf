// Adds the chunks of each structure factor in order and multiplies by the Ewald coefficient: T = 2C·S with
// C = (4πk/V) exp(−k²/4α²)/k², so that F_i = q_i Σ k Im(T* e^{ik·r_i}) and the energy of a wave is |T|²/4C.
#struct Replica
#struct EwaldLoop

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<uniform> ewaldLoop: EwaldLoop;
// (2C(l), 2C(−l)); zero for a wave that does not count.
@group(0) @binding(2) var<storage, read> waveCoefficients: array<vec2f>;
@group(0) @binding(3) var<storage, read> partialStructureFactors: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> structureFactors: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= replicas[id.y].nWaves) {
    return;
  }
  let wave = replicas[id.y].firstWave + id.x;
  var sum = vec4f(0.0);
  for (var chunk = 0u; chunk < ewaldLoop.nChunks; chunk++) {
    sum += partialStructureFactors[chunk * ewaldLoop.nWaves + wave];
  }
  let scale = waveCoefficients[wave];
  structureFactors[wave] = sum * vec4f(scale.xx, scale.yy);
}
