// The part of a cell in FIRE. Coordinates are √N·1 Å times the generalized strain X of cellShape.wgsl: a crystal of any size then
// resists with about 6 eV/Å², as much as a bond. The force on X is W − PV (no kinetic energy), N of the atoms:
//
//   F·v = F_X : Ẋ     v² = N Ẋ : Ẋ     F² = F_X : F_X / N
#include "observables/virial.wgsl"
#include "integrate/cellShape.wgsl"

@group(1) @binding(3) var<storage, read_write> lattices: array<Lattice>;

// ‖X‖ of one move at most.
const LONGEST_STRAIN: f32 = 0.01;

struct CellPart {
  // F·v, v², F²
  sums: vec3f,
  // Largest deviation of the stress from the pressure, eV/Å³.
  deviation: f32,
}

fn cellForce(r: u32, cell: mat3x3f) -> mat3x3f {
  let volume = volumeOf(cell);
  return generalized(virialOf(r, volume), cell) - (minimization.pressure * volume) * identity();
}

fn cellPartOf(r: u32) -> CellPart {
  let cell = vectorsOf(lattices[r]);
  let force = cellForce(r, cell);
  let rate = lattices[r].strainRate;
  let n = f32(replicas[r].nAtoms);
  let sums = vec3f(contraction(force, rate), n * contraction(rate, rate), contraction(force, force) / n);
  let largest = max(max(abs(force[0]), abs(force[1])), abs(force[2]));
  return CellPart(sums, max(largest.x, max(largest.y, largest.z)) / volumeOf(cell));
}

fn moveCell(r: u32, state: Relaxation) {
  var lattice = lattices[r];
  let cell = vectorsOf(lattice);
  let before = lattice.strainRate;
  let gain = (state.gain + state.timestep / minimization.mass) / f32(replicas[r].nAtoms);
  let rate = state.keep * before + gain * cellForce(r, cell);
  let wanted = state.timestep * rate - (state.back * state.timestep) * before;
  let strain = min(1.0, LONGEST_STRAIN / max(normOf(wanted), 1e-30)) * wanted;
  let change = deformationOf(strain, cell);
  let turn = turnBack(change, cell, cellSums[r].planned);
  lattice.strainRate = rate;
  lattices[r] = deformed(lattice, change + turn + turn * change);
}
