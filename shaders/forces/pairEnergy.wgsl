// Energies and virial of the pair loop, for the steps that are observed. A kernel of its own, so that looking at a run
// never changes it. Per atom: half of each pair. perAtom[3i] = (short-range energy, real-space Coulomb energy, Wxx, Wyy),
// perAtom[3i+1] = (Wzz, Wyz, Wxz, Wxy) with W = Σ r⊗F/2 in eV, perAtom[3i+2].x = energy that the pairs in reach would
// jump by at the cutoff: the dynamics of cut forces conserves the energy without it.
#include "lib/cell.wgsl"
#include "lib/sum.wgsl"
#include "forces/pairTerm.wgsl"
#struct Replica

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> positions: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read> neighbors: array<u32>;
@group(0) @binding(3) var<storage, read> neighborEnds: array<u32>;
@group(0) @binding(4) var<storage, read_write> perAtom: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let replica = pairLoop.firstReplica + id.y;
  let index = pairLoop.firstOfReplica + id.x;
  if (id.x >= pairLoop.perReplica || index >= replicas[replica].nAtoms) {
    return;
  }
  let atom = replicas[replica].firstAtom + index;
  let cell = replicas[replica].cell;
  let alpha = replicas[replica].alpha;
  let coulombAtCutoff = replicas[replica].coulombAtCutoff;
  let here = positions[atom];
  let stride = pairLoop.nAtoms;
  let slot = atom - pairLoop.firstAtom;
  let cutoff2 = pairLoop.cutoff * pairLoop.cutoff;
  var first = Sum();
  var second = Sum();
  var third = Sum();
  var k = 0u;
  for (var species = 0u; species < pairLoop.nSpecies; species++) {
    let row = pairRow(u32(here.w), species);
    let end = neighborEnds[species * stride + slot];
    for (; k < end; k++) {
      let dr = separation(cell, here.xyz, positions[neighbors[k * stride + slot]].xyz);
      let r2 = dot(dr, dr);
      if (r2 < cutoff2) {
        let r = sqrt(r2);
        let short = truncated(row, r);
        let coulomb = coulombReal(row, r, alpha);
        let f = (short.forceOverR + coulomb.forceOverR) * dr;
        add(&first, 0.5 * vec4f(short.energy, coulomb.energy, dr.x * f.x, dr.y * f.y));
        add(&second, 0.5 * vec4f(dr.z * f.z, dr.y * f.z, dr.x * f.z, dr.x * f.y));
        add(&third, vec4f(0.5 * (row.jump + row.charges * coulombAtCutoff), 0.0, 0.0, 0.0));
      }
    }
  }
  perAtom[3u * atom] = value(first);
  perAtom[3u * atom + 1u] = value(second);
  perAtom[3u * atom + 2u] = value(third);
}
