// K = Σ ½ m v⊗v of a replica out of the partial sums of observables/kinetic.wgsl; `replicas` and `kineticBlocks` are the including
// kernel's.
#include "lib/sum.wgsl"
#include "lib/tensor.wgsl"

// Its trace, eV.
fn kineticEnergyOf(r: u32) -> f32 {
  let nBlocks = (replicas[r].nAtoms + BLOCK - 1u) / BLOCK;
  var sum = Sum();
  for (var b = 0u; b < nBlocks; b++) {
    add(&sum, kineticBlocks[3u * (replicas[r].firstBlock + b)]);
  }
  let diagonal = value(sum);
  return diagonal.x + diagonal.y + diagonal.z;
}

// Kinetic energy tensor, eV.
fn kineticTensorOf(r: u32) -> mat3x3f {
  let nBlocks = (replicas[r].nAtoms + BLOCK - 1u) / BLOCK;
  var diagonal = Sum();
  var offDiagonal = Sum();
  for (var b = 0u; b < nBlocks; b++) {
    let block = 3u * (replicas[r].firstBlock + b);
    add(&diagonal, kineticBlocks[block]);
    add(&offDiagonal, kineticBlocks[block + 1u]);
  }
  let off = value(offDiagonal);
  return symmetric(value(diagonal).xyz, off.x, off.y, off.z);
}
