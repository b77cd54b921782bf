// Density → half spectrum along c: a real transform of N3 points as a complex one of half the length. Leaves the density
// empty for the next spreading.
#slot mesh
#include "lib/complex.wgsl"
#struct Mesh

@group(0) @binding(0) var<storage, read> meshes: array<Mesh>;
@group(0) @binding(1) var<storage, read> twiddles: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> density: array<vec2<i32>>;
@group(0) @binding(3) var<storage, read_write> spectrum: array<vec2f>;
// fn put, fn transform, fn take for N3/2 points (fourierStages.ts); twiddles[j] = exp(−2πi j/N3).
#slot transform

@compute @workgroup_size(LANES, THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  const HALF = N3 / 2u;
  let lane = local.x;
  let line = group.x * LANES + lane;
  let inside = line < N1 * N2;
  let half = meshes[group.y].grid.z / 2u;
  let scale = 1.0 / meshes[group.y].chargeScale;
  let begin = (group.y * POINTS) / 2u + line * HALF;
  for (var i = local.y; i < half && inside; i += THREADS) {
    put(lane, i, scale * vec2f(density[begin + i]));
    density[begin + i] = vec2<i32>(0);
  }
  transform(lane, local.y, half);
  let to = group.y * MODES + line * (HALF + 1u);
  for (var k = local.y; k <= half && inside; k += THREADS) {
    let a = take(lane, select(k, 0u, k == HALF));
    let b = take(lane, select(HALF - k, 0u, k == 0u)) * vec2f(1.0, -1.0);
    spectrum[to + k] = 0.5 * (a + b + multiply(twiddles[k], turned(a - b)));
  }
}
