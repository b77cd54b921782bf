// Periodic images beyond the nearest one.
const PERIOD: f32 = 4294967296.0;

// True when some image of the separation `x` (fixed point) other than the wrapped one lies within the square root of reach2. The
// wrapped difference is the nearest image only up to half a width, and a list may reach further: then a coordinate
// within reach of the opposite face is also tried with the cell's other side.
fn otherImageWithin(x: vec3f, cell: mat3x3f, reach: vec3f, reach2: f32) -> bool {
  let near = abs(x) >= (vec3f(1.0) - reach) * PERIOD;
  if (!any(near)) {
    return false;
  }
  let other = x - sign(x) * PERIOD;
  for (var image = 1u; image < 8u; image++) {
    let swap = (vec3u(image) & vec3u(1u, 2u, 4u)) != vec3u(0u);
    let candidate = cell * select(x, other, swap);
    if (all(near | !swap) && dot(candidate, candidate) < reach2) {
      return true;
    }
  }
  return false;
}
