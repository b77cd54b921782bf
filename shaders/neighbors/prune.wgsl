// The Verlet list out of the candidates: those within cutoff + skin, in the same order. Costs a tenth of a build, so that the
// skin that every step pays for can be thin. Reports how far atoms have moved since the candidates were found.
#include "lib/cell.wgsl"
#include "lib/status.wgsl"
#include "neighbors/images.wgsl"
#struct Replica
#struct NeighborLoop

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<uniform> neighborLoop: NeighborLoop;
@group(0) @binding(2) var<storage, read> positions: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read> buildAnchors: array<vec4<i32>>;
@group(0) @binding(4) var<storage, read> candidates: array<u32>;
@group(0) @binding(5) var<storage, read> candidateEnds: array<u32>;
@group(0) @binding(6) var<storage, read_write> neighbors: array<u32>;
@group(0) @binding(7) var<storage, read_write> neighborEnds: array<u32>;
@group(0) @binding(8) var<storage, read_write> status: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let replica = neighborLoop.firstReplica + id.y;
  let index = neighborLoop.firstOfReplica + id.x;
  if (id.x >= neighborLoop.perReplica || index >= replicas[replica].nAtoms) {
    return;
  }
  let atom = replicas[replica].firstAtom + index;
  let slot = atom - neighborLoop.firstAtom;
  let stride = neighborLoop.nAtoms;
  let cell = replicas[replica].cell;
  let reach = replicas[replica].reach.xyz;
  let farReaching = any(reach >= vec3f(0.5));
  let here = positions[atom].xyz;
  let listCutoff2 = neighborLoop.listCutoff2;
  let moved = separation(cell, here, buildAnchors[atom].xyz);
  let moved2 = dot(moved, moved);
  if (moved2 > neighborLoop.reportedMove2) {
    atomicMax(&status[STATUS_WORDS * replica + STATUS_BUILD_DISPLACEMENT], bitcast<u32>(moved2));
  }
  var count = 0u;
  var k = 0u;
  for (var species = 0u; species < neighborLoop.nSpecies; species++) {
    let end = candidateEnds[species * stride + slot];
    for (; k < end; k++) {
      let other = candidates[k * stride + slot];
      let x = vec3f(here - positions[other].xyz);
      let r = cell * x;
      var inside = dot(r, r) < listCutoff2;
      if (farReaching) {
        inside = inside || otherImageWithin(x, cell, reach, listCutoff2);
      }
      if (inside) {
        neighbors[count * stride + slot] = other;
        count++;
      }
    }
    neighborEnds[species * stride + slot] = count;
  }
}
