// State of the global letters (V, N, C) of each replica.
struct Motion {
  // The next rescaleVelocity kernel sets v to scale·(v − shift).
  shift: vec3f,
  scale: f32,
  // Random draws taken.
  draws: u32,
  // Heat taken from the bath, in units of 2⁻²⁰ eV: low word and carry (two's complement, 64 bits).
  heatLow: u32,
  heatHigh: i32,
  unused: u32,
  // Velocities of the links of a Nosé–Hoover chain, 1/fs.
  chain: vec3f,
}

// Adds heat (eV) to the 64-bit counter.
fn takeHeat(motion: ptr<function, Motion>, heat: f32) {
  let units = i32(round(heat * 1048576.0));
  let low = (*motion).heatLow + bitcast<u32>(units);
  (*motion).heatHigh += select(0, -1, units < 0) + select(0, 1, low < (*motion).heatLow);
  (*motion).heatLow = low;
}
