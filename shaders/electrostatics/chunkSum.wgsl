// Structure factors S(k) = Σ_j q_j exp(i k·r_j) of a pair of waves (h, k, ±l), over one chunk of the atoms of a replica:
// (Re S(l), Im S(l), Re S(−l), Im S(−l)). The four products of exp(i(hx+ky)) and exp(ilz) serve both signs of l.
#struct Replica
#struct EwaldLoop

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<uniform> ewaldLoop: EwaldLoop;
// (h, k, l, unused) with h ≥ 0, l ≥ 0 and k of either sign.
@group(0) @binding(2) var<storage, read> waves: array<vec4<i32>>;
// planeWaves.wgsl
@group(0) @binding(3) var<storage, read> phases: array<vec2f>;

fn chunkSum(r: u32, wave: u32, chunk: u32) -> vec4f {
  let index = waves[wave];
  let stride = ewaldLoop.nAtoms;
  let xRow = u32(index.x) * stride;
  let yRow = (ewaldLoop.orders.x + 1u + u32(abs(index.y))) * stride;
  let zRow = (ewaldLoop.orders.x + ewaldLoop.orders.y + 2u + u32(index.z)) * stride;
  let ySign = select(1.0, -1.0, index.y < 0);
  let firstAtom = replicas[r].firstAtom;
  let begin = firstAtom + chunk * ewaldLoop.chunk;
  let end = min(begin + ewaldLoop.chunk, firstAtom + replicas[r].nAtoms);
  var sum = vec4f(0.0);
  for (var atom = begin; atom < end; atom++) {
    let x = phases[xRow + atom];
    let y = phases[yRow + atom] * vec2f(1.0, ySign);
    let z = phases[zRow + atom];
    let xy = vec2f(x.x * y.x - x.y * y.y, x.x * y.y + x.y * y.x);
    let cosines = xy * z.x;
    let sines = xy * z.y;
    sum += vec4f(cosines.x - sines.y, cosines.y + sines.x, cosines.x + sines.y, cosines.y - sines.x);
  }
  return sum;
}
