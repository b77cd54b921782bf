// Modes of the density → modes of the three field components −i κ G ρ, with the last transform forward and the first one
// back in one go. (G is zero where an index is half the grid: a slope has no sign there.)
#slot mesh
#include "electrostatics/mesh/line.wgsl"

@group(0) @binding(5) var<storage, read_write> fieldSpectra: array<vec2f>;

@compute @workgroup_size(LANES, THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = local.x;
  let line = group.x * LANES + lane;
  let inside = line < N2 * ROW;
  let points = meshes[group.y].grid.x;
  transformLine(group.y, line, lane, local.y);
  // The potential waits where the last component will stand.
  let last = (3u * group.y + 2u) * MODES + line;
  for (var h = local.y; h < points && inside; h += THREADS) {
    let g = influence[group.y * MODES + line + h * N2 * ROW];
    fieldSpectra[last + h * N2 * ROW] = g * take(lane, h);
  }
  let k = line / ROW;
  let l = line - k * ROW;
  let toCartesian = replicas[meshes[group.y].replica].unitsPerAngstrom;
  for (var axis = 0u; axis < meshes[group.y].components; axis++) {
    synchronize();
    // Each invocation reads what it wrote itself.
    for (var h = local.y; h < points && inside; h += THREADS) {
      let index = vec3f(folded(h, N1), folded(k, N2), folded(l, N3));
      let wave = TWO_PI_OVER_2_32 * (index * toCartesian)[axis];
      put(lane, h, (wave * turned(fieldSpectra[last + h * N2 * ROW])).yx);
    }
    transform(lane, local.y, points);
    let first = (3u * group.y + axis) * MODES + line;
    for (var h = local.y; h < points && inside; h += THREADS) {
      fieldSpectra[first + h * N2 * ROW] = take(lane, h).yx;
    }
  }
}
