// A Nosé–Hoover chain of three links over a time h (Martyna, Klein & Tuckerman 1992, doi:10.1063/1.463940; the splitting of Martyna,
// Tuckerman, Tobias & Klein 1996, doi:10.1080/00268979600100761): masses N_f kT τ², kT τ², kT τ². Returns the factor of the velocities
// that it acts on.
fn advanceChain(chain: ptr<function, vec3f>, twiceKinetic: f32, degrees: f32, kT: f32, tau: f32, h: f32) -> f32 {
  let mass = kT * tau * tau;
  let half = 0.5 * h;
  let quarter = 0.25 * h;
  var v = *chain;
  v.z += half * (mass * v.y * v.y - kT) / mass;
  var drag = expAccurate(-quarter * v.z);
  v.y = (v.y * drag + half * (degrees * mass * v.x * v.x - kT) / mass) * drag;
  drag = expAccurate(-quarter * v.y);
  v.x = (v.x * drag + half * (twiceKinetic - degrees * kT) / (degrees * mass)) * drag;
  let scale = expAccurate(-h * v.x);
  drag = expAccurate(-quarter * v.y);
  v.x = (v.x * drag + half * (scale * scale * twiceKinetic - degrees * kT) / (degrees * mass)) * drag;
  drag = expAccurate(-quarter * v.z);
  v.y = (v.y * drag + half * (degrees * mass * v.x * v.x - kT) / mass) * drag;
  v.z += half * (mass * v.y * v.y - kT) / mass;
  *chain = v;
  return scale;
}
