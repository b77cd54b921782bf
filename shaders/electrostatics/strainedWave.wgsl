// How the weight exp(−k²/4α²)/(k²V) of a wave changes with the cell. Waves and meshes keep the indices they were planned with, and
// their coefficients this factor, so that −dE/dε is exactly the virial that ewaldEnergy.wgsl and mesh/energy.wgsl sum (an
// influence function that was optimal for the planned cell is so to first order for one near it).
#include "lib/special.wgsl"
#include "lib/lattice.wgsl"
#struct Replica
#struct CellSums

const TWO_PI: f32 = 6.283185307179586;

struct Strained {
  // Reciprocal vectors as columns.
  now: mat3x3f,
  planned: mat3x3f,
  // Planned over present.
  volumeRatio: f32,
  alpha: f32,
}

// `replicas`, `lattices` and `cellSums` are the including kernel's.
fn strainedCell(r: u32) -> Strained {
  let cell = vectorsOf(lattices[r]);
  let planned = cellSums[r].planned;
  return Strained(reciprocalOf(cell), reciprocalOf(planned), volumeOf(planned) / volumeOf(cell), replicas[r].alpha);
}

// `index`: Miller indices, not all zero.
fn strainedWeight(cell: Strained, index: vec3f) -> f32 {
  let k = TWO_PI * (cell.now * index);
  let before = TWO_PI * (cell.planned * index);
  let k2 = dot(k, k);
  let before2 = dot(before, before);
  // k² − k₀² as a product: close to each other, they are large where the exponent counts.
  let difference = dot(k - before, k + before);
  return cell.volumeRatio * (before2 / k2) * expAccurate(-0.25 * difference / (cell.alpha * cell.alpha));
}
