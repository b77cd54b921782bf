// State of the FIRE minimiser of each replica.
struct Relaxation {
  // fs; zero once converged.
  timestep: f32,
  mixing: f32,
  // Steps since the power F·v was last negative.
  downhill: u32,
  // For the next move: what is kept of v, and the factor of F that mixing adds.
  keep: f32,
  gain: f32,
  // 1 when the last power was negative: half a step back.
  back: f32,
  unusedA: f32,
  unusedB: f32,
}
