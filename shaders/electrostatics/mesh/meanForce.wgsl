// Sums of blocks → the mean mesh force of a replica: one workgroup each, its invocations every 64th block, in a fixed order.
#include "lib/sum.wgsl"
#struct Replica
#struct Mesh

const LANES: u32 = 64u;

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> meshes: array<Mesh>;
@group(0) @binding(2) var<storage, read> netForces: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> meanForces: array<vec4f>;

var<workgroup> parts: array<vec4f, LANES>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let replica = meshes[group.x].replica;
  let nAtoms = replicas[replica].nAtoms;
  let nBlocks = (nAtoms + BLOCK - 1u) / BLOCK;
  var sum = Sum();
  for (var b = local.x; b < nBlocks; b += LANES) {
    add(&sum, netForces[replicas[replica].firstBlock + b]);
  }
  parts[local.x] = value(sum);
  workgroupBarrier();
  if (local.x == 0u) {
    var total = Sum();
    for (var lane = 0u; lane < min(LANES, nBlocks); lane++) {
      add(&total, parts[lane]);
    }
    meanForces[replica] = value(total) / f32(nAtoms);
  }
}
