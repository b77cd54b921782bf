import { Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { Lattice } from '../../../src/app/viewer/lattice.ts';
import { wrapped } from '../../../src/app/wrap.ts';
import { cellFromVectors, toCartesian } from '../../../src/model/cell.ts';

const h = Float64Array.of(10, 0, 0, 1, 9, 0, 0.5, -1, 11);
const now = Float64Array.of(10.4, 0.1, 0, 1.2, 9.3, 0.2, 0.4, -1.1, 10.5);

describe('the picture of a cell that has changed', () => {
  it('stands as before where it has not', () => {
    const lattice = new Lattice(h);
    lattice.strained(h).elements.forEach((x, i) => {
      expect(x).toBeCloseTo(lattice.stand.elements[i]!, 12);
    });
  });

  it('has the distances of the cell as it is, its middle at the origin', () => {
    const lattice = new Lattice(h);
    const fractions = [0.1, 0.2, 0.3, 0.9, 0.5, 0.1, 0.5, 0.5, 0.5];
    const positions = toCartesian(cellFromVectors(now), fractions);
    const shown = wrapped(now, positions, h);
    const matrix = lattice.strained(now);
    const at = (i: number): Vector3 => new Vector3(...shown.subarray(3 * i, 3 * i + 3)).applyMatrix4(matrix);
    const apart = Math.hypot(...[0, 1, 2].map((k) => positions[k]! - positions[3 + k]!));
    expect(at(0).distanceTo(at(1))).toBeCloseTo(apart, 5);
    expect(at(2).length()).toBeLessThan(1e-5);
  });
});
