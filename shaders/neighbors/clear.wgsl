// Sets the atom count of every cell to zero.
@group(0) @binding(0) var<storage, read_write> cellCounts: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&cellCounts)) {
    cellCounts[id.x] = 0u;
  }
}
