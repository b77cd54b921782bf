// THE pair loop: one invocation per atom over its Verlet list, full list, no atomics. Neighbours stand in the order of
// their tags and a pair beyond the cutoff adds exactly zero, so the sum does not depend on when the list was built.
// Writes forces (eV/Å); long-range kernels add to them.
#include "lib/cell.wgsl"
#include "forces/pairTerm.wgsl"
#struct Replica

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> positions: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read> neighbors: array<u32>;
@group(0) @binding(3) var<storage, read> neighborCounts: array<u32>;
@group(0) @binding(4) var<storage, read_write> forces: array<vec4f>;
// fn noteVisit(replica: u32, row: u32, r: f32): counts a pair inside its wall, when the force field has walls.
#slot wallVisits

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let nAtoms = replicas[id.y].nAtoms;
  if (id.x >= nAtoms) {
    return;
  }
  let atom = replicas[id.y].firstAtom + id.x;
  let cell = replicas[id.y].cell;
  let alpha = replicas[id.y].alpha;
  let here = positions[atom];
  // Uniforms are read once: inside the loop a software adapter would fetch them again for every lane.
  let stride = pairLoop.nAtoms;
  let cutoff2 = pairLoop.cutoff * pairLoop.cutoff;
  let firstRow = u32(here.w) * pairLoop.nSpecies;
  let count = neighborCounts[atom];
  var force = vec3f(0.0);
  for (var k = 0u; k < count; k++) {
    let there = positions[neighbors[k * stride + atom]];
    let dr = separation(cell, here.xyz, there.xyz);
    let r2 = dot(dr, dr);
    if (r2 < cutoff2) {
      let r = sqrt(r2);
      let row = (firstRow + u32(there.w)) * ROW;
      noteVisit(id.y, row, r);
      force += (truncated(row, r).forceOverR + coulombReal(row, r, alpha).forceOverR) * dr;
    }
  }
  forces[atom] = vec4f(force, 0.0);
}
