// Letter B: v += h F/m.
fn kick(atom: ptr<function, Atom>, replica: u32, h: f32) {
  let velocity = (*atom).velocity;
  (*atom).velocity = vec4f(velocity.xyz + h * velocity.w * (*atom).force, velocity.w);
}
