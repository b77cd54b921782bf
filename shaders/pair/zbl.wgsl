// V(r) = strength φ(r/a)/r with the universal screening function φ; `strength` is k Z_iZ_j, `inverseLength` 1/a.
fn zbl(r: f32, p: Zbl) -> PairValue {
  let rates = vec4f(3.1998, 0.94229, 0.4029, 0.20162);
  let x = r * p.inverseLength;
  let terms = vec4f(0.18175, 0.50986, 0.28022, 0.02817) * vec4f(
    expAccurate(-rates.x * x),
    expAccurate(-rates.y * x),
    expAccurate(-rates.z * x),
    expAccurate(-rates.w * x),
  );
  let screening = dot(terms, vec4f(1.0));
  let decay = dot(terms, rates) * p.inverseLength;
  return PairValue(p.strength * screening / r, p.strength * (screening / r + decay) / (r * r));
}
