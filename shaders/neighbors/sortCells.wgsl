// Puts the atoms of each cell in the order of their keys (insertion sort; a cell holds some tens of atoms), so that
// everything downstream is deterministic although the places were handed out by atomics.
@group(0) @binding(0) var<storage, read> cellStarts: array<u32>;
@group(0) @binding(1) var<storage, read_write> cellAtoms: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x + 1u >= arrayLength(&cellStarts)) {
    return;
  }
  let begin = cellStarts[id.x];
  let end = cellStarts[id.x + 1u];
  for (var i = begin + 1u; i < end; i++) {
    let key = cellAtoms[i];
    var j = i;
    while (j > begin && cellAtoms[j - 1u] > key) {
      cellAtoms[j] = cellAtoms[j - 1u];
      j--;
    }
    cellAtoms[j] = key;
  }
}
