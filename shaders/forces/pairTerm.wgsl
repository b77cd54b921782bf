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
// The constants HAS_COULOMB and HAS_TRUNCATION, HAS_DAMPED_SHIFT with DAMPED_SHIFT_ENERGY (1/Å) and DAMPED_SHIFT_SLOPE (1/Å²),
// the struct PairRow and fn pairRow(first: u32, second: u32) -> PairRow that reads it for two species, and
// fn shortRange(row: PairRow, r: f32) -> PairValue. A loop reads a row once for all its neighbors of one species: reading
// parameters pair by pair took 40 % of it on a software adapter.
#slot pairForms

// The short-range value as truncated at the cutoff: V(r) − V(r_c) − (r − r_c)V′(r_c); the host sets the subtracted
// numbers to zero where the truncation does not ask for them.
fn truncated(row: PairRow, r: f32) -> PairValue {
  let bare = shortRange(row, r);
  if (!HAS_TRUNCATION) {
    return bare;
  }
  return PairValue(
    bare.energy - row.energyAtCutoff - (r - pairLoop.cutoff) * row.slopeAtCutoff,
    bare.forceOverR + row.slopeAtCutoff / r,
  );
}

// k q_i q_j erfc(αr)/r; as a damped shifted force also minus its value and tangent at the cutoff (engine/dampedShift.ts).
fn coulombReal(row: PairRow, r: f32, alpha: f32) -> PairValue {
  if (!HAS_COULOMB) {
    return PairValue(0.0, 0.0);
  }
  let x = alpha * r;
  let x2 = x * x;
  let inverse = 1.0 / r;
  let screened = alpha * alpha * alpha * screening(x2);
  let bare = PairValue(
    row.charges * expAccurate(-x2) * erfcScaled(x) * inverse,
    row.charges * select(0.0, inverse * inverse * inverse - screened, x2 < SCREENING_END),
  );
  if (!HAS_DAMPED_SHIFT) {
    return bare;
  }
  let slope = row.charges * DAMPED_SHIFT_SLOPE;
  let shift = row.charges * DAMPED_SHIFT_ENERGY + (r - pairLoop.cutoff) * slope;
  return PairValue(bare.energy - shift, bare.forceOverR + slope * inverse);
}
