// A transform along b of every line of a half spectrum, in place: forward, or backward (INVERSE) for the fields.
#slot mesh
#include "lib/complex.wgsl"
#struct Mesh

@group(0) @binding(0) var<storage, read> meshes: array<Mesh>;
@group(0) @binding(1) var<storage, read> twiddles: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> spectra: array<vec2f>;
// fn put, fn transform, fn take for N2 points (fourierStages.ts); const INVERSE: bool.
#slot transform

@compute @workgroup_size(LANES, THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  const ROW = N3 / 2u + 1u;
  let lane = local.x;
  let line = group.x * LANES + lane;
  let inside = line < N1 * ROW;
  let points = meshes[0].grid.y;
  let h = line / ROW;
  let first = group.y * MODES + h * N2 * ROW + (line - h * ROW);
  // A backward transform is a forward one of (im, re).
  for (var k = local.y; k < points && inside; k += THREADS) {
    let x = spectra[first + k * ROW];
    put(lane, k, select(x, x.yx, INVERSE));
  }
  transform(lane, local.y, points);
  for (var k = local.y; k < points && inside; k += THREADS) {
    let x = take(lane, k);
    spectra[first + k * ROW] = select(x, x.yx, INVERSE);
  }
}
