// Letter A: x += h v, in fixed point: the step is rounded to whole units (2⁻³² of a cell edge), the carry counts cells. The
// work of a uniform field is that of the step really taken.
fn drift(atom: ptr<function, Atom>, replica: u32, h: f32) {
  let step = vec3<i32>(round(replicas[replica].unitsPerAngstrom * (h * (*atom).velocity.xyz)));
  let position = (*atom).position;
  let crossed = carry(position.xyz, step);
  (*atom).position = vec4<i32>(position.xyz + step, position.w);
  (*atom).image += vec4<i32>(crossed, 0);
  if (HAS_FIELD) {
    (*atom).heat += dot(fieldForce(position.w), replicas[replica].cell * vec3f(step));
  }
}
