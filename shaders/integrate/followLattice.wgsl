// What follows from the cell of a replica: its row of the replica table, and how far its shape is from that of the cells that
// the neighbor list and the long-range sums were made for.
#include "lib/lattice.wgsl"
#include "lib/status.wgsl"
#struct Replica
#struct CellSums

@group(0) @binding(0) var<storage, read_write> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> lattices: array<Lattice>;
@group(0) @binding(2) var<storage, read> anchorLattices: array<Lattice>;
@group(0) @binding(3) var<storage, read> buildLattices: array<Lattice>;
@group(0) @binding(4) var<storage, read> cellSums: array<CellSums>;
@group(0) @binding(5) var<storage, read_write> status: array<u32>;

fn report(word: u32, size: f32) {
  status[word] = max(status[word], bitcast<u32>(size));
}

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) id: vec3u) {
  let r = id.x;
  let lattice = lattices[r];
  let cell = vectorsOf(lattice);
  let reciprocal = reciprocalOf(cell);
  replicas[r].cell = 2.3283064365386963e-10 * cell;
  replicas[r].unitsPerAngstrom = 4294967296.0 * transpose(reciprocal);
  // A perpendicular width is one over the length of the reciprocal vector.
  replicas[r].reach = cellSums[r].listCutoff * vec3f(length(reciprocal[0]), length(reciprocal[1]), length(reciprocal[2]));
  let words = STATUS_WORDS * r;
  report(words + STATUS_STRETCH, normOf(deformationBetween(lattice, anchorLattices[r])));
  report(words + STATUS_BUILD_STRETCH, normOf(deformationBetween(lattice, buildLattices[r])));
  let planned = cellSums[r].planned;
  report(words + STATUS_CELL_CHANGE, normOf(deformation(cell - planned, planned)));
}
