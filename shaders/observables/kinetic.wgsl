// Kinetic energy tensor and momentum by blocks of atoms. blocks[3b] = (Kxx, Kyy, Kzz, mass), blocks[3b+1] = (Kyz, Kxz,
// Kxy, 0), blocks[3b+2] = (px, py, pz, 0); K = Σ ½ m v⊗v in eV, p in eV·fs/Å, mass in eV·fs²/Å².
#include "lib/sum.wgsl"
#struct Replica

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> velocities: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> kineticBlocks: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let begin = id.x * BLOCK;
  let nAtoms = replicas[id.y].nAtoms;
  if (begin >= nAtoms) {
    return;
  }
  let firstAtom = replicas[id.y].firstAtom;
  var diagonal = Sum();
  var offDiagonal = Sum();
  var momentum = Sum();
  for (var i = begin; i < min(begin + BLOCK, nAtoms); i++) {
    let v = velocities[firstAtom + i];
    // A frozen atom has no inverse mass, and counts as none.
    let mass = select(1.0 / v.w, 0.0, v.w == 0.0);
    let half = 0.5 * mass;
    add(&diagonal, vec4f(half * v.x * v.x, half * v.y * v.y, half * v.z * v.z, mass));
    add(&offDiagonal, vec4f(half * v.y * v.z, half * v.x * v.z, half * v.x * v.y, 0.0));
    add(&momentum, vec4f(mass * v.xyz, 0.0));
  }
  let block = replicas[id.y].firstBlock + id.x;
  kineticBlocks[3u * block] = value(diagonal);
  kineticBlocks[3u * block + 1u] = value(offDiagonal);
  kineticBlocks[3u * block + 2u] = value(momentum);
}
