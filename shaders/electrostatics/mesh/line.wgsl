// Lines along a of the half spectrum after the transforms along b and c: the last transform forward, and what is known of
// each mode.
#include "lib/complex.wgsl"
#include "electrostatics/mesh/modes.wgsl"
#struct Replica
#struct Mesh

const TWO_PI_OVER_2_32: f32 = 1.4629180793e-9;

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> meshes: array<Mesh>;
@group(0) @binding(2) var<storage, read> twiddles: array<vec2f>;
@group(0) @binding(3) var<storage, read> spectrum: array<vec2f>;
// G(h, k, l), eV/e²; the energy is ½ Σ G |ρ|².
@group(0) @binding(4) var<storage, read> influence: array<f32>;
// fn put, fn transform, fn take for N1 points (fourierStages.ts).
#slot transform

// ρ(h) of a line of a mesh, to be had by take(lane, h).
fn transformLine(mesh: u32, line: u32, lane: u32, thread: u32) {
  let points = meshes[mesh].grid.x;
  let first = mesh * MODES + line;
  for (var h = thread; h < points && line < N2 * ROW; h += THREADS) {
    put(lane, h, spectrum[first + h * N2 * ROW]);
  }
  transform(lane, thread, points);
}
