// Bond-valence site energy of a mobile ion on a grid (src/forcefield/bvse.ts has the formula). A workgroup does a block of
// 8 × 8 × 8 points; the host lists the ions within reach of a block, relative to its middle, so that single precision keeps
// a millionth of an ångström whatever the size of the cell: first those that attract, then those that repel.
#include "lib/special.wgsl"
#struct BvseGrid

@group(0) @binding(0) var<uniform> grid: BvseGrid;
// Per kind of ion: depth, alpha, Rmin; or k q₁q₂/√(n₁n₂), 1/range.
@group(0) @binding(1) var<storage, read> kinds: array<vec4f>;
// Per block of this dispatch: number of the block, first ion, first that repels, behind the last.
@group(0) @binding(2) var<storage, read> blocks: array<vec4u>;
// Vector from the middle of the block, and the kind.
@group(0) @binding(3) var<storage, read> ions: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> energies: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = blocks[group.x];
  let across = (grid.size + 7u) / 8u;
  let corner = 8u * vec3u(block.x / (across.y * across.z), (block.x / across.z) % across.y, block.x % across.z);
  for (var layer = 0u; layer < 8u; layer++) {
    let inBlock = vec3u(layer, lane / 8u, lane % 8u);
    let point = corner + inBlock;
    if (any(point >= grid.size)) { continue; }
    let offset = vec3f(inBlock) - 3.5;
    let place = offset.x * grid.stepA + offset.y * grid.stepB + offset.z * grid.stepC;
    var energy = 0.0;
    for (var n = block.y; n < block.z; n++) {
      let ion = ions[n];
      let d = ion.xyz - place;
      let r2 = dot(d, d);
      if (r2 > grid.reachSquared) { continue; }
      let kind = kinds[u32(ion.w)];
      let decay = expAccurate(kind.y * (kind.z - max(sqrt(r2), grid.nearest)));
      energy += kind.x * decay * (decay - 2.0);
    }
    for (var n = block.z; n < block.w; n++) {
      let ion = ions[n];
      let d = ion.xyz - place;
      let r2 = dot(d, d);
      if (r2 > grid.reachSquared) { continue; }
      let kind = kinds[u32(ion.w)];
      let r = max(sqrt(r2), grid.nearest);
      let x = r * kind.y;
      // Beyond x = 6 (the end of erfcScaled) the term is below 1e-16 of its strength.
      if (x < 6.0) { energy += kind.x * expAccurate(-x * x) * erfcScaled(x) / r; }
    }
    energies[(point.x * grid.size.y + point.y) * grid.size.z + point.z] = energy;
  }
}
