// Coefficients of the direct Ewald sum after a move of the cell.
#include "electrostatics/strainedWave.wgsl"

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> lattices: array<Lattice>;
@group(0) @binding(2) var<storage, read> cellSums: array<CellSums>;
@group(0) @binding(3) var<storage, read> waves: array<vec4<i32>>;
@group(0) @binding(4) var<storage, read> plannedCoefficients: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> waveCoefficients: array<vec2f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let r = id.y;
  if (id.x >= replicas[r].nWaves) {
    return;
  }
  let wave = replicas[r].firstWave + id.x;
  let cell = strainedCell(r);
  let index = vec3f(waves[wave].xyz);
  waveCoefficients[wave] = plannedCoefficients[wave] * vec2f(
    strainedWeight(cell, index),
    strainedWeight(cell, index * vec3f(1.0, 1.0, -1.0)),
  );
}
