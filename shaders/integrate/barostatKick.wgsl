// Letter E: the rate Ẋ of the generalized strain (cellShape.wgsl) over a step, and what it does to the velocities; Martyna, Tobias & Klein
// 1994, doi:10.1063/1.467468, in the splitting of Martyna et al. 1996, doi:10.1080/00268979600100761:
//
//   M dẊ/dt = W + 2K − PV 1 + (2 tr K/N_f) 1        dv/dt = −(Ẋ + tr Ẋ/N_f) v        M = (N_f + 3) kT τ²/3
//
// with half of Ẋ's step on either side of the velocities', behind a Nosé–Hoover chain of Ẋ's own. The kinetic energy of the cell is
// booked as heat given away, in the middle of the letter, where a step of the whole splitting ends (booked behind it the conserved
// quantity of 64 ions swings by 8e-4 eV per ion with the cell, so by 4e-5).
#include "observables/virial.wgsl"
#include "observables/kineticTensor.wgsl"
#include "lib/special.wgsl"
#include "integrate/motion.wgsl"
#include "integrate/chain.wgsl"
#include "integrate/cellShape.wgsl"
#include "integrate/pressure.wgsl"
#struct Replica

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> kineticBlocks: array<vec4f>;
@group(0) @binding(2) var<uniform> barostat: Barostat;
@group(0) @binding(3) var<storage, read_write> lattices: array<Lattice>;
@group(0) @binding(4) var<storage, read_write> motions: array<Motion>;
// M of each replica, eV·fs².
@group(0) @binding(5) var<storage, read> cellMasses: array<f32>;

// Independent rates of each CELL_SHAPE.
const DEGREES = array<f32, 3>(1.0, 3.0, 6.0);

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) id: vec3u) {
  let r = id.x;
  var lattice = lattices[r];
  let cell = vectorsOf(lattice);
  let volume = volumeOf(cell);
  let virial = virialOf(r, volume);
  let kinetic = kineticTensorOf(r);
  let pressure = pressureNow(barostat, lattice) * volume;
  let mass = cellMasses[r];
  let h = barostat.interval;

  var chain = lattice.strainChain;
  let rate = lattice.strainRate;
  let squares = mass * contraction(rate, rate);
  let damping = advanceChain(&chain, squares, DEGREES[CELL_SHAPE], replicas[r].kT, barostat.tau, h);
  let before = damping * rate;
  let middle = before + (0.5 * h / mass) * driving(r, virial, kinetic, pressure, cell);
  let share = smallExpMinusOne(-h * trace(middle) / replicas[r].degrees);
  let bare = velocityStrainOf(h * middle, cell);
  let velocityStrain = (1.0 + share) * bare + share * identity();
  let factor = identity() + velocityStrain;
  let kineticAfter = factor * kinetic * transpose(factor);
  let after = middle + (0.5 * h / mass) * driving(r, virial, kineticAfter, pressure, cell);

  lattice.strainChain = chain;
  lattice.strainRate = after;
  lattice.velocityStrain = velocityStrain;
  var motion = motions[r];
  let half = (1.0 + smallExpMinusOne(-0.5 * h * trace(middle) / replicas[r].degrees)) * (identity() + velocityStrainOf(0.5 * h * middle, cell));
  let kineticBehind = trace(kineticAfter - half * kinetic * transpose(half));
  let extended = kineticBehind - 0.5 * mass * contraction(middle, middle);
  let fromChain = 0.5 * mass * contraction(before - rate, before + rate);
  takeHeat(&motion, fromChain + extended - lattice.extended);
  lattice.extended = extended;
  lattices[r] = lattice;
  motions[r] = motion;
}

fn driving(r: u32, virial: mat3x3f, kinetic: mat3x3f, pressure: f32, cell: mat3x3f) -> mat3x3f {
  let share = 2.0 * trace(kinetic) / replicas[r].degrees;
  return generalized(virial + 2.0 * kinetic, cell) + (share - pressure) * identity();
}
