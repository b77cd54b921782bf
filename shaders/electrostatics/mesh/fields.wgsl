// Half spectra → values at every point: the last transform back, along c. ik: the field, eV/(e·Å); ad: the potential, V.
#slot mesh
#include "lib/complex.wgsl"
#struct Mesh

@group(0) @binding(0) var<storage, read> meshes: array<Mesh>;
@group(0) @binding(1) var<storage, read> twiddles: array<vec2f>;
@group(0) @binding(2) var<storage, read> fieldSpectra: array<vec2f>;
// STRIDE numbers per point: a vec4f with three components, or one number.
@group(0) @binding(3) var<storage, read_write> field: array<f32>;
// fn put, fn transform, fn take for N3/2 points (fourierStages.ts); twiddles[j] = exp(−2πi j/N3).
#slot transform

@compute @workgroup_size(LANES, THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  const HALF = N3 / 2u;
  let lane = local.x;
  let line = group.x * LANES + lane;
  let inside = line < N1 * N2;
  let half = meshes[group.y].grid.z / 2u;
  let to = STRIDE * (group.y * POINTS + line * N3);
  for (var axis = 0u; axis < meshes[group.y].components; axis++) {
    let begin = (COMPONENTS * group.y + axis) * MODES + line * (HALF + 1u);
    synchronize();
    for (var k = local.y; k < half && inside; k += THREADS) {
      let a = fieldSpectra[begin + k];
      let b = fieldSpectra[begin + HALF - k] * vec2f(1.0, -1.0);
      // a + b + i exp(+2πi k/N3)(a − b)
      let z = a + b - multiply(twiddles[k] * vec2f(1.0, -1.0), turned(a - b));
      put(lane, k, z.yx);
    }
    transform(lane, local.y, half);
    for (var i = local.y; i < half && inside; i += THREADS) {
      let pair = take(lane, i).yx;
      field[to + STRIDE * 2u * i + axis] = pair.x;
      field[to + STRIDE * (2u * i + 1u) + axis] = pair.y;
    }
  }
}
