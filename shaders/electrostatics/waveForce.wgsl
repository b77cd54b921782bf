// Reciprocal-space force of the direct Ewald sum on one atom, a line (h, k) of waves at a time.
#struct EwaldLoop

@group(2) @binding(0) var<uniform> ewaldLoop: EwaldLoop;
// (h, k, first wave, number of waves); l runs from 0, on the line h = k = 0 from 1.
@group(2) @binding(1) var<storage, read> waveLines: array<vec4<i32>>;
// planeWaves.wgsl
@group(2) @binding(2) var<storage, read> phases: array<vec2f>;
@group(2) @binding(3) var<storage, read> structureFactors: array<vec4f>;

const TWO_PI_OVER_2_32: f32 = 1.4629180793e-9;

// eV/Å, of every `step`-th line from the `first`-th on; `replicas` is the including kernel's.
fn waveForce(r: u32, atom: u32, first: u32, step: u32) -> vec3f {
  let stride = ewaldLoop.nAtoms;
  let yRows = ewaldLoop.orders.x + 1u;
  let zRows = yRows + ewaldLoop.orders.y + 1u;
  let firstLine = replicas[r].firstLine;
  let lastLine = firstLine + replicas[r].nLines;
  var sum = vec3f(0.0);
  for (var lineIndex = firstLine + first; lineIndex < lastLine; lineIndex += step) {
    let line = waveLines[lineIndex];
    let x = phases[u32(line.x) * stride + atom];
    let y = phases[(yRows + u32(abs(line.y))) * stride + atom] * vec2f(1.0, select(1.0, -1.0, line.y < 0));
    let xy = vec2f(x.x * y.x - x.y * y.y, x.x * y.y + x.y * y.x);
    let firstL = select(0u, 1u, line.x == 0 && line.y == 0);
    var along = 0.0;
    var alongL = 0.0;
    for (var n = 0u; n < u32(line.w); n++) {
      let z = phases[(zRows + firstL + n) * stride + atom];
      let cosines = xy * z.x;
      let sines = xy * z.y;
      let factor = structureFactors[u32(line.z) + n];
      let up = factor.x * (cosines.y + sines.x) - factor.y * (cosines.x - sines.y);
      let down = factor.z * (cosines.y - sines.x) - factor.w * (cosines.x + sines.y);
      along += up + down;
      alongL += f32(firstL + n) * (up - down);
    }
    sum += vec3f(f32(line.x) * along, f32(line.y) * along, alongL);
  }
  // sum·M with M = unitsPerAngstrom takes Miller indices to Cartesian components of the wave vector.
  return TWO_PI_OVER_2_32 * (sum * replicas[r].unitsPerAngstrom);
}
