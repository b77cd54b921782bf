// Counts the atoms of each cell and gives every atom a place in its cell (any order: sortCells puts it right).
#include "neighbors/grid.wgsl"

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> positions: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read_write> cellCounts: array<atomic<u32>>;
// (cell, place) of each atom.
@group(0) @binding(3) var<storage, read_write> places: array<vec2u>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= replicas[id.y].nAtoms) {
    return;
  }
  let atom = replicas[id.y].firstAtom + id.x;
  let grid = replicas[id.y].grid;
  let cell = replicas[id.y].firstCell + cellIndex(gridCell(positions[atom].xyz, grid), grid);
  places[atom] = vec2u(cell, atomicAdd(&cellCounts[cell], 1u));
}
