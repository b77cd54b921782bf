// Pairs inside their walls, counted per replica and ordered pair of species. Integers, so that the order of the lanes does
// not matter; each pair is met twice, once from either atom.
@group(0) @binding(5) var<storage, read_write> wallVisits: array<atomic<u32>>;

fn noteVisit(replica: u32, row: u32, r: f32) {
  if (isInsideWall(row, r)) {
    atomicAdd(&wallVisits[replica * pairLoop.nSpecies * pairLoop.nSpecies + row / ROW], 1u);
  }
}
