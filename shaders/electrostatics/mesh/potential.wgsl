// Modes of the density → modes of the potential G ρ, with the last transform forward and the first one back in one go.
// Clears the net force for the gathering that follows.
#slot mesh
#include "electrostatics/mesh/line.wgsl"

@group(0) @binding(5) var<storage, read_write> fieldSpectra: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> netForces: array<i32>;

@compute @workgroup_size(LANES, THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = local.x;
  let line = group.x * LANES + lane;
  let inside = line < N2 * ROW;
  let points = meshes[group.y].grid.x;
  let first = group.y * MODES + line;
  for (var axis = local.y; axis < 3u && group.x + lane == 0u; axis += THREADS) {
    netForces[3u * meshes[group.y].replica + axis] = 0;
  }
  transformLine(group.y, line, lane, local.y);
  // Each invocation reads what it wrote itself: what one puts may lie over what another has yet to take.
  for (var h = local.y; h < points && inside; h += THREADS) {
    fieldSpectra[first + h * N2 * ROW] = influence[first + h * N2 * ROW] * take(lane, h);
  }
  synchronize();
  for (var h = local.y; h < points && inside; h += THREADS) {
    put(lane, h, fieldSpectra[first + h * N2 * ROW].yx);
  }
  transform(lane, local.y, points);
  for (var h = local.y; h < points && inside; h += THREADS) {
    fieldSpectra[first + h * N2 * ROW] = take(lane, h).yx;
  }
}
