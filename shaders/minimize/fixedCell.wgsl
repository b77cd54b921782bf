// The part of a fixed cell in FIRE's decisions: none.
struct CellPart {
  sums: vec3f,
  deviation: f32,
}

fn cellPartOf(r: u32) -> CellPart {
  return CellPart();
}

fn moveCell(r: u32, state: Relaxation) {}
