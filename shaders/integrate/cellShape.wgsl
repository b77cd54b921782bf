// How a cell may change. The slot sets CELL_SHAPE: 0 iso (edges by one factor), 1 aniso (each edge by its own, angles kept),
// 2 full. The generalized strain X is a matrix: symmetric Cartesian for iso and full; for aniso a diagonal one of the edges.
//
//   iso, full   F = exp(X)                              dE/dX = −(W + 2K)
//   aniso       F h_a = exp(X_aa) h_a, no sum over a    dE/dX_aa = −(W + 2K) : h_a⊗g_a      g reciprocal vectors
//
// Positions follow F with their fractional coordinates fixed, momenta follow F⁻ᵀ: phase space keeps its volume.
#include "lib/lattice.wgsl"
#slot cellShape

// The part of a symmetric Cartesian tensor T (W + 2K, eV) that drives X.
fn generalized(tensor: mat3x3f, cell: mat3x3f) -> mat3x3f {
  if (CELL_SHAPE == 0u) {
    return (trace(tensor) / 3.0) * identity();
  }
  if (CELL_SHAPE == 2u) {
    return tensor;
  }
  let reciprocal = reciprocalOf(cell);
  var out = mat3x3f();
  for (var a = 0u; a < 3u; a++) {
    out[a][a] = dot(reciprocal[a], tensor * cell[a]);
  }
  return out;
}

// F − 1 of a generalized strain.
fn deformationOf(strain: mat3x3f, cell: mat3x3f) -> mat3x3f {
  let change = exponentialMinusOne(strain);
  if (CELL_SHAPE != 1u) {
    return change;
  }
  return alongEdges(change, cell);
}

// F⁻ᵀ − 1 of a generalized strain.
fn velocityStrainOf(strain: mat3x3f, cell: mat3x3f) -> mat3x3f {
  let change = exponentialMinusOne(-1.0 * strain);
  if (CELL_SHAPE != 1u) {
    return change;
  }
  return transpose(alongEdges(change, cell));
}

// Σ x_aa h_a⊗g_a: what stretches each edge by its own amount.
fn alongEdges(x: mat3x3f, cell: mat3x3f) -> mat3x3f {
  let reciprocal = reciprocalOf(cell);
  var out = mat3x3f();
  for (var a = 0u; a < 3u; a++) {
    out += x[a][a] * outer(cell[a], reciprocal[a]);
  }
  return out;
}

// R − 1 of the rotation R that turns a full cell back to where it was planned, after a deformation 1 + change: symmetric
// deformations one after the other make a rotation, and a cell that turns carries its crystal round. Small rotations only.
fn turnBack(change: mat3x3f, cell: mat3x3f, planned: mat3x3f) -> mat3x3f {
  if (CELL_SHAPE != 2u) {
    return mat3x3f();
  }
  let before = deformation(cell - planned, planned);
  let turned = change + before + change * before;
  let back = 0.5 * (transpose(turned) - turned);
  return back + 0.5 * back * back;
}

// eˣ − 1 for small x.
fn smallExpMinusOne(x: f32) -> f32 {
  return x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x / 24.0)));
}

// e^m − 1, for elements of some 1e-2 at most: what is left out is below 1e-10.
fn exponentialMinusOne(m: mat3x3f) -> mat3x3f {
  let square = m * m;
  return m + 0.5 * square + (1.0 / 6.0) * (square * m) + (1.0 / 24.0) * (square * square);
}
