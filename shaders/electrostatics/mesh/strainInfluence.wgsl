// The influence function of a mesh after a move of the cell.
#slot mesh
#include "electrostatics/strainedWave.wgsl"
#include "electrostatics/mesh/modes.wgsl"
#struct Mesh

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> meshes: array<Mesh>;
@group(0) @binding(2) var<storage, read> lattices: array<Lattice>;
@group(0) @binding(3) var<storage, read> cellSums: array<CellSums>;
@group(0) @binding(4) var<storage, read> plannedInfluence: array<f32>;
@group(0) @binding(5) var<storage, read_write> influence: array<f32>;

// One invocation per line along a.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let line = id.x;
  if (line >= N2 * ROW) {
    return;
  }
  let cell = strainedCell(meshes[id.y].replica);
  let k = line / ROW;
  let l = line - k * ROW;
  for (var h = 0u; h < meshes[id.y].grid.x; h++) {
    let mode = id.y * MODES + line + h * N2 * ROW;
    let weight = plannedInfluence[mode];
    if (weight != 0.0) {
      let index = vec3f(folded(h, N1), folded(k, N2), folded(l, N3));
      influence[mode] = weight * strainedWeight(cell, index);
    }
  }
}
