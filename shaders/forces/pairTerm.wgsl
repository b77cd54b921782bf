// The interaction of one pair of atoms: short-range forms (slot) plus the real-space part of the Ewald sum.
#include "lib/special.wgsl"
#struct PairLoop

// Energy in eV and force over distance, −V′(r)/r, in eV/Å²; positive pushes apart.
struct PairValue {
  energy: f32,
  forceOverR: f32,
}

@group(1) @binding(0) var<uniform> pairLoop: PairLoop;
// A row per ordered pair of species: k q_i q_j (eV·Å), the forms that act as a sum of powers of two, energy and slope to
// subtract at the cutoff, what is left of the energy there, the wall when any pair has one, then the parameters of the
// forms. Behind the rows: the numbers of forms given by points.
@group(1) @binding(1) var<storage, read> pairTable: array<f32>;
// The constants HAS_COULOMB, HAS_TRUNCATION and ROW (numbers per row), and fn shortRange(row: u32, r: f32) -> PairValue.
#slot pairForms

// The short-range value as truncated at the cutoff: V(r) − V(r_c) − (r − r_c)V′(r_c); the host sets the subtracted
// numbers to zero where the truncation does not ask for them.
fn truncated(row: u32, r: f32) -> PairValue {
  let bare = shortRange(row, r);
  if (!HAS_TRUNCATION) {
    return bare;
  }
  let energy = pairTable[row + 2u];
  let slope = pairTable[row + 3u];
  return PairValue(bare.energy - energy - (r - pairLoop.cutoff) * slope, bare.forceOverR + slope / r);
}

// k q_i q_j erfc(αr)/r.
fn coulombReal(row: u32, r: f32, alpha: f32) -> PairValue {
  if (!HAS_COULOMB) {
    return PairValue(0.0, 0.0);
  }
  let x = alpha * r;
  let inverse = 1.0 / r;
  let gaussian = pairTable[row] * expAccurate(-x * x);
  let energy = gaussian * erfcScaled(x) * inverse;
  return PairValue(energy, (energy + gaussian * alpha * TWO_OVER_SQRT_PI) * inverse * inverse);
}
