// V(r) given by points: cubic polynomials of u = r² on a uniform grid (src/forcefield/sampling.ts), four coefficients per
// interval in the pair table from `start` on; `origin` is u of the first grid point, `last` the index of the last interval.
fn table(r: f32, p: Table) -> PairValue {
  let x = (r * r - p.origin) * p.inverseSpacing;
  let interval = clamp(floor(x), 0.0, p.last);
  let t = x - interval;
  let at = u32(p.start) + 4u * u32(interval);
  let b = pairTable[at + 1u];
  let c = pairTable[at + 2u];
  let d = pairTable[at + 3u];
  return PairValue(
    pairTable[at] + t * (b + t * (c + t * d)),
    // −V′/r = −2 dV/du
    -2.0 * p.inverseSpacing * (b + t * (2.0 * c + 3.0 * t * d)),
  );
}
