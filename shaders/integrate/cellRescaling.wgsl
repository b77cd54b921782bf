// Letter P, first half: a move of the cell by stochastic cell rescaling (Bernetti & Bussi 2020, doi:10.1063/5.0020514; cells that
// change shape: Del Tatto, Raiteri, Bernetti & Bussi 2022, doi:10.3390/app12031139), in the generalized strain X of
// cellShape.wgsl over a time h, with β the compressibility, P_int = (W + 2K)/V and R standard normals:
//
//   iso          dX = β/(3τ) (tr P_int/3 − P) h + √(2 kT β h/(9 τ V)) R                on the diagonal, one R
//   aniso, full  dX_ij = β/(3τ) (P_int,ij − P δ_ij) h + √(2 kT β h/(3 τ V)) R_ij       off the diagonal R/√2, symmetric
//
// X is an increment of the logarithm of the cell, so the drift needs no term in kT/V beside the noise. A full cell that has
// turned since it was planned is turned back, ions and all. The work is −∫ (W + 2K) : dX: the kinetic part is known here, of the
// virial's the half before the move; barostatWork.wgsl adds the half behind it.
#include "observables/virial.wgsl"
#include "observables/kineticTensor.wgsl"
#include "lib/random.wgsl"
#include "integrate/motion.wgsl"
#include "integrate/cellShape.wgsl"
#include "integrate/pressure.wgsl"
#struct Replica

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> kineticBlocks: array<vec4f>;
@group(0) @binding(2) var<uniform> barostat: Barostat;
@group(0) @binding(3) var<storage, read_write> lattices: array<Lattice>;
@group(0) @binding(4) var<storage, read_write> motions: array<Motion>;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) id: vec3u) {
  let r = id.x;
  var lattice = lattices[r];
  let cell = vectorsOf(lattice);
  let volume = volumeOf(cell);
  let virial = virialOf(r, volume);
  let kinetic = kineticTensorOf(r);
  let gain = barostat.compressibility * barostat.interval / (3.0 * barostat.tau);
  let driving = generalized(virial + 2.0 * kinetic, cell) - (pressureNow(barostat, lattice) * volume) * identity();
  let width = sqrt(2.0 * replicas[r].kT * gain / volume);
  let strain = (gain / volume) * driving + width * noise(replicas[r].seed, lattice.draws);
  lattice.draws++;

  let change = deformationOf(strain, cell);
  let turn = turnBack(change, cell, cellSums[r].planned);
  let velocityChange = velocityStrainOf(strain, cell);
  let velocityStrain = velocityChange + turn + turn * velocityChange;
  lattice.strain = symmetricStrain(strain, cell);
  lattice.velocityStrain = velocityStrain;
  lattices[r] = deformed(lattice, change + turn + turn * change);

  // Σ ½ m (|v + M v|² − |v|²) = (M + Mᵀ + MᵀM) : K
  let kineticChange = contraction(velocityStrain + transpose(velocityStrain) + transpose(velocityStrain) * velocityStrain, kinetic);
  var motion = motions[r];
  takeHeat(&motion, kineticChange - 0.5 * contraction(virial, lattice.strain));
  motions[r] = motion;
}

// Symmetric part of the Cartesian strain that a generalized one stands for: what the virial works on.
fn symmetricStrain(strain: mat3x3f, cell: mat3x3f) -> mat3x3f {
  if (CELL_SHAPE != 1u) {
    return strain;
  }
  let edges = alongEdges(strain, cell);
  return 0.5 * (edges + transpose(edges));
}

fn noise(seed: u32, draws: u32) -> mat3x3f {
  let diagonal = normals(seed, STREAM_BAROSTAT, 0xffffffffu, draws);
  if (CELL_SHAPE == 0u) {
    return (diagonal.x / sqrt(3.0)) * identity();
  }
  if (CELL_SHAPE == 1u) {
    return mat3x3f(diagonal.x, 0.0, 0.0, 0.0, diagonal.y, 0.0, 0.0, 0.0, diagonal.z);
  }
  let off = sqrt(0.5) * normals(seed, STREAM_BAROSTAT, 0xfffffffeu, draws);
  return symmetric(diagonal.xyz, off.x, off.y, off.z);
}
