// FIRE's decisions (Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006), doi:10.1103/PhysRevLett.97.170201, in the
// semi-implicit form of Guénolé et al., Comput. Mater. Sci. 175, 109584 (2020), doi:10.1016/j.commatsci.2020.109584):
// speed up while going downhill, stop and step back when not. One invocation per replica. A cell that is not fixed goes
// downhill with the ions.
#include "lib/sum.wgsl"
#include "lib/status.wgsl"
#include "minimize/relaxation.wgsl"
#struct Replica
#struct Minimization
// fn cellPartOf(r: u32) -> CellPart and fn moveCell(r, state): what the cell adds, where it is not fixed.
#slot cellPart

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<uniform> minimization: Minimization;
@group(0) @binding(2) var<storage, read> relaxationBlocks: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> relaxations: array<Relaxation>;
@group(0) @binding(4) var<storage, read_write> status: array<u32>;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) id: vec3u) {
  let nBlocks = (replicas[id.x].nAtoms + BLOCK - 1u) / BLOCK;
  let firstBlock = replicas[id.x].firstBlock;
  var sum = Sum();
  var largest = 0.0;
  for (var b = 0u; b < nBlocks; b++) {
    add(&sum, relaxationBlocks[firstBlock + b]);
    largest = max(largest, relaxationBlocks[firstBlock + b].w);
  }
  let part = cellPartOf(id.x);
  let sums = value(sum).xyz + part.sums;
  status[STATUS_WORDS * id.x + STATUS_FORCE] = bitcast<u32>(largest);
  status[STATUS_WORDS * id.x + STATUS_STRESS] = bitcast<u32>(part.deviation);
  var state = relaxations[id.x];
  state.back = 0.0;
  if (largest <= minimization.fmax * minimization.fmax && part.deviation <= minimization.smax) {
    state.timestep = 0.0;
    state.keep = 0.0;
    state.gain = 0.0;
  } else {
    if (state.timestep == 0.0) {
      state = Relaxation(minimization.timestep, 0.25, 0u, 0.0, 0.0, 0.0, 0.0, 0.0);
    } else if (sums.x > 0.0) {
      state.downhill++;
      if (state.downhill > 20u) {
        state.timestep = min(1.1 * state.timestep, 10.0 * minimization.timestep);
        state.mixing *= 0.99;
      }
    } else {
      if (sums.y > 0.0) {
        state.timestep = max(0.5 * state.timestep, 0.02 * minimization.timestep);
        state.back = 1.0;
      }
      state.mixing = 0.25;
      state.downhill = 0u;
    }
    state.keep = select(0.0, 1.0 - state.mixing, sums.x > 0.0);
    state.gain = select(0.0, state.mixing * sqrt(sums.y / max(sums.z, 1e-30)), sums.x > 0.0);
  }
  relaxations[id.x] = state;
  moveCell(id.x, state);
}
