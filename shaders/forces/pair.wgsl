// THE pair loop: LANES invocations per atom over its Verlet list, full list, no atomics. Neighbors stand by species and in
// the order of their tags, a pair beyond the cutoff adds exactly zero, and lanes are added in their order, so the sum does
// not depend on when the list was built. Writes forces (eV/Å); long-range kernels add to them.
#include "lib/cell.wgsl"
#include "forces/pairTerm.wgsl"
#struct Replica

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> positions: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read> neighbors: array<u32>;
@group(0) @binding(3) var<storage, read> neighborEnds: array<u32>;
@group(0) @binding(4) var<storage, read_write> forces: array<vec4f>;
// fn noteVisit(replica: u32, row: u32, r: f32): counts a pair inside its wall, when the force field has walls.
#slot wallVisits

// fn longRangeForce(replica: u32, atom: u32, lane: u32) -> vec3f: what the long-range sum adds in the same go, if anything.
#slot longRangeForce

// The constants LANES and INVOCATIONS (of a workgroup), and fn sumOfLanes(force: vec3f, invocation: u32) -> vec3f, which is
// a barrier when there are several.
#slot pairShape

@compute @workgroup_size(INVOCATIONS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  let place = group.x * (INVOCATIONS / LANES) + invocation / LANES;
  let replica = pairLoop.firstReplica + group.y;
  let index = pairLoop.firstOfReplica + place;
  let present = place < pairLoop.perReplica && index < replicas[replica].nAtoms;
  var force = vec3f(0.0);
  let atom = replicas[replica].firstAtom + index;
  if (present) {
    let cell = replicas[replica].cell;
    let alpha = replicas[replica].alpha;
    let here = positions[atom];
    // Uniforms are read once: inside the loop a software adapter would fetch them again for every lane.
    let stride = pairLoop.nAtoms;
    let slot = atom - pairLoop.firstAtom;
    let cutoff2 = pairLoop.cutoff * pairLoop.cutoff;
    var begin = 0u;
    for (var species = 0u; species < pairLoop.nSpecies; species++) {
      let row = pairRow(u32(here.w), species);
      let end = neighborEnds[species * stride + slot];
      for (var k = begin + invocation % LANES; k < end; k += LANES) {
        let dr = separation(cell, here.xyz, positions[neighbors[k * stride + slot]].xyz);
        let r2 = dot(dr, dr);
        if (r2 < cutoff2) {
          let r = sqrt(r2);
          noteVisit(replica, u32(here.w), species, row, r);
          force += (truncated(row, r).forceOverR + coulombReal(row, r, alpha).forceOverR) * dr;
        }
      }
      begin = end;
    }
    force += longRangeForce(replica, atom, invocation % LANES);
  }
  force = sumOfLanes(force, invocation);
  if (present && invocation % LANES == 0u) {
    forces[atom] = vec4f(force, 0.0);
  }
}
