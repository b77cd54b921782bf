// Charge assignment of the mesh: cardinal B-splines of order ORDER (odd) about the nearest point. ORDER and the constants
// of the grid, N1, N2, N3, are the host's.

// u + ½ = whole + fraction for u = x·n, out of the fixed-point word of x. Products are split into 16-bit halves, so that
// not a bit of the position is lost: a grid of 100 points leaves 25 bits of fraction.
struct MeshCoordinate {
  whole: u32,
  fraction: f32,
}

fn meshCoordinate(word: i32, n: u32) -> MeshCoordinate {
  let x = bitcast<u32>(word);
  let low = (x & 0xffffu) * n;
  let high = (x >> 16u) * n + (low >> 16u);
  let fraction = (high << 16u) | (low & 0xffffu);
  let shifted = fraction + 0x80000000u;
  let carried = select(0u, 1u, shifted < 0x80000000u);
  return MeshCoordinate((high >> 16u) + carried, f32(shifted >> 8u) * 5.9604644775390625e-8);
}

// Weights of the points whole − (ORDER−1)/2 … whole + (ORDER−1)/2: w[k] = M(fraction + ORDER − 1 − k), by the recursion
// over the order (Essmann et al., J. Chem. Phys. 103, 8577 (1995), doi:10.1063/1.470117).
fn splineWeights(fraction: f32) -> array<f32, ORDER> {
  return weightsOfOrder(fraction, ORDER);
}

fn weightsOfOrder(fraction: f32, highest: i32) -> array<f32, ORDER> {
  var w: array<f32, ORDER>;
  w[0] = 1.0 - fraction;
  w[1] = fraction;
  for (var order = 3; order <= highest; order++) {
    let scale = 1.0 / f32(order - 1);
    w[order - 1] = scale * fraction * w[order - 2];
    for (var k = order - 2; k > 0; k--) {
      w[k] = scale * ((fraction + f32(order - 1 - k)) * w[k - 1] + (f32(k + 1) - fraction) * w[k]);
    }
    w[0] = scale * (1.0 - fraction) * w[0];
  }
  return w;
}

// First point of the stencil along an axis of n points.
fn firstPoint(whole: u32, n: u32) -> u32 {
  return wrapped(whole + n - u32(ORDER / 2), n);
}

// A point number below 2n inside the cell.
fn wrapped(point: u32, n: u32) -> u32 {
  return select(point, point - n, point >= n);
}

// The points an atom shares its charge with: the first along each axis, and the weights from there on.
struct Stencil {
  first: vec3u,
  fraction: vec3f,
  x: array<f32, ORDER>,
  y: array<f32, ORDER>,
  z: array<f32, ORDER>,
}

fn stencilAt(position: vec3<i32>) -> Stencil {
  let x = meshCoordinate(position.x, N1);
  let y = meshCoordinate(position.y, N2);
  let z = meshCoordinate(position.z, N3);
  return Stencil(
    vec3u(firstPoint(x.whole, N1), firstPoint(y.whole, N2), firstPoint(z.whole, N3)),
    vec3f(x.fraction, y.fraction, z.fraction),
    splineWeights(x.fraction),
    splineWeights(y.fraction),
    splineWeights(z.fraction),
  );
}

// ∂/∂u of the weights of a stencil.
struct Slopes {
  x: array<f32, ORDER>,
  y: array<f32, ORDER>,
  z: array<f32, ORDER>,
}

fn slopesAt(fraction: vec3f) -> Slopes {
  return Slopes(splineSlopes(fraction.x), splineSlopes(fraction.y), splineSlopes(fraction.z));
}

// M'(x) of order P is M(x) − M(x − 1) of order P − 1.
fn splineSlopes(fraction: f32) -> array<f32, ORDER> {
  var lower = weightsOfOrder(fraction, ORDER - 1);
  var slopes: array<f32, ORDER>;
  slopes[0] = -lower[0];
  for (var k = 1; k < ORDER - 1; k++) {
    slopes[k] = lower[k - 1] - lower[k];
  }
  slopes[ORDER - 1] = lower[ORDER - 2];
  return slopes;
}
