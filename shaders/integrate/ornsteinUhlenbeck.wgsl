// Letter O: exact solution of dv = −γ v dt + √(2γkT/m) dW over h (Leimkuhler & Matthews 2013, doi:10.1093/amrx/abs010).
// The draw is keyed by the replica's seed, the atom's tag and the number of draws the atom has taken (images.w).
fn ornsteinUhlenbeck(atom: ptr<function, Atom>, replica: u32, h: f32) {
  let velocity = (*atom).velocity;
  let kept = expAccurate(-integration.friction * h);
  let width = sqrt((1.0 - kept * kept) * replicas[replica].kT * velocity.w);
  let noise = normals(replicas[replica].seed, STREAM_LANGEVIN, (*atom).tag, u32((*atom).image.w));
  let after = kept * velocity.xyz + width * noise.xyz;
  // A frozen atom has no inverse mass and takes no heat.
  if (velocity.w > 0.0) {
    (*atom).heat += 0.5 * (dot(after, after) - dot(velocity.xyz, velocity.xyz)) / velocity.w;
  }
  (*atom).velocity = vec4f(after, velocity.w);
  (*atom).image.w += 1;
}
