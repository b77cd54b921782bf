/**
 * How cells may change, in f64 (shaders/integrate/cellShape.wgsl). Lattice vectors and positions are rows here, r' = r·D, so D is the
 * transpose of the deformation F.
 */
import { inverse, multiply } from '../core/vec.ts';
import type { Cell } from '../model/cell.ts';
import { add, contraction, IDENTITY, type Matrix, outer, scaled, trace, transposed } from './matrix.ts';
import { massOf, type ReferenceBarostat, type ReferenceState } from './referenceState.ts';

/** g_a ⊗ h_a of the three edges. */
function edgeFrames({ h }: Cell): Matrix[] {
  const reciprocal = inverse(h);
  return [0, 1, 2].map((a) => {
    const g = [0, 1, 2].map((k) => reciprocal[3 * k + a] as number);
    return outer(g, h.subarray(3 * a, 3 * a + 3));
  });
}

/** The part of a symmetric tensor that drives the generalized strain. */
export function generalized(shape: ReferenceBarostat['cell'], t: Matrix, cell: Cell): Matrix {
  if (shape === 'iso') return scaled(IDENTITY, trace(t) / 3);
  if (shape === 'full') return t;
  const [a = 0, b = 0, c = 0] = edgeFrames(cell).map((frame) => contraction(frame, t));
  return Float64Array.of(a, 0, 0, 0, b, 0, 0, 0, c);
}

/** ln D of a generalized strain. */
export function rowStrain(shape: ReferenceBarostat['cell'], strain: Matrix, cell: Cell): Matrix {
  if (shape !== 'aniso') return strain;
  return edgeFrames(cell)
    .map((frame, a) => scaled(frame, strain[4 * a] as number))
    .reduce(add);
}

/** The rotation that turns a deformed full cell back to where it was planned; others do not turn. */
export function turnBack(
  shape: ReferenceBarostat['cell'],
  deformation: Matrix,
  cell: Cell,
  planned: Cell,
): Matrix {
  if (shape !== 'full') return IDENTITY;
  const total = multiply(inverse(planned.h), multiply(cell.h, deformation));
  const back = scaled(add(transposed(total), scaled(total, -1)), 0.5);
  return add(IDENTITY, add(back, scaled(multiply(back, back), 0.5)));
}

/** ½ Σ m v⊗v, eV */
export function kineticTensor({ system, velocities }: ReferenceState): Matrix {
  let out: Matrix = new Float64Array(9);
  for (let n = 0; n < velocities.length; n += 3) {
    const v = velocities.subarray(n, n + 3);
    out = add(out, scaled(outer(v, v), 0.5 * massOf(system, n / 3)));
  }
  return out;
}

export function transform(rows: Float64Array, m: Matrix): void {
  for (let n = 0; n < rows.length; n += 3)
    rows.set(multiply([...rows.subarray(n, n + 3), 0, 0, 0, 0, 0, 0], m).subarray(0, 3), n);
}
