// THE pair loop: one invocation per atom over its Verlet list, full list, no atomics. Neighbors stand by species and in the
// order of their tags, and a pair beyond the cutoff adds exactly zero, so the sum does not depend on when the list was
// built. Writes forces (eV/Å); long-range kernels add to them.
#include "lib/cell.wgsl"
#include "forces/pairTerm.wgsl"
#struct Replica

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> positions: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read> neighbors: array<u32>;
@group(0) @binding(3) var<storage, read> neighborEnds: array<u32>;
@group(0) @binding(4) var<storage, read_write> forces: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let replica = pairLoop.firstReplica + id.y;
  let index = pairLoop.firstOfReplica + id.x;
  if (id.x >= pairLoop.perReplica || index >= replicas[replica].nAtoms) {
    return;
  }
  let atom = replicas[replica].firstAtom + index;
  let cell = replicas[replica].cell;
  let alpha = replicas[replica].alpha;
  let here = positions[atom];
  // Uniforms are read once: inside the loop a software adapter would fetch them again for every lane.
  let stride = pairLoop.nAtoms;
  let slot = atom - pairLoop.firstAtom;
  let cutoff2 = pairLoop.cutoff * pairLoop.cutoff;
  var force = vec3f(0.0);
  var k = 0u;
  for (var species = 0u; species < pairLoop.nSpecies; species++) {
    let row = pairRow(u32(here.w), species);
    let end = neighborEnds[species * stride + slot];
    for (; k < end; k++) {
      let dr = separation(cell, here.xyz, positions[neighbors[k * stride + slot]].xyz);
      let r2 = dot(dr, dr);
      if (r2 < cutoff2) {
        let r = sqrt(r2);
        force += (truncated(row, r).forceOverR + coulombReal(row, r, alpha).forceOverR) * dr;
      }
    }
  }
  forces[atom] = vec4f(force, 0.0);
}
