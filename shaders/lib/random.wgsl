// Philox4x32-10 (Salmon et al., SC'11, doi:10.1145/2063384.2063405), bit-identical to src/core/rng.ts.
// A draw depends on (seed, stream, counter, tag) only; the stream numbers come from the host's table.
#include "lib/special.wgsl"
#slot randomStreams

// Upper 32 bits of a 32 × 32 bit product, from four 16-bit products (WGSL has no 64-bit integers).
fn multiplyHigh(a: u32, b: u32) -> u32 {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let cross = (middle & 0xffffu) + aLow * bHigh;
  return aHigh * bHigh + (middle >> 16u) + (cross >> 16u);
}

fn philox(counter: vec4u, key: vec2u) -> vec4u {
  var c = counter;
  var k = key;
  for (var round = 0; round < 10; round++) {
    let hi0 = multiplyHigh(0xd2511f53u, c.x);
    let lo0 = 0xd2511f53u * c.x;
    let hi1 = multiplyHigh(0xcd9e8d57u, c.z);
    let lo1 = 0xcd9e8d57u * c.z;
    c = vec4u(hi1 ^ c.y ^ k.x, lo1, hi0 ^ c.w ^ k.y, lo0);
    k += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

// Uniform in (0, 1].
fn uniformOpen(word: u32) -> f32 {
  return f32((word >> 8u) + 1u) * 5.9604644775390625e-8;
}

// Four standard normal deviates (Box & Muller 1958): tails end at |z| = 5.8.
fn normals(seed: u32, stream: u32, tag: u32, count: u32) -> vec4f {
  let words = philox(vec4u(count, tag, 0u, 0u), vec2u(seed, stream));
  let first = sqrt(-2.0 * log(uniformOpen(words.x))) * cosSin(words.y);
  let second = sqrt(-2.0 * log(uniformOpen(words.z))) * cosSin(words.w);
  return vec4f(first, second);
}
