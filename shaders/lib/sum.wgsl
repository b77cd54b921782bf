// Compensated sum (Neumaier 1974) of vectors: partial sums over a fixed block of terms in a fixed order leave the GPU
// and are added in f64 on the host. Where a driver reassociates, this falls back to the plain f32 sum, not below it.
struct Sum {
  total: vec4f,
  lost: vec4f,
}

fn add(sum: ptr<function, Sum>, term: vec4f) {
  let total = (*sum).total + term;
  let larger = abs((*sum).total) >= abs(term);
  (*sum).lost += select((term - total) + (*sum).total, ((*sum).total - total) + term, larger);
  (*sum).total = total;
}

fn value(sum: Sum) -> vec4f {
  return sum.total + sum.lost;
}

// Terms of one partial sum.
const BLOCK: u32 = 64u;
