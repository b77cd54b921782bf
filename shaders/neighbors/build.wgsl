// The candidates of every atom: all others with any periodic image within cutoff + margin, by species and within a species
// in the order of their tags; the Verlet list is pruned from them (prune.wgsl). The atoms around a cell along b and c already
// stand in order (mergeCells.wgsl), so five runs are left, read as one. Everything is column-major: entry k of atom i at
// [k·nAtoms + i]; ends tell for each species where its entries end. A list that does not fit is cut short and the length it
// needs is reported, so that the host can enlarge it and repeat the steps.
#include "lib/cell.wgsl"
#include "lib/status.wgsl"
#include "neighbors/grid.wgsl"
#include "neighbors/images.wgsl"
#include "neighbors/key.wgsl"
#include "neighbors/merge.wgsl"

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<uniform> neighborLoop: NeighborLoop;
@group(0) @binding(2) var<storage, read> positions: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read> starts: array<u32>;
@group(0) @binding(4) var<storage, read> keys: array<u32>;
@group(0) @binding(5) var<storage, read_write> candidates: array<u32>;
@group(0) @binding(6) var<storage, read_write> candidateEnds: array<u32>;
@group(0) @binding(7) var<storage, read_write> status: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let replica = neighborLoop.firstReplica + id.y;
  let index = neighborLoop.firstOfReplica + id.x;
  if (id.x >= neighborLoop.perReplica || index >= replicas[replica].nAtoms) {
    return;
  }
  let atom = replicas[replica].firstAtom + index;
  let slot = atom - neighborLoop.firstAtom;
  let stride = neighborLoop.nAtoms;
  let capacity = neighborLoop.capacity;
  let cell = replicas[replica].cell;
  let firstCell = replicas[replica].firstCell;
  let reach = replicas[replica].reach.xyz;
  let grid = replicas[replica].grid;
  let here = positions[atom].xyz;
  let home = gridCell(here, grid);
  let candidateCutoff2 = neighborLoop.candidateCutoff2;
  let farReaching = any(reach >= vec3f(0.5));

  // One run needs no merging: small cells take half the time.
  let nRuns = cellsAround(grid.x);
  let direct = nRuns == 1u;
  let begin = starts[firstCell + cellIndex(home, grid)];
  // Layers of cells two away may be out of reach as a whole. In cells, times 65536, and one more for what was rounded off.
  let place = f32(placeInCell(here.x, grid.x));
  let reachInCells = 65536.0 * reach.x * f32(grid.x) + 1.0;
  var merge = emptyMerge();
  var nKeys = 0u;
  for (var run = 0u; run < nRuns; run++) {
    let below = !direct && run == 0u && place + 65536.0 > reachInCells;
    let above = !direct && run == 4u && 131072.0 - place > reachInCells;
    if (!below && !above) {
      let around = firstCell + cellAround(home, 0u, run, grid);
      addRun(&merge, run, starts[around], starts[around + 1u]);
      nKeys += starts[around + 1u] - starts[around];
    }
  }
  var count = 0u;
  var species = 0u;
  for (var k = 0u; k < nKeys; k++) {
    var key = 0u;
    if (direct) {
      key = keys[begin + k];
    } else {
      key = takeKey(&merge);
    }
    let other = keyAtom(key);
    let x = vec3f(here - positions[other].xyz);
    let r = cell * x;
    var inside = dot(r, r) < candidateCutoff2;
    if (farReaching) {
      inside = inside || otherImageWithin(x, cell, reach, candidateCutoff2);
    }
    if (inside && other != atom) {
      for (; species < keySpecies(key); species++) {
        candidateEnds[species * stride + slot] = count;
      }
      if (count < capacity) {
        candidates[count * stride + slot] = other;
      }
      count++;
    }
  }
  if (count > capacity) {
    atomicMax(&status[STATUS_WORDS * replica + STATUS_CANDIDATES], count);
    // The steps will be repeated.
    count = 0u;
    species = 0u;
  }
  for (; species < neighborLoop.nSpecies; species++) {
    candidateEnds[species * stride + slot] = count;
  }
}
