// V(r) = kQ erfc(r/R)/r; `strength` is kQ, `inverseRange` 1/R.
fn softBVCoulomb(r: f32, p: SoftBVCoulomb) -> PairValue {
  let x = r * p.inverseRange;
  let gaussian = expAccurate(-x * x);
  let energy = p.strength * gaussian * erfcScaled(x) / r;
  return PairValue(
    energy,
    (energy + p.strength * p.inverseRange * TWO_OVER_SQRT_PI * gaussian) / (r * r),
  );
}
