// Virial W = −dE/dε of a replica, eV, out of the partial sums of the pair energies and of the long-range energies.
#include "lib/sum.wgsl"
#include "lib/tensor.wgsl"
#struct CellSums

// `replicas` is the including kernel's.
@group(1) @binding(0) var<storage, read> cellSums: array<CellSums>;
@group(1) @binding(1) var<storage, read> pairBlocks: array<vec4f>;
@group(1) @binding(2) var<storage, read> waveBlocks: array<vec4f>;

fn virialOf(r: u32, volume: f32) -> mat3x3f {
  let nBlocks = (replicas[r].nAtoms + BLOCK - 1u) / BLOCK;
  // (pair energy, Coulomb energy, Wxx, Wyy) and (Wzz, Wyz, Wxz, Wxy) of both.
  var first = Sum();
  var second = Sum();
  for (var b = 0u; b < nBlocks; b++) {
    let block = 3u * (replicas[r].firstBlock + b);
    add(&first, pairBlocks[block]);
    add(&second, pairBlocks[block + 1u]);
  }
  for (var b = 0u; b < cellSums[r].nWaveBlocks; b++) {
    let block = 2u * (cellSums[r].firstWaveBlock + b);
    add(&first, waveBlocks[block]);
    add(&second, waveBlocks[block + 1u]);
  }
  let one = value(first);
  let two = value(second);
  let background = cellSums[r].backgroundVirial / volume;
  return symmetric(vec3f(one.zw, two.x) + background, two.y, two.z, two.w);
}
