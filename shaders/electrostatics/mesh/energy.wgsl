// Energy and virial of the modes of one line along a, for observed steps: E = ½ G |ρ|², virial
// E (1 − 2 κ⊗κ (1/κ² + 1/4α²)). lineSums[2i] = (E, 0, Wxx, Wyy), lineSums[2i+1] = (Wzz, Wyz, Wxz, Wxy) in eV.
#slot mesh
#include "electrostatics/mesh/line.wgsl"
#include "lib/sum.wgsl"

@group(0) @binding(5) var<storage, read_write> lineSums: array<vec4f>;

@compute @workgroup_size(LANES, THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = local.x;
  let line = group.x * LANES + lane;
  transformLine(group.y, line, lane, local.y);
  if (line >= N2 * ROW || local.y > 0u) {
    return;
  }
  let k = line / ROW;
  let l = line - k * ROW;
  let replica = meshes[group.y].replica;
  let alpha = replicas[replica].alpha;
  let toCartesian = replicas[replica].unitsPerAngstrom;
  // The half spectrum stands for the other half, but for the planes that are their own mirror image.
  let both = select(1.0, 0.5, l == 0u || 2u * l == N3);
  var first = Sum();
  var second = Sum();
  for (var h = 0u; h < meshes[group.y].grid.x; h++) {
    let g = influence[group.y * MODES + line + h * N2 * ROW];
    if (g == 0.0) {
      continue;
    }
    let mode = take(lane, h);
    let energy = both * g * dot(mode, mode);
    let wave = TWO_PI_OVER_2_32 * (vec3f(folded(h, N1), folded(k, N2), folded(l, N3)) * toCartesian);
    let weight = 2.0 * energy * (1.0 / dot(wave, wave) + 0.25 / (alpha * alpha));
    add(&first, vec4f(energy, 0.0, energy - weight * wave.x * wave.x, energy - weight * wave.y * wave.y));
    add(&second, vec4f(energy - weight * wave.z * wave.z, -weight * wave.y * wave.z, -weight * wave.x * wave.z,
      -weight * wave.x * wave.y));
  }
  let at = 2u * (group.y * N2 * ROW + line);
  lineSums[at] = value(first);
  lineSums[at + 1u] = value(second);
}
