// The candidates of every atom: all others with any periodic image within cutoff + margin, by species and within a species
// in the order of their tags; the Verlet list is pruned from them (prune.wgsl), and until then its buffer serves as scratch
// space. Atoms of a cell already stand in order; the runs of the (at most 125) cells around are merged pairwise. Everything
// is column-major: entry k of atom i at [k·nAtoms + i]; ends tell for each species where its entries end. A list that does
// not fit is cut short and the length it needs is reported, so that the host can enlarge it and repeat the steps.
#include "lib/cell.wgsl"
#include "lib/status.wgsl"
#include "neighbors/grid.wgsl"
#include "neighbors/images.wgsl"
#include "neighbors/key.wgsl"

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<uniform> neighborLoop: NeighborLoop;
@group(0) @binding(2) var<storage, read> positions: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read> cellStarts: array<u32>;
@group(0) @binding(4) var<storage, read> cellAtoms: array<u32>;
@group(0) @binding(5) var<storage, read_write> candidates: array<u32>;
@group(0) @binding(6) var<storage, read_write> neighbors: array<u32>;
@group(0) @binding(7) var<storage, read_write> candidateEnds: array<u32>;
@group(0) @binding(8) var<storage, read_write> status: array<atomic<u32>>;

// Entry `k` of a run that ends at `end`, or a key above all others.
fn entry(source: bool, k: u32, end: u32, stride: u32, slot: u32) -> u32 {
  if (k >= end) {
    return 0xffffffffu;
  }
  if (source) {
    return neighbors[k * stride + slot];
  }
  return candidates[k * stride + slot];
}

// The candidates of all species from `species` on end at `count`.
fn closeSections(species: u32, count: u32, stride: u32, slot: u32) {
  for (var s = species; s < neighborLoop.nSpecies; s++) {
    candidateEnds[s * stride + slot] = count;
  }
}

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
  let reach = replicas[replica].reach.xyz;
  let grid = replicas[replica].grid;
  let here = positions[atom].xyz;
  let home = gridCell(here, grid);
  let candidateCutoff2 = neighborLoop.candidateCutoff2;
  let farReaching = any(reach >= vec3f(0.5));
  // Cells are half the reach wide: two on either side, or each of fewer than five once.
  let span = min(grid, vec3u(5u));
  let surrounded = span == vec3u(5u);
  let offset = select(vec3u(0u), grid - vec3u(2u), surrounded);
  // In a right-angled cell, those whose nearest point is out of reach are left out: a quarter of them.
  let within = cellFraction(here, grid);
  let edges = vec3f(cell[0].x, cell[1].y, cell[2].z) * PERIOD / vec3f(grid);
  let rightAngled = all(cell[0].yz == vec2f(0.0)) && all(cell[1].xz == vec2f(0.0)) && all(cell[2].xy == vec2f(0.0));
  let nCells = span.x * span.y * span.z;
  let direct = nCells == 1u;

  var runs: array<u32, 126>;
  var count = 0u;
  var species = 0u;
  var nRuns = 0u;
  for (var n = 0u; n < nCells; n++) {
    let step = vec3u(n / (span.y * span.z), (n / span.z) % span.y, n % span.z);
    if (rightAngled) {
      let d = vec3f(step) - 2.0;
      let gap = select(vec3f(0.0), max(vec3f(0.0), max(d - within, within - d - 1.0)), surrounded) * edges;
      if (dot(gap, gap) > candidateCutoff2) {
        continue;
      }
    }
    let index = replicas[replica].firstCell + cellIndex((home + step + offset) % grid, grid);
    let begin = cellStarts[index];
    let end = cellStarts[index + 1u];
    let before = count;
    for (var m = begin; m < end; m++) {
      let key = cellAtoms[m];
      let other = keyAtom(key);
      let x = vec3f(here - positions[other].xyz);
      let r = cell * x;
      var inside = dot(r, r) < candidateCutoff2;
      if (farReaching) {
        inside = inside || otherImageWithin(x, cell, reach, candidateCutoff2);
      }
      if (inside && other != atom) {
        if (count < capacity) {
          if (direct) {
            for (; species < keySpecies(key); species++) {
              candidateEnds[species * stride + slot] = count;
            }
            candidates[count * stride + slot] = other;
          } else {
            neighbors[count * stride + slot] = key;
          }
        }
        count++;
      }
    }
    if (count > before) {
      runs[nRuns] = before;
      nRuns++;
    }
  }
  if (count > capacity) {
    atomicMax(&status[STATUS_WORDS * replica + STATUS_CANDIDATES], count);
    count = 0u; // the steps will be repeated
    nRuns = 0u;
    species = 0u;
  }
  if (direct) {
    closeSections(species, count, stride, slot);
    return;
  }
  runs[nRuns] = count;

  // Pairwise merge, back and forth between the two buffers until one run is left and stands in `candidates`.
  var source = true; // true: neighbors → candidates
  while (nRuns > 1u || source) {
    let last = source && nRuns <= 2u;
    var out = 0u;
    for (var pair = 0u; pair < nRuns; pair += 2u) {
      var left = runs[pair];
      let middle = runs[min(pair + 1u, nRuns)];
      let end = runs[min(pair + 2u, nRuns)];
      var right = middle;
      runs[out] = left;
      out++;
      var a = entry(source, left, middle, stride, slot);
      var b = entry(source, right, end, stride, slot);
      let begin = left;
      for (var k = begin; k < end; k++) {
        let key = min(a, b);
        // One entry is read for one that is written.
        let next = select(right, left, a < b) + 1u;
        let value = entry(source, next, select(end, middle, a < b), stride, slot);
        if (a < b) {
          left = next;
          a = value;
        } else {
          right = next;
          b = value;
        }
        if (last) {
          for (; species < keySpecies(key); species++) {
            candidateEnds[species * stride + slot] = k;
          }
          candidates[k * stride + slot] = keyAtom(key);
        } else if (source) {
          candidates[k * stride + slot] = key;
        } else {
          neighbors[k * stride + slot] = key;
        }
      }
    }
    runs[out] = count;
    nRuns = out;
    source = !source;
  }
  closeSections(species, count, stride, slot);
}
