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

// fn splineWeights(fraction: f32) -> array<f32, ORDER>: weights of the points whole − (ORDER−1)/2 … whole + (ORDER−1)/2, and
// fn splineSlopes(fraction: f32), their slopes (src/engine/splineText.ts).
#slot spline

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
