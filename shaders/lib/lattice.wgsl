// The cell as the dynamics move it: lattice vectors as whole numbers of a unit (a power of two Å), so that moves of any size
// add up without rounding each other away.
#include "lib/tensor.wgsl"
#struct Lattice

// Lattice vectors as columns, Å.
fn vectorsOf(lattice: Lattice) -> mat3x3f {
  return lattice.unit * mat3x3f(vec3f(lattice.a), vec3f(lattice.b), vec3f(lattice.c));
}

// Reciprocal vectors as columns, 1/Å, without 2π.
fn reciprocalOf(cell: mat3x3f) -> mat3x3f {
  let bc = cross(cell[1], cell[2]);
  return (1.0 / dot(cell[0], bc)) * mat3x3f(bc, cross(cell[2], cell[0]), cross(cell[0], cell[1]));
}

fn volumeOf(cell: mat3x3f) -> f32 {
  return dot(cell[0], cross(cell[1], cell[2]));
}

// F − 1 of the deformation F that takes one cell to the other, out of the differences of their vectors (columns).
fn deformation(differences: mat3x3f, before: mat3x3f) -> mat3x3f {
  return differences * transpose(reciprocalOf(before));
}

// The same of two lattices with one unit; differences are exact.
fn deformationBetween(now: Lattice, before: Lattice) -> mat3x3f {
  let differences = now.unit * mat3x3f(vec3f(now.a - before.a), vec3f(now.b - before.b), vec3f(now.c - before.c));
  return deformation(differences, vectorsOf(before));
}

// The lattice after the deformation 1 + change.
fn deformed(lattice: Lattice, change: mat3x3f) -> Lattice {
  let moves = (1.0 / lattice.unit) * (change * vectorsOf(lattice));
  var after = lattice;
  after.a += vec3i(round(moves[0]));
  after.b += vec3i(round(moves[1]));
  after.c += vec3i(round(moves[2]));
  return after;
}
