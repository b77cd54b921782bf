// Complex numbers as (re, im), and the discrete Fourier transforms of 2, 3, 4, 5 and 8 points in place,
// X_j = Σ_k x_k exp(−2πi jk/R), out of which longer transforms are made.

fn multiply(a: vec2f, b: vec2f) -> vec2f {
  return vec2f(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x);
}

// −i·a
fn turned(a: vec2f) -> vec2f {
  return vec2f(a.y, -a.x);
}

fn butterfly2(x: ptr<function, array<vec2f, 8>>) {
  let a = (*x)[0];
  (*x)[0] = a + (*x)[1];
  (*x)[1] = a - (*x)[1];
}

fn butterfly3(x: ptr<function, array<vec2f, 8>>) {
  let sum = (*x)[1] + (*x)[2];
  let difference = 0.8660254037844386 * turned((*x)[1] - (*x)[2]); // sin 60°
  let middle = (*x)[0] - 0.5 * sum;
  (*x)[0] += sum;
  (*x)[1] = middle + difference;
  (*x)[2] = middle - difference;
}

fn butterfly4(x: ptr<function, array<vec2f, 8>>) {
  let a = (*x)[0] + (*x)[2];
  let b = (*x)[0] - (*x)[2];
  let c = (*x)[1] + (*x)[3];
  let d = turned((*x)[1] - (*x)[3]);
  (*x)[0] = a + c;
  (*x)[1] = b + d;
  (*x)[2] = a - c;
  (*x)[3] = b - d;
}

fn butterfly5(x: ptr<function, array<vec2f, 8>>) {
  let a = (*x)[1] + (*x)[4];
  let b = (*x)[2] + (*x)[3];
  let c = turned((*x)[1] - (*x)[4]);
  let d = turned((*x)[2] - (*x)[3]);
  // cos 72°, cos 144°, sin 72°, sin 144°
  let p = (*x)[0] + 0.30901699437494745 * a - 0.8090169943749475 * b;
  let q = (*x)[0] - 0.8090169943749475 * a + 0.30901699437494745 * b;
  let r = 0.9510565162951535 * c + 0.5877852522924731 * d;
  let s = 0.5877852522924731 * c - 0.9510565162951535 * d;
  (*x)[0] += a + b;
  (*x)[1] = p + r;
  (*x)[2] = q + s;
  (*x)[3] = q - s;
  (*x)[4] = p - r;
}

fn butterfly8(x: ptr<function, array<vec2f, 8>>) {
  const ROOT_HALF: f32 = 0.7071067811865476;
  var even: array<vec2f, 8>;
  var odd: array<vec2f, 8>;
  for (var k = 0; k < 4; k++) {
    even[k] = (*x)[2 * k];
    odd[k] = (*x)[2 * k + 1];
  }
  butterfly4(&even);
  butterfly4(&odd);
  odd[1] = ROOT_HALF * vec2f(odd[1].x + odd[1].y, odd[1].y - odd[1].x);
  odd[2] = turned(odd[2]);
  odd[3] = ROOT_HALF * vec2f(odd[3].y - odd[3].x, -odd[3].x - odd[3].y);
  for (var k = 0; k < 4; k++) {
    (*x)[k] = even[k] + odd[k];
    (*x)[k + 4] = even[k] - odd[k];
  }
}
