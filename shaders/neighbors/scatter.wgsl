// Writes every atom to its place among the atoms sorted by cell: its key, species above tag.
#include "neighbors/key.wgsl"
#struct Replica

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> positions: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read> places: array<vec2u>;
@group(0) @binding(3) var<storage, read> cellStarts: array<u32>;
@group(0) @binding(4) var<storage, read_write> cellAtoms: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= replicas[id.y].nAtoms) {
    return;
  }
  let atom = replicas[id.y].firstAtom + id.x;
  let place = places[atom];
  cellAtoms[cellStarts[place.x] + place.y] = neighborKey(u32(positions[atom].w), atom);
}
