// Structure factors S(k) = Σ_j q_j exp(i k·r_j) of a pair of waves (h, k, ±l), over one chunk of the atoms: one
// invocation per wave and chunk. The four products of exp(i(hx+ky)) and exp(ilz) serve both signs of l.
#struct Replica
#struct EwaldLoop

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<uniform> ewaldLoop: EwaldLoop;
// (h, k, l, unused) with h ≥ 0, l ≥ 0 and k of either sign.
@group(0) @binding(2) var<storage, read> waves: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read> phases: array<vec2f>;
@group(0) @binding(4) var<storage, read> charges: array<f32>;
// (Re S(l), Im S(l), Re S(−l), Im S(−l)) by chunk and wave.
@group(0) @binding(5) var<storage, read_write> partialStructureFactors: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= replicas[id.y].nWaves) {
    return;
  }
  let wave = replicas[id.y].firstWave + id.x;
  let index = waves[wave];
  let stride = ewaldLoop.nAtoms;
  let xRow = u32(index.x) * stride;
  let yRow = (ewaldLoop.orders.x + 1u + u32(abs(index.y))) * stride;
  let zRow = (ewaldLoop.orders.x + ewaldLoop.orders.y + 2u + u32(index.z)) * stride;
  let ySign = select(1.0, -1.0, index.y < 0);
  let begin = replicas[id.y].firstAtom + id.z * ewaldLoop.chunk;
  let end = min(begin + ewaldLoop.chunk, replicas[id.y].firstAtom + replicas[id.y].nAtoms);
  var sum = vec4f(0.0);
  for (var atom = begin; atom < end; atom++) {
    let x = charges[atom] * phases[xRow + atom];
    let y = phases[yRow + atom] * vec2f(1.0, ySign);
    let z = phases[zRow + atom];
    let xy = vec2f(x.x * y.x - x.y * y.y, x.x * y.y + x.y * y.x);
    let cosines = xy * z.x;
    let sines = xy * z.y;
    sum += vec4f(cosines.x - sines.y, cosines.y + sines.x, cosines.x + sines.y, cosines.y - sines.x);
  }
  partialStructureFactors[id.z * ewaldLoop.nWaves + wave] = sum;
}
