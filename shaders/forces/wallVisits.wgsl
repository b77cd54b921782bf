// Pairs inside their walls, counted per replica and ordered pair of species. Integers, so that the order of the lanes does
// not matter; each pair is met twice, once from either atom.
@group(0) @binding(5) var<storage, read_write> wallVisits: array<atomic<u32>>;

fn noteVisit(replica: u32, first: u32, second: u32, row: PairRow, r: f32) {
  if (r < row.wall.radius) {
    let n = pairLoop.nSpecies;
    atomicAdd(&wallVisits[(replica * n + first) * n + second], 1u);
  }
}
